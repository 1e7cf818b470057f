/** Turns the classes that tell who did what into one flat view: a principal that stays the same from day to day, its peers, its deed, its place. */
import { PARTITION_KEYS, tableForClass } from './tables.ts';
import { type LakeType, trinoType } from './types.ts';

const TEXT: LakeType = { kind: 'string' };
const DOUBLE: LakeType = { kind: 'double' };
const BOOLEAN: LakeType = { kind: 'boolean' };

/** Sign-ins, calls, changes of accounts and groups, reads of data stores and shared files. */
const CLASSES = [6003, 3002, 3001, 3004, 3005, 3006, 6001, 6005, 6006] as const;
/** In these the `user` is who acts; elsewhere it is whom the deed is done to. */
const SUBJECT_IS_USER = 3002;

interface IdentityColumn {
  name: string;
  type: LakeType;
  /** Trino's text, for a class with these columns. */
  sql(of: { has(column: string): boolean; isSignIn: boolean }): string;
}

type Of = Parameters<IdentityColumn['sql']>[0];

const at =
  (column: string, path: string) =>
  (of: Of): string =>
    of.has(column) ? path : 'CAST(NULL AS varchar)';

/** The actor's attribute, in a sign-in else the user's own. */
const ofUser =
  (field: string) =>
  (of: Of): string =>
    of.isSignIn ? `coalesce(actor.user.${field}, "user".${field})` : `actor.user.${field}`;

const UID = ofUser('uid');
const isRoleSession = (of: Of): string => `coalesce(${UID(of)}, '') LIKE 'arn:%:assumed-role/%'`;
/** Sessions that Identity Center opens, or that are called by a mail address, are one person's; other session names change with each run. */
const isPersonsSession = (of: Of): string =>
  `(strpos(coalesce(${UID(of)}, ''), ':assumed-role/AWSReservedSSO_') > 0 OR strpos(coalesce(${UID(of)}, ''), '@') > 0)`;

function principal(of: Of): string {
  const role = `coalesce(actor.session.issuer, regexp_extract(${UID(of)}, '^(.+:assumed-role/[^/]+)', 1))`;
  const named = `coalesce(${ofUser('email_addr')(of)}, ${UID(of)}, ${ofUser('name')(of)})`;
  return `CASE WHEN ${isRoleSession(of)} AND NOT ${isPersonsSession(of)} THEN ${role} WHEN ${UID(of)} LIKE 'arn:%' THEN ${UID(of)} ELSE ${named} END`;
}

function principalKind(of: Of): string {
  const type = `coalesce(${ofUser('type')(of)}, '')`;
  const calledBy = of.has('src_endpoint') ? 'coalesce(actor.invoked_by, src_endpoint.svc_name)' : 'actor.invoked_by';
  const service = `${type} IN ('AWSService', 'AWSAccount', 'System', 'Service') OR ${calledBy} IS NOT NULL OR strpos(coalesce(${UID(of)}, ''), ':assumed-role/AWSServiceRoleFor') > 0`;
  const workload = `(${isRoleSession(of)} AND NOT ${isPersonsSession(of)}) OR ${type} IN ('WebIdentityUser', 'ServicePrincipal', 'Application')`;
  return `CASE WHEN ${service} THEN 'service' WHEN ${workload} THEN 'workload' ELSE 'human' END`;
}

/** Who should behave alike: holders of one permission set, users or roles of one account, addresses of one domain. */
function peerGroup(of: Of): string {
  const kind = `CASE WHEN ${isRoleSession(of)} THEN ':workload' ELSE concat(':', coalesce(${ofUser('type')(of)}, 'user')) END`;
  const domain = `regexp_extract(coalesce(${ofUser('email_addr')(of)}, ${UID(of)}, ${ofUser('name')(of)}), '@(.+)$', 1)`;
  return `CASE WHEN ${isRoleSession(of)} AND ${isPersonsSession(of)} THEN coalesce(actor.session.issuer, regexp_extract(${UID(of)}, '^(.+:assumed-role/[^/]+)', 1)) WHEN coalesce(${UID(of)}, '') LIKE 'arn:%' THEN concat(coalesce(accountid, ''), ${kind}) ELSE coalesce(${domain}, concat(source, ':users')) END`;
}

