/** Turns the matches of a correlation's rules into its hits: one evaluator for the replay on a laptop and the schedule in AWS. */
import { shortId } from '../../digest.ts';
import { type Collected, collectRange, type Item, matchesOf } from './item.ts';
import { compareText, distinctMatches, type Match } from './match.ts';
import { measureOf } from './measure.ts';
import type { CorrelationPlan, PlanInput, PlanNode } from './plan.ts';

/**
 * What a correlation says, defined so that it depends on the set of matches alone: not on their order, nor on how often one came.
 *
 * A group is one combination of the group-by values; a match without one of these fields is in no group, one with several values in
 * each of theirs. A window is all that happened in a group within the timespan, both ends included: [t - timespan, t].
 * Rising conditions (docs/decisions/0021) are judged for the window that ends at each event; the others for whole windows: those that
 * no event before or after could extend. Thresholds count distinct event ids (`event_count`), values, or rules.
 * A group raises one hit in each tumbling stretch of `dedupMs`, with all events of its windows that held and ended in that stretch.
 * For rising conditions more matches only ever add hits and events to hits.
 */
export interface CorrelationHit {
  plan: CorrelationPlan;
  /** Derives from rule, group and stretch. */
  uid: string;
  /** Values of the group-by fields, in their order. */
  group: readonly string[];
  /** Start of the stretch, epoch ms. */
  stretchMs: number;
  /** End of the first window that held: when the bound was reached. */
  timeMs: number;
  /** In order of time, at most `MAX_HIT_MATCHES` of them. */
  matches: readonly Match[];
  /** How many there are. */
  matchCount: number;
}

export interface JudgeOptions {
  /** Whole windows are judged where they end before this (event time, epoch ms). Default: all. */
  settledBeforeMs?: number;
}

/** Matches of one partition that are looked at together; above it the newest are. */
export const MAX_MATCHES = 50_000;
/** Matches that a hit names. */
export const MAX_HIT_MATCHES = 500;
/** Groups that one match or one moment may be in, and values that it may count. */
const MAX_GROUPS = 16;
const MAX_VALUES = 500;
/** Matches of a moment of a correlation below whose own fields are asked. */
const MAX_ASKED = 500;

/** The hits of one correlation, in order of time. */
export function correlate(plan: CorrelationPlan, matches: readonly Match[], options: JudgeOptions = {}): CorrelationHit[] {
  const { settledBeforeMs = Number.POSITIVE_INFINITY } = options;
  const distinct = distinctMatches(matches);
  const kept = distinct.length > MAX_MATCHES ? distinct.slice(-MAX_MATCHES) : distinct;
  const hits = [...windowsOf(plan.root, kept, settledBeforeMs).values()].flatMap((held) => hitsOf(plan, held));
  return hits.sort((a, b) => a.timeMs - b.timeMs || compareText(a.uid, b.uid));
}

/** A group's items in order of time, and its windows that held, as ranges of them. */
interface Held {
  group: readonly string[];
  items: readonly Item[];
  windows: { timeMs: number; from: number; to: number }[];
}

function windowsOf(node: PlanNode, matches: readonly Match[], settledBeforeMs: number): Map<string, Held> {
  const groups = new Map<string, { group: readonly string[]; items: Item[] }>();
  for (const [input, of] of node.inputs.entries()) {
    for (const { group, item } of itemsOf(of, input, { matches, settledBeforeMs })) {
      const key = JSON.stringify(group);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { group, items: [item] });
      else known.items.push(item);
    }
  }
  const held = new Map<string, Held>();
  for (const [key, { group, items }] of groups) {
    items.sort((a, b) => a.timeMs - b.timeMs || compareText(a.uid, b.uid) || a.input - b.input);
    const windows = slide(node, items, settledBeforeMs);
    if (windows.length > 0) held.set(key, { group, items, windows });
  }
  return held;
}

interface Context {
  matches: readonly Match[];
  settledBeforeMs: number;
}

function* itemsOf(input: PlanInput, position: number, context: Context): Generator<{ group: readonly string[]; item: Item }> {
  if (input.of.kind === 'node') yield* momentsOf(input, input.of.node, position, context);
  else {
    const { id } = input.of.rule.info;
    for (const match of context.matches) {
      if (match.ruleId !== id) continue;
      const textsOf = (path: string): readonly string[] => match.fields[path] ?? [];
      const values = valuesOf(input, textsOf);
      const collect = ({ matches }: Collected): void => void matches.push(match);
      const item: Item = { timeMs: match.timeMs, uid: match.eventUid, input: position, values, collect };
      for (const group of combinations(input.groupPaths.map(textsOf), MAX_GROUPS)) yield { group, item };
    }
  }
}

