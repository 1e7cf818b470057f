/** Turns the table manifest into the views that people and content query: each event once, all classes together, and flat ones for analysts. */

import { IDENTITY_COLUMNS, IDENTITY_TABLES, identityViewSql } from './identity-view.ts';
import { SECURITY_LAKE_VIEWS } from './security-lake-views.ts';
import { type LakeTable, PARTITION_KEYS, storedTableName, TABLES, tableForClass } from './tables.ts';
import { type LakeType, trinoType } from './types.ts';

export interface ViewColumn {
  name: string;
  /** As Trino writes it: `row("ip" varchar)`. */
  trinoType: string;
  type: LakeType;
}

/** A view as data: infra makes a Glue `VIRTUAL_VIEW` of it, the embedded engine a view over the same text. */
export interface LakeView {
  name: string;
  /** The view's query in Athena's dialect. */
  athenaSql: string;
  columns: readonly ViewColumn[];
  /** The tables and views that the text names. */
  reads: readonly string[];
  /** True where the text is plain enough to mean the same in every dialect. */
  portable?: boolean;
}

const viewColumn = (name: string, type: LakeType): ViewColumn => ({ name, trinoType: trinoType(type), type });

const PARTITIONS: readonly ViewColumn[] = PARTITION_KEYS.map((name) => viewColumn(name, { kind: 'string' }));

/** The columns of a table as queries see them: those of the files, then the partition keys. */
export const tableColumns = (table: LakeTable): ViewColumn[] => [
  ...table.columns.map(({ name, type }) => viewColumn(name, type)),
  ...PARTITIONS,
];

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/**
 * A table's view gives each event once: of several copies (the same event from two channels, or a file written again under another
 * name) the last ingested. The window is partitioned by the partition keys first, so that Trino pushes predicates on them below it.
 */
function tableView(table: LakeTable): LakeView {
  const columns = tableColumns(table);
  const copies = `SELECT *, row_number() OVER (PARTITION BY source, eventday, metadata.uid ORDER BY ingest_time_dt DESC) AS copy_number FROM ${storedTableName(table)}`;
  const athenaSql = `SELECT ${quoted(columns.map(({ name }) => name))} FROM (${copies}) WHERE copy_number = 1 OR metadata.uid IS NULL`;
  return { name: table.name, athenaSql, columns, reads: [storedTableName(table)] };
}

/** What every class has, and where it lies. */
function eventsView(): LakeView {
  const base = tableForClass(0);
  const shared = base.columns.filter(({ name }) => TABLES.every((table) => table.columns.some((column) => column.name === name)));
  const columns = [...shared.map(({ name, type }) => viewColumn(name, type)), ...PARTITIONS];
  const list = quoted(columns.map(({ name }) => name));
  const reads = TABLES.map(({ name }) => name);
  const athenaSql = reads.map((name) => `SELECT ${list} FROM ${name}`).join('\nUNION ALL\n');
  return { name: 'events', athenaSql, columns, reads, portable: true };
}

/** One flat column: its name, the expression, and the column that the expression needs (NULL where a class has none). */
interface Flat {
  name: string;
  needs: string;
  sql: string;
  type: LakeType;
}

const TEXT: LakeType = { kind: 'string' };
const TEXTS: LakeType = { kind: 'array', element: TEXT };

