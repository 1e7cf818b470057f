import { expect, test } from 'vitest';
import { peakRisk } from '../../functions/core/risk.ts';
import { mergeFactors, NEUTRAL, riskFactor, riskFactors, tierOfFactors } from '../../functions/core/risk-factors.ts';

test('what is not known changes nothing', () => {
  expect(riskFactors({})).toEqual(NEUTRAL);
  expect(riskFactor()).toBe(1);
});

test('factors stay within 0.5–2, 1–1.5 and 1–2', () => {
  expect(riskFactor(riskFactors({ tier: 'crown_jewel', exposure: 'internet', intelConfidence: 400 }))).toBe(2 * 1.5 * 2);
  expect(riskFactor(riskFactors({ tier: 'disposable', exposure: 'internal', intelConfidence: -5 }))).toBe(0.5);
});

test('an open vulnerability that is exploited counts as the widest exposure', () => {
  expect(riskFactors({ exposure: 'internal', hasExploited: true }).exposure).toBe(1.5);
});

test('of two findings of an alert the graver values count, in either order', () => {
  const a = riskFactors({ tier: 'low', intelConfidence: 90 });
  const b = riskFactors({ tier: 'high', exposure: 'partner' });
  expect(mergeFactors(a, b)).toEqual({ asset: 1.5, exposure: 1.25, intel: 1.9 });
  expect(mergeFactors(b, a)).toEqual(mergeFactors(a, b));
  expect(mergeFactors(undefined, a)).toEqual(a);
});

test('the factor multiplies the weight of its finding alone', () => {
  const of = (id: string, factor: number) => ({ id, ruleId: id, level: 'high' as const, timeMs: 0, factor });
  expect(peakRisk([of('a', 2), of('b', 0.5)])).toBe(175);
});

test('the gravest tier counts for the priority; a lowly one only where everything is lowly', () => {
  const [crown, high, low] = [riskFactors({ tier: 'crown_jewel' }), riskFactors({ tier: 'high' }), riskFactors({ tier: 'low' })];
  expect(tierOfFactors([low, undefined, crown, high])).toBe(1);
  expect(tierOfFactors([low, high])).toBe(2);
  expect(tierOfFactors([low, low])).toBe(4);
  expect(tierOfFactors([low, undefined])).toBe(null);
  expect(tierOfFactors([NEUTRAL])).toBe(null);
});
