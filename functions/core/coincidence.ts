/** Turns the weighed alerts of an incident into how rarely so much comes together: different rules, new for the actor, close in time. */
import { type Level, levelRank } from './finding.ts';
import { rarity, surprise, type Weighed } from './risk.ts';

/** Half a working day: an intruder's pace, and less time for chance. */
const WINDOW_MS = 12 * 3_600_000;
/** Where few of the days without an attack reach it. @see docs/decisions/0073-who-is-shown-and-what-is-usual.md, measured */
export const COINCIDENCE_THRESHOLD = 6.6;
/** What a rule's level adds to its rarity: a low one is set off by less. */
const WORTH: Readonly<Record<Level, number>> = { informational: 0, low: 0.7, medium: 1, high: 1.1, critical: 1.2 };
/** What each time that the rule said the same of the actor before leaves of it. */
const REPEATED = 0.2;
/** Less than this is not worth a rule's mention. */
const MIN_PART = 0.05;

export interface Coincidence {
  /**
   * The sum of the rules' surprisals, weighed by level, with one decimal. A measure and no probability: rules that one deed sets off together
   * are added as if they did not know each other.
   */
  score: number;
  /** The different rules that it is made of. */
  rules: number;
  /** From the first of them to the last. */
  spanMs: number;
  /** True where none of them has a habit here: in an organization's first days nobody knows what is rare. */
  isUnknown: boolean;
}

/** The rarest window. `weighed` is in the order of time. */
export function coincidenceOf(weighed: readonly Weighed[]): Coincidence {
  // Repetition leaves each rule with a few of its alerts, however many there are.
  const telling = weighed.flatMap(({ input: { level, ruleId, timeMs }, actors, repeats }) => {
    const part = levelRank(level) >= 1 ? WORTH[level] * surprise(actors) * REPEATED ** (repeats - 1) : 0;
    return part < MIN_PART ? [] : [{ ruleId, timeMs, part, isUnknown: rarity(actors) === 1 }];
  });
  let best: Coincidence = { score: 0, rules: 0, spanMs: 0, isUnknown: true };
  let from = 0;
  for (const [at, { timeMs }] of telling.entries()) {
    while ((telling[from]?.timeMs ?? timeMs) < timeMs - WINDOW_MS) from++;
    const within = telling.slice(from, at + 1);
    const parts = new Map<string, number>();
    for (const { ruleId, part } of within) parts.set(ruleId, Math.max(part, parts.get(ruleId) ?? 0));
    const score = Math.round([...parts.values()].reduce((sum, part) => sum + part, 0) * 10) / 10;
    if (score <= best.score) continue;
    const isUnknown = within.every((one) => one.isUnknown);
    best = { score, rules: parts.size, spanMs: timeMs - (within[0]?.timeMs ?? timeMs), isUnknown };
  }
  return best;
}
