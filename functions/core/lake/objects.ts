/** The OCSF objects as structs of the lake: the attributes that queries need, each with one type in every table. New fields go last. */
import { list, STRING, struct } from './fields.ts';
import type { LakeType } from './types.ts';

const TIMESTAMP: LakeType = { kind: 'timestamp' };
const named = struct('name uid');
const account = struct('name uid type type_id labels[]');
const organization = struct('name uid ou_name ou_uid');
const group = struct('name uid domain type desc privileges[]');
const fingerprint = struct('algorithm algorithm_id value');
const os = struct('name type type_id version build edition cpe_name');
const location = struct('city continent country region postal_code desc lat:double long:double provider isp is_on_premises');
const autonomousSystem = struct('name number:int');
const reputation = struct('base_score:double provider score score_id');
const feature = struct('name uid version');
const product = struct('name vendor_name version uid lang path cpe_name url_string', { feature });
const container = struct('name uid runtime orchestrator pod_uuid network_driver', {
  image: struct('name uid path labels[]'),
  hash: fingerprint,
});
const keyValue = struct('name value values[]');
const tags = list(keyValue);
const url = struct('url_string scheme hostname domain subdomain path query_string port resource_type categories[] category_ids');

export const user = struct(
  'name uid uid_alt type type_id domain email_addr full_name display_name credential_uid has_mfa risk_level risk_level_id risk_score phone_number',
  { account, org: organization, groups: list(struct('name uid domain type')) },
  { programmatic_credentials: list(struct('type uid last_used_time')) },
);
const owner = struct('name uid type type_id domain email_addr full_name has_mfa', { account, org: organization });

export const session = struct(
  'uid uid_alt uuid issuer credential_uid created_time created_time_dt expiration_time expiration_time_dt is_mfa is_remote is_vpn terminal count expiration_reason',
);

export const file = struct(
  'name path parent_folder type type_id ext mime_type size uid created_time modified_time accessed_time desc version company_name internal_name is_deleted is_system is_public storage_class',
  {
    hashes: list(fingerprint),
    owner: struct('name uid type type_id email_addr'),
    product: struct('name vendor_name version'),
    url,
  },
);
const ancestor = struct('name uid pid cmd_line path created_time', {
  file: struct('name path', { hashes: list(fingerprint) }),
  user: struct('name uid domain'),
});
const processFields = (parent: Readonly<Record<string, LakeType>>) =>
  struct(
    'name uid pid cmd_line cpid path working_directory created_time terminated_time integrity integrity_id namespace_pid:int ptid',
    { file: struct('name path parent_folder type type_id size', { hashes: list(fingerprint) }) },
    { user: struct('name uid domain type type_id'), session: struct('uid'), container: struct('name uid') },
    parent,
    'euid:int auid:int created_time_dt',
  );
const child = processFields({ parent_process: ancestor });
/** A process with its parent and its parent's parent. */
export const process = processFields({ parent_process: child });

const policy = struct('name uid type desc version is_applied data', { group: struct('name uid') });
export const authorizations = list(struct('decision', { policy }));
export const idp = struct('name uid issuer domain protocol_name tenant_uid has_mfa');

export const actor = struct('app_name app_uid invoked_by', { user, session, process: child, idp, authorizations });
const actorOfEvidence = struct('app_name', {
  user,
  session: struct('uid issuer is_mfa created_time'),
  process: child,
});

const endpointWords =
  'ip port:int hostname name uid domain mac type type_id svc_name instance_uid interface_name interface_uid subnet_uid vpc_uid vlan_uid zone namespace_pid:int isp isp_org intermediate_ips[]';
export const endpoint = struct(
  endpointWords,
  { location, autonomous_system: autonomousSystem, os, owner, container: struct('name uid') },
  { proxy_endpoint: struct('ip port:int hostname name uid domain svc_name') },
  { agent_list: list(struct('name uid type type_id')) },
);
const endpointOfEvidence = struct(endpointWords, { location, autonomous_system: autonomousSystem });

export const device = struct(
  'name uid uid_alt hostname ip mac type type_id domain region zone vendor_name model instance_uid interface_name interface_uid subnet subnet_uid vpc_uid vlan_uid hypervisor desc imei created_time first_seen_time last_seen_time is_compliant is_managed is_personal is_trusted namespace_pid:int risk_level risk_level_id risk_score',
  { os, location, owner, org: organization, groups: list(struct('name uid')), container: struct('name uid') },
  {
    hw_info: struct('serial_number vendor_name uuid cpu_type'),
    image: named,
    agent_list: list(struct('name uid type type_id version')),
  },
);