const place =
  (field: string) =>
  (of: Of): string =>
    of.has('src_endpoint') ? `src_endpoint.${field}` : 'CAST(NULL AS varchar)';
const number =
  (field: string, type: string) =>
  (of: Of): string =>
    of.has('src_endpoint') ? `src_endpoint.${field}` : `CAST(NULL AS ${type})`;

/** The columns, in order. */
export const IDENTITY_COLUMNS: readonly IdentityColumn[] = [
  { name: 'time', type: { kind: 'timestamp' }, sql: () => 'time_dt' },
  { name: 'time_ms', type: { kind: 'bigint' }, sql: () => 'time' },
  { name: 'event_id', type: TEXT, sql: () => 'metadata.uid' },
  { name: 'principal', type: TEXT, sql: principal },
  { name: 'principal_kind', type: TEXT, sql: principalKind },
  { name: 'principal_name', type: TEXT, sql: ofUser('name') },
  { name: 'peer_group', type: TEXT, sql: peerGroup },
  { name: 'account_id', type: TEXT, sql: () => 'accountid' },
  { name: 'region', type: TEXT, sql: () => 'region' },
  {
    name: 'session_id',
    type: TEXT,
    sql: (of) =>
      of.isSignIn
        ? 'coalesce(actor.user.credential_uid, actor.session.credential_uid, actor.session.uid, "session".uid)'
        : 'coalesce(actor.user.credential_uid, actor.session.credential_uid, actor.session.uid)',
  },
  {
    name: 'action',
    type: TEXT,
    sql: () =>
      "concat(coalesce(api.service.name, metadata.product.name, source), ':', coalesce(api.operation, metadata.event_code, activity_name, class_name))",
  },
  { name: 'is_failure', type: BOOLEAN, sql: () => '(coalesce(status_id, 0) = 2 OR api.response.error IS NOT NULL)' },
  { name: 'error_code', type: TEXT, sql: () => 'coalesce(api.response.error, status_code)' },
  {
    name: 'is_mfa',
    type: BOOLEAN,
    sql: (of) => (of.isSignIn ? 'coalesce(is_mfa, actor.session.is_mfa)' : 'actor.session.is_mfa'),
  },
  { name: 'src_ip', type: TEXT, sql: place('ip') },
  { name: 'src_country', type: TEXT, sql: place('location.country') },
  { name: 'src_lat', type: DOUBLE, sql: number('location.lat', 'double') },
  { name: 'src_long', type: DOUBLE, sql: number('location.long', 'double') },
  { name: 'src_asn', type: { kind: 'int' }, sql: number('autonomous_system.number', 'integer') },
  { name: 'user_agent', type: TEXT, sql: at('http_request', 'http_request.user_agent') },
  {
    name: 'resources',
    type: { kind: 'array', element: TEXT },
    sql: (of) => (of.has('resources') ? 'transform(resources, r -> coalesce(r.uid, r.name))' : 'CAST(NULL AS array(varchar))'),
  },
  { name: 'class_uid', type: { kind: 'int' }, sql: () => 'class_uid' },
  { name: 'ingest_time', type: { kind: 'timestamp' }, sql: () => 'ingest_time_dt' },
  ...PARTITION_KEYS.map((name): IdentityColumn => ({ name, type: TEXT, sql: () => name })),
];

/** The tables that the view reads. */
export const IDENTITY_TABLES: readonly string[] = CLASSES.map((classUid) => tableForClass(classUid).name);

/** The view's query in Athena's dialect. */
export const identityViewSql = (): string =>
  CLASSES.map((classUid) => {
    const table = tableForClass(classUid);
    const known = new Set<string>([...table.columns.map(({ name }) => name), ...PARTITION_KEYS]);
    const of: Of = { has: (column) => known.has(column), isSignIn: classUid === SUBJECT_IS_USER };
    const items = IDENTITY_COLUMNS.map(({ name, type, sql }) => `CAST(${sql(of)} AS ${trinoType(type)}) AS "${name}"`);
    return `SELECT ${items.join(', ')} FROM ${table.name}`;
  }).join('\nUNION ALL\n');