/** Each moment at which the correlation below held. Those of one group and one of its own spans count as one. */
function* momentsOf(
  input: PlanInput,
  node: PlanNode,
  position: number,
  { matches, settledBeforeMs }: Context,
): Generator<{ group: readonly string[]; item: Item }> {
  const own = node.correlation.groupBy;
  for (const [key, { group, items, windows }] of windowsOf(node, matches, settledBeforeMs)) {
    for (const { timeMs, from, to } of windows) {
      const textsOf = (path: string): readonly string[] => {
        const at = own.indexOf(path);
        if (at >= 0) return [group[at] ?? ''];
        const asked = matchesOf(items, Math.max(from, to - MAX_ASKED), to);
        return [...new Set(asked.flatMap((match) => match.fields[path] ?? []))];
      };
      const item: Item = {
        timeMs,
        uid: shortId(node.correlation.info.id, key, String(Math.floor(timeMs / node.spanMs))),
        input: position,
        values: valuesOf(input, textsOf),
        collect: (found) => collectRange(items, from, to, found),
      };
      for (const outer of combinations(input.groupPaths.map(textsOf), MAX_GROUPS)) yield { group: outer, item };
    }
  }
}

function valuesOf({ valuePaths }: PlanInput, textsOf: (path: string) => readonly string[]): string[] {
  const [only, ...more] = valuePaths;
  if (only === undefined) return [];
  if (more.length === 0) return textsOf(only).slice(0, MAX_VALUES);
  return combinations(valuePaths.map(textsOf), MAX_VALUES).map((parts) => JSON.stringify(parts));
}

/** Every way to take one text of each list; none where a list is empty. */
function combinations(lists: readonly (readonly string[])[], max: number): string[][] {
  let found: string[][] = [[]];
  for (const list of lists) {
    found = found.flatMap((parts) => [...new Set(list)].map((text) => [...parts, text])).slice(0, max);
  }
  return found;
}

/** The windows that hold. `items` are in order of time. */
function slide(node: PlanNode, items: readonly Item[], settledBeforeMs: number): Held['windows'] {
  const measure = measureOf(node);
  const windows: Held['windows'] = [];
  let from = 0;
  for (let to = 0; to < items.length; ) {
    const timeMs = items[to]?.timeMs ?? 0;
    for (let gone = items[from]; gone !== undefined && gone.timeMs < timeMs - node.spanMs; gone = items[from]) {
      measure.remove(gone);
      from += 1;
    }
    // What happened at one time is there together.
    for (let item = items[to]; item?.timeMs === timeMs; item = items[to]) {
      measure.add(item);
      to += 1;
    }
    const firstMs = items[from]?.timeMs ?? timeMs;
    const next = items[to];
    const isWhole = next === undefined || next.timeMs - node.spanMs > firstMs;
    const isJudged = node.rising || (isWhole && firstMs + node.spanMs < settledBeforeMs);
    if (isJudged && measure.holds()) windows.push({ timeMs, from, to });
  }
  return windows;
}

function hitsOf(plan: CorrelationPlan, { group, items, windows }: Held): CorrelationHit[] {
  const hits: CorrelationHit[] = [];
  let start = 0;
  while (start < windows.length) {
    const first = windows[start];
    if (first === undefined) break;
    const stretchMs = Math.floor(first.timeMs / plan.dedupMs) * plan.dedupMs;
    let end = start;
    while ((windows[end]?.timeMs ?? Number.POSITIVE_INFINITY) < stretchMs + plan.dedupMs) end += 1;
    const matches = contributing(items, windows.slice(start, end));
    hits.push({
      plan,
      uid: shortId('finding', plan.root.correlation.info.id, JSON.stringify(group), String(stretchMs)),
      group,
      stretchMs,
      timeMs: first.timeMs,
      matches: matches.slice(0, MAX_HIT_MATCHES),
      matchCount: matches.length,
    });
    start = end;
  }
  return hits;
}

/** The matches of all these windows, each once, in order of time. */
function contributing(items: readonly Item[], windows: Held['windows']): Match[] {
  const found: Collected = { matches: [], done: new Map() };
  for (const { from, to } of windows) collectRange(items, from, to, found);
  return distinctMatches(found.matches);
}
