/** Turns a timestamp as a log writes it into one of its parts, such as the hour, without converting time zones. */
import type { TimePart } from './ast.ts';

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?.*)?$/s;

/** The part, or undefined where the text is no timestamp or lacks it. ISO 8601 as written; whole numbers are epoch seconds or ms, UTC. */
export function timestampPart(text: string, part: TimePart): number | undefined {
  const iso = ISO.exec(text.trim()) ?? ISO.exec(epochText(text.trim()));
  if (!iso) return undefined;
  const [year, month, day] = [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  if (part === 'year') return year;
  if (part === 'month') return month;
  if (part === 'day') return day;
  if (part === 'week') return isoWeek(Date.UTC(year, month - 1, day));
  const clock = part === 'hour' ? iso[4] : iso[5];
  return clock === undefined ? undefined : Number(clock);
}

function epochText(text: string): string {
  if (!/^\d{9,13}(\.\d+)?$/.test(text)) return '';
  const number = Number(text);
  // Seconds reach 11 digits in the year 5138, milliseconds had 12 in 1973.
  return new Date(number < 1e11 ? number * 1000 : number).toISOString();
}

/** ISO 8601 week: the week that holds the year's first Thursday is number 1. */
function isoWeek(dayMs: number): number {
  const weekday = (new Date(dayMs).getUTCDay() + 6) % 7;
  const thursday = new Date(dayMs + (3 - weekday) * 86_400_000);
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday.getTime() - yearStart) / (7 * 86_400_000));
}
