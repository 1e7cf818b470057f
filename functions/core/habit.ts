/** Turns what one rule said, day by day and actor by actor, into how usual each of its alerts is. */
import * as z from 'zod';
import type { Alert } from './alert.ts';
import { sha256 } from './digest.ts';
import type { Entity } from './finding.ts';
import { isEmail } from './principal.ts';
import { MAX_REPEATS, MOST_ACTORS } from './risk.ts';

const DAY_MS = 86_400_000;
/** How far back repetition is remembered, and how far the number of actors. */
const REPEAT_DAYS = 14;
export const ACTOR_DAYS = 7;
/** How long a list remembers: an incident lives a fortnight, and each of its alerts looks back as far. */
const LIST_DAYS = 2 * REPEAT_DAYS;

/** Which actors a rule named on one UTC day: the smallest names, as many as can matter. */
export const ruleDaySchema = z.object({
  actors: z.array(z.string()),
  /** How many actors of the week up to it its alerts were last judged by. */
  judged: z.nullable(z.number()),
});
export type RuleDay = z.infer<typeof ruleDaySchema>;

/** What a rule said of one actor: the earliest alerts of each day, `[id, first event in ms]`, in the order of time. */
export const ruleActorSchema = z.object({
  alerts: z.array(z.tuple([z.string(), z.number()])),
  /** True where an alert came in before others, which are not judged anew yet. */
  isPending: z.boolean(),
});
export type RuleActor = z.infer<typeof ruleActorSchema>;

/** One alert of the rule, and when it began. */
export interface Sighting {
  alertId: string;
  timeMs: number;
}

/** Days since 1970. */
export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS);

/**
 * Who has the habit: the person behind a session, else the role that its sessions share (a pipeline has a new session each time), else
 * the principal, the machine, what it happened to. Undefined where nobody is named.
 */
export function habitActor({ entities }: Pick<Alert, 'entities'>): string | undefined {
  const acting = entities.filter(({ part }) => part === 'actor');
  const found =
    acting.find(({ type, id }) => type === 'principal' && isEmail(id)) ??
    (acting.some(isSession) ? acting.find(({ type }) => type === 'role') : undefined) ??
    ['principal', 'access_key', 'session', 'host', 'ip']
      .map((type) => acting.find((entity) => entity.type === type))
      .find((entity) => entity !== undefined) ??
    entities.find(({ part }) => part === 'target');
  return found === undefined ? undefined : sha256(`${found.type} ${found.id}`).slice(0, 12);
}

const isSession = ({ type, id }: Entity): boolean => type === 'principal' && id.includes(':assumed-role/');

/** The day with these actors; a function of the set. Undefined where nothing changed. */
export function withActors(day: RuleDay | undefined, actors: Iterable<string>): RuleDay | undefined {
  const all = [...new Set([...(day?.actors ?? []), ...actors])].sort().slice(0, MOST_ACTORS);
  if (day !== undefined && all.length === day.actors.length && all.every((name, i) => name === day.actors[i])) return undefined;
  return { actors: all, judged: day?.judged ?? null };
}

/** The list with these alerts; a function of the set, within what it remembers. Undefined where nothing changed. */
export function withSightings(known: RuleActor | undefined, sightings: readonly Sighting[]): RuleActor | undefined {
  const times = new Map(known?.alerts ?? []);
  for (const { alertId, timeMs } of sightings) times.set(alertId, Math.min(timeMs, times.get(alertId) ?? timeMs));
  const byDay = new Map<number, number>();
  const newest = dayOf(Math.max(...times.values()));
  const alerts = [...times].sort(byTime).filter(([, timeMs]) => {
    const day = dayOf(timeMs);
    const nth = (byDay.get(day) ?? 0) + 1;
    byDay.set(day, nth);
    return nth <= MAX_REPEATS && day > newest - LIST_DAYS;
  });
  if (known !== undefined && JSON.stringify(alerts) === JSON.stringify(known.alerts)) return undefined;
  const isAppended = (known?.alerts ?? []).every(([id], i) => alerts[i]?.[0] === id);
  return { alerts, isPending: known?.isPending === true || !isAppended };
}

const byTime = (a: readonly [string, number], b: readonly [string, number]): number => a[1] - b[1] || (a[0] < b[0] ? -1 : 1);

/** Day → which actors the rule named on it. */
export type RuleDays = ReadonlyMap<number, RuleDay>;

/**
 * How many actors the rule named in the week before this day; saturates. The day itself does not count: what many do at once for the
 * first time is no habit, it may be a campaign.
 */
export function actorsBefore(day: number, days: RuleDays): number {
  const names = new Set<string>();
  for (let at = day - ACTOR_DAYS; at < day; at++) for (const name of days.get(at)?.actors ?? []) names.add(name);
  return Math.min(names.size, MOST_ACTORS);
}

/**
 * How often the rule had said it of the actor in the fortnight before this alert's day, itself added; saturates. As with the number of
 * actors, the day itself makes no habit: two intruders in one pipeline on one day do not excuse each other. What an incident repeats
 * itself is told by its own alerts.
 */
export function repeatsOf({ alertId, timeMs }: Sighting, { alerts }: RuleActor): number {
  const day = dayOf(timeMs);
  const index = alerts.findIndex(([id]) => id === alertId);
  // Its day is full of earlier ones: it says nothing more.
  if (index < 0) return MAX_REPEATS + 1;
  const before = alerts.slice(0, index).filter(([, at]) => dayOf(at) > day - REPEAT_DAYS && dayOf(at) < day).length;
  return Math.min(before, MAX_REPEATS) + 1;
}
