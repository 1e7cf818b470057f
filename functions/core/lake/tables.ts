/** The table manifest of the lake: one table for each OCSF class, its columns and their types. Infra, ingest and queries all read it. */
import { fieldsOf, list, STRING } from './fields.ts';
import * as o from './objects.ts';
import type { LakeColumn, LakeType } from './types.ts';

export interface LakeTable {
  /** OCSF class name, also the folder below `ocsf/` and the name that queries use: `api_activity`. */
  name: string;
  /** 0 is `base_event`, which takes every class without a table of its own. */
  classUid: number;
  /** In file order; partition keys are not columns of the file. */
  columns: readonly LakeColumn[];
}

/** Hive partition keys of every table, both strings: the source's id and the UTC day of the event as yyyyMMdd. */
export const PARTITION_KEYS = ['source', 'eventday'] as const;

/** The Glue table over a table's files, hot and cold; the plain name is the view over it that gives each event once. @see table-view.ts */
export const storedTableName = (table: LakeTable): string => `${table.name}_files`;

/** S3 prefix of a table's hot files, as ingested, with the slash at its end. */
export const tablePrefix = (table: LakeTable): string => `ocsf/${table.name}/`;

/** Columns with a struct or list type. A name has this one type in every table, so that UNION ALL needs no cast. */
const NESTED: Readonly<Record<string, LakeType>> = {
  actor: o.actor,
  answers: list(o.dnsAnswer),
  api: o.api,
  assignee: o.user,
  assignee_group: o.group,
  attacks: o.attacks,
  auth_factors: o.authFactors,
  authorizations: o.authorizations,
  cloud: o.cloud,
  compliance: o.compliance,
  connection_info: o.connectionInfo,
  container: o.container,
  countermeasures: o.countermeasures,
  database: o.database,
  databucket: o.databucket,
  device: o.device,
  dst_endpoint: o.endpoint,
  email: o.email,
  enrichments: o.enrichments,
  entity: o.entity,
  entity_result: o.entity,
  evidences: o.evidences,
  file: o.file,
  file_result: o.file,
  finding_info: o.findingInfo,
  finding_info_list: list(o.findingInfo),
  firewall_rule: o.firewallRule,
  group: o.group,
  http_request: o.httpRequest,
  http_response: o.httpResponse,
  ics: o.ics,
  idp: o.idp,
  ja4_fingerprint_list: o.ja4,
  job: o.job,
  logon_process: o.process,
  malware: o.malware,
  metadata: o.metadata,
  module: o.module,
  observables: o.observables,
  osint: o.osint,
  policies: o.policies,
  policy: o.policy,
  process: o.process,
  proxy_endpoint: o.endpoint,
  query: o.dnsQuery,
  remediation: o.remediation,
  resource: o.resource,
  resources: list(o.resource),
  script: o.script,
  service: o.service,
  session: o.session,
  src_endpoint: o.endpoint,
  subgroup: o.group,
  tickets: o.tickets,
  tls: o.tls,
  traffic: o.traffic,
  unmapped: { kind: 'map', key: STRING, value: STRING },
  url: o.url,
  user: o.user,
  user_result: o.user,
  vulnerabilities: o.vulnerabilities,
  ocsf_extra: STRING,
  raw_ref: { kind: 'struct', fields: fieldsOf('key line:int sha256 bytes:int') },
};

const COMMON =
  'time time_dt class_uid class_name category_uid category_name activity_id activity_name type_uid type_name severity severity_id status status_id status_code status_detail message metadata actor device cloud api observables enrichments count:int duration:bigint start_time start_time_dt end_time end_time_dt timezone_offset:int action action_id disposition disposition_id is_alert attacks confidence confidence_id confidence_score risk_level risk_level_id risk_score risk_details malware policy firewall_rule authorizations osint';
/** What we add to every event: where it came from and what found no column. */
const OURS = 'unmapped ocsf_extra raw_ref ingest_time_dt accountid region raw_record';

/** What tells two records with one id apart. It came last: files that were written before have no such column. */
const LAST = 'record_digest';

const HTTP = 'src_endpoint dst_endpoint http_request http_response';
const NETWORK =
  'src_endpoint dst_endpoint connection_info traffic tls app_name app_protocol_name ja4_fingerprint_list proxy_endpoint';
