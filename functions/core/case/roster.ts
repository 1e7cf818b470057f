/** Shifts, teams and absences of the policy → who is on duty when, and the hours in which nobody is. */
import type { CasePolicy } from './policy.ts';
import { addDays, dayText, epochOf, minuteOf, type WallTime, wallTime, weekday } from './zoned.ts';

type Shift = CasePolicy['shifts'][number];

const DAY_MS = 86_400_000;

/** One shift on one day. */
export interface Duty {
  shift: string;
  fromMs: number;
  toMs: number;
  /** Who is there, stand-ins included. */
  people: string[];
  /** Who is away, and who stands in; null where nobody does. */
  absent: { who: string; cover: string | null }[];
}

/** Every shift that touches the time, in order of its beginning. */
export function dutiesBetween(policy: CasePolicy, fromMs: number, toMs: number): Duty[] {
  return policy.shifts
    .flatMap((shift) => dutiesOf(policy, shift, { fromMs, toMs }))
    .sort((a, b) => a.fromMs - b.fromMs || (a.shift < b.shift ? -1 : 1));
}

export const onDuty = (policy: CasePolicy, atMs: number): Duty[] =>
  dutiesBetween(policy, atMs, atMs + 1).filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);

function dutiesOf(policy: CasePolicy, shift: Shift, window: { fromMs: number; toMs: number }): Duty[] {
  const zone = shift.timeZone ?? policy.calendar.timeZone;
  const duties: Duty[] = [];
  // A shift of the day before may reach into the window.
  let day = addDays({ ...wallTime(window.fromMs, zone), minute: 0 }, -2);
  for (; epochOf(day, zone) < window.toMs; day = addDays(day, 1)) {
    if (!shift.days.includes(weekday(day))) continue;
    const from = minuteOf(shift.from);
    const to = minuteOf(shift.to);
    const fromMs = epochOf({ ...day, minute: from }, zone);
    const end = to > from ? { ...day, minute: to } : { ...addDays(day, 1), minute: to };
    const toMs = epochOf(end, zone);
    if (toMs <= window.fromMs || fromMs >= window.toMs) continue;
    duties.push({ shift: shift.name, fromMs, toMs, ...presence(policy, teamOf(shift, day), dayText(day)) });
  }
  return duties;
}

/** The team whose week it is. */
function teamOf({ teams, rotationStart }: Shift, day: WallTime): readonly string[] {
  const dayNumber = Math.floor(Date.UTC(day.year, day.month - 1, day.day) / DAY_MS);
  const start = Math.floor(Date.parse(`${rotationStart}T00:00:00Z`) / DAY_MS);
  const week = Math.floor((dayNumber - start) / 7);
  return teams[((week % teams.length) + teams.length) % teams.length] ?? [];
}

function presence({ absences }: CasePolicy, team: readonly string[], day: string): Pick<Duty, 'people' | 'absent'> {
  const awayOn = (who: string) => absences.find((one) => one.who === who && one.from <= day && day <= one.to);
  const absent = team.flatMap((who) => {
    const away = awayOn(who);
    if (away === undefined) return [];
    // A stand-in who is away too stands in for nobody.
    const cover = away.cover !== undefined && awayOn(away.cover) === undefined ? away.cover : null;
    return [{ who, cover }];
  });
  const there = team.filter((who) => !absent.some((one) => one.who === who));
  return { people: [...new Set([...there, ...absent.flatMap(({ cover }) => cover ?? [])])], absent };
}

/** The times between two moments at which nobody is on duty. */
export function uncovered(policy: CasePolicy, fromMs: number, toMs: number): { fromMs: number; toMs: number }[] {
  const gaps: { fromMs: number; toMs: number }[] = [];
  let coveredMs = fromMs;
  for (const duty of dutiesBetween(policy, fromMs, toMs)) {
    if (duty.people.length === 0) continue;
    if (duty.fromMs > coveredMs) gaps.push({ fromMs: coveredMs, toMs: Math.min(duty.fromMs, toMs) });
    coveredMs = Math.max(coveredMs, duty.toMs);
  }
  if (coveredMs < toMs) gaps.push({ fromMs: coveredMs, toMs });
  return gaps;
}
