/** Turns alerts into what is usual for their rules and actors, and tells which other alerts have to be judged anew for it. */
import { type Alert, alertDay } from '../core/alert.ts';
import { sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { levelRank } from '../core/finding.ts';
import {
  ACTOR_DAYS,
  actorsBefore,
  dayOf,
  habitActor,
  type RuleActor,
  type RuleDay,
  repeatsOf,
  ruleActorSchema,
  ruleDaySchema,
  type Sighting,
  withActors,
  withSightings,
} from '../core/habit.ts';
import { type Habit, rarity } from '../core/risk.ts';
import type { Item, Table } from '../ports/table.ts';
import { jsonOf } from './alerts.ts';
import { type Change, readAll, upsertAll } from './upsert.ts';

const DAY_MS = 86_400_000;
const KEEP_SEC = 45 * 86_400;
const ACTOR_SK = 'alerts';
const rulePk = (rule: string): string => `habit#${rule}`;
const actorPk = (rule: string, actor: string): string => `habit#${rule}#${actor}`;
const daySk = (day: number): string => String(day + 100_000);

/** Informational alerts weigh next to nothing however new they are: nobody keeps their habits. */
const hasHabit = ({ level }: Alert): boolean => levelRank(level) >= 1;

interface Place {
  rule: string;
  day: number;
  /** Undefined where nobody is named. */
  actor: string | undefined;
  sighting: Sighting;
}

function placeOf(alert: Alert): Place {
  // The day that its id tells never changes, though an earlier event of it may still come.
  const startMs = dayStartMs(alert.id);
  const timeMs = Math.min(startMs + DAY_MS - 1, Math.max(startMs, alert.firstMs));
  return {
    rule: sha256(alert.ruleId).slice(0, 16),
    day: dayOf(timeMs),
    actor: habitActor(alert),
    sighting: { alertId: alert.id, timeMs },
  };
}

function dayStartMs(alertId: string): number {
  const day = alertDay(alertId);
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
}

/** Remembers the alerts of a batch. Returns how many items changed. Idempotent, and the same in any order. */
export async function saveHabits(table: Table, alerts: Iterable<Alert>, nowMs: number): Promise<number> {
  const expiresAtSec = Math.floor(nowMs / 1000) + KEEP_SEC;
  const days = new Map<string, { rule: string; day: number; actors: Set<string> }>();
  const lists = new Map<string, Sighting[]>();
  for (const { rule, day, actor, sighting } of [...alerts].filter(hasHabit).map(placeOf)) {
    if (actor === undefined) continue;
    const pk = actorPk(rule, actor);
    lists.set(pk, [...(lists.get(pk) ?? []), sighting]);
    const known = days.get(`${rule} ${day}`) ?? { rule, day, actors: new Set() };
    days.set(`${rule} ${day}`, known);
    known.actors.add(actor);
  }
  const dayChanges = [...days.values()].map(({ rule, day, actors }): Change => {
    return { pk: rulePk(rule), sk: daySk(day), expiresAtSec, apply: (item) => dataOf(withActors(dayFrom(item), actors)) };
  });
  const listChanges = [...lists].map(([pk, sightings]): Change => {
    return { pk, sk: ACTOR_SK, expiresAtSec, apply: (item) => dataOf(withSightings(actorFrom(item), sightings)) };
  });
  return upsertAll(table, [...listChanges, ...dayChanges]);
}

const dataOf = (value: unknown) => (value === undefined ? undefined : jsonOf(value));

function dayFrom(item: Item | undefined): RuleDay | undefined {
  const parsed = item === undefined ? undefined : ruleDaySchema.safeParse(item.data);
  if (parsed?.success === false) throw new YaguraError('Bug', `A stored day of a rule cannot be read: ${parsed.error.message}`);
  return parsed?.data;
}

function actorFrom(item: Item | undefined): RuleActor | undefined {
  const parsed = item === undefined ? undefined : ruleActorSchema.safeParse(item.data);
  if (parsed?.success === false) throw new YaguraError('Bug', `A stored habit cannot be read: ${parsed.error.message}`);
  return parsed?.data;
}

/** What is read of habits for one look at the incidents: never older than the look. */
export class Habits {
  readonly #table: Table;
  readonly #days = new Map<string, Map<number, { day: RuleDay; version: number }>>();
  readonly #actors = new Map<string, { list: RuleActor; version: number }>();
  /** Days that are judged by another number of actors from now on. */
  readonly #judged: { rule: string; day: number; actors: number }[] = [];

  constructor(table: Table) {
    this.#table = table;
  }

  /** Ids of alerts outside these whose weight changed with them. */
  async stale(alerts: Iterable<Alert>): Promise<Set<string>> {
    const places = [...alerts].filter(hasHabit).map(placeOf);
    await this.#load(places, ACTOR_DAYS);
    const ids = new Set<string>();
    for (const { rule, actor } of places) {
      const known = actor === undefined ? undefined : this.#actors.get(actorPk(rule, actor));
      if (known?.list.isPending === true) for (const [id] of known.list.alerts) ids.add(id);
    }
    const turned = [...new Set(places.map(({ rule }) => rule))].flatMap((rule) => this.#turned(rule, places));
    await this.#loadActors(turned.flatMap(({ rule, actors }) => actors.map((actor) => ({ rule, actor }))));
    for (const { rule, day, actors } of turned) {
      for (const actor of actors)
        for (const [id, timeMs] of this.#actors.get(actorPk(rule, actor))?.list.alerts ?? [])
          if (dayOf(timeMs) === day) ids.add(id);
    }
    return ids;
  }

  /** Days of a rule whose alerts were judged by a number of actors that counts differently now. */
  #turned(rule: string, places: readonly Place[]): { rule: string; day: number; actors: string[] }[] {
    const touched = new Set(places.filter((place) => place.rule === rule).map(({ day }) => day));
    const near = (day: number): boolean => [...touched].some((at) => day >= at && day <= at + ACTOR_DAYS);
    return [...(this.#days.get(rule) ?? [])].flatMap(([day, { day: known }]) => {
      if (!near(day)) return [];
      const actors = actorsBefore(day, this.#daysOf(rule));
      if (known.judged !== null && rarity(known.judged) === rarity(actors)) return [];
      this.#judged.push({ rule, day, actors });
      // Nobody is told of a day that was never judged, except where a crash left it so: then all of it is.
      return [{ rule, day, actors: known.actors }];
    });
  }

  #daysOf(rule: string): Map<number, RuleDay> {
    return new Map([...(this.#days.get(rule) ?? [])].map(([day, { day: known }]) => [day, known]));
  }

  /** How usual each of these is; those without a habit are left out. */
  async of(alerts: Iterable<Alert>): Promise<Map<string, Habit>> {
    const places = [...alerts].filter(hasHabit).map(placeOf);
    await this.#load(places, 0);
    const daysOf = new Map([...new Set(places.map(({ rule }) => rule))].map((rule) => [rule, this.#daysOf(rule)]));
    return new Map(
      places.map(({ rule, day, actor, sighting }): [string, Habit] => {
        const known = actor === undefined ? undefined : this.#actors.get(actorPk(rule, actor))?.list;
        const actors = Math.max(1, actorsBefore(day, daysOf.get(rule) ?? new Map()));
        return [sighting.alertId, { repeats: known === undefined ? 1 : repeatsOf(sighting, known), actors }];
      }),
    );
  }

  /** After the commit: what was judged anew is settled. What changed meanwhile stays open. */
  async settle(): Promise<void> {
    const lists = [...this.#actors].filter(([, { list }]) => list.isPending);
    await upsertAll(this.#table, [
      ...lists.map(([pk, { version }]): Change => {
        const settled = (item: Item | undefined) => {
          const list = actorFrom(item);
          return list === undefined || item?.version !== version ? undefined : jsonOf({ ...list, isPending: false });
        };
        return { pk, sk: ACTOR_SK, apply: settled };
      }),
      ...this.#judged.map(({ rule, day, actors }): Change => {
        const settled = (item: Item | undefined) => {
          const known = dayFrom(item);
          return known === undefined || known.judged === actors ? undefined : jsonOf({ ...known, judged: actors });
        };
        return { pk: rulePk(rule), sk: daySk(day), apply: settled };
      }),
    ]);
  }

  async #load(places: readonly Place[], daysAfter: number): Promise<void> {
    const spans = new Map<string, { from: number; to: number }>();
    for (const { rule, day } of places) {
      const known = spans.get(rule) ?? { from: day, to: day };
      spans.set(rule, { from: Math.min(known.from, day), to: Math.max(known.to, day) });
    }
    await Promise.all(
      [...spans].map(async ([rule, { from, to }]) => {
        const range = { from: daySk(from - ACTOR_DAYS), to: daySk(to + daysAfter) };
        const days = this.#days.get(rule) ?? new Map<number, { day: RuleDay; version: number }>();
        this.#days.set(rule, days);
        for (const item of await this.#table.query(rulePk(rule), range)) {
          const day = dayFrom(item);
          if (day !== undefined) days.set(Number(item.sk) - 100_000, { day, version: item.version });
        }
      }),
    );
    await this.#loadActors(places.flatMap(({ rule, actor }) => (actor === undefined ? [] : [{ rule, actor }])));
  }

  async #loadActors(wanted: readonly { rule: string; actor: string }[]): Promise<void> {
    const pks = [...new Set(wanted.map(({ rule, actor }) => actorPk(rule, actor)))].filter((pk) => !this.#actors.has(pk));
    const items = await readAll(
      this.#table,
      pks.map((pk) => ({ pk, sk: ACTOR_SK })),
    );
    for (const item of items) {
      const list = actorFrom(item);
      if (item !== undefined && list !== undefined) this.#actors.set(item.pk, { list, version: item.version });
    }
  }
}
