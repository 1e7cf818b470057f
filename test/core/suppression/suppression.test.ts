import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../functions/core/finding.ts';
import { finishEvent } from '../../../functions/core/ocsf/finish.ts';
import { Suppressor } from '../../../functions/core/suppression/apply.ts';
import { parseSuppression, parseSuppressions } from '../../../functions/core/suppression/file.ts';
import { expiredFindings } from '../../../functions/core/suppression/finding.ts';
import { finding, HOUR, T0, user } from '../../correlate/story.ts';

const text = (
  lines: Record<string, string> = {},
  match = '{who: {actor.principal|endswith: user/backup}, condition: who}',
): string =>
  Object.entries({
    title: 'The backup reads every bucket',
    reason: 'It is what the backup is for',
    owner: 'platform@example.com',
    date: '2025-05-01',
    expires: '2025-07-01',
    rules: '[a, b]',
    match,
    ...lines,
  })
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');
const parse = (lines?: Record<string, string>, match?: string) => parseSuppression(text(lines, match), 'suppressions/backup.yml');
const problems = (lines?: Record<string, string>, match?: string): string[] =>
  parse(lines, match).problems.map(({ at, what }) => `${at} ${what}`);
const suppressor = (lines?: Record<string, string>, match?: string): Suppressor => {
  const { suppression, problems: wrong } = parse(lines, match);
  if (suppression === undefined) throw new Error(JSON.stringify(wrong));
  return new Suppressor([suppression]);
};
const of = (name: string, over: Partial<Finding> = {}): Finding => ({
  ...finding({ rule: 'a', atMs: T0, entities: [user(name)] }),
  ...over,
});

describe('the file of a suppression', () => {
  it('needs title, reason, owner, date, expires, rules and match, and names the one that is missing', () => {
    expect(parse().problems).toEqual([]);
    for (const key of ['title', 'reason', 'owner', 'date', 'expires', 'rules', 'match'])
      expect(problems({ [key]: '' })).toEqual([expect.stringContaining(`"${key}" is missing`)]);
  });

  it('tells an unknown key at its line and column, with what was meant', () => {
    expect(parse({ expire: '2025-07-01' }).problems).toEqual([
      expect.objectContaining({
        at: 'suppressions/backup.yml:8:1',
        what: 'unknown key "expire"',
        fix: 'did you mean "expires"?',
      }),
    ]);
  });

  it('holds for a year at most, ends after it begins, on days that exist', () => {
    expect(problems({ expires: '2026-05-02' })).toEqual([]);
    expect(problems({ expires: '2026-05-03' })).toEqual([expect.stringContaining('it holds for 367 days')]);
    expect(problems({ expires: '2025-04-30' })).toEqual([expect.stringContaining('before it begins')]);
    expect(problems({ expires: '2025-02-30' })).toEqual([expect.stringContaining('a day that exists')]);
    expect(problems({ expires: 'never' })).toEqual([expect.stringContaining('yyyy-mm-dd')]);
  });

  it('refuses what would hide too much: negations alone, words without a field, any rule without a subject', () => {
    expect(problems({}, '{who: {actor.principal: x}, condition: not who}')).toEqual([
      expect.stringContaining('hide everything else'),
    ]);
    expect(problems({}, '{words: [backup], condition: words}')).toEqual([expect.stringContaining('words without a field')]);
    expect(problems({ rules: 'any' }, '{low: {level: low}, condition: low}')).toEqual([
      expect.stringContaining('it must say whom'),
    ]);
    expect(problems({ rules: 'any' })).toEqual([]);
  });

  it('knows its fields', () => {
    expect(parse({}, '{who: {actor.principle: x}, condition: who}').problems[0]).toMatchObject({
      what: 'unknown field "actor.principle" in "who"',
      fix: 'did you mean "actor.principal"?',
    });
    expect(problems({}, '{who: {event.src_endpoint.ip|cidr: 192.0.2.0/24, raw.eventName: x}, condition: who}')).toEqual([]);
  });

  it('is told with all others that are wrong', () => {
    const files = ['b', 'a'].map((name) => ({ file: `suppressions/${name}.yml`, text: text({ owner: '' }) }));
    expect(() => parseSuppressions(files)).toThrow(/a\.yml.*b\.yml/s);
  });
});

