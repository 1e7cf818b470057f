/** Where compaction stands, as one instant: what was ingested before it, of days before its own, is read from cold files; all else from hot ones. */

/** The folders of the lake, which are also the values of the stored tables' partition key `tier`. */
export const HOT = 'ocsf';
export const COLD = 'cold';
/** Not events: ids of events that came again after they were compacted, whose older cold rows do not count. */
export const REPLACED = 'replaced';

/** What each commit took over and nobody needs any more, until it is deleted. */
export const ABSORBED_PREFIX = 'compaction/absorbed/';

/** Where the lake is cut, for queries that begin from a time on. */
export interface Commit {
  cutMs: number;
  effectiveMs: number;
}

/** The cut for a query that begins now; 0 where there is none. */
export const cutAt = (commits: readonly Commit[], nowMs: number): number =>
  commits.reduce((cut, { cutMs, effectiveMs }) => (effectiveMs <= nowMs ? Math.max(cut, cutMs) : cut), 0);

/** Fifteen digits reach the year 33658, and sort as the numbers do. */
const text = (cutMs: number): string => String(cutMs).padStart(15, '0');
const CUT_NAME = /^(\d{15})[-.]/;

export const absorbedKey = (cutMs: number): string => `${ABSORBED_PREFIX}${text(cutMs)}.json`;

/** The beginning of the name of every file that a cut made. */
export const cutName = (cutMs: number): string => text(cutMs);

/** The cut in a name that begins with one; undefined for other names. */
export function cutOf(key: string): number | undefined {
  const digits = CUT_NAME.exec(key.slice(key.lastIndexOf('/') + 1))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The UTC day of an instant as yyyyMMdd. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

/** True for rows that the cut has moved to cold files. */
export const isCovered = (row: { ingestMs: number; eventday: string }, cutMs: number): boolean =>
  row.ingestMs < cutMs && row.eventday < dayOf(cutMs);

/**
 * So long after its day's end an event counts as on time. No cut may take effect earlier, so an event on time is settled wherever cold
 * files have its day.
 */
export const ON_TIME_MIN = 20;
/**
 * From the time that a row bears until its file lies in the lake, at the most: every writer's timeout, and clocks that differ. Athena lists
 * a table more than once in a query; later than that all its listings show the file.
 */
export const WRITE_MIN = 10;
