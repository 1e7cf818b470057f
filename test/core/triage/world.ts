/** Judged alerts of an invented SOC, for tests of the model: rules with shares of their own, features that tell, echo, or say nothing. */
import type { Example } from '../../../functions/core/triage/model.ts';

const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 5, 1);

/** A small generator of numbers in [0, 1) with a seed. @see Tommy Ettinger, "mulberry32" */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The truth is a logistic function that the model does not have: the network matters, its echo adds nothing, the account is noise. */
export function judged(count: number, seed: number): (Example & { truth: number })[] {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    const rule = Math.floor(next() * 10);
    const hosting = next() < 0.3;
    const echo = next() < 0.9 ? hosting : !hosting;
    const night = next() < 0.25;
    const logit = -4 + rule * 0.5 + (hosting ? 1.6 : -0.4) + (night ? 0.7 : 0) + (rule > 6 && hosting ? 0.8 : 0);
    const truth = 1 / (1 + Math.exp(-logit));
    return {
      ruleId: `rule-${rule}`,
      features: {
        network: hosting ? 'hosting' : 'access',
        echo: echo ? 'a' : 'b',
        second: echo ? 'x' : 'y',
        hours: night ? '00–04' : '08–12',
        account: String(Math.floor(next() * 6)),
      },
      isMalicious: next() < truth,
      atMs: NOW - next() * 120 * DAY,
      truth,
    };
  });
}
