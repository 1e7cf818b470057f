/** Asks history what a rule would have found: matches a day, the principals behind them, and what the question costs. */
import { YaguraError } from '../../error.ts';
import type { Json } from '../../json.ts';
import type { SigmaRule } from '../ast.ts';
import { type CompiledSql, firesSql, LAKE_MAPS, mapsOfRule, type SqlOptions, type SqlWindow } from './compile.ts';

/** The part of the query port that a backtest needs. @see ports/query.ts */
export interface BacktestQuery {
  run(sql: string): Promise<{ rows: Json[][]; scannedBytes: number }>;
}

export interface Backtest {
  windowDays: number;
  /** Events of the rule's source in the window. */
  events: number;
  matches: number;
  /** Events of which the lake cannot tell whether they match: they count as none. */
  undecided: number;
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
  { lakeMaps = LAKE_MAPS, ...options }: Omit<SqlOptions, 'window'> = {},
): Promise<Backtest> {
  const windowDays = daysOf(window);
  const compiled = historySql(rule, { ...options, lakeMaps, window });
  const problems = compiled.flatMap((one) => one.problems);
  if (problems.length > 0) throw new YaguraError('BadContent', `"${rule.info.title}" cannot be asked of the lake`, { problems });
  const rows: FiresRow[] = [];
  let scannedBytes = 0;
  for (const { sql } of compiled) {
    if (sql === undefined) continue;
    const found = await query.run(sql);
    rows.push(...found.rows.map(firesRow));
    scannedBytes += found.scannedBytes;
  }
  const total = (of: (row: FiresRow) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
  const fired = rows.filter(({ fires }) => fires > 0);
  const days = sums(fired.map(({ day, fires }) => [day, fires]));
  const named = fired.flatMap(({ principal, fires }) => (principal === undefined ? [] : [[principal, fires] as const]));
  return {
    windowDays,
    events: total(({ events }) => events),
    undecided: total(({ undecided }) => undecided),
    matches: total(({ fires }) => fires),
    perDay: [...days].map(([day, count]) => ({ day, count })).sort((a, b) => (a.day < b.day ? -1 : 1)),
    topPrincipals: [...sums(named)]
      .map(([id, count]) => ({ id, count }))
      .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
      .slice(0, TOP),
    scannedBytes,
  };
}

/** The query for each source whose records the rule reads; one with problems where it cannot be asked. */
export function historySql(rule: SigmaRule, options: SqlOptions): CompiledSql[] {
  // Events of all sources are asked together.
  if (rule.taxonomy === 'ocsf') return [firesSql(rule, options)];
  const sources = mapsOfRule(rule, options.lakeMaps ?? LAKE_MAPS).map(({ source }) => source);
  const wanted = options.source === undefined ? sources : [options.source];
  return wanted.length === 0 ? [firesSql(rule, options)] : wanted.map((source) => firesSql(rule, { ...options, source }));
}

interface FiresRow {
  day: string;
  principal: string | undefined;
  events: number;
  fires: number;
  undecided: number;
}

const firesRow = ([day, principal, events, fires, undecided]: Json[]): FiresRow => ({
  day: typeof day === 'string' ? day : '',
  principal: typeof principal === 'string' ? principal : undefined,
  events: Number(events ?? 0),
  fires: Number(fires ?? 0),
  undecided: Number(undecided ?? 0),
});

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
