/** Turns the items of a window into how many rules happened in their order. */
import { conditionNames } from './expression.ts';
import type { Item, Measure } from './item.ts';
import type { PlanNode } from './plan.ts';
import { Presence, withinBounds } from './presence.ts';

type Ended = Pick<Item, 'timeMs' | 'uid'>;

/** How many rules happened in the order of `rules`, each by another event than the one before; the same second counts as in order. */
export class Order implements Measure {
  private readonly queues: Runs[];
  private readonly presence: Presence;
  private readonly node: PlanNode;
  private readonly required: ReadonlySet<string>;

  constructor(node: PlanNode) {
    this.node = node;
    this.queues = node.inputs.map(() => new Runs());
    this.presence = new Presence(node);
    this.required = new Set(node.expression ? conditionNames(node.expression).positive : node.correlation.rules);
  }

  add(item: Item): void {
    this.queues[item.input]?.push(item);
    this.presence.add(item);
  }

  remove(item: Item): void {
    this.queues[item.input]?.shift();
    this.presence.remove(item);
  }

  holds(): boolean {
    const { bounds, rules } = this.node.correlation;
    if (!this.presence.holds()) return false;
    if (bounds.length > 0) return withinBounds(longest(this.queues), bounds);
    const wanted = this.queues.filter((runs, i) => this.required.has(rules[i] ?? '') && (!this.node.expression || !runs.isEmpty));
    return longest(wanted) === wanted.length;
  }
}

/** The longest chain, by the earliest ends that chains of each length can have; two ends of different events cover every conflict. */
function longest(queues: readonly Runs[]): number {
  const ends: Ended[][] = [];
  for (const queue of queues) {
    for (let length = ends.length; length >= 0; length--) {
      const before = length === 0 ? undefined : ends[length - 1];
      if (length > 0 && (before === undefined || before.length === 0)) continue;
      const next = queue.endsAfter(before);
      if (next.length > 0) ends[length] = earliest([...(ends[length] ?? []), ...next]);
    }
  }
  return ends.length;
}

const earliest = (ends: readonly Ended[]): Ended[] => {
  const sorted = [...ends].sort((a, b) => a.timeMs - b.timeMs || (a.uid < b.uid ? -1 : 1));
  return sorted.filter(({ uid }, i) => sorted.findIndex((other) => other.uid === uid) === i).slice(0, 2);
};

interface Run {
  uid: string;
  items: Item[];
}

/** One rule's items in order of time; neighbours of one uid (moments of a correlation below) lie together and are stepped over together. */
class Runs {
  private readonly runs: Run[] = [];

  get isEmpty(): boolean {
    return this.runs.length === 0;
  }

  push(item: Item): void {
    const last = this.runs.at(-1);
    if (last?.uid === item.uid) last.items.push(item);
    else this.runs.push({ uid: item.uid, items: [item] });
  }

  shift(): void {
    const [first] = this.runs;
    first?.items.shift();
    if (first?.items.length === 0) this.runs.shift();
  }

  /** The two earliest items of different uids that may follow an end of another uid (none: every one). */
  endsAfter(before: readonly Ended[] | undefined): Ended[] {
    const found: Ended[] = [];
    const fromMs = before?.[0]?.timeMs ?? Number.NEGATIVE_INFINITY;
    const start = firstWhere(this.runs, ({ items }) => (items.at(-1)?.timeMs ?? 0) >= fromMs);
    for (let i = start; i < this.runs.length && found.length < 2; i++) {
      const run = this.runs[i];
      if (run === undefined || found.some(({ uid }) => uid === run.uid)) continue;
      const end = before?.find(({ uid }) => uid !== run.uid);
      if (before !== undefined && end === undefined) continue;
      const item = run.items[firstWhere(run.items, ({ timeMs }) => timeMs >= (end?.timeMs ?? fromMs))];
      if (item !== undefined) found.push(item);
    }
    return found;
  }
}

/** The first position from which on the test holds; the test is false before it and true after it. */
function firstWhere<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
