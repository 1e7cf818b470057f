/** Epoch times ↔ what the clock on the wall shows in a time zone, summer time included. */

export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  /** Minutes since midnight. */
  minute: number;
}

const MIN_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** @param timeZone an IANA name */
export function wallTime(ms: number, timeZone: string): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return { year: part('year'), month: part('month'), day: part('day'), minute: part('hour') * 60 + part('minute') };
}

/** The moment at which the wall shows this; an hour that summer time skips is read as the one after, one that comes twice as the first. */
export function epochOf({ year, month, day, minute }: WallTime, timeZone: string): number {
  const asUtc = Date.UTC(year, month - 1, day) + minute * MIN_MS;
  const offsetAt = (ms: number): number => {
    const shown = wallTime(ms, timeZone);
    return Date.UTC(shown.year, shown.month - 1, shown.day) + shown.minute * MIN_MS - Math.floor(ms / MIN_MS) * MIN_MS;
  };
  // The offset before and after a change of the clock: the earlier moment that shows this time, else the later.
  const moments = [asUtc - offsetAt(asUtc - 86_400_000), asUtc - offsetAt(asUtc + 86_400_000)].sort((a, b) => a - b);
  const [first = asUtc, second = asUtc] = moments;
  const isShown = (ms: number): boolean => ms + offsetAt(ms) === asUtc;
  return isShown(first) ? first : second;
}

/** `yyyy-mm-dd` of a wall time. */
export const dayText = ({ year, month, day }: Pick<WallTime, 'year' | 'month' | 'day'>): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** The date so many days later. */
export function addDays(date: WallTime, days: number): WallTime {
  const moved = new Date(Date.UTC(date.year, date.month - 1, date.day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate(), minute: date.minute };
}

/** 1 Monday … 7 Sunday. @see ISO 8601 */
export const weekday = ({ year, month, day }: WallTime): number =>
  ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7) + 1;

/** Minutes since midnight of `HH:MM`. */
export const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
