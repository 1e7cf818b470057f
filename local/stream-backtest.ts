/** A rule and a state's raw archive → what the stream would have found: for rules that cannot be asked in SQL. */
import { entitiesOf } from '../functions/core/entity.ts';
import { primaryEntity } from '../functions/core/finding-summary.ts';
import { recordUid } from '../functions/core/ocsf/record-uid.ts';
import type { SigmaRule } from '../functions/core/sigma/ast.ts';
import { FIELD_MAPS, mapsFor } from '../functions/core/sigma/field-map.ts';
import { evaluate } from '../functions/core/sigma/predicate.ts';
import { readsSource } from '../functions/core/sigma/readiness.ts';
import type { Backtest } from '../functions/core/sigma/sql/backtest.ts';
import type { SqlWindow } from '../functions/core/sigma/sql/compile.ts';
import type { Source } from '../functions/sources/source.ts';
import { rawRecords } from './raw-records.ts';

const TOP = 10;
const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
const dayMs = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`);

/** Reads every record of the archive once. `scannedBytes`: their text, uncompressed. */
export async function streamBacktest(
  rule: SigmaRule,
  { stateDir, sources }: { stateDir: string; sources: readonly Source[] },
  window: SqlWindow,
): Promise<Backtest> {
  const days = new Map<string, number>();
  const principals = new Map<string, number>();
  const seen = new Set<string>();
  let events = 0;
  let scannedBytes = 0;
  for await (const { source, record, bytes } of rawRecords(stateDir, { sources })) {
    if (!readsSource(rule, source)) continue;
    scannedBytes += bytes;
    const event = source.toOcsf(record, { nowMs: 0 });
    const day = dayOf(event.time);
    if (day < window.fromDay || day > window.toDay) continue;
    // One id with two contents is two events, as ingest has it.
    const identity = `${source.id} ${event.metadata.uid} ${recordUid(record)}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    events++;
    const verdict = evaluate(
      rule,
      rule.taxonomy === 'ocsf' ? event : record,
      rule.taxonomy === 'ocsf' ? [] : mapsFor(FIELD_MAPS, source.logsources),
    );
    if (verdict !== 'match') continue;
    add(days, day);
    const who = primaryEntity(entitiesOf(event));
    if (who !== undefined) add(principals, who.id);
  }
  return {
    windowDays: Math.round((dayMs(window.toDay) - dayMs(window.fromDay)) / 86_400_000) + 1,
    events,
    undecided: 0,
    matches: [...days.values()].reduce((sum, count) => sum + count, 0),
    perDay: [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, count]) => ({ day, count })),
    topPrincipals: [...principals]
      .map(([id, count]) => ({ id, count }))
      .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
      .slice(0, TOP),
    scannedBytes,
  };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
