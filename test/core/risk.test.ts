import { describe, expect, it } from 'vitest';
import { type AttackPath, attackPath } from '../../functions/core/attack-path.ts';
import { MAX_REPEATS, peakRisk, type RiskInput, rarity, weigh } from '../../functions/core/risk.ts';

const HOUR = 3_600_000;
const input = (id: string, hours: number, rest: Partial<RiskInput> = {}): RiskInput => ({
  id,
  ruleId: 'r',
  level: 'medium',
  timeMs: hours * HOUR,
  ...rest,
});

describe('risk', () => {
  it('halves in a day, and the same rule again counts a half, a third …', () => {
    expect(peakRisk([input('a', 0)])).toBe(40);
    expect(peakRisk([input('a', 0), input('b', 0)])).toBe(60);
    expect(peakRisk([input('a', 0), input('b', 24, { ruleId: 'q' })])).toBe(60);
    expect(peakRisk([input('a', 0), input('b', 0, { ruleId: 'q' })])).toBe(80);
  });

  it('is the peak, so that time alone never forgives what was surfaced', () => {
    expect(peakRisk([input('a', 0, { level: 'critical' }), input('b', 240, { level: 'low' })])).toBe(100);
  });

  it('counts an alert by what is usual for its actor and for its rule', () => {
    expect(peakRisk([input('a', 0, { habit: { repeats: 4, actors: 1 } })])).toBe(10);
    expect(peakRisk([input('a', 0, { habit: { repeats: 1, actors: 6 } })])).toBe(30);
    expect(peakRisk([input('a', 0, { habit: { repeats: MAX_REPEATS + 1, actors: 1 } })])).toBe(0);
    expect([2, 3, 20, 21, 1000].map(rarity)).toEqual([1, 0.85, 0.7, 0.6, 0.45]);
    expect(peakRisk([input('a', 0, { factor: 2 })])).toBe(80);
  });

  it('takes the larger of both counts of repetition: of the incident, and of the actor before it', () => {
    const weighed = weigh([input('b', 1, { habit: { repeats: 5, actors: 1 } }), input('a', 0), input('c', 2)]);
    expect(weighed.map(({ input: { id }, repeats }) => [id, repeats])).toEqual([
      ['a', 1],
      ['b', 5],
      ['c', 3],
    ]);
  });
});

describe('the attack path', () => {
  const path = (...tactics: string[][]): AttackPath =>
    attackPath(tactics.map((of, i) => ({ id: String(i), timeMs: i, tactics: of, techniques: [`T${i}`] })));

  it('is the longest way that never goes back', () => {
    const { tactics, score } = path(['discovery'], ['initial-access'], ['persistence'], ['discovery'], ['exfiltration']);
    expect(tactics).toEqual(['initial-access', 'persistence', 'discovery', 'exfiltration']);
    expect(score).toBe(4 * 5);
  });

  it('is not lengthened by repetition, nor by one deed of many tactics', () => {
    expect(path(['discovery'], ['discovery'], ['discovery']).tactics).toEqual(['discovery']);
    expect(path(['persistence', 'privilege-escalation']).tactics).toHaveLength(1);
    expect(path(['no-tactic']).tactics).toEqual([]);
  });

  it('does not depend on the order in which deeds are given', () => {
    const deeds = ['persistence', 'discovery', 'impact', 'execution'].map((tactic, i) => ({
      id: String(i),
      timeMs: 100 - i,
      tactics: [tactic],
      techniques: ['T1'],
    }));
    expect(attackPath([...deeds].reverse())).toEqual(attackPath(deeds));
  });
});
