/** Turns a table into the text of its view: cold rows up to the cut, hot rows after it, each event once. @see docs/decisions/0055-compaction.md */
import { RECORD_DIGEST } from './conform.ts';
import { COLD, type Commit, dayOf, HOT, ON_TIME_MIN, REPLACED, WRITE_MIN } from './cut.ts';
import { ROLLUP_COLUMNS, ROLLUP_TABLE_NAME } from './rollup.ts';
import { type LakeTable, PARTITION_KEYS, storedTableName } from './tables.ts';
import type { LakeView, ViewColumn } from './views.ts';

/** The keys of a stored table: hot and cold files are folders of one table. */
export const STORED_KEYS = ['tier', ...PARTITION_KEYS] as const;
export const TIERS = [HOT, COLD, REPLACED] as const;

const quoted = (names: readonly string[], of = ''): string => names.map((name) => `${of}"${name}"`).join(', ');
const NOW = "CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3))";
const moment = (ms: number): string => `TIMESTAMP '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;

/** The name of the one view that compaction replaces; every table's view reads it. */
export const CUT_VIEW_NAME = 'lake_cut';
/** Commits that the view names: a query sees the last one that had taken effect when it began. */
export const KEPT_COMMITS = 4;

/**
 * One row of constants: the cut for queries that begin now, and its day. A commit says from when on it counts, and a query knows one time,
 * when it began; so all parts of a query agree on the cut, even if the view is replaced while they read it.
 */
export function cutView(commits: readonly Commit[]): LakeView {
  const kept = commits.slice(-KEPT_COMMITS).toReversed();
  const value = (of: (cutMs: number) => string): string => {
    const cases = kept.map(({ cutMs, effectiveMs }) => `WHEN ${NOW} >= ${moment(effectiveMs)} THEN ${of(cutMs)}`);
    return cases.length === 0 ? of(0) : `CASE ${cases.join(' ')} ELSE ${of(0)} END`;
  };
  return {
    name: CUT_VIEW_NAME,
    athenaSql: `SELECT ${value(moment)} AS cut_dt, CAST(${value((cutMs) => `'${dayOf(cutMs)}'`)} AS varchar) AS cut_day`,
    columns: [
      { name: 'cut_dt', trinoType: 'timestamp(3)', type: { kind: 'timestamp' } },
      { name: 'cut_day', trinoType: 'varchar', type: { kind: 'string' } },
    ],
    reads: [],
  };
}

/** Rows that cold files do not have yet. */
const IS_HOT = '(f.ingest_time_dt >= k.cut_dt OR f.eventday >= k.cut_day)';
const IS_COLD = '(f.ingest_time_dt < k.cut_dt AND f.eventday < k.cut_day)';
/**
 * An event that comes after its day was cut is seen once its file must be there, because a query looks for it twice: to show it, and to
 * leave out an older copy.
 */
const IS_SETTLED = `(f.ingest_time_dt < date_add('minute', ${24 * 60 + ON_TIME_MIN}, date_parse(f.eventday, '%Y%m%d')) OR f.ingest_time_dt <= date_add('minute', -${WRITE_MIN}, ${NOW}))`;

/** Rows of a table's files for which a condition on the file row `f` and the cut `k` holds. */
const rowsOf = (table: LakeTable, items: string, where: string): string =>
  `SELECT ${items} FROM ${storedTableName(table)} f CROSS JOIN ${CUT_VIEW_NAME} k WHERE ${where}`;

/** What copies of an event have in common: the content of their record, else their id. Files that have no such column give NULL. */
const eventKey = (of = ''): string => `coalesce(${of}record_digest, ${of}metadata.uid)`;

/** Few: events that came again, hot ones and, once they are compacted, those that the run noted. */
const IS_AGAIN = `f.tier IN ('${HOT}', '${REPLACED}') AND ((f.tier = '${HOT}' AND f.ingest_time_dt >= k.cut_dt AND f.eventday < k.cut_day AND ${IS_SETTLED}) OR (f.tier = '${REPLACED}' AND ${IS_COLD}))`;
const AGAIN_ITEMS = `f.source, f.eventday, ${eventKey('f.')} AS event_key, f.ingest_time_dt AS again_dt`;
const SAME_EVENT = `n.source = f.source AND n.eventday = f.eventday AND n.event_key = ${eventKey('f.')} AND n.again_dt > f.ingest_time_dt`;
const HOT_ROWS = `f.tier = '${HOT}' AND ${IS_HOT} AND ${IS_SETTLED}`;
const COLD_ROWS = `f.tier = '${COLD}' AND ${IS_COLD}`;
const copyNumber = (keys: string): string =>
  `row_number() OVER (PARTITION BY ${keys}source, eventday, ${eventKey()} ORDER BY ingest_time_dt DESC) AS copy_number`;

/**
 * Of several copies of an event the last ingested. The window over the hot ones is partitioned by the partition keys first, so that Trino
 * pushes predicates on them below it; cold rows have no window at all, and every predicate reaches their files.
 */
export function tableViewOf(table: LakeTable, columns: readonly ViewColumn[]): LakeView {
  const names = columns.map(({ name }) => name);
  const copies = `SELECT *, ${copyNumber('')} FROM (${rowsOf(table, quoted(names, 'f.'), HOT_ROWS)})`;
  const hot = `SELECT ${quoted(names)} FROM (${copies}) WHERE copy_number = 1 OR metadata.uid IS NULL`;
  const again = rowsOf(table, AGAIN_ITEMS, IS_AGAIN);
  const cold = `SELECT ${quoted(names, 'f.')} FROM ${storedTableName(table)} f CROSS JOIN ${CUT_VIEW_NAME} k LEFT JOIN (${again}) n ON ${SAME_EVENT} WHERE ${COLD_ROWS} AND n.event_key IS NULL`;
  return { name: table.name, athenaSql: `${cold}\nUNION ALL\n${hot}`, columns, reads: [storedTableName(table), CUT_VIEW_NAME] };
}

/** Hot rows of several tables, each event once, with `lake_table`. */
function manyHotRows(tables: readonly LakeTable[], names: readonly string[]): string {
  const union = tables.map((table) => rowsOf(table, `${quoted(names, 'f.')}, '${table.name}' AS lake_table`, HOT_ROWS));
  const copies = `SELECT *, ${copyNumber('lake_table, ')} FROM (${union.join(' UNION ALL ')})`;
  return `SELECT lake_table, ${quoted(names)} FROM (${copies}) WHERE copy_number = 1 OR metadata.uid IS NULL`;
}

/** The same over several tables at once, with one join and one window for all: an engine takes so many steps in a query and no more. */
export function manyTablesSql(tables: readonly LakeTable[], columns: readonly ViewColumn[]): string {
  const names = columns.map(({ name }) => name);
  const union = (items: string, where: string): string =>
    tables.map((table) => rowsOf(table, `${items}, '${table.name}' AS lake_table`, where)).join(' UNION ALL ');
  const hot = `SELECT ${quoted(names)} FROM (${manyHotRows(tables, names)})`;
  const cold = `SELECT ${quoted(names, 'f.')} FROM (${union(quoted(names, 'f.'), COLD_ROWS)}) f LEFT JOIN (${union(AGAIN_ITEMS, IS_AGAIN)}) n ON n.lake_table = f.lake_table AND ${SAME_EVENT} WHERE n.event_key IS NULL`;
  return `${cold}\nUNION ALL\n${hot}`;
}

/** Lists of scalars are unnested alike on Athena and Trino; items of a list of rows are not. */
const OBSERVABLE_LISTS = ['type_id', 'type', 'value'].map((name) => `transform(h.observables, o -> o.${name})`).join(', ');

/**
 * Of each day, source and class every observed value, how often, when first and last: from the rollup where events are cold, from the events
 * where they are hot.
 */
export function observableDaysSql(tables: readonly LakeTable[]): string {
  const names = ROLLUP_COLUMNS.map(({ name }) => name);
  const cold = `SELECT ${quoted([...names, ...PARTITION_KEYS], 'r.')} FROM ${ROLLUP_TABLE_NAME} r CROSS JOIN ${CUT_VIEW_NAME} k WHERE r.cut_dt <= k.cut_dt`;
  const hot = manyHotRows(tables, ['time_dt', 'ingest_time_dt', 'metadata', 'observables', RECORD_DIGEST, ...PARTITION_KEYS]);
  const values = `SELECT h.lake_table, o.type_id, o.type, o.value, h.time_dt, h.source, h.eventday FROM (${hot}) h CROSS JOIN UNNEST(${OBSERVABLE_LISTS}) AS o (type_id, type, value) WHERE o.value IS NOT NULL`;
  return `${cold}\nUNION ALL\nSELECT lake_table AS class_name, type_id, max(type) AS type, value, count(*) AS observation_count, min(time_dt) AS first_seen_dt, max(time_dt) AS last_seen_dt, source, eventday FROM (${values}) GROUP BY lake_table, type_id, value, source, eventday`;
}
