/** What is remembered of a scheduled query's runs and the time → the windows of ingest time that are due, oldest first. */
import type { QueryValues } from '../query-file.ts';
import { type ScheduledQuery, SETTLE_MIN } from './file.ts';

/** Ingest time, epoch ms: from … until before …. */
export interface Window {
  fromMs: number;
  toMs: number;
}

export interface RunState {
  /** The end of the last window that was judged, epoch ms. */
  doneMs?: number;
  /** Not before this, after failures. */
  retryAtMs?: number;
  failures: number;
  /** The version of the file that the failures are of, or for which it is paused. */
  version?: string;
  /** Over its budget: it waits for a change of its file. */
  paused?: boolean;
}

/** Missed windows that one run catches up; the next run goes on. */
export const MAX_CATCH_UP = 6;
/** Older windows are given up: an outage of a week is an incident of its own. */
export const MAX_BEHIND_MS = 7 * 86_400_000;
const MIN_MS = 60_000;
const DAY_MS = 86_400_000;

export interface Due {
  windows: Window[];
  /** Windows that are too old to catch up. */
  skipped: number;
}

export interface DueOptions {
  nowMs: number;
  /** Nothing more is coming: one window, from where the last ended (or from the beginning) until now. */
  settled?: boolean;
}

/** Windows end on whole steps of `every`, so that a run that is repeated asks for the same. */
export function dueWindows({ meta, version }: ScheduledQuery, state: RunState, { nowMs, settled }: DueOptions): Due {
  const isSame = state.version === version;
  if (isSame && (state.paused === true || (state.retryAtMs ?? 0) > nowMs)) return { windows: [], skipped: 0 };
  const everyMs = meta.every * MIN_MS;
  if (settled === true) return { windows: [windowUpTo(nowMs, meta, state.doneMs)], skipped: 0 };
  const lastMs = Math.floor((nowMs - SETTLE_MIN * MIN_MS) / everyMs) * everyMs;
  const doneMs = state.doneMs;
  if (doneMs === undefined) return { windows: [windowTo(lastMs, meta.lookback)], skipped: 0 };
  const ends: number[] = [];
  let skipped = 0;
  for (let endMs = Math.floor(doneMs / everyMs) * everyMs + everyMs; endMs <= lastMs; endMs += everyMs) {
    if (endMs < nowMs - MAX_BEHIND_MS) skipped++;
    else ends.push(endMs);
  }
  return { windows: ends.slice(0, MAX_CATCH_UP).map((endMs) => windowTo(endMs, meta.lookback)), skipped };
}

/** Before anything was ingested. */
const BEGINNING_MS = Date.UTC(2000, 0, 1);

/** All that was not judged, with the overlap: thresholds are on event time, so one wide window is as good as many. */
const windowUpTo = (nowMs: number, { lookback, every }: ScheduledQuery['meta'], doneMs: number | undefined): Window => ({
  fromMs: doneMs === undefined ? BEGINNING_MS : Math.min(nowMs, doneMs) - (lookback - every) * MIN_MS,
  toMs: nowMs,
});

const windowTo = (toMs: number, lookbackMin: number): Window => ({ fromMs: toMs - lookbackMin * MIN_MS, toMs });

/** Doubles with each failure, from one step of `every` to a day. */
export const retryAfterMs = ({ meta }: ScheduledQuery, failures: number): number =>
  Math.min(DAY_MS, meta.every * MIN_MS * 2 ** Math.min(10, Math.max(0, failures - 1)));

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

/**
 * The values of a run. The days reach back over the late ones; a clock that runs ahead may put an event on tomorrow.
 * @param fromDay yyyyMMdd; looks back to this day at least, where history was just brought in
 */
export function windowValues({ meta }: ScheduledQuery, { fromMs, toMs }: Window, fromDay?: string): QueryValues {
  const earliest = dayOf(Math.max(0, fromMs - meta.lateDays * DAY_MS));
  return {
    from_day: fromDay !== undefined && fromDay < earliest ? fromDay : earliest,
    to_day: dayOf(toMs + DAY_MS),
    ingest_from: new Date(fromMs).toISOString(),
    ingest_to: new Date(toMs).toISOString(),
  };
}
