/** Asks history what a rule would have found: matches a day, the principals behind them, and what the question costs. */
import { YaguraError } from '../../error.ts';
import type { Json } from '../../json.ts';
import type { SigmaRule } from '../ast.ts';
import { compileSql, type SqlOptions, type SqlWindow, totalSql } from './compile.ts';

/** The part of the query port that a backtest needs. @see ports/query.ts */
export interface BacktestQuery {
  run(sql: string): Promise<{ rows: Json[][]; scannedBytes: number }>;
}

export interface Backtest {
  windowDays: number;
  /** Events of the rule's source in the window. */
  events: number;
  matches: number;
  /** Days with a match, in order, as yyyyMMdd. */
  perDay: { day: string; count: number }[];
  /** At most ten, most matches first; events that name nobody are not counted here. */
  topPrincipals: { id: string; count: number }[];
  scannedBytes: number;
}

const TOP = 10;

/** @throws YaguraError BadContent with every reason where the rule is unsupported in SQL, BadInput for a window that is none */
export async function backtest(
  rule: SigmaRule,
  query: BacktestQuery,
  window: SqlWindow,
  options: Omit<SqlOptions, 'window'> = {},
): Promise<Backtest> {
  const windowDays = daysOf(window);
  const { sql, problems } = compileSql(rule, { ...options, window });
  const total = totalSql(rule, { ...options, window });
  if (sql === undefined || total === undefined)
    throw new YaguraError('BadContent', `"${rule.info.title}" cannot be asked of the lake`, { problems });
  const inner = sql.slice(0, sql.lastIndexOf('\nORDER BY'));
  const grouped = `SELECT eventday, principal, count(*) AS fires FROM (\n${inner}\n) GROUP BY eventday, principal ORDER BY eventday, fires DESC, principal`;
  const [fires, events] = [await query.run(grouped), await query.run(total)];
  const rows = fires.rows.map(([day, principal, count]) => ({ day: textOf(day), principal, count: Number(count ?? 0) }));
  return {
    windowDays,
    events: Number(events.rows[0]?.[0] ?? 0),
    matches: rows.reduce((sum, { count }) => sum + count, 0),
    perDay: [...sums(rows.map(({ day, count }) => [day, count]))].map(([day, count]) => ({ day, count })),
    topPrincipals: [
      ...sums(rows.flatMap(({ principal, count }) => (typeof principal === 'string' ? [[principal, count] as const] : []))),
    ]
      .map(([id, count]) => ({ id, count }))
      .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
      .slice(0, TOP),
    scannedBytes: fires.scannedBytes + events.scannedBytes,
  };
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function sums(pairs: readonly (readonly [string, number])[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const [key, count] of pairs) totals.set(key, (totals.get(key) ?? 0) + count);
  return totals;
}

const DAY_MS = 86_400_000;

/** Days of the window, both ends included. */
function daysOf({ fromDay, toDay }: SqlWindow): number {
  const [from, to] = [dayMs(fromDay), dayMs(toDay)];
  const days = Math.round((to - from) / DAY_MS) + 1;
  if (!(days >= 1))
    throw new YaguraError('BadInput', `the window ${fromDay} to ${toDay} has no day; write yyyyMMdd, the earlier first`);
  return days;
}

const dayMs = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`);
