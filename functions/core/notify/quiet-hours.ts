/** Turns quiet hours and a time into when they end, in the reader's own time zone. */
import * as z from 'zod';
import { option, text } from '../config-option.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 22:00');
const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

export const quietHoursSchema = z.strictObject({
  from: option(time, text('When they begin.', '開始時刻。')),
  to: option(time, text('When they end.', '終了時刻。')),
  timeZone: option(z.string().refine(isTimeZone, 'a time zone such as Asia/Tokyo').default('UTC'), {
    ...text('IANA name of the time zone of both.', '両方のタイムゾーン（IANA 名）。'),
    why: text('The zone that nobody mistakes.', '誰も取り違えないため。'),
  }),
});
export type QuietHours = z.output<typeof quietHoursSchema>;

const DAY_MIN = 24 * 60;
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** When the quiet hours that hold now end, epoch ms; undefined outside of them. `from` equal to `to` is no quiet at all. */
export function quietUntilMs(nowMs: number, { from, to, timeZone }: QuietHours): number | undefined {
  const local = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const now = minutesOf(local.format(nowMs));
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const since = (now - start + DAY_MIN) % DAY_MIN;
  const length = (end - start + DAY_MIN) % DAY_MIN;
  if (since >= length) return undefined;
  return Math.floor(nowMs / 60_000) * 60_000 + (length - since) * 60_000;
}
