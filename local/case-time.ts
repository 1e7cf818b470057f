/** Times as people type them → epoch milliseconds. */
import { YaguraError } from '../functions/core/error.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `now`, `20m`, `3h`, `2d` (ago), or ISO 8601; without a zone it is UTC, as all times that are shown. @throws YaguraError BadInput */
export function timeOf(text: string, nowMs: number): number {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === 'now') return nowMs;
  const [, count, unit] = /^(\d{1,4})\s*([mhd])(?:\s*ago)?$/.exec(trimmed) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const iso = /^\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:\d{2})?$/.exec(trimmed);
  const zoned = iso?.[3] === undefined ? `${trimmed}z` : trimmed;
  const ms = iso === null ? Number.NaN : Date.parse(zoned.replace(' ', 't').toUpperCase());
  if (Number.isFinite(ms)) return ms;
  throw new YaguraError('BadInput', 'this time is not understood', {
    problems: [{ what: text, allowed: 'now, 20m, 3h or 2d (ago), 2026-12-01T03:00 (UTC), 2026-12-01T12:00+09:00' }],
  });
}

/** `45m`, `2h` → milliseconds. @throws YaguraError BadInput */
export function lengthOf(text: string): number {
  const [, count, unit] = /^(\d{1,4})\s*([mh])$/.exec(text.trim().toLowerCase()) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNIT_MS[unit] ?? 0);
  throw new YaguraError('BadInput', 'this length of time is not understood', { problems: [{ what: text, allowed: '45m, 2h' }] });
}
