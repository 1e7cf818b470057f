/** Turns Sigma rules into Athena SQL over the lake's tables of a source, or says why a rule cannot be asked there. */
import { type Problem, YaguraError } from '../../error.ts';
import { atomsOf, type Expr, type SigmaRule, wholeExpr } from '../ast.ts';
import { FIELD_MAPS, type FieldMap, mapsFor } from '../field-map.ts';
import { AWS_CLOUDTRAIL } from '../maps/aws-cloudtrail.ts';
import { readsSource } from '../readiness.ts';
import { kleeneSql, matchesSql } from './expr-sql.ts';
import { type LakeMap, type MappedSource, wholeRecordMap } from './lake-map.ts';
import { anyOfSql } from './literal.ts';
import { EVENT_COLUMNS, RowQuery, type SqlWindow, UNSURE } from './row-query.ts';
import { eventTarget, recordTarget, type Target } from './target.ts';

export type { SqlWindow } from './row-query.ts';

/** Maps by hand, which read columns where others read the whole record. */
export const LAKE_MAPS: readonly LakeMap[] = [AWS_CLOUDTRAIL];

/** What the lake keeps of each source's raw records. */
export const lakeMapsOf = (sources: readonly MappedSource[]): LakeMap[] =>
  sources.map((source) => LAKE_MAPS.find((map) => map.source === source.id) ?? wholeRecordMap(source));

export interface SqlOptions {
  /** Days that the query reads. */
  window: SqlWindow;
  /** Default: the source whose log source the rule names. */
  source?: string;
  lakeMaps?: readonly LakeMap[];
  fieldMaps?: readonly FieldMap[];
}

export interface CompiledSql {
  /** Undefined where there are problems. */
  sql: string | undefined;
  columns: { name: string; type: string }[];
  /** Why the rule is unsupported in SQL: it would not surely give the stream's answer. */
  problems: Problem[];
}

/** @see Athena quotas: a query string has at most 262144 bytes */
const MAX_SQL_BYTES = 262_144;
const DAY = /^\d{8}$/;

/** A query with one row for each event of the window that the rule matches, in the order of time. */
export function compileSql(rule: SigmaRule, options: SqlOptions): CompiledSql {
  const built = build([rule], options);
  const columns = EVENT_COLUMNS.map(([name, , type]) => ({ name, type }));
  const [only] = built.rules;
  if (only === undefined || only.problems.length > 0 || built.relation === undefined)
    return { sql: undefined, columns, problems: only?.problems ?? [] };
  const where = `${only.matches} AND NOT ${anyOfSql([UNSURE, ...only.undecided])}`;
  const sql = `SELECT ${columns.map(({ name }) => `"${name}"`).join(', ')}\nFROM ${built.relation}\nWHERE ${where}\nORDER BY "time", uid`;
  return sized({ sql, columns, problems: [] }, rule);
}

/**
 * As `compileSql`, with the texts of these fields of the rule's records behind the columns of the event, each as a JSON list. What a
 * correlation reads of its base rules.
 */
export function compileMatchesSql(rule: SigmaRule, fields: readonly string[], options: SqlOptions): CompiledSql {
  const target = targetOf(rule, options);
  const columns = [
    ...EVENT_COLUMNS.map(([name, , type]) => ({ name, type })),
    ...fields.map((_, i) => ({ name: `g${i}`, type: 'varchar' })),
  ];
  if ('why' in target) return { sql: undefined, columns, problems: [problemOf(rule, target.why)] };
  const query = new RowQuery(target);
  const only = builtRule(rule, query);
  const whys = fields.flatMap((field) => {
    const made = query.texts(field);
    return 'why' in made ? [made.why] : [];
  });
  const problems = [...only.problems, ...whys.map((why) => problemOf(rule, why))];
  if (problems.length > 0) return { sql: undefined, columns, problems };
  const where = `${only.matches} AND NOT ${anyOfSql([UNSURE, ...only.undecided])}`;
  const sql = `SELECT ${columns.map(({ name }) => `"${name}"`).join(', ')}\nFROM ${query.relation(checked(options.window))}\nWHERE ${where}`;
  return sized({ sql, columns, problems: [] }, rule);
}

/**
 * A query with one row for each event of the window: its uid and, in a column `v0`, `v1`, … for each rule, 'match', 'no_match' or
 * 'not_applicable'. NULL: an object stands where the rule tests a text, and the lake does not hold the object's text.
 * Rules that are unsupported have problems and no column.
 */
export function verdictSql(
  rules: readonly SigmaRule[],
  options: SqlOptions,
): { sql: string | undefined; rules: { rule: SigmaRule; column: string | undefined; problems: Problem[] }[] } {
  const built = build(rules, options);
  const answers = built.rules.map(({ rule, problems }, index) => ({
    rule,
    problems,
    column: problems.length === 0 ? `v${index}` : undefined,
  }));
  const columns = built.rules.flatMap((one, index) => (one.problems.length === 0 ? [`${verdictCase(one)} AS v${index}`] : []));
  if (columns.length === 0 || built.relation === undefined) return { sql: undefined, rules: answers };
  return { sql: `SELECT uid, ${columns.join(',\n  ')}\nFROM ${built.relation}`, rules: answers };
}

/** The columns of `firesSql`. */
export const FIRES_COLUMNS = ['eventday', 'principal', 'events', 'fires', 'undecided'] as const;

/**
 * A query with a row for each day and each principal whom the rule matches, and one for all other events of the day: how many events,
 * how many matches, and of how many the lake cannot tell.
 */
