/** What a sliding window holds, and what a measure of it can do. */
import type { Match } from './match.ts';

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
