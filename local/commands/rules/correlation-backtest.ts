/** `yagura rules backtest` of a correlation: matches of its base rules from the lake in SQL, or from the raw archive, judged by the one evaluator. */
import { YaguraError } from '../../../functions/core/error.ts';
import { baseRules, historyOf } from '../../../functions/core/sigma/correlation/history.ts';
import { type CorrelationHit, correlate } from '../../../functions/core/sigma/correlation/judge.ts';
import type { Match } from '../../../functions/core/sigma/correlation/match.ts';
import type { CorrelationPlan } from '../../../functions/core/sigma/correlation/plan.ts';
import { createMatchReader } from '../../../functions/core/sigma/correlation/reader.ts';
import { readsSource } from '../../../functions/core/sigma/readiness.ts';
import { lakeMapsOf, type SqlWindow } from '../../../functions/core/sigma/sql/compile.ts';
import { compileStream } from '../../../functions/core/sigma/stream.ts';
import type { Query } from '../../../functions/ports/query.ts';
import { eventOfSources } from '../../../functions/sources/event-of.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { rawRecords } from '../../raw-records.ts';

export interface CorrelationBacktest {
  hits: CorrelationHit[];
  /** Base rules' matches that were judged. */
  matches: number;
  scannedBytes: number;
  engine: 'sql' | 'stream';
  /** Why not SQL, where SQL was wished for. */
  why?: string;
}

const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');

/** Hits that end in the window; what led to them may lie before it. */
export async function backtestCorrelation(
  plan: CorrelationPlan,
  from: { query: Query; stateDir: string },
  { window, engine }: { window: SqlWindow; engine: 'sql' | 'stream' },
): Promise<CorrelationBacktest> {
  const reach = { fromDay: dayBefore(window.fromDay, plan.reachMs), toDay: window.toDay };
  const lake = { query: from.query, lakeMaps: lakeMapsOf(SOURCES), eventOf: eventOfSources(SOURCES) };
  const asked = engine === 'sql' ? await historyOf(plan, lake, reach) : undefined;
  const useSql = asked !== undefined && asked.problems.length === 0;
  const read = useSql
    ? { matches: asked.kept.map(({ match }) => match), scannedBytes: asked.scannedBytes }
    : await fromArchive(plan, from.stateDir, reach);
  const hits = correlate(plan, read.matches).filter(
    ({ timeMs }) => dayOf(timeMs) >= window.fromDay && dayOf(timeMs) <= window.toDay,
  );
  const why = asked?.problems.map(({ what }) => what).join('; ');
  return {
    hits,
    matches: read.matches.length,
    scannedBytes: read.scannedBytes,
    engine: useSql ? 'sql' : 'stream',
    ...(useSql || why === undefined ? {} : { why }),
  };
}

function dayBefore(day: string, spanMs: number): string {
  const ms = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`);
  if (!Number.isFinite(ms)) throw new YaguraError('BadInput', `${day} is no day`);
  return dayOf(Math.max(0, ms - spanMs));
}

async function fromArchive(
  plan: CorrelationPlan,
  stateDir: string,
  window: SqlWindow,
): Promise<{ matches: Match[]; scannedBytes: number }> {
  const rules = baseRules(plan);
  const { stream } = compileStream(rules, { sources: SOURCES });
  const reader = createMatchReader({ plans: [plan], silent: new Set() }, SOURCES);
  const matches: Match[] = [];
  let scannedBytes = 0;
  for await (const { source, record, bytes } of rawRecords(stateDir)) {
    if (!rules.some((rule) => readsSource(rule, source))) continue;
    scannedBytes += bytes;
    const event = source.toOcsf(record, { nowMs: 0 });
    const day = dayOf(event.time);
    if (day < window.fromDay || day > window.toDay) continue;
    const matched = { sourceId: source.id, record, event };
    for (const { rule } of stream.match(source.id, record, event))
      matches.push(...reader.read(rule.id, matched).map(({ match }) => match));
  }
  return { matches, scannedBytes };
}