const FINDING =
  'finding_info evidences resources remediation vulnerabilities impact impact_id impact_score priority priority_id verdict verdict_id src_url comment';
const HOST = 'process file module src_endpoint dst_endpoint';

/** Class name, class uid, and what it has beside the common columns. @see https://schema.ocsf.io/1.8.0/classes */
const CLASSES: readonly (readonly [name: string, classUid: number, columns: string])[] = [
  ['api_activity', 6003, `${HTTP} resources`],
  [
    'authentication',
    3002,
    `user ${HTTP} session service is_mfa is_remote is_cleartext is_new_logon auth_protocol auth_protocol_id logon_type logon_type_id logon_process auth_factors account_switch_type account_switch_type_id`,
  ],
  ['account_change', 3001, `user user_result src_endpoint http_request http_response policies auth_factors`],
  ['detection_finding', 2004, FINDING],
  [
    'incident_finding',
    2005,
    'assignee assignee_group comment desc finding_info_list impact impact_id impact_score is_suspected_breach priority priority_id src_url tickets verdict verdict_id',
  ],
  ['remediation_activity', 7001, 'command_uid countermeasures remediation'],
  ['vulnerability_finding', 2002, 'finding_info resources vulnerabilities comment'],
  ['compliance_finding', 2003, 'finding_info compliance evidences remediation resources comment'],
  ['authorize_session', 3003, `${HTTP} user group session privileges[]`],
  [
    'entity_management',
    3004,
    'entity entity_result src_endpoint http_request http_response comment access_list[] access_mask:int',
  ],
  ['user_access', 3005, 'user resources privileges[] src_endpoint http_request http_response'],
  ['group_management', 3006, 'group subgroup user resource privileges[] src_endpoint http_request http_response'],
  ['network_activity', 4001, `${NETWORK} url is_src_dst_assignment_known ics`],
  ['http_activity', 4002, `${NETWORK} http_request http_response http_status:int file`],
  ['dns_activity', 4003, `${NETWORK} query answers query_time rcode rcode_id response_time`],
  ['ssh_activity', 4007, `${NETWORK} file auth_type auth_type_id protocol_ver`],
  [
    'email_activity',
    4009,
    'email src_endpoint dst_endpoint direction direction_id protocol_name command message_trace_uid attempt:int',
  ],
  ['file_activity', 1001, 'file file_result access_mask:int component connection_uid create_mask file_diff'],
  ['scheduled_job_activity', 1006, 'job'],
  [
    'process_activity',
    1007,
    'process module actual_permissions:int requested_permissions:int exit_code:int injection_type injection_type_id launch_type launch_type_id',
  ],
  ['web_resources_activity', 6001, `${HTTP} tls`],
  ['datastore_activity', 6005, `${HTTP} database databucket type type_id`],
  [
    'file_hosting',
    6006,
    `${HTTP} file file_result connection_info share share_type share_type_id access_mask:int access_list[] expiration_time`,
  ],
  ['base_event', 0, `user session resources resource ${HOST} ${HTTP} connection_info finding_info url comment`],
];

function columnsOf(words: string): LakeColumn[] {
  const unique = [...new Set(words.split(' ').filter((word) => word !== ''))];
  return unique.flatMap((word) => {
    const nested = Object.hasOwn(NESTED, word) ? NESTED[word] : undefined;
    return nested === undefined ? fieldsOf(word) : [{ name: word, type: nested }];
  });
}

/** Every table of the lake. */
export const TABLES: readonly LakeTable[] = CLASSES.map(([name, classUid, own]) => ({
  name,
  classUid,
  columns: columnsOf(`${COMMON} ${OURS} ${own} ${LAST}`),
}));

const byClass = new Map(TABLES.map((table) => [table.classUid, table]));
const byName = new Map(TABLES.map((table) => [table.name, table]));

/** The table of a class; `base_event` for a class without one. */
export function tableForClass(classUid: number): LakeTable {
  const table = byClass.get(classUid) ?? byClass.get(0);
  if (table === undefined) throw new TypeError('the manifest has no base_event');
  return table;
}

/** The table of this name, or undefined. */
export const tableNamed = (name: string): LakeTable | undefined => byName.get(name);
