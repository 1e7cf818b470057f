/** Intervals of work → minutes: two cases at once are one analyst's one minute. */
import type { CaseFacts } from './case-facts.ts';
import type { Period } from './duration.ts';

/** Milliseconds that each analyst worked in the period, however many cases at once. */
export function workedMs(cases: readonly CaseFacts[], { fromMs, toMs }: Period): Map<string, number> {
  const spans = cases
    .flatMap(({ state }) => state.work)
    .map(({ analyst, startMs, stopMs }) => ({
      analyst,
      startMs: Math.max(fromMs, startMs),
      stopMs: Math.min(toMs, stopMs ?? toMs),
    }));
  const worked = new Map<string, number>();
  for (const [analyst, own] of Map.groupBy(spans, (span) => span.analyst)) {
    let reachedMs = fromMs;
    let sum = 0;
    for (const { startMs, stopMs } of own.sort((a, b) => a.startMs - b.startMs)) {
      sum += Math.max(0, stopMs - Math.max(startMs, reachedMs));
      reachedMs = Math.max(reachedMs, stopMs);
    }
    if (sum > 0) worked.set(analyst, sum);
  }
  return worked;
}
