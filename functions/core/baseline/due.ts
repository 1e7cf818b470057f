/** The time and what was judged so far → the stretches of a baseline that are due, oldest first. */
import { type Baseline, type Stretch, stretchAt } from './baseline.ts';

export interface Judged {
  doneMs?: number;
  version?: string;
  retryAtMs?: number;
}

const LENGTH_MS = { hour: 3_600_000, day: 86_400_000 } as const;
/** Stretches that are caught up after an outage; older ones are given up, and later history holds them. */
const CATCH_UP = { hour: 24, day: 7 } as const;

/** A baseline that never ran begins with the last whole stretch. A failed one waits, unless its file changed. */
export function dueStretches(
  baseline: Pick<Baseline, 'every' | 'version'>,
  { doneMs, version, retryAtMs }: Judged,
  nowMs: number,
): Stretch[] {
  if (version === baseline.version && (retryAtMs ?? 0) > nowMs) return [];
  const last = stretchAt(baseline, nowMs);
  if (doneMs === undefined) return [last];
  const lengthMs = LENGTH_MS[baseline.every];
  const firstMs = Math.max(doneMs, last.toMs - CATCH_UP[baseline.every] * lengthMs);
  const due: Stretch[] = [];
  for (let fromMs = firstMs; fromMs + lengthMs <= last.toMs; fromMs += lengthMs) due.push({ fromMs, toMs: fromMs + lengthMs });
  return due;
}

/** Doubles with each failure, from a quarter of an hour to a day. */
export const retryAfterMs = (failures: number): number =>
  Math.min(86_400_000, 900_000 * 2 ** Math.min(10, Math.max(0, failures - 1)));
