import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../functions/core/triage/assess.ts';
import { betaCdf, betaQuantile, wilson } from '../../../functions/core/triage/beta.ts';
import { type Example, HALF_LIFE_MS, TriageModel } from '../../../functions/core/triage/model.ts';
import { judged, NOW, random } from './world.ts';

const brier = (of: readonly { p: number; isMalicious: boolean }[]): number =>
  of.reduce((sum, { p, isMalicious }) => sum + (p - (isMalicious ? 1 : 0)) ** 2, 0) / of.length;
const times = (count: number, one: Omit<Example, 'atMs'>, atMs = NOW): Example[] =>
  Array.from({ length: count }, () => ({ ...one, atMs }));

describe('bounds', () => {
  it('the Beta quantile is the inverse of its distribution, and known in closed form where a or b is 1', () => {
    expect(betaQuantile(0.95, 1, 150)).toBeCloseTo(1 - 0.05 ** (1 / 150), 8);
    expect(betaQuantile(0.95, 40, 1)).toBeCloseTo(0.95 ** (1 / 40), 8);
    expect(betaCdf(0.5, 3, 3)).toBeCloseTo(0.5, 10);
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        (p, a, b) => {
          expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 5);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('the Wilson interval is the published one', () => {
    // Newcombe (1998), table I: 81 of 263 → 0.2553–0.3662; 0 of 20 → 0–0.1611.
    expect(wilson(81, 263).low).toBeCloseTo(0.2553, 4);
    expect(wilson(81, 263).high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('the triage model', () => {
  it('is calibrated on verdicts that it has not seen', () => {
    for (const seed of [1, 2, 3]) {
      const model = new TriageModel(judged(1500, seed), NOW);
      const told = judged(3000, seed + 100).map((one) => ({ ...one, p: model.predict(one.ruleId, one.features).probability }));
      const share = told.filter(({ isMalicious }) => isMalicious).length / told.length;
      const floor = brier(told.map((one) => ({ ...one, p: share })));
      const best = brier(told.map((one) => ({ ...one, p: one.truth })));
      // Of what could be told at all beyond the mean share, most is told.
      expect((floor - brier(told)) / (floor - best)).toBeGreaterThan(0.8);
      for (const [low, high] of [
        [0, 0.1],
        [0.1, 0.25],
        [0.25, 0.5],
        [0.5, 0.75],
        [0.75, 1],
      ] as const) {
        const bin = told.filter(({ p }) => p >= low && p < high);
        if (bin.length < 100) continue;
        const said = bin.reduce((sum, { p }) => sum + p, 0) / bin.length;
        const interval = wilson(bin.filter(({ isMalicious }) => isMalicious).length, bin.length, 2.58);
        expect(said).toBeGreaterThan(interval.low - 0.06);
        expect(said).toBeLessThan(interval.high + 0.06);
      }
    }
  });

  it('believes features less where they echo each other, and not at all where they say nothing', () => {
    expect(new TriageModel(judged(1500, 5), NOW).calibration.belief).toBeLessThan(0.6);
    const next = random(9);
    const noise = Array.from({ length: 600 }, () => ({
      ruleId: 'r',
      features: { a: String(Math.floor(next() * 8)), b: String(Math.floor(next() * 8)) },
      isMalicious: next() < 0.3,
      atMs: NOW,
    }));
    expect(new TriageModel(noise, NOW).calibration.belief).toBeLessThan(0.15);
  });

  it('begins a rule without verdicts at the share of all rules', () => {
    const model = new TriageModel(
      [
        ...times(30, { ruleId: 'a', features: {}, isMalicious: false }),
        ...times(10, { ruleId: 'a', features: {}, isMalicious: true }),
      ],
      NOW,
    );
    expect(model.predict('new', { hours: 'x' }).probability).toBeCloseTo(11 / 42, 6);
    expect(model.predict('new', {}).verdicts).toBe(0);
  });

  it('follows E.3: prior Beta(m·s, (1−m)·s) with s = 10', () => {
    const model = new TriageModel(
      [
        ...times(20, { ruleId: 'a', features: {}, isMalicious: false }),
        ...times(5, { ruleId: 'a', features: {}, isMalicious: true }),
      ],
      NOW,
    );
    const mean = 6 / 27;
    expect(model.predict('a', {}).probability).toBeCloseTo((10 * mean + 5) / 35, 6);
  });

  it('forgets by half in 90 days', () => {
    const old = new TriageModel(times(8, { ruleId: 'a', features: {}, isMalicious: true }, NOW - HALF_LIFE_MS), NOW);
    expect(old.predict('a', {}).weight).toBeCloseTo(4, 6);
    expect(old.predict('a', {}).verdicts).toBe(8);
  });

  it('does not depend on the order of verdicts', () => {
    const examples = judged(200, 7);
    const ask = (of: readonly Example[]) => new TriageModel(of, NOW).predict('rule-3', examples[0]?.features ?? {});
    const a = ask(examples);
    const b = ask([...examples].reverse());
    expect(b.probability).toBeCloseTo(a.probability, 12);
  });

  it('knows its bound: it falls with verdicts, never lies below the estimate, and holds what it promises', () => {
    const bound = (count: number): number => {
      const model = new TriageModel(times(count, { ruleId: 'a', features: {}, isMalicious: false }), NOW);
      return assess(model, 'a', {}).upper95;
    };
    expect(bound(20)).toBeGreaterThan(bound(100));
    expect(bound(400)).toBeLessThan(0.02);
    let above = 0;
    for (let seed = 0; seed < 200; seed++) {
      const next = random(seed);
      const examples = Array.from({ length: 80 }, () => ({ ruleId: 'a', features: {}, isMalicious: next() < 0.1, atMs: NOW }));
      if (assess(new TriageModel(examples, NOW), 'a', {}).upper95 >= 0.1) above++;
    }
    expect(above / 200).toBeGreaterThan(0.9);
  });

  it('says why in one line, in both languages, without a line break', () => {
    const examples = judged(1500, 2);
    const { line, contributions } = assess(new TriageModel(examples, NOW), 'rule-8', { network: 'hosting', hours: '08–12' });
    expect(contributions[0]?.feature).toBe('network');
    expect(line.en).toMatch(/^P\(malicious\) \d+ %: \d+ % of this rule by \d+ verdicts; network hosting \(\+/);
    expect(line.ja).toMatch(/^悪性の確率 .*ネットワーク hosting/);
    expect(line.en.includes('\n')).toBe(false);
  });
});
