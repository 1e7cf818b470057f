/** A query's SQL → the same query with the days that its conditions on time imply, or an error that shows where a bound is missing. */
import { nearest, type Problem, YaguraError } from '../error.ts';
import { SECURITY_LAKE_FIX, securityLakeName } from '../lake/security-lake-views.ts';
import { boundsOf, DAY_COLUMN, type Days, type Insertion, type TimeColumns } from './bounds.ts';
import type { ParseSql } from './parse.ts';
import { type Scan, scansOf } from './scans.ts';
import { ruleOf, type SqlRule, textOf, tokensOf } from './tree.ts';

/** Tables and views by their names. */
export type LakeNames = ReadonlyMap<string, TimeColumns>;

export interface BoundedSql {
  sql: string;
  /** What it reads, in the order of the text; views count as what they are named. */
  scans: { table: string; days: Days }[];
  /** The scans without a bound; empty unless it was allowed. */
  unbounded: Problem[];
}

export interface BoundedOptions {
  parse: ParseSql;
  names: LakeNames;
  /** Epoch ms. */
  nowMs: number;
  parameters?: readonly (string | number)[];
  /** Let scans pass that have no bound. */
  unbounded?: boolean;
}

/** Statements that only look at the catalog, or plan a query without running it. */
const HARMLESS = new Set([
  'Explain',
  'ShowTables',
  'ShowColumns',
  'ShowCreateTable',
  'ShowCreateView',
  'ShowSchemas',
  'ShowFunctions',
]);

/**
 * Every scan of the lake needs a lower bound of eventday, said or implied by a condition on event time that stands with it.
 * @throws YaguraError BadInput for what is no query, no table of the lake or no day; Refused where a scan has no bound
 */
export async function boundedSql(sql: string, options: BoundedOptions): Promise<BoundedSql> {
  const root = await options.parse(sql);
  const statement = ruleOf(root, 'SingleStatement')?.kids.find((kid): kid is SqlRule => kid.rule !== undefined) ?? root;
  if (HARMLESS.has(statement.rule)) return { sql, scans: [], unbounded: [] };
  if (statement.rule !== 'StatementDefault') throw notAllowed(statement);
  const places = placeholders(root);
  const constants = {
    nowMs: options.nowMs,
    parameterAt: ({ line, column }: { line: number; column: number }) =>
      options.parameters?.[places.indexOf(`${line}:${column}`)],
  };
  const known = scansOf(statement).flatMap((scan) => {
    const table = tableOf(scan, options.names);
    return table === undefined ? [] : [{ scan, table }];
  });
  const insertions: Insertion[] = [];
  const result: BoundedSql = { sql, scans: [], unbounded: [] };
  for (const { scan, table } of known) {
    const beside = known.filter((one) => one.scan.select === scan.select);
    const bounds = boundsOf(scan, { table, beside }, constants);
    if (bounds.wrongDays.length > 0) throw wrongDay(bounds.wrongDays);
    insertions.push(...bounds.insertions);
    result.scans.push({ table: scan.table, days: bounds.days });
    if (bounds.days.from === undefined) result.unbounded.push(missingBound(scan, table, options.nowMs));
  }
  if (result.unbounded.length > 0 && options.unbounded !== true)
    throw new YaguraError('Refused', 'the query would read the whole history of the lake', { problems: result.unbounded });
  return { ...result, sql: inserted(sql, insertions) };
}

function placeholders(root: SqlRule): string[] {
  return tokensOf(root)
    .filter(({ token }) => token === 'QUESTION_MARK')
    .map(({ line, column }) => `${line}:${column}`);
}

/** Undefined for what is not in the lake: the catalog's own tables. */
function tableOf({ schema, table, node }: Scan, names: LakeNames): TimeColumns | undefined {
  const known = names.get(table);
  if (schema === 'information_schema' || schema.endsWith('.information_schema')) return undefined;
  if (known !== undefined) return known;
  const close = nearest(table, [...names.keys()]);
  const at = `line ${node.line}:${node.column}`;
  const like = close === undefined ? 'SHOW TABLES lists the tables.' : `Did you mean \`${close}\`?`;
  const fix = securityLakeName(table) === undefined ? like : SECURITY_LAKE_FIX;
  throw new YaguraError('BadInput', `${at}: table \`${table}\` does not exist`, {
    problems: [{ at, what: `table \`${table}\` does not exist`, fix }],
  });
}

function notAllowed(statement: SqlRule): YaguraError {
  const word = (textOf(statement).split(' ')[0] ?? '').toUpperCase();
  const at = `line ${statement.line}:${statement.column}`;
  const what = `${statement.rule === 'ExplainAnalyze' ? 'EXPLAIN ANALYZE' : word} is not allowed: the lake is read only`;
  return new YaguraError('BadInput', `${at}: ${what}`, {
    problems: [{ at, what, fix: 'Use SELECT, WITH, SHOW TABLES, DESCRIBE or EXPLAIN.' }],
  });
}

function wrongDay(wrong: readonly { text: string; node: SqlRule }[]): YaguraError {
  const problems = wrong.map(({ text, node }) => ({
    at: `line ${node.line}:${node.column}`,
    what: `${DAY_COLUMN} is compared with ${text.slice(0, 60)}, which is no day`,
    allowed: "yyyyMMdd as text: '20261130'",
    fix: 'write the day without dashes, in quotes',
  }));
  return new YaguraError('BadInput', `${DAY_COLUMN} is compared with what is no day`, { problems });
}

const WEEK_MS = 7 * 86_400_000;

function missingBound(scan: Scan, table: TimeColumns, nowMs: number): Problem {
  const day = new Date(Math.max(0, nowMs - WEEK_MS)).toISOString().slice(0, 10).replaceAll('-', '');
  const where = scan.select === undefined ? 'a SELECT with a WHERE' : 'the WHERE of this SELECT';
  const time = table.columns.has('time_dt')
    ? 'time_dt'
    : table.columns.has('time') && !table.epochMs.has('time')
      ? 'time'
      : undefined;
  const name = `${scan.labelText}.`;
  const example = time === undefined ? '' : `, or ${name}${time} >= current_timestamp - INTERVAL '7' DAY`;
  return {
    at: `line ${scan.node.line}:${scan.node.column}`,
    what: `\`${scan.table}\` is read without a first day: nothing that stands with it bounds ${DAY_COLUMN} from below${why(scan, table)}`,
    fix: table.columns.has(DAY_COLUMN)
      ? `add to ${where}: AND ${name}${DAY_COLUMN} >= '${day}'${example}`
      : `read a table or view that has ${DAY_COLUMN}`,
  };
}

function why(scan: Scan, table: TimeColumns): string {
  if (!table.columns.has(DAY_COLUMN)) return ', and it has no such column';
  if (scan.opaque) return ' (renamed columns, table functions and MATCH_RECOGNIZE hide it: put a subquery with a WHERE there)';
  return ' (each scan counts: every branch of UNION and of OR, every side of a join, every subquery)';
}

function inserted(sql: string, insertions: readonly Insertion[]): string {
  if (insertions.length === 0) return sql;
  // The grammar counts code points.
  const points = [...sql];
  const marks = insertions.flatMap(({ start, end, text }) => [
    { at: start, text: '(' },
    { at: end, text },
  ]);
  let [text, from] = ['', 0];
  for (const mark of marks.sort((a, b) => a.at - b.at)) {
    text += points.slice(from, mark.at).join('') + mark.text;
    from = mark.at;
  }
  return text + points.slice(from).join('');
}
