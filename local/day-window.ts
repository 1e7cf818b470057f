/** Days as a person writes them, and what a state holds → the window of days that a question about history covers. */
import { YaguraError } from '../functions/core/error.ts';
import { lakeDays } from './lake-days.ts';

/** First and last day, yyyyMMdd. */
export interface DayWindow {
  fromDay: string;
  toDay: string;
}

export interface GivenWindow {
  /** First and last day, yyyy-mm-dd or yyyyMMdd. */
  from?: string;
  to?: string;
}

export interface WindowOf {
  /** Ids of the sources whose days count. */
  sources: readonly string[];
  lakeDir: string;
  /** Days of the window where no first day is given; default: all that the state holds. */
  days?: number;
  /** Who reads these sources, for the message that there is nothing. */
  reader: string;
}

/** @throws YaguraError BadInput for a window that is none, NotFound where the state has no day of these sources */
export async function dayWindow({ from, to }: GivenWindow, { sources, lakeDir, days, reader }: WindowOf): Promise<DayWindow> {
  const given = { fromDay: from && dayOf(from, '--from'), toDay: to && dayOf(to, '--to') };
  if (given.fromDay && given.toDay && given.fromDay > given.toDay)
    throw new YaguraError('BadInput', `the window ends (${to}) before it begins (${from})`);
  if (given.fromDay && given.toDay) return { fromDay: given.fromDay, toDay: given.toDay };
  const held = await lakeDays(lakeDir);
  const spans = sources.flatMap((id) => held.get(id) ?? []);
  const [earliest] = spans.map(({ first }) => first).sort();
  const latest = spans
    .map(({ last }) => last)
    .sort()
    .at(-1);
  const last = given.toDay ?? latest;
  const first = given.fromDay ?? (days === undefined || last === undefined ? earliest : daysBefore(last, days - 1));
  if (earliest === undefined || first === undefined || last === undefined)
    throw new YaguraError('NotFound', `the state holds no event of ${sources.join(', ') || 'its log source'}`, {
      problems: [{ at: '--state', what: `nothing there that ${reader} reads`, fix: 'replay logs of that source first' }],
    });
  if (first > last) throw new YaguraError('BadInput', `the window ends (${last}) before it begins (${first})`);
  return { fromDay: first, toDay: last };
}

const msOf = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`);

const daysBefore = (day: string, count: number): string =>
  new Date(msOf(day) - count * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

/** @throws YaguraError BadInput */
export function dayOf(text: string, at: string): string {
  const day = text.replaceAll('-', '');
  if (/^\d{8}$/.test(day) && Number.isFinite(msOf(day))) return day;
  throw new YaguraError('BadInput', `${text} is no day`, { problems: [{ at, what: text, allowed: 'yyyy-mm-dd' }] });
}
