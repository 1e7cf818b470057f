/** Turns the items of a sliding window into the number or order that a correlation's condition is about, item by item. */
import type { SigmaCorrelation } from '../ast.ts';
import { conditionNames, holdsFor } from './expression.ts';
import type { Match } from './match.ts';
import type { PlanNode } from './plan.ts';

/** One thing that happened in a group: a match of a rule, or a moment at which a correlation below held. */
export interface Item {
  timeMs: number;
  /** Counted once: an event id, or one for each group and span of a correlation below. */
  uid: string;
  /** Position of its rule in `rules`. */
  input: number;
  /** The texts of the counted or summed field; for several fields their combinations. */
  values: readonly string[];
  /** Adds the matches that it stands for, but for those that an earlier item of the same windows brought. */
  collect: (found: Collected) => void;
}

/** Matches that windows have in common are walked over once: `done` is how far, for the items of each group. */
export interface Collected {
  matches: Match[];
  done: Map<readonly Item[], number>;
}

/** The matches of some of the items; ranges that are asked one after the other must not go back. */
export function collectRange(items: readonly Item[], from: number, to: number, found: Collected): void {
  const done = found.done.get(items) ?? 0;
  for (let i = Math.max(from, done); i < to; i++) items[i]?.collect(found);
  if (to > done) found.done.set(items, to);
}

/** The matches of some of the items. */
export function matchesOf(items: readonly Item[], from: number, to: number): Match[] {
  const found: Collected = { matches: [], done: new Map() };
  collectRange(items, from, to, found);
  return found.matches;
}

export interface Measure {
  add(item: Item): void;
  /** Items leave in the order in which they came. */
  remove(item: Item): void;
  holds(): boolean;
}

export function measureOf(node: PlanNode): Measure {
  const { correlation } = node;
  switch (correlation.type) {
    case 'event_count':
      return new DistinctCount(correlation, ({ uid }) => [uid]);
    case 'value_count':
      return new DistinctCount(correlation, ({ values }) => values);
    case 'temporal':
      return new Presence(node);
    case 'temporal_ordered':
      return new Order(node);
    default:
      return new Numbers(correlation);
  }
}

/** True where the number satisfies every bound. */
export const withinBounds = (value: number, bounds: SigmaCorrelation['bounds']): boolean =>
  bounds.every(({ compare, value: bound }) => {
    if (compare === 'eq') return value === bound;
    if (compare === 'neq') return value !== bound;
    if (compare === 'lt') return value < bound;
    if (compare === 'lte') return value <= bound;
    return compare === 'gt' ? value > bound : value >= bound;
  });

class DistinctCount implements Measure {
  private readonly counts = new Map<string, number>();
  private readonly correlation: SigmaCorrelation;
  private readonly keysOf: (item: Item) => readonly string[];

  constructor(correlation: SigmaCorrelation, keysOf: (item: Item) => readonly string[]) {
    this.correlation = correlation;
    this.keysOf = keysOf;
  }

  add(item: Item): void {
    for (const key of this.keysOf(item)) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  remove(item: Item): void {
    for (const key of this.keysOf(item)) {
      const left = (this.counts.get(key) ?? 0) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    }
  }

  holds(): boolean {
    return withinBounds(this.counts.size, this.correlation.bounds);
  }
}

/** Which rules are there, in any order. Without a condition: all of them. */
class Presence implements Measure {
  private readonly counts: number[];
  private readonly node: PlanNode;

  constructor(node: PlanNode) {
    this.node = node;
    this.counts = node.inputs.map(() => 0);
  }

  add({ input }: Item): void {
    this.counts[input] = (this.counts[input] ?? 0) + 1;
  }

  remove({ input }: Item): void {
    this.counts[input] = (this.counts[input] ?? 0) - 1;
  }

  holds(): boolean {
    const { correlation, expression } = this.node;
    if (expression !== undefined) return holdsFor(expression, (name) => (this.counts[correlation.rules.indexOf(name)] ?? 0) > 0);
    const present = this.counts.filter((count) => count > 0).length;
    return correlation.bounds.length === 0 ? present === this.counts.length : withinBounds(present, correlation.bounds);
  }
}

type Ended = Pick<Item, 'timeMs' | 'uid'>;

/** How many rules happened in the order of `rules`, each by another event than the one before; the same second counts as in order. */
class Order implements Measure {
  private readonly items: Item[][];
  private readonly presence: Presence;
  private readonly node: PlanNode;
  private readonly required: ReadonlySet<string>;

  constructor(node: PlanNode) {
    this.node = node;
    this.items = node.inputs.map(() => []);
    this.presence = new Presence(node);
    this.required = new Set(node.expression ? conditionNames(node.expression).positive : node.correlation.rules);
  }

