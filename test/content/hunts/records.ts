// Builds raw records as the vendors write them, for a fortnight in which hunts look for what was planted.
import type { JsonObject } from '../../../functions/core/json.ts';

/** A record and the source that reads it. */
export interface Raw {
  source: string;
  record: JsonObject;
}

export const FROM_DAY = '20260301';
export const TO_DAY = '20260314';
export const LAST_DAY = 14;
export const ACCOUNT = '111122223333';

/** Epoch ms of a time of a day of March 2026. */
export const at = (day: number, hour = 9, minute = 0, second = 0): number => Date.UTC(2026, 2, day, hour, minute, second);
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoSec = (ms: number): string => iso(ms).replace(/\.\d+Z$/, 'Z');
export const days = <T>(of: (day: number) => T[], from = 1, to = LAST_DAY): T[] =>
  Array.from({ length: to - from + 1 }, (_, i) => of(from + i)).flat();
export const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));

let serial = 0;
/** Another number each time. */
export const next = (): number => ++serial;
export const nextId = (): string => `00000000-0000-4000-8000-${String(next()).padStart(12, '0')}`;
