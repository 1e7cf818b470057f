/** Turns timestamps as events write them into epoch milliseconds, and back, each text and each moment once. */
import type { Json } from '../json.ts';

/** In `ocsf_extra`, how a typed value must be read to give the event's own back: as JSON, without milliseconds, not at all. */
export const AS = '$as';

/** The dates that a timestamp column can hold: years 1 to 9999. */
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;

/** @see RFC 3339, section 5.6 */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Neighbours share their seconds, and a batch its ingest time: what was read or written once is remembered, so many at the most. */
const MOMENTS = 4_096;
const isoByMs = new Map<number, string>();

/** RFC 3339 with milliseconds; undefined outside of the years 1 to 9999. */
export function isoOf(ms: number): string | undefined {
  const known = isoByMs.get(ms);
  if (known !== undefined) return known;
  if (!(ms >= MIN_MS && ms <= MAX_MS)) return undefined;
  const iso = new Date(ms).toISOString();
  if (isoByMs.size >= MOMENTS) isoByMs.clear();
  isoByMs.set(ms, iso);
  return iso;
}

/** A timestamp's typed value, and what `ocsf_extra` must keep of how it was written. */
export interface Moment {
  ms: bigint;
  rest: Json | undefined;
}
const moments = new Map<string, Moment>();

/** Undefined for a text that is no RFC 3339 timestamp. */
export function momentOf(text: string): Moment | undefined {
  const known = moments.get(text);
  if (known !== undefined) return known;
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  const iso = Number.isNaN(ms) ? undefined : isoOf(ms);
  if (iso === undefined) return undefined;
  const rest = iso === text ? undefined : iso.replace('.000Z', 'Z') === text ? { [AS]: 'seconds' } : text;
  if (moments.size >= MOMENTS) moments.clear();
  const moment = { ms: BigInt(ms), rest };
  moments.set(text, moment);
  return moment;
}
