/** A clock of a case → the moment at which its time is used up, pauses before it left out: it stays where it is, whatever is paused later. */
import { pausedMs, type SlaClock } from './sla.ts';
import type { CaseState } from './state.ts';

/** @param nowMs of the look that gave the clock. Null where a pause that has not ended stands before it */
export function overMs({ startMs, dueMs, metMs }: SlaClock, { pauses }: Pick<CaseState, 'pauses'>, nowMs: number): number | null {
  let atMs = dueMs - pausedMs({ pauses }, startMs, metMs ?? nowMs);
  for (const { fromMs, toMs } of [...pauses].sort((a, b) => a.fromMs - b.fromMs)) {
    if (toMs !== null && toMs <= startMs) continue;
    if (fromMs >= atMs) break;
    if (toMs === null) return null;
    atMs += toMs - Math.max(fromMs, startMs);
  }
  return atMs;
}
