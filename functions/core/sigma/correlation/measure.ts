/** Turns the items of a sliding window into the number or order that a correlation's condition is about, item by item. */
import type { SigmaCorrelation } from '../ast.ts';
import type { Item, Measure } from './item.ts';
import { Order } from './order.ts';
import type { PlanNode } from './plan.ts';
import { Presence, withinBounds } from './presence.ts';

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
