import { describe, expect, it } from 'vitest';
import { findingFromEvent, makeFinding, toDetectionFinding } from '../../functions/core/finding-make.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { finishEvent } from '../../functions/core/ocsf/finish.ts';
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import type { RuleInfo } from '../../functions/core/sigma/rule.ts';
import { sourceById } from '../../functions/sources/index.ts';

const rule: RuleInfo = {
  id: '7a1b0d5e-0000-4000-8000-000000000001',
  version: '0123456789ab',
  path: 'detections/x',
  title: 'Access key created for another user',
  level: 'high',
  status: 'test',
  attack: ['T1098.001'],
  tactics: ['persistence'],
  falsepositives: [],
  yagura: {},
};

function event(attributes: JsonObject = {}, uid = 'e-1'): OcsfEvent {
  return finishEvent({
    class_uid: 6003,
    activity_id: 1,
    time: 1_750_000_000_000,
    severity_id: 1,
    metadata: { uid, product: { name: 'CloudTrail', vendor_name: 'AWS' } },
    attributes: {
      actor: {
        user: {
          type: 'IAMUser',
          name: 'alice',
          uid: 'arn:aws:iam::111122223333:user/alice',
          programmatic_credentials: [{ uid: 'AKIAIOSFODNN7EXAMPLE' }],
        },
      },
      api: { operation: 'CreateAccessKey', service: { name: 'iam.amazonaws.com' } },
      src_endpoint: { ip: '203.0.113.7' },
      resources: [{ uid: 'arn:aws:iam::111122223333:user/backup' }],
      cloud: { provider: 'AWS', account: { uid: '111122223333' } },
      status_id: 1,
      ...attributes,
    },
  });
}
const make = (record: JsonObject, of = event(), yagura: RuleInfo['yagura'] = {}) =>
  makeFinding({ rule: { ...rule, yagura }, source: 'aws-cloudtrail', record, event: of });

