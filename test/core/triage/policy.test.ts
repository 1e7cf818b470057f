import { describe, expect, it } from 'vitest';
import { type Assessment, assess } from '../../../functions/core/triage/assess.ts';
import { TriageModel } from '../../../functions/core/triage/model.ts';
import { type CloseQuestion, decideClose, type Guard, isAudited } from '../../../functions/core/triage/policy.ts';
import { NOW } from './world.ts';

const benign = (count: number): Assessment => {
  const examples = Array.from({ length: count }, () => ({ ruleId: 'r', features: {}, isMalicious: false, atMs: NOW }));
  return assess(new TriageModel(examples, NOW), 'r', {});
};
const known = benign(500);
const id = (from: number, audited: boolean): string => {
  for (let i = from; ; i++) if (isAudited(`INC-${i}`) === audited) return `INC-${i}`;
};
const question = (over: Partial<CloseQuestion> = {}): CloseQuestion => ({
  incidentId: id(0, false),
  severity: 'medium',
  assessments: [known],
  hasIntel: false,
  isCanary: false,
  auditedErrorsMs: new Map(),
  ...over,
});
const policy = { rules: ['r'] };
const failed = (over: Partial<CloseQuestion>, by = policy as { rules: string[]; since?: string }): Guard['id'][] =>
  decideClose(question(over), by)
    .guards.filter(({ passed }) => !passed)
    .map((guard) => guard.id);

describe('closing without a person', () => {
  it('is for listed rules that hundreds of verdicts call benign', () => {
    expect(decideClose(question(), policy).what).toBe('close');
  });

  it.each<[Guard['id'], Partial<CloseQuestion>]>([
    ['severity', { severity: 'high' }],
    ['severity', { severity: 'critical' }],
    ['tier', { tier: 'crown_jewel' }],
    ['intel', { hasIntel: true }],
    ['intel', { isCanary: true }],
    ['stopped', { auditedErrorsMs: new Map([['r', NOW]]) }],
    [
      'advice',
      {
        advice: {
          by: 'x',
          opinion: 'true_positive',
          confidence: 1,
          says: { en: '', ja: '' },
          factIds: [],
          injectionSuspected: false,
        },
      },
    ],
    [
      'advice',
      {
        advice: {
          by: 'x',
          opinion: 'false_positive',
          confidence: 1,
          says: { en: '', ja: '' },
          factIds: [],
          injectionSuspected: true,
        },
      },
    ],
  ])('never happens against the guard %s (%o)', (guard, over) => {
    expect(failed(over)).toEqual([guard]);
    expect(decideClose(question(over), policy).what).toBe('person');
  });

  it('needs every alert to be known well: one of another rule, or of few verdicts, brings a person', () => {
    expect(failed({}, { rules: [] })).toEqual(['listed']);
    expect(failed({ assessments: [known, { ...known, ruleId: 'other' }] })).toEqual(['listed']);
    expect(failed({ assessments: [known, benign(29)] })).toEqual(['verdicts', 'bound']);
    expect(failed({ assessments: [benign(60)] })).toEqual(['bound']);
    expect(failed({ assessments: [] })).toEqual(['listed', 'verdicts', 'bound']);
  });

  it('advice that agrees lowers nothing: without verdicts a person looks', () => {
    const advice = {
      by: 'x',
      opinion: 'false_positive' as const,
      confidence: 1,
      says: { en: '', ja: '' },
      factIds: [],
      injectionSuspected: false,
    };
    expect(failed({ advice, assessments: [benign(5)] })).toEqual(['verdicts', 'bound']);
  });

  it('goes on after an audited error only where somebody moved the day on', () => {
    const auditedErrorsMs = new Map([['r', Date.UTC(2026, 4, 10)]]);
    expect(failed({ auditedErrorsMs }, { rules: ['r'], since: '2026-05-10' })).toEqual(['stopped']);
    expect(failed({ auditedErrorsMs }, { rules: ['r'], since: '2026-05-11' })).toEqual([]);
  });

  it('shows one in twenty to a person, always the same ones', () => {
    const audited = Array.from({ length: 20_000 }, (_, i) => isAudited(`INC-${i}`)).filter(Boolean).length;
    expect(audited / 20_000).toBeGreaterThan(0.045);
    expect(audited / 20_000).toBeLessThan(0.055);
    expect(decideClose(question({ incidentId: id(0, true) }), policy).what).toBe('audit');
  });
});