export function firesSql(rule: SigmaRule, options: SqlOptions): CompiledSql {
  const { rules, relation } = build([rule], options);
  const columns = FIRES_COLUMNS.map((name) => ({
    name,
    type: name === 'eventday' || name === 'principal' ? 'varchar' : 'bigint',
  }));
  const [only] = rules;
  if (only === undefined || only.problems.length > 0 || relation === undefined)
    return { sql: undefined, columns, problems: only?.problems ?? [] };
  const undecided = `coalesce(${anyOfSql([UNSURE, ...only.undecided])}, false)`;
  const judged = `SELECT eventday, principal, ${undecided} AS is_undecided, ${only.matches} AND NOT ${undecided} AS fires FROM ${relation}`;
  const who = 'CASE WHEN fires THEN principal END';
  const sql = `SELECT eventday, ${who} AS principal, count(*) AS events, count_if(fires) AS fires, count_if(is_undecided) AS undecided\nFROM (${judged})\nGROUP BY eventday, ${who}\nORDER BY eventday, 4 DESC, 2`;
  return sized({ sql, columns, problems: [] }, rule);
}

function verdictCase({ matches, kleene, undecided }: BuiltRule): string {
  return `CASE WHEN ${anyOfSql([UNSURE, ...undecided])} THEN CAST(NULL AS varchar) WHEN ${matches} THEN 'match' WHEN NOT coalesce(${kleene}, true) THEN 'no_match' ELSE 'not_applicable' END`;
}

interface BuiltRule {
  rule: SigmaRule;
  problems: Problem[];
  matches: string;
  kleene: string;
  undecided: string[];
}

function build(rules: readonly SigmaRule[], options: SqlOptions): { rules: BuiltRule[]; relation: string | undefined } {
  const window = checked(options.window);
  const targets = rules.map((rule) => targetOf(rule, options));
  const found = targets.find((target) => !('why' in target));
  if (found === undefined || 'why' in found) {
    return { rules: rules.map((rule, index) => unsupported(rule, reasonOf(targets[index]))), relation: undefined };
  }
  const query = new RowQuery(found);
  const built = rules.map((rule, index) => {
    const target = targets[index];
    if (target !== undefined && 'why' in target) return unsupported(rule, target.why);
    if (target !== undefined && isSame(target, found)) return builtRule(rule, query);
    return unsupported(rule, `the rule is for other records than ${found.sources.join(', ')}`);
  });
  return { rules: built, relation: query.relation(window) };
}

const isSame = (a: Target, b: Target): boolean => a.hasRaw === b.hasRaw && a.sources.join() === b.sources.join();

/** @throws YaguraError BadInput */
function checked(window: SqlWindow): SqlWindow {
  for (const day of [window.fromDay, window.toDay]) {
    if (!DAY.test(day)) throw new YaguraError('BadInput', `${JSON.stringify(day.slice(0, 40))} is no day; write yyyyMMdd`);
  }
  return window;
}

const reasonOf = (target: Target | { why: string } | undefined): string =>
  target !== undefined && 'why' in target ? target.why : 'no source';

/** What a rule is asked of: the raw records of one source, or the events of all that it reads. */
function targetOf(
  rule: SigmaRule,
  { source, lakeMaps = LAKE_MAPS, fieldMaps = FIELD_MAPS }: SqlOptions,
): Target | { why: string } {
  const maps = mapsOfRule(rule, lakeMaps).filter((one) => source === undefined || one.source === source);
  const [first] = maps;
  if (first === undefined) {
    const { product = '*', service = '*', category = '*' } = rule.logsource;
    const at = source === undefined ? '' : ` for ${source}`;
    return { why: `the lake has no map of the fields of log source ${product}/${service}/${category}${at}` };
  }
  return rule.taxonomy === 'ocsf' ? eventTarget(maps) : recordTarget(first, mapsFor(fieldMaps, first.logsources));
}

/** The maps of the sources whose records a rule reads. */
export const mapsOfRule = (rule: SigmaRule, lakeMaps: readonly LakeMap[]): LakeMap[] =>
  lakeMaps.filter((map) => readsSource(rule, map));

function builtRule(rule: SigmaRule, query: RowQuery): BuiltRule {
  const expr: Expr = wholeExpr(rule);
  const whys = new Set<string>();
  const undecided = new Set<string>();
  const names = new Map<unknown, string>();
  for (const atom of atomsOf(expr)) {
    const columns = query.atom(atom);
    if ('why' in columns) {
      whys.add(columns.why);
      continue;
    }
    names.set(atom, columns.truth);
    if (columns.undecided !== undefined) undecided.add(columns.undecided);
  }
  if (whys.size > 0) return unsupported(rule, ...whys);
  const truthOf = (atom: unknown): string => names.get(atom) ?? 'NULL';
  return { rule, problems: [], matches: matchesSql(expr, truthOf), kleene: kleeneSql(expr, truthOf), undecided: [...undecided] };
}

const unsupported = (rule: SigmaRule, ...whys: string[]): BuiltRule => ({
  rule,
  problems: whys.map((why) => problemOf(rule, why)),
  matches: 'false',
  kleene: 'NULL',
  undecided: [],
});

const problemOf = (rule: SigmaRule, why: string): Problem => ({ at: rule.info.path, what: `Unsupported in SQL: ${why}` });

function sized(compiled: CompiledSql, rule: SigmaRule): CompiledSql {
  const bytes = new TextEncoder().encode(compiled.sql ?? '').length;
  if (bytes <= MAX_SQL_BYTES) return compiled;
  const why = `the query has ${bytes} bytes, and Athena takes ${MAX_SQL_BYTES}`;
  return { ...compiled, sql: undefined, problems: [{ ...problemOf(rule, why), fix: 'shorten the lists, or split the rule.' }] };
}