describe('a finding of our own', () => {
  it('is the same for the same rule and event, and another for another', () => {
    expect(make({})).toEqual(make({}));
    expect(make({}, event({}, 'e-2')).uid).not.toBe(make({}).uid);
  });

  it('says who did what to what, from where, with which outcome', () => {
    expect(make({}).summary).toBe('alice did CreateAccessKey (iam.amazonaws.com) on backup from 203.0.113.7: succeeded');
    const denied = event({ status_id: 2, api: { operation: 'CreateAccessKey', response: { error: 'AccessDenied' } } });
    expect(make({}, denied).summary).toMatch(/: failed, AccessDenied$/);
  });

  it('keys by the acting principal, and falls to key, address, account and event, never to a constant', () => {
    const key = (attributes: JsonObject): string => make({}, event(attributes)).dedupKey.split('|')[1] ?? '';
    const bare = { resources: [] };
    expect(key({})).toBe('principal:arn:aws:iam::111122223333:user/alice');
    expect(key({ ...bare, actor: { user: { credential_uid: 'AKIAIOSFODNN7EXAMPLE' } } })).toBe('access_key:AKIAIOSFODNN7EXAMPLE');
    expect(key({ ...bare, actor: {} })).toBe('ip:203.0.113.7');
    expect(key({ ...bare, actor: {}, src_endpoint: {} })).toBe('account:111122223333');
    expect(key({ ...bare, actor: {}, src_endpoint: {}, cloud: {} })).toBe('event:e-1');
  });

  it("keys by the rule's own raw fields, with the fallback in the place of a missing one", () => {
    const yagura = { dedup: ['requestParameters.bucketName', 'missing.field'], dedupWindowMin: 15 };
    const finding = make({ requestParameters: { bucketName: 'vault' } }, event(), yagura);
    expect(finding.dedupKey).toBe(`${rule.id}|requestParameters.bucketName=vault|principal:arn:aws:iam::111122223333:user/alice`);
    expect(finding.dedupWindowMs).toBe(900_000);
    expect(make({}, event({ actor: {}, src_endpoint: {}, cloud: {}, resources: [] }), yagura).dedupKey).toBe(
      `${rule.id}|event:e-1`,
    );
  });

  it('has the family of what it was done to in its key: two buckets are one alert, a bucket and a user are two', () => {
    const on = (uid: string): string => make({}, event({ resources: [{ uid }] })).dedupKey;
    expect(on('arn:aws:s3:::vault')).toBe(on('arn:aws:s3:::attic'));
    expect(on('arn:aws:s3:::vault')).not.toBe(on('arn:aws:kms:eu-west-1:111122223333:key/x'));
    expect(on('arn:aws:s3:::vault')).toBe(`${rule.id}|principal:arn:aws:iam::111122223333:user/alice|on:s3`);
  });

  it('gives every missing field the next entity, so that two missing ones tell more than one', () => {
    const yagura = { dedup: ['a', 'b', 'c', 'd'] };
    expect(make({ c: 'x' }, event(), yagura).dedupKey).toBe(
      `${rule.id}|principal:arn:aws:iam::111122223333:user/alice|access_key:AKIAIOSFODNN7EXAMPLE|c=x|ip:203.0.113.7`,
    );
    expect(make({ c: 'x', d: '' }, event({ actor: {}, src_endpoint: {}, cloud: {}, resources: [] }), yagura).dedupKey).toBe(
      `${rule.id}|event:e-1|c=x`,
    );
  });

  it('tells long keys apart by a digest', () => {
    const of = (end: string): string => make({ a: `${'x'.repeat(2000)}${end}` }, event(), { dedup: ['a'] }).dedupKey;
    expect(of('1')).not.toBe(of('2'));
    expect(of('1').length).toBe(900);
  });

  it('becomes a valid Detection Finding, an alert from medium up only', () => {
    const of = event();
    const finding = make({}, of);
    const ocsf = toDetectionFinding(finding, { event: of, nowMs: 1_750_000_100_000 });
    expect(validateEvent(ocsf)).toEqual([]);
    expect(ocsf).toMatchObject({
      class_uid: 2004,
      is_alert: true,
      severity: 'High',
      metadata: { uid: finding.uid, product: { name: 'Yagura' } },
      finding_info: {
        analytic: { uid: rule.id, type_id: 1 },
        attacks: [
          {
            version: '19.1',
            technique: { uid: 'T1098' },
            sub_technique: { uid: 'T1098.001' },
            tactic: { name: 'Persistence' },
          },
        ],
        related_events: [{ uid: 'e-1', type_uid: 600301 }],
      },
    });
    const signal = toDetectionFinding({ ...finding, level: 'low' }, { nowMs: 1_750_000_100_000 });
    expect(signal['is_alert']).toBe(false);
    expect(validateEvent(signal)).toEqual([]);
  });
});

