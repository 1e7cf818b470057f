/** Turns an incident's weighed alerts into its fullest day of news: the different rules that said of the actor what they never had. */
import { levelRank } from './finding.ts';
import { rarity, riskWeight } from './risk.ts';
import type { WeighedAlert } from './surfacing.ts';

const DAY_MS = 86_400_000;

/** What was new within a day. */
export interface Burst {
  /** Different rules; those of medium and higher among them. */
  rules: number;
  alerting: number;
  tactics: number;
  /** Each rule once, by its weight and its rarity here. */
  weight: number;
}

const NONE: Burst = { rules: 0, alerting: 0, tactics: 0, weight: 0 };

/** The day, ending with any alert, whose news weigh most. A function of the set. */
export function burstOf(weighed: readonly WeighedAlert[]): Burst {
  const news = weighed.filter(({ repeats, input }) => repeats === 1 && levelRank(input.level) >= 1);
  return news
    .map(({ input: { timeMs: endMs } }) => ofDay(news.filter(({ input }) => isWithin(input.timeMs, endMs))))
    .reduce((best, one) => (one.weight > best.weight ? one : best), NONE);
}

const isWithin = (timeMs: number, endMs: number): boolean => timeMs <= endMs && endMs - timeMs <= DAY_MS;

function ofDay(news: readonly WeighedAlert[]): Burst {
  const byRule = new Map<string, { weight: number; isAlerting: boolean }>();
  for (const { alert, actors, input } of news) {
    const weight = riskWeight(input.level) * rarity(actors) * (input.factor ?? 1);
    if (weight > (byRule.get(alert.ruleId)?.weight ?? 0))
      byRule.set(alert.ruleId, { weight, isAlerting: levelRank(input.level) >= 2 });
  }
  const rules = [...byRule.values()];
  return {
    rules: rules.length,
    alerting: rules.filter(({ isAlerting }) => isAlerting).length,
    tactics: new Set(news.flatMap(({ alert }) => alert.tactics)).size,
    weight: Math.round(rules.reduce((sum, { weight }) => sum + weight, 0)),
  };
}
