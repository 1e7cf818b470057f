/** Proves the built-in story: records in CloudTrail's shape, an attack whose every stage is found, and a benign day that stays quiet. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sha256 } from '../../functions/core/digest.ts';
import { levelRank } from '../../functions/core/finding.ts';
import { isJsonObject, type JsonObject, valueAt } from '../../functions/core/json.ts';
import type { RuleInfo } from '../../functions/core/sigma/rule.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { buildStory, type Story } from '../../local/story/story.ts';
import { detectionFiles, rulesOf } from '../content/detection-files.ts';

const START_MS = Date.UTC(2026, 10, 20);
const DAY_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LOG_KEY =
  /^AWSLogs\/o-[a-z0-9]{10,32}\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/\1_CloudTrail_\2_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$/;
const RECORD = z.looseObject({
  eventVersion: z.literal('1.11'),
  userIdentity: z.looseObject({ type: z.enum(['IAMUser', 'AssumedRole', 'AWSService', 'AWSAccount']) }),
  eventTime: z.iso.datetime({ precision: 0 }),
  eventSource: z.string().regex(/^[a-z0-9.-]+\.amazonaws\.com$/),
  eventName: z.string().regex(/^[A-Z]\w+$/),
  awsRegion: z.enum(['ap-northeast-1', 'us-east-1']),
  sourceIPAddress: z.string().regex(/^((192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}|[a-z0-9.-]+\.amazonaws\.com)$/),
  userAgent: z.string().min(5),
  requestParameters: z.record(z.string(), z.json()).nullable(),
  responseElements: z.record(z.string(), z.json()).nullable(),
  requestID: z.string().min(16),
  eventID: z.string().regex(UUID),
  readOnly: z.boolean(),
  eventType: z.enum(['AwsApiCall', 'AwsConsoleSignIn']),
  managementEvent: z.boolean(),
  recipientAccountId: z.string().regex(/^\d{12}$/),
  eventCategory: z.enum(['Management', 'Data']),
});

const logs = (story: Story): JsonObject[] =>
  story.files
    .filter(({ key }) => LOG_KEY.test(key))
    .flatMap(({ bytes }) => {
      const file: unknown = JSON.parse(gunzipSync(bytes).toString('utf8'));
      const records = isJsonObject(file) ? file['Records'] : undefined;
      return Array.isArray(records) ? records.filter(isJsonObject) : [];
    })
    .filter((record) => 'eventID' in record);

const story = buildStory({ seed: 1, startMs: START_MS });
const otherStory = buildStory({ seed: 4_294_967_299, startMs: START_MS });
const records = logs(story);
const idOf = (record: JsonObject): string => String(record['eventID']);
const attackIds = new Set(story.attack.eventIds);
const { stream } = compileStream(rulesOf(detectionFiles('aws-cloudtrail')), { sources: [awsCloudtrail] });
const loudRules = (record: JsonObject): RuleInfo[] =>
  stream
    .match('aws-cloudtrail', record, {} as never)
    .map(({ rule }) => rule)
    .filter(({ level }) => levelRank(level) >= levelRank('medium'));

describe('the delivery', () => {
  it('is the same for the same seed and another for another', () => {
    const digests = (of: Story): string[] => of.files.map(({ key, bytes }) => `${key} ${sha256(bytes)}`);
    const again = buildStory({ seed: 1, startMs: START_MS });
    expect(digests(again)).toEqual(digests(story));
    expect({ ...again, files: [] }).toEqual({ ...story, files: [] });
    expect(otherStory.attack.eventIds).not.toEqual(story.attack.eventIds);
  });

  it('names objects as an organization trail does, beside a digest and the check file of Config', () => {
    const others = story.files.filter(({ key }) => !LOG_KEY.test(key)).map(({ key }) => key);
    expect(others).toHaveLength(2);
    const skipped = others.map((key) => SOURCES.map((source) => source.judgeKey(key)).find((verdict) => verdict !== undefined));
    expect(skipped).toEqual([{ skip: 'cloudtrail_digest' }, { skip: 'aws_config_file' }]);
    expect(new Set(story.files.map(({ key }) => key)).size).toBe(story.files.length);
    for (const { key } of story.files.filter((file) => LOG_KEY.test(file.key))) expect(awsCloudtrail.judgeKey(key)).toBe('own');
  });

  it('holds at least 20,000 benign records of one day, each with an id of its own', () => {
    expect(story.benignCount).toBeGreaterThanOrEqual(20_000);
    expect(records).toHaveLength(story.benignCount + story.attack.eventIds.length);
    expect(new Set(records.map(idOf)).size).toBe(records.length);
    const times = records.map((record) => Date.parse(String(record['eventTime'])));
    expect(times.filter((atMs) => !(atMs >= START_MS && atMs < START_MS + DAY_MS))).toEqual([]);
  });

  it('has two damaged pieces in one file', () => {
    const damaged = story.files.flatMap(({ key, bytes }) => {
      if (!LOG_KEY.test(key)) return [];
      const file: unknown = JSON.parse(gunzipSync(bytes).toString('utf8'));
      const all = isJsonObject(file) ? file['Records'] : undefined;
      const bad = Array.isArray(all) ? all.filter((one) => !isJsonObject(one) || !awsCloudtrail.recognizes(one)) : [];
      return bad.length > 0 ? [bad.length] : [];
    });
    expect(damaged).toEqual([2]);
  });
});

describe('the records', () => {
  it('have the shape of CloudTrail 1.11', () => {
    const broken = records.flatMap((record) => {
      const { error } = RECORD.safeParse(record);
      return error ? [{ record, issues: error.issues }] : [];
    });
    expect(broken.slice(0, 3)).toEqual([]);
  });

  it('come from many principals, services and kinds of identity', () => {
    const distinct = (path: string): number => new Set(records.map((record) => valueAt(record, path))).size;
    expect(distinct('userIdentity.arn')).toBeGreaterThan(30);
    expect(distinct('eventSource')).toBeGreaterThanOrEqual(20);
    expect(distinct('eventName')).toBeGreaterThan(120);
    expect(distinct('userIdentity.type')).toBe(4);
    expect(distinct('recipientAccountId')).toBe(2);
  });

  it('carry the source of the session for roles, and none for the long-lived key', () => {
    const wrong = records.filter((record) => {
      const isRole = valueAt(record, 'userIdentity.type') === 'AssumedRole';
      return (valueAt(record, 'userIdentity.sessionContext.sessionIssuer.userName') !== undefined) !== isRole;
    });
    expect(wrong).toEqual([]);
  });
});

describe('the attack', () => {
  const attack = records.filter((record) => attackIds.has(idOf(record)));

  it('is 35 to 70 calls within an hour of the working day, in six stages', () => {
    expect(attack.length).toBeGreaterThanOrEqual(35);
    expect(attack.length).toBeLessThanOrEqual(70);
    expect(attack.length).toBe(story.attack.eventIds.length);
    const minutes = (story.attack.endedAtMs - story.attack.startedAtMs) / 60_000;
    expect(minutes).toBeGreaterThan(35);
    expect(minutes).toBeLessThan(60);
    expect(story.attack.stages.map(({ tactic }) => tactic)).toEqual([
      'discovery',
      'privilege-escalation',
      'persistence',
      'defense-impairment',
      'credential-access',
      'exfiltration',
    ]);
    expect(story.attack.stages.flatMap(({ eventIds }) => eventIds)).toEqual(story.attack.eventIds);
  });

  it('is found at medium or higher, with the tactic of the stage, in every stage', () => {
    for (const { tactic, eventIds } of story.attack.stages) {
      const found = attack.filter((record) => eventIds.includes(idOf(record))).flatMap(loudRules);
      expect([tactic, found.some((rule) => rule.tactics.includes(tactic))]).toEqual([tactic, true]);
    }
  });

  it.each([
    ['one seed', story],
    ['another', otherStory],
  ])('hides in a day without another loud event (%s)', (_, day) => {
    const ids = new Set(day.attack.eventIds);
    const loud = logs(day)
      .filter((record) => !ids.has(idOf(record)))
      .flatMap((record) => loudRules(record).map((rule) => [rule.path, record['eventName']]));
    expect(loud).toEqual([]);
  });

  it('uses a key whose owner works with it on the same day from elsewhere', () => {
    const uses = records.filter((record) => valueAt(record, 'userIdentity.accessKeyId') === story.attack.attackerKeyId);
    const benign = uses.filter((record) => !attackIds.has(idOf(record)));
    expect(benign.length).toBeGreaterThan(50);
    const addresses = (of: JsonObject[]): Set<unknown> => new Set(of.map((record) => record['sourceIPAddress']));
    const theirs = addresses(uses.filter((record) => attackIds.has(idOf(record))));
    expect([...addresses(benign)].some((address) => theirs.has(address))).toBe(false);
  });
});

describe('the estate', () => {
  it('is plain JSON with the leaked and the planted keys active', () => {
    expect(JSON.parse(JSON.stringify(story.estate))).toEqual(story.estate);
    const users = story.estate.accounts[story.attack.accountId]?.users ?? {};
    expect(users[story.attack.userName]?.accessKeys[story.attack.attackerKeyId]?.status).toBe('Active');
    const issued = records.filter((record) => record['eventName'] === 'CreateAccessKey' && attackIds.has(idOf(record)));
    for (const record of issued) {
      const name = String(valueAt(record, 'responseElements.accessKey.userName'));
      const keyId = String(valueAt(record, 'responseElements.accessKey.accessKeyId'));
      expect(users[name]?.accessKeys[keyId]).toEqual({ status: 'Active', createdAtMs: Date.parse(String(record['eventTime'])) });
    }
    expect(issued).toHaveLength(2);
  });
});
