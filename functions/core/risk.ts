/** Turns what was seen of one entity or incident into a risk score that decays with time, repetition and habit. */
import { type Level, levelRank } from './finding.ts';

/** Half-life of a finding's weight. @see Splunk risk-based alerting, for impact × confidence and the threshold of 100 */
export const RISK_HALF_LIFE_MS = 24 * 3_600_000;
/** From here risk alone puts an incident before a person. */
export const RISK_THRESHOLD = 100;
/** Weight by level: impact × confidence / 100 at the usual confidence of a rule of that level. */
const WEIGHTS = [1, 10, 40, 70, 100] as const;
/** What one rule says of one entity more often than this within its memory tells nothing more. */
export const MAX_REPEATS = 8;
/**
 * How many actors a rule named in a week → what one more of its findings is worth: 1 − log(actors) ÷ log(30,000), the surprise that it
 * names just this one of a few thousand actors on one day of seven; in steps, so that one more actor seldom changes what is judged.
 */
const COMMON_STEPS: readonly { most: number; rarity: number; typical: number }[] = [
  { most: 2, rarity: 1, typical: 1.5 },
  { most: 5, rarity: 0.85, typical: 4 },
  { most: 10, rarity: 0.75, typical: 8 },
  { most: 20, rarity: 0.7, typical: 15 },
  { most: 50, rarity: 0.6, typical: 33 },
  { most: 100, rarity: 0.55, typical: 72 },
];
const MOST_COMMON = { most: Number.POSITIVE_INFINITY, rarity: 0.45, typical: 140 };
/** Actors that anything alerts about in a week, of the order of magnitude of an organization with a few thousand people. */
const POPULATION = 1500;
/** From this number of actors on, more of them change nothing. */
export const MOST_ACTORS = 101;

/** What is known of a finding beside itself. */
export interface Habit {
  /** How often its rule named the same actor in the fortnight up to it, itself included. */
  repeats: number;
  /** How many actors its rule named in the week before its day. */
  actors: number;
}

export interface RiskInput {
  ruleId: string;
  level: Level;
  timeMs: number;
  /** Breaks ties of time, so that the score never depends on the order of arrival. */
  id: string;
  habit?: Habit;
  /** Asset × exposure × intelligence; 1 where nothing is known. */
  factor?: number;
}

/** One finding's part in the risk, and what it was divided by. */
export interface Weighed {
  input: RiskInput;
  weight: number;
  repeats: number;
  actors: number;
}

/** The weight of one finding of this level, before decay, repetition and habit. */
export const riskWeight = (level: Level): number => WEIGHTS[levelRank(level)] ?? 0;

/** Inverse frequency of a rule that names so many actors. */
export const rarity = (actors: number): number => stepOf(actors).rarity;

const stepOf = (actors: number) => COMMON_STEPS.find(({ most }) => actors <= most) ?? MOST_COMMON;

/** −log10 of the chance of a rule that named so many actors in a week naming just this one on a day. @see Shannon information content */
export const surprise = (actors: number): number => -Math.log10(stepOf(actors).typical / 7 / POPULATION);

/** In the order of time: weight × context × rarity of the rule ÷ how often it said the same before (diminishing returns). */
export function weigh(inputs: readonly RiskInput[]): Weighed[] {
  const seen = new Map<string, number>();
  return [...inputs].sort(byTime).map((input) => {
    const local = (seen.get(input.ruleId) ?? 0) + 1;
    seen.set(input.ruleId, local);
    const repeats = Math.max(local, input.habit?.repeats ?? 1);
    const actors = input.habit?.actors ?? 1;
    const full = riskWeight(input.level) * rarity(actors) * (input.factor ?? 1);
    return { input, weight: repeats > MAX_REPEATS ? 0 : full / repeats, repeats, actors };
  });
}

const byTime = (a: RiskInput, b: RiskInput): number => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1);

/** The highest score at any moment: each finding adds its weight, and all of it halves every 24 h. */
export const peakRisk = (inputs: readonly RiskInput[]): number => peakOf(weigh(inputs));

/** The same for findings that are weighed already, in the order of time. */
export function peakOf(weighed: readonly Weighed[]): number {
  let score = 0;
  let peak = 0;
  let lastMs = 0;
  for (const { input, weight } of weighed) {
    score = score * 2 ** -((input.timeMs - lastMs) / RISK_HALF_LIFE_MS) + weight;
    lastMs = input.timeMs;
    peak = Math.max(peak, score);
  }
  return Math.round(peak * 10) / 10;
}

/**
 * How many tactics are shown by different rules: one rule with many tags counts once (maximum matching of tactics to rules).
 */
export function independentTactics(inputs: readonly { ruleId: string; tactics: readonly string[] }[]): number {
  const byRule = new Map<string, Set<string>>();
  for (const { ruleId, tactics } of inputs) byRule.set(ruleId, new Set([...(byRule.get(ruleId) ?? []), ...tactics]));
  const ruleOf = new Map<string, string>();
  const assign = (rule: string, tried: Set<string>): boolean => {
    for (const tactic of byRule.get(rule) ?? []) {
      if (tried.has(tactic)) continue;
      tried.add(tactic);
      const holder = ruleOf.get(tactic);
      if (holder === undefined || assign(holder, tried)) {
        ruleOf.set(tactic, rule);
        return true;
      }
    }
    return false;
  };
  for (const rule of byRule.keys()) assign(rule, new Set());
  return ruleOf.size;
}