const flat = (name: string, sql: string, type: LakeType = TEXT): Flat => ({
  name,
  sql,
  needs: sql.split(/[.(]/)[0] ?? sql,
  type,
});

const AUDIT_COLUMNS: readonly Flat[] = [
  flat('time', 'time_dt', { kind: 'timestamp' }),
  flat('event_id', 'metadata.uid'),
  flat('event_name', 'api.operation'),
  flat('event_source', 'api.service.name'),
  flat('user_name', 'actor.user.name'),
  flat('user_type', 'actor.user.type'),
  flat('user_arn', 'actor.user.uid'),
  flat('principal_id', 'actor.user.uid_alt'),
  flat('access_key_id', 'actor.user.credential_uid'),
  flat('session_issuer', 'actor.session.issuer'),
  flat('is_mfa', 'actor.session.is_mfa', { kind: 'boolean' }),
  { ...flat('src_ip', 'src_endpoint.ip'), sql: 'coalesce(src_endpoint.ip, src_endpoint.domain, src_endpoint.svc_name)' },
  flat('user_agent', 'http_request.user_agent'),
  flat('status', 'status'),
  flat('error_code', 'api.response.error'),
  { ...flat('error_message', 'api.response.message'), sql: 'coalesce(api.response.error_message, api.response.message)' },
  flat('account_id', 'accountid'),
  flat('region', 'region'),
  { ...flat('resources', 'resources', TEXTS), sql: 'transform(resources, r -> coalesce(r.uid, r.name))' },
  flat('request', 'api.request.data'),
  flat('response', 'api.response.data'),
  flat('request_id', 'api.request.uid'),
  flat('class_name', 'class_name'),
  flat('raw_ref', 'raw_ref', rawRefType()),
  flat('source', 'source'),
  flat('eventday', 'eventday'),
];

function rawRefType(): LakeType {
  return tableForClass(0).columns.find(({ name }) => name === 'raw_ref')?.type ?? { kind: 'string' };
}

/** What audit trails become: API calls, sign-ins, account changes. */
const AUDIT_CLASSES = [6003, 3002, 3001] as const;

/** A flat view over the classes that audit trails become: one row an API call, sign-in or account change. */
function auditView(name: string, where: string): LakeView {
  const branches = AUDIT_CLASSES.map((classUid) => {
    const table = tableForClass(classUid);
    const known = new Set([...table.columns.map((column) => column.name), ...PARTITION_KEYS]);
    const items = AUDIT_COLUMNS.map((column) => {
      const sql = known.has(column.needs) ? column.sql : `CAST(NULL AS ${trinoType(column.type)})`;
      return `${sql} AS "${column.name}"`;
    });
    return `SELECT ${items.join(', ')} FROM ${table.name}${where}`;
  });
  return {
    name,
    athenaSql: branches.join('\nUNION ALL\n'),
    columns: AUDIT_COLUMNS.map((column) => viewColumn(column.name, column.type)),
    reads: AUDIT_CLASSES.map((classUid) => tableForClass(classUid).name),
  };
}

const FINDING_COLUMNS: readonly Flat[] = [
  flat('time', 'time_dt', { kind: 'timestamp' }),
  flat('event_id', 'metadata.uid'),
  flat('finding_uid', 'finding_info.uid'),
  flat('title', 'finding_info.title'),
  flat('types', 'finding_info.types', TEXTS),
  flat('severity', 'severity'),
  flat('severity_id', 'severity_id', { kind: 'int' }),
  flat('status', 'status'),
  flat('is_alert', 'is_alert', { kind: 'boolean' }),
  flat('product', 'metadata.product.name'),
  flat('rule_id', 'finding_info.analytic.uid'),
  flat('rule_name', 'finding_info.analytic.name'),
  {
    ...flat('techniques', 'finding_info.attacks', TEXTS),
    sql: 'transform(finding_info.attacks, a -> coalesce(a.sub_technique.uid, a.technique.uid))',
  },
  { ...flat('resources', 'resources', TEXTS), sql: 'transform(resources, r -> coalesce(r.uid, r.name))' },
  flat('account_id', 'accountid'),
  flat('region', 'region'),
  flat('src_url', 'finding_info.src_url'),
  flat('source', 'source'),
  flat('eventday', 'eventday'),
];

function findingsView(): LakeView {
  const items = FINDING_COLUMNS.map((column) => `${column.sql} AS "${column.name}"`);
  return {
    name: 'findings',
    athenaSql: `SELECT ${items.join(', ')} FROM ${tableForClass(2004).name}`,
    columns: FINDING_COLUMNS.map((column) => viewColumn(column.name, column.type)),
    reads: [tableForClass(2004).name],
  };
}

const identityView = (): LakeView => ({
  name: 'identity_activity',
  athenaSql: identityViewSql(),
  columns: IDENTITY_COLUMNS.map(({ name, type }) => viewColumn(name, type)),
  reads: IDENTITY_TABLES,
});

/** The views over single tables, which queries know by the plain class names. */
export const TABLE_VIEWS: readonly LakeView[] = TABLES.map(tableView);

/** The views over those, in an order in which each needs only earlier ones. `audit` is every trail, `cloudtrail` one source of it. */
export const DERIVED_VIEWS: readonly LakeView[] = [
  eventsView(),
  auditView('audit', ''),
  auditView('cloudtrail', " WHERE source = 'aws-cloudtrail'"),
  findingsView(),
  ...SECURITY_LAKE_VIEWS,
  identityView(),
];

/** Every view, in the order in which they must be made. */
export const LAKE_VIEWS: readonly LakeView[] = [...TABLE_VIEWS, ...DERIVED_VIEWS];
