/** Turns a start and a duration into the moment it is over, in elapsed time or in the business time of the SOC. */
import type { Duration } from './duration.ts';
import type { CasePolicy } from './policy.ts';
import { addDays, dayText, epochOf, minuteOf, type WallTime, wallTime, weekday } from './zoned.ts';

type Calendar = CasePolicy['calendar'];

const MIN_MS = 60_000;
/** A calendar without a business day in ten years has none. */
const MAX_DAYS = 3660;

export function addDuration(startMs: number, duration: Duration, calendar: Calendar): number {
  if (duration.kind === 'elapsed') return startMs + duration.ms;
  return duration.kind === 'businessDays'
    ? addBusinessDays(startMs, duration.days, calendar)
    : addBusinessMs(startMs, duration.ms, calendar);
}

const isBusinessDay = (date: WallTime, { days, holidays }: Calendar): boolean =>
  days.includes(weekday(date)) && !holidays.includes(dayText(date));

/** The first moment of business at or after `ms`, on the wall. */
function opening(ms: number, calendar: Calendar): WallTime {
  const from = minuteOf(calendar.from);
  let at = wallTime(ms, calendar.timeZone);
  if (isBusinessDay(at, calendar) && at.minute < minuteOf(calendar.to)) return { ...at, minute: Math.max(from, at.minute) };
  for (let i = 0; i < MAX_DAYS; i++) {
    at = addDays(at, 1);
    if (isBusinessDay(at, calendar)) return { ...at, minute: from };
  }
  return at;
}

/** The same time of day, so many business days later; what comes when nobody works counts from the next opening. */
function addBusinessDays(startMs: number, days: number, calendar: Calendar): number {
  let at = opening(startMs, calendar);
  let left = days;
  for (let i = 0; i < MAX_DAYS && left > 0; i++) {
    at = addDays(at, 1);
    if (isBusinessDay(at, calendar)) left--;
  }
  return epochOf(at, calendar.timeZone);
}

function addBusinessMs(startMs: number, ms: number, calendar: Calendar): number {
  let at = opening(startMs, calendar);
  let left = Math.ceil(ms / MIN_MS);
  for (let i = 0; i < MAX_DAYS; i++) {
    const today = minuteOf(calendar.to) - at.minute;
    if (left <= today) return epochOf({ ...at, minute: at.minute + left }, calendar.timeZone);
    left -= today;
    at = opening(epochOf({ ...addDays(at, 1), minute: 0 }, calendar.timeZone), calendar);
  }
  return epochOf(at, calendar.timeZone);
}
