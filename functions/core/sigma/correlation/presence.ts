/** Turns the items of a window into which rules are there, and a number into whether it is within bounds. */
import type { SigmaCorrelation } from '../ast.ts';
import { holdsFor } from './expression.ts';
import type { Item, Measure } from './item.ts';
import type { PlanNode } from './plan.ts';

/** True where the number satisfies every bound. */
export const withinBounds = (value: number, bounds: SigmaCorrelation['bounds']): boolean =>
  bounds.every(({ compare, value: bound }) => {
    if (compare === 'eq') return value === bound;
    if (compare === 'neq') return value !== bound;
    if (compare === 'lt') return value < bound;
    if (compare === 'lte') return value <= bound;
    return compare === 'gt' ? value > bound : value >= bound;
  });

/** Which rules are there, in any order. Without a condition: all of them. */
export class Presence implements Measure {
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
