/** A clock of a case → the moment at which its time is used up, pauses before it left out: it stays where it is, whatever is paused later. */
import type { SlaClock } from './sla.ts';
import type { CaseState } from './state.ts';

/** Null where a pause that has not ended stands before it */
export function overMs({ startMs, unpausedDueMs }: SlaClock, { pauses }: Pick<CaseState, 'pauses'>): number | null {
  let atMs = unpausedDueMs;
  for (const { fromMs, toMs } of [...pauses].sort((a, b) => a.fromMs - b.fromMs)) {
    if (toMs !== null && toMs <= startMs) continue;
    if (fromMs >= atMs) break;
    if (toMs === null) return null;
    atMs += toMs - Math.max(fromMs, startMs);
  }
  return atMs;
}
