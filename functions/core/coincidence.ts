/** Turns the weighed alerts of an incident into how improbable it is that chance put them together: different rules, new for the actor, close in time. */
import { type Level, levelRank } from './finding.ts';
import { rarity, surprise, type Weighed } from './risk.ts';

/** Half a working day: an intruder's pace, and less time for chance. */
const WINDOW_MS = 12 * 3_600_000;
/** From here on an organization of that size expects less than one such coincidence in several days. */
export const COINCIDENCE_THRESHOLD = 6.6;
/** What a rule's level adds to its rarity: a low one is set off by less. */
const WORTH: Readonly<Record<Level, number>> = { informational: 0, low: 0.7, medium: 1, high: 1.1, critical: 1.2 };
/** What each time that the rule said the same of the actor before leaves of it. */
const REPEATED = 0.2;
const MIN_PART = 0.05;

export interface Coincidence {
  /** −log10 of the chance, with one decimal. */
  score: number;
  /** The different rules that it is made of. */
  rules: number;
  /** From the first of them to the last. */
  spanMs: number;
  /** True where none of them has a habit here: in an organization's first days chance is not known yet. */
  isUnknown: boolean;
}

/** The least probable window. @see Fisher's method of combining independent tests, without its correction */
export function coincidenceOf(weighed: readonly Weighed[]): Coincidence {
  const telling = weighed.filter(({ input }) => levelRank(input.level) >= 1);
  let best: Coincidence = { score: 0, rules: 0, spanMs: 0, isUnknown: true };
  let from = 0;
  for (const [at, { input }] of telling.entries()) {
    while ((telling[from]?.input.timeMs ?? 0) < input.timeMs - WINDOW_MS) from++;
    const parts = new Map<string, number>();
    let isUnknown = true;
    for (const one of telling.slice(from, at + 1)) {
      const part = WORTH[one.input.level] * surprise(one.actors) * REPEATED ** (one.repeats - 1);
      if (part < MIN_PART) continue;
      parts.set(one.input.ruleId, Math.max(part, parts.get(one.input.ruleId) ?? 0));
      isUnknown &&= rarity(one.actors) === 1;
    }
    const score = Math.round([...parts.values()].reduce((sum, part) => sum + part, 0) * 10) / 10;
    if (score > best.score)
      best = { score, rules: parts.size, spanMs: input.timeMs - (telling[from]?.input.timeMs ?? input.timeMs), isUnknown };
  }
  return best;
}