export const api = struct('operation version', {
  service: struct('name uid version labels[]'),
  request: struct('uid data flags[]', { containers: list(struct('name uid', { image: struct('name uid path') })) }),
  response: struct('code error error_message message data flags[]', {
    containers: list(struct('name uid', { image: struct('name uid path') })),
  }),
  group: struct('name uid'),
});
export const cloud = struct('provider region zone cloud_partition', { account, org: organization });
export const resource = struct(
  'uid uid_alt name type region zone cloud_partition namespace hostname ip version criticality role role_id provider labels[] data created_time modified_time is_backed_up',
  { owner, group: struct('name uid desc'), tags },
);
const header = struct('name value');
export const httpRequest = struct(
  'http_method user_agent referrer args uid version length:int body_length:int x_forwarded_for[]',
  {
    url,
    http_headers: list(header),
  },
);
export const httpResponse = struct('code status message content_type length:int body_length:int latency:int', {
  http_headers: list(header),
});

export const connectionInfo = struct(
  'uid community_uid direction direction_id protocol_name protocol_num:int protocol_ver protocol_ver_id boundary boundary_id tcp_flags:int flag_history',
  { session: struct('uid') },
);
/** Of the private profile `yagura/ics`. */
export const ics = struct('protocol_name function_code function_name unit_id pdu_type is_write');
export const traffic = struct('bytes bytes_in bytes_out packets packets_in packets_out bytes_missed:bigint start_time end_time');
export const tls = struct('version cipher sni key_length:int handshake_dur:int alert:int client_ciphers[] server_ciphers[]', {
  ja3_hash: fingerprint,
  ja3s_hash: fingerprint,
  certificate: struct('subject issuer serial_number version created_time expiration_time is_self_signed', {
    fingerprints: list(fingerprint),
    sans: list(struct('name type')),
  }),
});
export const ja4 = list(struct('type type_id value'));
export const dnsQuery = struct('hostname type class opcode opcode_id packet_uid:int');
export const dnsAnswer = struct('rdata type class ttl:int packet_uid:int flags[] flag_ids');

