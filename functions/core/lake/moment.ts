/** Turns timestamps as events write them into epoch milliseconds, each text once. */
import type { Json } from '../json.ts';
import { isoText, isoTextMs } from '../timestamp.ts';

/** In `ocsf_extra`, how a typed value must be read to give the event's own back: as JSON, with milliseconds of zero, not at all. */
export const AS = '$as';

/** The dates that a timestamp column can hold: years 1 to 9999. */
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;

/** @see RFC 3339, section 5.6 */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** What is not written as mappers do is remembered, so many at the most. */
const MOMENTS = 4_096;

/** True for epoch ms that a timestamp column can hold. */
export const isTimestamp = (ms: number): boolean => ms >= MIN_MS && ms <= MAX_MS;

/** A timestamp's typed value, and what `ocsf_extra` must keep of how it was written. */
export interface Moment {
  ms: number;
  rest: Json | undefined;
}
const moments = new Map<string, Moment>();

/** Undefined for a text that is no RFC 3339 timestamp. */
export function momentOf(text: string): Moment | undefined {
  const usual = isoTextMs(text);
  if (usual !== undefined) return { ms: usual, rest: undefined };
  const known = moments.get(text);
  if (known !== undefined) return known;
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || !isTimestamp(ms)) return undefined;
  if (moments.size >= MOMENTS) moments.clear();
  const moment = { ms, rest: restOf(text, ms) };
  moments.set(text, moment);
  return moment;
}

/** As mappers write it (`isoText`), nothing is left; with zeros for milliseconds a mark; else the text itself. */
function restOf(text: string, ms: number): Json | undefined {
  if (text === isoText(ms)) return undefined;
  return text === new Date(ms).toISOString() ? { [AS]: 'millis' } : text;
}