  add(item: Item): void {
    this.items[item.input]?.push(item);
    this.presence.add(item);
  }

  remove(item: Item): void {
    const list = this.items[item.input];
    const at = list?.findIndex(({ uid }) => uid === item.uid) ?? -1;
    if (at >= 0) list?.splice(at, 1);
    this.presence.remove(item);
  }

  holds(): boolean {
    const { bounds, rules } = this.node.correlation;
    if (!this.presence.holds()) return false;
    if (bounds.length > 0) return withinBounds(this.longest(this.items), bounds);
    const wanted = this.items.filter(
      (list, i) => this.required.has(rules[i] ?? '') && (!this.node.expression || list.length > 0),
    );
    return this.longest(wanted) === wanted.length;
  }

  /** The longest chain, by the earliest ends that chains of each length can have; two ends of different events cover every conflict. */
  private longest(lists: readonly (readonly Item[])[]): number {
    const ends: Ended[][] = [];
    for (const list of lists) {
      for (let length = ends.length; length >= 0; length--) {
        const before = length === 0 ? undefined : ends[length - 1];
        if (length > 0 && (before === undefined || before.length === 0)) continue;
        const next = nextEnds(list, before);
        if (next.length > 0) ends[length] = earliest([...(ends[length] ?? []), ...next]);
      }
    }
    return ends.length;
  }
}

function nextEnds(list: readonly Item[], before: readonly Ended[] | undefined): Ended[] {
  const found: Ended[] = [];
  for (
    let i = before === undefined ? 0 : firstAtOrAfter(list, before[0]?.timeMs ?? 0);
    i < list.length && found.length < 2;
    i++
  ) {
    const item = list[i];
    if (item === undefined || found.some(({ uid }) => uid === item.uid)) continue;
    if (before === undefined || before.some(({ timeMs, uid }) => timeMs <= item.timeMs && uid !== item.uid)) found.push(item);
  }
  return found;
}

const earliest = (ends: readonly Ended[]): Ended[] => {
  const sorted = [...ends].sort((a, b) => a.timeMs - b.timeMs || (a.uid < b.uid ? -1 : 1));
  return sorted.filter(({ uid }, i) => sorted.findIndex((other) => other.uid === uid) === i).slice(0, 2);
};

function firstAtOrAfter(list: readonly Item[], timeMs: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sums are exact in millionths, so that they do not depend on the order in which events come and go. */
const MICRO = 1_000_000;

/** The numbers of the window, each event once. Texts that are no finite number are left out; without any number nothing holds. */
class Numbers implements Measure {
  private readonly counts = new Map<string, number>();
  private readonly sorted: number[] = [];
  private sum = 0n;
  private readonly correlation: SigmaCorrelation;

  constructor(correlation: SigmaCorrelation) {
    this.correlation = correlation;
  }

  add(item: Item): void {
    const count = this.counts.get(item.uid) ?? 0;
    this.counts.set(item.uid, count + 1);
    if (count > 0) return;
    for (const value of numbersOf(item)) {
      this.sum += micro(value);
      this.sorted.splice(this.place(value), 0, value);
    }
  }

  remove(item: Item): void {
    const left = (this.counts.get(item.uid) ?? 0) - 1;
    if (left > 0) {
      this.counts.set(item.uid, left);
      return;
    }
    this.counts.delete(item.uid);
    for (const value of numbersOf(item)) {
      this.sum -= micro(value);
      this.sorted.splice(this.place(value), 1);
    }
  }

  holds(): boolean {
    return this.sorted.length > 0 && withinBounds(this.value(), this.correlation.bounds);
  }

  private value(): number {
    const { type, percentile } = this.correlation;
    const count = this.sorted.length;
    if (type === 'value_sum') return Number(this.sum) / MICRO;
    if (type === 'value_avg') return Number(this.sum) / MICRO / count;
    if (type === 'value_median') return ((this.sorted[(count - 1) >> 1] ?? 0) + (this.sorted[count >> 1] ?? 0)) / 2;
    // Nearest rank: the smallest value that at least so many per cent of the values do not exceed.
    return this.sorted[Math.max(0, Math.ceil(((percentile ?? 100) / 100) * count) - 1)] ?? 0;
  }

  private place(value: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const micro = (value: number): bigint => BigInt(Math.round(value * MICRO));
const numbersOf = ({ values }: Item): number[] =>
  values.flatMap((text) => {
    const value = /^\s*[-+]?(\d|\.\d)/.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) && Math.abs(value) < 1e15 ? [value] : [];
  });
