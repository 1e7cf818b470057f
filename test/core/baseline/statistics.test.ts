// The figures that baselines judge by, against values worked out by other means.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  benjaminiHochberg,
  bowley,
  entropy,
  jensenShannon,
  lowCount,
  mad,
  median,
  normalSurprise,
  poissonSurprise,
  quantile,
  robustZ,
} from '../../../functions/core/baseline/statistics.ts';

describe('robust figures', () => {
  it('are those of the textbook', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(mad([1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(bowley([1, 2, 3, 4, 5])).toBe(0);
    expect(bowley([1, 2, 10])).toBeGreaterThan(0);
  });

  it('do not call everything an outlier where history is flat', () => {
    expect(robustZ(103, new Array(30).fill(100)).z).toBeLessThan(1);
    expect(robustZ(2, new Array(30).fill(0)).z).toBeLessThan(3.5);
    expect(robustZ(200, new Array(30).fill(100)).z).toBeGreaterThan(3.5);
  });

  it('move with the data: scaling keeps z where the floor is not reached', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 16, maxLength: 60 }),
        fc.integer({ min: 0, max: 5000 }),
        (history, x) => {
          const [one, ten] = [
            robustZ(x, history),
            robustZ(
              1000 * x,
              history.map((value) => 1000 * value),
            ),
          ];
          if (one.spread > 1) expect(ten.z).toBeCloseTo(one.z, 6);
        },
      ),
    );
  });
});

describe('probabilities', () => {
  it('agree with tables', () => {
    // P(X ≥ 10 | λ = 3) = 0.0011025, P(X ≥ 1 | 0.5) = 0.393469
    expect(10 ** -poissonSurprise(10, 3)).toBeCloseTo(0.0011025, 6);
    expect(10 ** -poissonSurprise(1, 0.5)).toBeCloseTo(0.393469, 5);
    // P(Z > 3) = 0.0013499, P(Z > 6) = 9.8659e-10
    expect(10 ** -normalSurprise(3)).toBeCloseTo(0.0013499, 6);
    expect(normalSurprise(6)).toBeCloseTo(9.00586, 4);
    expect(normalSurprise(0)).toBe(0);
  });

  it('grow with what is observed, and stay finite', () => {
    let last = -1;
    for (const x of [1, 5, 20, 100, 10_000, 1e9]) {
      const surprise = poissonSurprise(x, 0.5);
      expect(surprise).toBeGreaterThanOrEqual(last);
      expect(Number.isFinite(surprise)).toBe(true);
      last = surprise;
    }
  });

  it('shrink where counts come in bursts', () => {
    const even = new Array(20).fill(2);
    const bursts = Array.from({ length: 20 }, (_, i) => (i % 10 === 0 ? 20 : 0));
    const prior = { a: 0.5, b: 1 };
    expect(lowCount(25, bursts, prior).surprise).toBeLessThan(lowCount(25, even, prior).surprise / 2);
  });

  it('are held together by Benjamini and Hochberg', () => {
    expect(benjaminiHochberg([6, 5, 1], 1000, 0.01)).toEqual([true, true, false]);
    expect(benjaminiHochberg([4, 4], 100_000, 0.01)).toEqual([false, false]);
    expect(benjaminiHochberg([], 10, 0.01)).toEqual([]);
  });
});

describe('mixes', () => {
  const mix = (counts: Record<string, number>) => new Map(Object.entries(counts));

  it('differ by nothing from themselves and by one bit from what they share nothing with', () => {
    expect(jensenShannon(mix({ a: 1, b: 3 }), mix({ a: 10, b: 30 }))).toBeCloseTo(0, 10);
    expect(jensenShannon(mix({ a: 5 }), mix({ b: 1 }))).toBeCloseTo(1, 10);
    expect(jensenShannon(mix({}), mix({ b: 1 }))).toBe(0);
    expect(entropy([1, 1, 1, 1])).toBe(2);
  });

  it('differ the same both ways', () => {
    const mixes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 50 }), { minKeys: 1 });
    fc.assert(
      fc.property(mixes, mixes, (a, b) => {
        const [there, back] = [jensenShannon(mix(a), mix(b)), jensenShannon(mix(b), mix(a))];
        expect(there).toBeCloseTo(back, 10);
        expect(there).toBeLessThanOrEqual(1);
      }),
    );
  });
});
