/** Turns what was seen of one entity or incident into a risk score that decays with time and with repetition. */
import { type Level, levelRank } from './finding.ts';

/** Half-life of a finding's weight. @see Splunk risk-based alerting, for impact × confidence and the threshold of 100 */
export const RISK_HALF_LIFE_MS = 24 * 3_600_000;
/** From here signals alone become an incident. */
export const RISK_THRESHOLD = 100;
/** Weight by level: impact × confidence / 100 at the usual confidence of a rule of that level. */
const WEIGHTS = [1, 10, 40, 70, 100] as const;

export interface RiskInput {
  ruleId: string;
  level: Level;
  timeMs: number;
  /** Asset, exposure and intelligence multiplied; default 1. */
  factor?: number;
  /** Breaks ties of time, so that the score never depends on the order of arrival. */
  id: string;
}

/** The weight of one finding of this level, before decay and repetition. */
export const riskWeight = (level: Level): number => WEIGHTS[levelRank(level)] ?? 0;

/**
 * The highest score at any moment: each finding adds its weight × its factor ÷ how often its rule was seen before (diminishing returns),
 * and all of it halves every 24 h.
 */
export function peakRisk(inputs: readonly RiskInput[]): number {
  const seen = new Map<string, number>();
  let score = 0;
  let peak = 0;
  let lastMs = 0;
  for (const { ruleId, level, timeMs, factor = 1 } of [...inputs].sort((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1))) {
    const times = (seen.get(ruleId) ?? 0) + 1;
    seen.set(ruleId, times);
    score = score * 2 ** -((timeMs - lastMs) / RISK_HALF_LIFE_MS) + (riskWeight(level) * factor) / times;
    lastMs = timeMs;
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