describe('what a suppression means', () => {
  it('becomes a signal that says so, in an alert of its own', () => {
    const loud = of('backup');
    const quiet = suppressor().apply(loud);
    expect(quiet).toMatchObject({ level: 'low', suppressedBy: 'backup', uid: loud.uid, entities: loud.entities });
    expect(quiet.dedupKey).not.toBe(loud.dedupKey);
    expect(suppressor().apply(of('backup', { level: 'medium' })).level).toBe('informational');
    expect(suppressor().apply(quiet)).toBe(quiet);
  });

  it('is only that: other rules, other actors and other times alert', () => {
    const untouched = (one: Finding, by = suppressor()): boolean => by.apply(one) === one;
    expect(untouched(of('eve'))).toBe(true);
    expect(untouched(of('backup', { ruleId: 'c', title: 'C' }))).toBe(true);
    expect(untouched(of('backup', { timeMs: Date.UTC(2025, 6, 1, 23, 59) }))).toBe(false);
    expect(untouched(of('backup', { timeMs: Date.UTC(2025, 6, 2) }))).toBe(true);
    expect(untouched(of('backup', { timeMs: Date.UTC(2025, 3, 30, 23) }))).toBe(true);
  });

  it('names a rule by id, title, path or file name, whatever the case', () => {
    for (const rules of ['[A]', '[Rule a]', '[detections/x/a]']) {
      const about = { event: event(), raw: {}, rulePath: 'detections/x/a' };
      expect(suppressor({ rules }).apply(of('backup'), about).suppressedBy).toBe('backup');
    }
    expect(suppressor({ rules: '[nightly]' }).apply(of('backup', { ruleId: 'scheduled/nightly' })).suppressedBy).toBe('backup');
  });

  const event = () =>
    finishEvent({
      class_uid: 6003,
      activity_id: 1,
      time: T0,
      severity_id: 1,
      metadata: { uid: 'e', product: { name: 'CloudTrail', vendor_name: 'AWS' } },
      attributes: { src_endpoint: { ip: '192.0.2.7' } },
    });

  it('reads the event where it is at hand, and means nothing where it is not, negated or not', () => {
    const byIp = suppressor({}, '{net: {event.src_endpoint.ip|cidr: 192.0.2.0/24}, condition: net}');
    expect(byIp.apply(of('eve'), { event: event(), raw: {} }).suppressedBy).toBe('backup');
    expect(byIp.apply(of('eve')).suppressedBy).toBeUndefined();
    const notRoot = suppressor(
      {},
      '{who: {actor.principal|endswith: backup}, root: {raw.userType: Root}, condition: who and not root}',
    );
    expect(notRoot.apply(of('backup'), { event: event(), raw: {} }).suppressedBy).toBe('backup');
    expect(notRoot.apply(of('backup'), { event: event(), raw: { userType: 'Root' } }).suppressedBy).toBeUndefined();
    expect(notRoot.apply(of('backup')).suppressedBy).toBeUndefined();
  });
});

describe('an expired suppression', () => {
  it('speaks up once a week, and names its owner', () => {
    const { suppression } = parse();
    if (suppression === undefined) throw new Error('it parses');
    const at = (ms: number): Finding[] => expiredFindings([suppression], ms);
    expect(at(Date.UTC(2025, 6, 1, 23))).toEqual([]);
    const [first] = at(Date.UTC(2025, 6, 2));
    expect(first).toMatchObject({ ruleId: 'suppression_expired', level: 'medium' });
    expect(first?.summary).toContain('platform@example.com');
    expect(at(Date.UTC(2025, 6, 8, 23))).toEqual([first]);
    expect(at(Date.UTC(2025, 6, 2) + 7 * 24 * HOUR)[0]?.uid).not.toBe(first?.uid);
  });
});
