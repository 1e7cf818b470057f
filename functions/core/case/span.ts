/** Spans of time as people read them at a glance: `12m`, `3h05`, `2d04h`. */

const MIN_MS = 60_000;

/** @param ms may be negative: then it is `-` and how long ago */
export function spanText(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / MIN_MS);
  const sign = ms < 0 ? '-' : '';
  const hours = Math.floor(minutes / 60);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (minutes < 60) return `${sign}${minutes}m`;
  if (hours < 48) return `${sign}${hours}h${two(minutes % 60)}`;
  return `${sign}${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

export const utcMinute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
