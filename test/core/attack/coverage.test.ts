import { describe, expect, it } from 'vitest';
import { TECHNIQUES } from '../../../functions/core/attack/attack.ts';
import { type CoverageRule, coverageOf } from '../../../functions/core/attack/coverage.ts';
import { navigatorLayer } from '../../../functions/core/attack/navigator.ts';
import { CLOUD_PLATFORMS, PLATFORM_ROWS } from '../../../functions/core/attack/platforms.generated.ts';

const rule = (over: Partial<CoverageRule>): CoverageRule => ({
  id: 'r',
  title: 'R',
  attack: ['T1098.001'],
  canFire: true,
  proven: true,
  answered: ['T1098.001'],
  ...over,
});
const levelOf = (rules: CoverageRule[], id = 'T1098.001') => coverageOf(rules).techniques.find((one) => one.id === id)?.level;

describe('coverage', () => {
  it('is over the 152 cloud techniques of v19.1, each with a cloud platform', () => {
    const coverage = coverageOf([]);
    expect(coverage.techniques).toHaveLength(152);
    expect(coverage.total.atLeast).toEqual([152, 0, 0, 0, 0]);
    expect(coverage.techniques.every(({ platforms }) => platforms.length > 0)).toBe(true);
    expect(PLATFORM_ROWS.map(([id]) => id)).toEqual(TECHNIQUES.filter(({ cloud }) => cloud).map(({ id }) => id));
    expect(coverage.platforms.map(({ key }) => key)).toEqual([...CLOUD_PLATFORMS]);
  });

  it('rises level by level, and never skips one', () => {
    expect(levelOf([])).toBe(0);
    expect(levelOf([rule({ canFire: false })])).toBe(1);
    expect(levelOf([rule({ proven: false })])).toBe(2);
    expect(levelOf([rule({ answered: [] })])).toBe(3);
    expect(levelOf([rule({})])).toBe(4);
  });

  it('counts a playbook for the techniques that it answers only', () => {
    const rules = [rule({ attack: ['T1098.001', 'T1526'] })];
    expect([levelOf(rules), levelOf(rules, 'T1526')]).toEqual([4, 3]);
  });

  it('takes the best rule of a technique, not the sum of them', () => {
    expect(levelOf([rule({ canFire: false }), rule({ id: 's', proven: false })])).toBe(2);
  });

  it('counts a rule for the techniques that it names only', () => {
    const coverage = coverageOf([rule({})]);
    const parent = coverage.techniques.find(({ id }) => id === 'T1098');
    expect(parent).toMatchObject({ level: 0, onlyThroughParts: true, rules: [] });
    expect(coverage.total.atLeast).toEqual([152, 1, 1, 1, 1]);
    expect(levelOf([rule({ attack: ['T1098'] })])).toBe(0);
  });

  it('counts a technique in each of its tactics and platforms', () => {
    const coverage = coverageOf([rule({})]);
    const technique = coverage.techniques.find(({ id }) => id === 'T1098.001');
    const tactics = coverage.tactics.filter(({ atLeast }) => atLeast[1] > 0).map(({ key }) => key);
    expect(tactics.sort()).toEqual([...(technique?.tactics ?? [])].sort());
    expect(coverage.platforms.filter(({ atLeast }) => atLeast[4] > 0).map(({ key }) => key)).toEqual(technique?.platforms);
  });

  it('ignores techniques that are not of the cloud, and titles that are hostile', () => {
    expect(coverageOf([rule({ attack: ['T1001', '__proto__', 'T9999'] })]).total.atLeast[1]).toBe(0);
  });
});

describe('the Navigator layer', () => {
  const layer = navigatorLayer(coverageOf([rule({ title: 'x'.repeat(3_000) })]), { name: 'n', description: 'd' });

  it('is of format 4.5 for ATT&CK 19', () => {
    expect(layer).toMatchObject({
      versions: { attack: '19', layer: '4.5', navigator: '5.1.0' },
      domain: 'enterprise-attack',
      gradient: { minValue: 0, maxValue: 4 },
    });
  });

  it('scores every cloud technique once, with short comments', () => {
    const techniques = layer['techniques'];
    if (!Array.isArray(techniques)) throw new Error('no techniques');
    expect(techniques).toHaveLength(152);
    expect(techniques.find((one) => JSON.stringify(one).includes('"T1098.001"'))).toMatchObject({
      techniqueID: 'T1098.001',
      score: 4,
    });
    expect(techniques.find((one) => JSON.stringify(one).includes('"T1098"'))).toMatchObject({
      score: 0,
      showSubtechniques: true,
    });
    expect(Math.max(...techniques.map((one) => JSON.stringify(one).length))).toBeLessThan(1_300);
  });
});