describe("a product's finding", () => {
  const product = (attributes: JsonObject, activity_id = 1): OcsfEvent =>
    finishEvent({
      class_uid: 2004,
      activity_id,
      time: 1_750_000_000_000,
      severity_id: 4,
      metadata: { uid: 'gd-1', product: { name: 'GuardDuty', vendor_name: 'AWS' } },
      attributes: {
        finding_info: {
          uid: 'gd-1',
          title: 'Credentials used from afar',
          types: ['UnauthorizedAccess:IAMUser/Example'],
          attacks: [{ technique: { uid: 'T1078' }, tactic: { name: 'Initial Access' } }],
        },
        evidences: [{ actor: { user: { uid: 'arn:aws:iam::111122223333:user/alice' } } }],
        ...attributes,
      },
    });

  it('takes the same shape as our own', () => {
    expect(findingFromEvent(product({}), 'aws-guardduty')).toMatchObject({
      ruleId: 'UnauthorizedAccess:IAMUser/Example',
      level: 'high',
      analyticOf: 'GuardDuty',
      attack: ['T1078'],
      tactics: ['initial-access'],
      eventUids: ['gd-1'],
      entities: [{ type: 'principal', id: 'arn:aws:iam::111122223333:user/alice', part: 'actor' }],
    });
  });

  it('is none where the class is another', () => {
    expect(findingFromEvent(event(), 'aws-cloudtrail')).toBeUndefined();
  });

  it.each([
    [{ status_id: 1 }, 1, 'open', 'high'],
    [{ status_id: 2 }, 2, 'in_progress', 'high'],
    [{ status_id: 3 }, 1, 'suppressed', 'low'],
    [{ status_id: 4 }, 2, 'resolved', 'informational'],
    [{ status_id: 5 }, 3, 'archived', 'low'],
    [{}, 3, 'resolved', 'informational'],
    [{ is_alert: false }, 1, 'archived', 'low'],
  ] as const)('follows the state that the product has it in: %o with activity %d is %s', (attributes, activity, state, level) => {
    const found = findingFromEvent(product(attributes, activity), 'aws-guardduty');
    expect(found).toMatchObject({ level, product: { uid: 'aws-guardduty:gd-1', state, atMs: 1_750_000_000_000 } });
  });

  it('is counted when it was created, so that updates of days belong together', () => {
    const info = { uid: 'gd-1', title: 'x', types: ['t'], created_time: 1_749_000_000_000 };
    expect(findingFromEvent(product({ finding_info: info }), 'aws-guardduty')?.countedMs).toBe(1_749_000_000_000);
    const future = { ...info, created_time: 1_760_000_000_000 };
    expect(findingFromEvent(product({ finding_info: future }), 'aws-guardduty')?.countedMs).toBeUndefined();
  });

  it('is the same finding where a hub passes it on under an ARN', () => {
    const id = '0123456789abcdef0123456789abcdef';
    const of = (uid: string, source: string) =>
      findingFromEvent(product({ finding_info: { uid, title: 'x', types: ['t'] } }), source)?.product?.uid;
    expect(of(`arn:aws:guardduty:eu-west-1:111122223333:detector/1/finding/${id}`, 'aws-security-hub')).toBe(
      of(id, 'aws-guardduty'),
    );
    expect(of('7', 'a')).not.toBe(of('7', 'b'));
  });
});

describe('a finding of a product, through its source', () => {
  const record = {
    ...{
      schemaVersion: '2.0',
      accountId: '111122223333',
      region: 'eu-west-1',
      partition: 'aws',
      id: '0abc1234example',
      severity: 8,
    },
    ...{ type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom', title: 'A call from a listed address' },
    ...{ createdAt: '2026-03-02T10:00:00.000Z', updatedAt: '2026-03-02T10:05:00.000Z' },
    resource: {
      resourceType: 'AccessKey',
      accessKeyDetails: { accessKeyId: 'AKIAEXAMPLEKEY000001', userName: 'deploy-bot', userType: 'IAMUser' },
    },
    service: { serviceName: 'guardduty', count: 1, archived: false, additionalInfo: {} },
  };
  const findingOf = (raw: JsonObject) => {
    const source = sourceById('aws-guardduty');
    if (source === undefined) throw new Error('no such source');
    return findingFromEvent(source.toOcsf(raw, { nowMs: 0 }), source.id);
  };

  it("names the product's own id, the same for every update, so that people find it there, and the record in the lake", () => {
    const first = findingOf(record);
    const update = findingOf({ ...record, updatedAt: '2026-03-02T11:00:00.000Z' });
    expect(first).toMatchObject({ eventUids: ['0abc1234example', '0abc1234example:2026-03-02T10:05:00.000Z'], level: 'high' });
    expect(update?.eventUids).toEqual(['0abc1234example', '0abc1234example:2026-03-02T11:00:00.000Z']);
    expect(update?.uid).not.toBe(first?.uid);
  });

  it('is information only where somebody asked for a sample', () => {
    const sample = { ...record, service: { ...record.service, additionalInfo: { sample: true } } };
    expect(findingOf(sample)?.level).toBe('informational');
    expect(findingOf(sample)?.dedupKey).not.toBe(findingOf(record)?.dedupKey);
  });
});
