import { describe, expect, it } from 'vitest';
import { lintRules, lintTogether } from '../../../functions/core/sigma/lint.ts';

const GOOD = `title: User created
id: 3f2c1d6e-0000-4000-8000-000000000001
status: test
description: A user was made.
tags: [attack.persistence, attack.t1136.003]
logsource: {product: aws, service: cloudtrail}
detection:
    selection:
        eventName: CreateUser
    condition: selection
falsepositives: [an administrator]
level: low
yagura: {nextSteps: {en: ask, ja: 確認}, hunts: [aws_discovery_burst], d3fend: [D3-CR]}
`;
const codes = (text: string): string[] => lintRules(text, 'rule.yml').findings.map(({ code }) => code);
const placeOf = (text: string, code: string) => lintRules(text, 'rule.yml').findings.find((one) => one.code === code)?.at;

describe('the linter', () => {
  it('says nothing of a sound rule', () => {
    expect(lintRules(GOOD, 'rule.yml').findings).toEqual([]);
  });

  it.each([
    ['id', 'no-id', 'error'],
    ['status', 'no-status', 'error'],
    ['description', 'no-description', 'error'],
    ['falsepositives', 'no-falsepositives', 'error'],
    ['level', 'no-level', 'error'],
    ['tags', 'no-attack', 'warning'],
    ['yagura', 'no-next-steps', 'warning'],
    ['yagura', 'no-hunts', 'warning'],
    ['yagura', 'no-d3fend', 'warning'],
  ])('misses %s', (key, code, severity) => {
    const { findings } = lintRules(GOOD.replace(new RegExp(`^${key}:.*\n`, 'm'), ''), 'rule.yml');
    expect(findings.filter((one) => one.code === code)).toMatchObject([{ severity, at: 'rule.yml:1:1' }]);
  });

  it('demands of our own rules what an analyst needs, at every level', () => {
    const bare = GOOD.replace(/^yagura:.*\n/m, '').replace('level: low', 'level: informational');
    const told = lintRules(bare, 'rule.yml', { isOurs: true }).findings.map(({ code, severity }) => `${severity} ${code}`);
    expect(told).toEqual(['error no-next-steps', 'error no-hunts', 'error no-d3fend']);
    expect(lintRules(GOOD, 'rule.yml', { isOurs: true }).findings).toEqual([]);
  });

  it('asks it of a correlation, and not of the rules that only feed it', () => {
    const feeder = GOOD.replace(/^yagura:.*\n/m, '')
      .replace('title:', 'name: made\ntitle:')
      .replace('000001', '000002');
    const correlation = `title: Many users created
id: 3f2c1d6e-0000-4000-8000-000000000003
status: test
description: Many users were made.
tags: [attack.persistence, attack.t1136.003]
correlation: {type: event_count, rules: [made], group-by: [userName], timespan: 1h, condition: {gte: 5}}
falsepositives: [a migration]
level: medium
yagura: {nextSteps: {en: ask, ja: 確認}, d3fend: [D3-CR]}
`;
    expect(codes(`${correlation}---\n${feeder}`)).toEqual(['no-hunts']);
  });

  it('tells unknown and revoked techniques', () => {
    expect(codes(GOOD.replace('t1136.003', 't9999'))).toContain('parse');
    expect(codes(GOOD.replace('t1136.003', 't1562.008'))).toContain('parse');
  });

  it('tells a condition of negations, and one without anything that must be there', () => {
    const negation = GOOD.replace('condition: selection', 'condition: not selection');
    expect(placeOf(negation, 'negation-only')).toBe('rule.yml:10:5');
    expect(codes(GOOD.replace('eventName: CreateUser', 'errorCode: null'))).toContain('negation-only');
    expect(codes(GOOD.replace('eventName: CreateUser', 'eventName|exists: true'))).toContain('no-anchor');
    expect(codes(GOOD.replace('        eventName: CreateUser', '        - CreateUser'))).toContain('no-anchor');
  });

  it('tells regular expressions that hold nothing back', () => {
    expect(placeOf(GOOD.replace('eventName: CreateUser', 'eventName|re: .*User'), 'unbounded-regex')).toBe('rule.yml:9:9');
    expect(codes(GOOD.replace('eventName: CreateUser', 'eventName|re: "[a-z]+"'))).toContain('loose-regex');
    const beside = GOOD.replace('eventName: CreateUser', 'eventName: CreateUser\n        userAgent|re: "[a-z]{9}"');
    expect(codes(beside)).toEqual([]);
  });

  it('tells texts so short that "contains" finds them by accident', () => {
    expect(codes(GOOD.replace('eventName: CreateUser', 'eventName|contains: [CreateUser, us]'))).toEqual(['short-contains']);
    expect(codes(GOOD.replace('eventName: CreateUser', 'eventName|startswith: Cr'))).toEqual([]);
  });

  it('tells a value that is listed twice, at its place, and not where case counts', () => {
    const twice = GOOD.replace('eventName: CreateUser', 'eventName: [CreateUser, x, createuser]');
    expect(placeOf(twice, 'duplicate-value')).toBe('rule.yml:9:36');
    expect(codes(twice.replace('eventName:', 'eventName|cased:'))).toEqual([]);
  });

  it('passes on what the parser says: unused and unknown selections', () => {
    expect(codes(GOOD.replace('    condition:', '    other: {a: b}\n    condition:'))).toEqual(['remark']);
    expect(placeOf(GOOD.replace('condition: selection', 'condition: selecton'), 'parse')).toBe('rule.yml:10:16');
  });

  it('doubts fields that no record carries, and suggests one', () => {
    const { findings } = lintRules(GOOD.replace('eventName:', 'eventNmae:'), 'rule.yml', {
      judgeField: (_, path) => (path === 'eventName' ? 'seen' : 'unknown'),
      knownFields: () => ['eventName'],
    });
    expect(findings).toMatchObject([
      { code: 'unknown-field', severity: 'warning', at: 'rule.yml:9:9', fix: 'write "eventName"?' },
    ]);
  });

  it('wants retired rules out of the way', () => {
    expect(codes(GOOD.replace('status: test', 'status: deprecated'))).toEqual(['retired']);
  });

  it('compares rules: ids and names are errors, titles warnings', () => {
    const one = { id: 'a', title: 'T', name: 'n', file: 'a.yml' };
    expect(lintTogether([one, { ...one, file: 'b.yml' }]).map(({ code, severity }) => [code, severity])).toEqual([
      ['duplicate-id', 'error'],
      ['duplicate-name', 'error'],
      ['duplicate-title', 'warning'],
    ]);
    expect(lintTogether([one, { id: 'b', title: 'U', file: 'b.yml' }, { id: 'c', title: 'V', file: 'c.yml' }])).toEqual([]);
  });

  it('never throws, whatever the file holds', () => {
    for (const text of [
      '',
      '[]',
      'a: &x [*x]',
      '\u0000',
      'title: [',
      'detection: {condition: {a: 1}}',
      'title: x\ndetection: []',
    ])
      expect(lintRules(text, 'x.yml').findings.length).toBeGreaterThan(0);
  });
});
