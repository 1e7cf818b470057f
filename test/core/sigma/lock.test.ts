import { describe, expect, it } from 'vitest';
import { makeFinding } from '../../../functions/core/finding-make.ts';
import { LOCK_SCHEMA, lockText, nextLock, type RuleLock, versionNumber } from '../../../functions/core/sigma/lock.ts';
import { effectiveLevel, isStaged, promotionAdvice } from '../../../functions/core/sigma/staged.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { rule } from './rule-text.ts';

const EMPTY: RuleLock = { rules: {} };
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const content = (sha256: string, id = 'one') => ({ id, path: `detections/${id}`, sha256 });

describe('the version lock', () => {
  it('counts from 1 and rises exactly when the content changes', () => {
    const first = nextLock(EMPTY, [content(A)]);
    expect(first.rules['one']).toEqual({ sha256: A, version: 1, path: 'detections/one' });
    expect(nextLock(first, [content(A)])).toEqual(first);
    expect(nextLock(first, [{ ...content(A), path: 'moved' }]).rules['one']).toEqual({ sha256: A, version: 1, path: 'moved' });
    expect(nextLock(first, [content(B)]).rules['one']?.version).toBe(2);
  });

  it('keeps the number of a rule that is gone, so that it goes on when the rule comes back', () => {
    const gone = nextLock(nextLock(EMPTY, [content(A)]), []);
    expect(gone.rules['one']).toEqual({ sha256: A, version: 1 });
    expect(nextLock(gone, [content(B)]).rules['one']?.version).toBe(2);
  });

  it('is sorted, and reads back', () => {
    const lock = nextLock(EMPTY, [content(A, 'z'), content(B, 'a')]);
    expect(Object.keys(lock.rules)).toEqual(['a', 'z']);
    expect(LOCK_SCHEMA.parse(JSON.parse(lockText(lock)))).toEqual(lock);
  });

  it("gives the number of a finding's version, and none of a content that it does not know", () => {
    const lock = nextLock(EMPTY, [content(A)]);
    expect(versionNumber(lock, 'one', A.slice(0, 12))).toBe(1);
    expect(versionNumber(lock, 'one', B.slice(0, 12))).toBeUndefined();
    expect(versionNumber(lock, '__proto__', A.slice(0, 12))).toBeUndefined();
  });
});

describe('rule states', () => {
  const [cloudtrail] = SOURCES;
  const record = {
    eventVersion: '1.11',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    eventTime: '2026-11-20T09:00:00Z',
    awsRegion: 'eu-west-1',
    eventID: 'e',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/a' },
  };
  const findingOf = (status: string, level: 'low' | 'critical') => {
    if (cloudtrail === undefined) throw new Error('no source');
    const { info } = rule('selection: {eventName: CreateUser}');
    return makeFinding({
      rule: { ...info, status, level },
      source: cloudtrail.id,
      record,
      event: cloudtrail.toOcsf(record, { nowMs: 0 }),
    });
  };

  it('record the findings of an experimental rule and never let it alert', () => {
    expect(findingOf('experimental', 'critical')).toMatchObject({ level: 'informational', staged: true });
    expect(findingOf('experimental', 'low')).toMatchObject({ level: 'informational', staged: true });
  });

  it.each(['test', 'stable', 'deprecated'])('leave a rule of status %s alone', (status) => {
    const finding = findingOf(status, 'critical');
    expect(finding.level).toBe('critical');
    expect(finding).not.toHaveProperty('staged');
  });

  it('stage only who says so', () => {
    const silent = rule('selection: {a: b}', '');
    expect(isStaged(silent.info)).toBe(false);
    expect(effectiveLevel({ status: 'experimental', level: 'informational' })).toBe('informational');
  });

  it('advise by the measured rate', () => {
    const at = (status: string, fires: number, days: number, level: 'medium' | 'high' = 'medium') =>
      promotionAdvice({ status, level }, fires, days).advice;
    expect(at('experimental', 3, 2)).toBe('wait');
    expect(at('experimental', 10, 14)).toBe('promote');
    expect(at('experimental', 14 * 21, 14)).toBe('keep');
    expect(at('test', 14 * 6, 14, 'high')).toBe('demote');
    expect(at('test', 4, 45)).toBe('promote');
    expect(at('test', 0, 45)).toBe('keep');
    expect(at('stable', 4, 45)).toBe('keep');
    expect(at('test', 6, 0.01)).toBe('wait');
  });
});
