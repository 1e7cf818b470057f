/** Turns `15m`, `4h`, `2d`, `3bd` into time: elapsed, or business time of the calendar of the SOC. */
import * as z from 'zod';

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,4}(m|h|d|bh|bd)$/, 'a number and m, h, d, bh (business hours) or bd (business days), such as 15m or 3bd');

export type Duration =
  | { kind: 'elapsed'; ms: number }
  | { kind: 'businessMs'; ms: number }
  | { kind: 'businessDays'; days: number };

/** @param text as `durationSchema` takes it */
export function durationOf(text: string): Duration {
  const count = Number.parseInt(text, 10);
  const unit = text.slice(String(count).length);
  if (unit === 'bd') return { kind: 'businessDays', days: count };
  if (unit === 'bh') return { kind: 'businessMs', ms: count * UNITS_MS.h };
  return { kind: 'elapsed', ms: count * (unit === 'm' ? UNITS_MS.m : unit === 'h' ? UNITS_MS.h : UNITS_MS.d) };
}
