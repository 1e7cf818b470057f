/** The arithmetic of windows: how far a feed came and what time it is → the next stretch of time to read, and how far it came then. */
import type { ConnectorSettings } from '../core/collect-config.ts';
import type { Feed } from './connector.ts';
import { type FeedState, newState, type Open } from './state.ts';

const MIN_MS = 60_000;
export const DAY_MS = 86_400_000;
/** A margin at the edge of what a vendor still keeps: the request takes time to arrive. */
const AGE_MARGIN_MS = 5 * MIN_MS;

/** Vendors read seconds: windows begin and end at whole ones. */
const wholeSec = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** A feed that was never read: it came as far as the backfill begins. */
export const firstState = ({ backfillDays }: ConnectorSettings, nowMs: number): FeedState =>
  newState(wholeSec(nowMs - backfillDays * DAY_MS));

/**
 * The window after what is done; undefined where the feed is up to date. `lostMs`: time that the vendor no longer keeps.
 * A record that is written late is missed by a window only where that was opened before, so a window that is long past needs no overlap.
 */
export function nextWindow(
  feed: Feed,
  { doneMs, readMs }: FeedState,
  { overlapMin, nowMs }: { overlapMin: number; nowMs: number },
): { open: Open; lostMs: number } | undefined {
  const endMs = wholeSec(nowMs - (feed.settleMs ?? 0));
  if (endMs <= doneMs) return undefined;
  const lateMs = overlapMin * MIN_MS;
  const wantedMs = feed.kind === 'window' && readMs > 0 ? Math.min(doneMs, readMs - lateMs) : doneMs - lateMs;
  const oldestMs = feed.maxAgeMs === undefined ? 0 : nowMs - feed.maxAgeMs + AGE_MARGIN_MS;
  const fromMs = wholeSec(Math.max(wantedMs, oldestMs));
  const lostMs = Math.max(0, oldestMs - doneMs);
  const begun = { fromMs, page: 0, openedMs: nowMs, atMs: nowMs };
  if (feed.kind === 'stream') return { open: begun, lostMs };
  return { open: { ...begun, toMs: Math.min(endMs, fromMs + (feed.maxWindowMs ?? DAY_MS)) }, lostMs };
}

/** How far a feed came that has read a page; never past the window's end, nor past the vendor's own clock when the window was opened. */
export function doneAfter(feed: Feed, state: FeedState, page: { newestMs?: number; isLast: boolean }): number {
  const { open, doneMs } = state;
  if (open === undefined) return doneMs;
  const limitMs = Math.min(open.toMs ?? Number.POSITIVE_INFINITY, open.vendorMs ?? Number.POSITIVE_INFINITY);
  if (page.isLast && open.toMs !== undefined) return Math.max(doneMs, wholeSec(limitMs));
  if (!feed.ascending || page.newestMs === undefined) return doneMs;
  return Math.max(doneMs, wholeSec(Math.min(page.newestMs, limitMs)));
}

/** True where a feed should be read now: the vendor lets us, and it is time, or there is something left over. */
export function isDue(state: FeedState, { everyMin }: ConnectorSettings, nowMs: number): boolean {
  if (nowMs < state.notBeforeMs) return false;
  const waits = state.open !== undefined && state.error === undefined && state.caughtUpMs < state.lastRunMs;
  // Half a minute early is on time: ticks do not come to the second.
  return waits || nowMs >= state.lastRunMs + everyMin * MIN_MS - 30_000;
}
