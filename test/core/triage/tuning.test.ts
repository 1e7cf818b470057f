import { describe, expect, it } from 'vitest';
import { alertOf } from '../../../functions/core/alert.ts';
import type { Entity } from '../../../functions/core/finding.ts';
import { Suppressor } from '../../../functions/core/suppression/apply.ts';
import { parseSuppression } from '../../../functions/core/suppression/file.ts';
import { auditedErrors } from '../../../functions/core/triage/audit.ts';
import { examplesOf, type Judgeable, type JudgedAlert, judgedAlerts } from '../../../functions/core/triage/examples.ts';
import { isAudited } from '../../../functions/core/triage/policy.ts';
import { tuningOf } from '../../../functions/core/triage/tuning.ts';
import type { Verdict, VerdictRecord } from '../../../functions/core/verdict.ts';
import { DAY, finding, ip, T0, user } from '../../correlate/story.ts';

let count = 0;
const alert = (entities: Entity[], rule = 'noisy', incidentId = `INC-${++count}`): Judgeable => {
  const one = alertOf(finding({ rule, atMs: T0 + ++count * DAY, entities }), T0);
  return { ...one, partIds: [one.id], incidentId };
};
const said = (verdict: Verdict, of: Judgeable, over: Partial<VerdictRecord> = {}): VerdictRecord => ({
  ...{ incidentId: of.incidentId ?? '', alertIds: [], verdict, atMs: T0 + ++count, by: 'human', name: 'ana' },
  ...over,
});
const judged = (verdict: Verdict, entities: Entity[], times = 1): JudgedAlert[] =>
  Array.from({ length: times }, () => {
    const one = alert(entities);
    return { alert: one, verdict: said(verdict, one) };
  });
const about = { owner: 'soc@example.com', nowMs: T0 + 400 * DAY };
const deployer = [user('deployer'), ip('192.0.2.1')];

describe('a suggestion from verdicts', () => {
  it('names the value that only harmless alerts have, with counts and intervals, as a suppression', () => {
    const tuning = tuningOf(
      [
        ...judged('false_positive', deployer, 20),
        ...judged('benign_true_positive', [user('bob')], 3),
        ...judged('true_positive', [user('eve'), ip('192.0.2.1')], 2),
      ],
      [alert(deployer)],
      about,
    );
    expect(tuning).toMatchObject({
      fields: [['actor.principal', 'arn:aws:iam::111122223333:user/deployer']],
      covered: { harmless: 20, malicious: 0 },
      total: { harmless: 23, malicious: 2 },
      unjudged: 1,
    });
    expect(tuning?.shareCovered.low).toBeCloseTo(0.839, 3);
    expect(tuning?.evidence.en).toContain('20 of 23 harmless alerts have actor.principal');
    const { suppression, problems } = parseSuppression(tuning?.yaml ?? '', 'suppressions/x.yml');
    expect(problems).toEqual([]);
    const suppressor = new Suppressor([suppression].filter((one) => one !== undefined));
    const asked = (entities: Entity[]) => suppressor.find(alert(entities), { timeMs: about.nowMs, summary: '' });
    expect(asked(deployer)?.owner).toBe('soc@example.com');
    expect(asked([user('eve'), ip('192.0.2.1')])).toBeUndefined();
  });

  it('takes two values where one alone would hide a malicious alert', () => {
    const tuning = tuningOf(
      [
        ...judged('false_positive', deployer, 8),
        ...judged('true_positive', [user('deployer'), ip('203.0.113.9')]),
        ...judged('true_positive', [user('eve'), ip('192.0.2.1')]),
      ],
      [],
      about,
    );
    expect(tuning?.fields.map(([field]) => field).sort()).toEqual(['actor.ip', 'actor.principal']);
  });

  it('is none where every value is also a malicious alert’s, or an undetermined one’s', () => {
    expect(
      tuningOf([...judged('false_positive', deployer, 30), ...judged('true_positive', deployer)], [], about),
    ).toBeUndefined();
    expect(tuningOf([...judged('false_positive', deployer, 30), ...judged('undetermined', deployer)], [], about)).toBeUndefined();
  });

  it('is none from a handful of verdicts, nor for a value that few of them share', () => {
    expect(tuningOf(judged('false_positive', deployer, 4), [], about)).toBeUndefined();
    const scattered = Array.from({ length: 12 }, (_, i) => judged('false_positive', [user(`u${i}`)])).flat();
    expect(tuningOf(scattered, [], about)).toBeUndefined();
  });

  it('takes wildcards in values as they are: a star hides nobody else', () => {
    const star = [user('a*'), ip('192.0.2.1')];
    const tuning = tuningOf(
      [...judged('false_positive', star, 9), ...judged('true_positive', [user('abc'), ip('192.0.2.1')])],
      [],
      about,
    );
    expect(tuning?.yaml).toContain('user/a\\\\*"');
    const quote = [user('a"b\\c')];
    expect(parseSuppression(tuningOf(judged('false_positive', quote, 9), [], about)?.yaml ?? '', 'x.yml').problems).toEqual([]);
  });
});

describe('what is learned from', () => {
  it('is the last word of a person on each alert, not what policy or an advisor said, nor what nobody could tell', () => {
    const [a, b, c] = [alert(deployer), alert(deployer), alert(deployer)] as [Judgeable, Judgeable, Judgeable];
    const verdicts = [
      said('true_positive', a),
      said('false_positive', a),
      said('false_positive', b, { by: 'policy' }),
      said('true_positive', b, { by: 'advisor' }),
      said('undetermined', c),
    ];
    const examples = examplesOf(judgedAlerts([a, b, c], verdicts.toReversed()), () => ({}));
    expect(examples.map(({ isMalicious }) => isMalicious)).toEqual([false]);
  });

  it('a verdict on an incident is about its alerts that are more than signals, or about those that it names', () => {
    const grave = alert(deployer, 'a', 'INC-x');
    const signal: Judgeable = { ...alert(deployer, 'b', 'INC-x'), level: 'low' };
    const whole = said('true_positive', grave);
    expect(judgedAlerts([grave, signal], [whole]).map(({ alert: one }) => one.ruleId)).toEqual(['a']);
    const named = said('false_positive', grave, { alertIds: [signal.id] });
    expect(judgedAlerts([grave, signal], [named]).map(({ alert: one }) => one.ruleId)).toEqual(['b']);
  });
});

describe('audited errors', () => {
  const inAudit = (audited: boolean): string => {
    for (let i = 0; ; i++) if (isAudited(`INC-a${i}`) === audited) return `INC-a${i}`;
  };
  it('are malicious by a person’s word after policy closed them, or within the sample of listed rules', () => {
    const plain = alert(deployer, 'r', inAudit(false));
    expect(auditedErrors([plain], [said('true_positive', plain)], ['r']).size).toBe(0);
    const closed = [said('false_positive', plain, { by: 'policy' }), said('true_positive', plain)];
    expect(auditedErrors([plain], closed, ['r']).has('r')).toBe(true);
    const sampled = alert(deployer, 'r', inAudit(true));
    expect(auditedErrors([sampled], [said('true_positive', sampled)], ['r']).has('r')).toBe(true);
    expect(auditedErrors([sampled], [said('true_positive', sampled)], ['other']).size).toBe(0);
    expect(auditedErrors([sampled], [said('false_positive', sampled)], ['r']).size).toBe(0);
  });
});