const attack = struct('version', {
  tactic: struct('name uid src_url'),
  technique: struct('name uid src_url'),
  sub_technique: struct('name uid src_url'),
  mitigation: struct('name uid src_url'),
});
export const attacks = list(attack);
export const observables = list(struct('name type type_id value event_uid', { reputation }));
const analytic = struct('name uid type type_id category algorithm version desc state state_id');
const killChain = list(struct('phase phase_id'));
const trait = struct('name uid type category values[]');
export const findingInfo = struct(
  'uid uid_alt title desc src_url types[] data_sources[] created_time created_time_dt modified_time modified_time_dt first_seen_time first_seen_time_dt last_seen_time last_seen_time_dt product_uid related_events_count:int',
  { analytic, attacks, product, related_analytics: list(analytic), kill_chain: killChain, traits: list(trait), tags },
  {
    related_events: list(
      struct(
        'uid type type_uid type_name title desc product_uid severity severity_id status count first_seen_time last_seen_time',
        {
          attacks,
          observables: list(struct('name type type_id value')),
        },
      ),
    ),
  },
);
export const databucket = struct('name uid type type_id hostname ip region size desc is_public is_encrypted', {
  owner,
  file: struct('name path uid type_id'),
});
export const database = struct('name uid type type_id size desc');
export const script = struct('name uid type type_id parent_uid', {
  script_content: struct('value is_truncated untruncated_size:int'),
  hashes: list(fingerprint),
  file: struct('name path'),
});
export const module = struct('type load_type load_type_id base_address start_address function_name', { file });
export const job = struct('name desc cmd_line created_time last_run_time next_run_time run_state run_state_id', {
  file: struct('name path type type_id'),
  user: struct('name uid domain'),
});
export const email = struct(
  'uid message_uid from sender subject to[] cc[] size x_originating_ip[] return_path from_list[] reply_to_list[] delivered_to_list[] is_read',
  {
    files: list(struct('name size type_id mime_type', { hashes: list(fingerprint) })),
    urls: list(struct('url_string hostname')),
  },
);
export const evidences = list(
  struct('name uid data verdict verdict_id', {
    actor: actorOfEvidence,
    api: struct('operation version', {
      service: struct('name uid'),
      request: struct('uid data'),
      response: struct('code error error_message message data'),
    }),
    src_endpoint: endpointOfEvidence,
    dst_endpoint: endpointOfEvidence,
    connection_info: connectionInfo,
    query: dnsQuery,
    process: child,
    file,
    user: struct('name uid type type_id domain email_addr', { account }),
    device: struct('name uid hostname ip type type_id region instance_uid mac vendor_name'),
    container,
    database,
    databucket: struct('name uid type type_id hostname is_public'),
    resources: list(struct('uid name type region data', { owner: struct('name uid', { account }), namespace: STRING })),
    http_request: struct('http_method user_agent referrer uid version', { url }),
    http_response: struct('code status message content_type body_length:int'),
    email: struct('uid message_uid from to[] subject size'),
    url,
    job: struct('name cmd_line desc run_state_id'),
    script: struct('name uid type type_id'),
    ja4_fingerprint_list: ja4,
    tls: struct('version cipher sni', { ja3_hash: fingerprint, ja3s_hash: fingerprint }),
  }),
);
export const metadata = struct(
  'uid version event_code log_name log_provider log_format log_level log_source log_version correlation_uid original_event_uid original_time logged_time logged_time_dt processed_time processed_time_dt modified_time tenant_uid sequence source type is_truncated untruncated_size:int profiles[] labels[]',
  {
    product,
    extensions: list(struct('name uid version')),
    loggers: list(struct('name uid event_uid log_name log_provider version', { product: struct('name vendor_name uid') })),
  },
  { reporter: struct('name uid hostname ip'), tags },
);
export const enrichments = list(struct('name value type data provider desc short_desc src_url created_time', { reputation }));
export const malware = list(
  struct('name uid path provider severity severity_id num_infected:int classifications[] classification_ids', {
    files: list(struct('name path size type_id', { hashes: list(fingerprint) })),
    cves: list(struct('uid')),
  }),
);
export const osint = list(
  struct(
    'type type_id value name uid category comment desc confidence confidence_id severity severity_id risk_score tlp vendor_name external_uid src_url labels[] references[] created_time modified_time expiration_time',
    {
      reputation,
      attacks,
      campaign: struct('name'),
      threat_actor: struct('name type type_id'),
      malware: list(struct('name uid provider classification_ids')),
      kill_chain: killChain,
      autonomous_system: autonomousSystem,
      location,
    },
  ),
);
export const firewallRule = struct(
  'name uid type category desc condition match_location match_details[] rate_limit:int sensitivity version',
);
export const authFactors = list(
  struct('factor_type factor_type_id provider email_addr phone_number is_hotp is_totp', { device: struct('name uid ip') }),
);
export const countermeasures = list(
  struct('version', { d3f_tactic: struct('name uid src_url'), d3f_technique: struct('name uid src_url') }),
);
export const remediation = struct('desc references[]', { kb_article_list: list(struct('uid title src_url severity')) });
const cvss = struct('base_score:double overall_score:double severity vector_string version src_url');
export const vulnerabilities = list(
  struct(
    'title desc severity category vendor_name references[] related_vulnerabilities[] is_fix_available is_exploit_available fix_coverage first_seen_time last_seen_time',
    {
      cve: struct('uid title desc type created_time modified_time references[]', {
        cvss: list(cvss),
        epss: struct('score percentile:double version created_time'),
        created_time_dt: TIMESTAMP,
        modified_time_dt: TIMESTAMP,
      }),
      cwe: struct('uid caption src_url'),
      advisory: struct('uid title src_url'),
      affected_packages: list(
        struct('name version architecture epoch:int release package_manager purl fixed_in_version path type type_id uid', {
          remediation: struct('desc references[]'),
        }),
      ),
      affected_code: list(struct('start_line:int end_line:int', { file: struct('name path uid type_id') })),
      remediation: struct('desc references[]'),
    },
  ),
);
export const compliance = struct(
  'control category desc status status_id status_code status_details[] standards[] requirements[]',
  {
    checks: list(struct('name uid desc status status_id severity severity_id version standards[]')),
  },
);
export const service = struct('name uid version labels[]');
export const policies = list(policy);
export const entity = struct('name uid type type_id version data', {
  user,
  group,
  policy,
  org: organization,
  device: struct('name uid hostname ip type type_id'),
  email: struct('uid from subject'),
});
export const tickets = list(struct('uid title type type_id status status_id src_url status_details[]'));
export { account, container, group, organization, policy, product, tags, url };
