/** The landing bucket with buckets of others beside it: each key goes to its bucket, and only our own is written. */
import { describe, expect, it } from 'vitest';
import { assumedRole } from '../../../functions/adapters/aws/assumed-role.ts';
import { type ArrivalOf, arrivalHandler } from '../../../functions/adapters/aws/handlers.ts';
import { createLandingStore } from '../../../functions/adapters/aws/landing-store.ts';
import {
  bucketOfKey,
  isReadBuckets,
  landedKey,
  readBucketsOf,
  readBucketsText,
} from '../../../functions/core/adopted-buckets.ts';
import { parseConfig } from '../../../functions/core/config.ts';
import { awsCloudtrail } from '../../../functions/sources/aws-cloudtrail/source.ts';
import { memoryStore } from '../../ingest/memory-store.ts';

const text = async (body: AsyncIterable<Uint8Array> | undefined): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of body ?? []) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

function stores() {
  const opened: string[] = [];
  const landing = createLandingStore({
    name: 'landing',
    own: memoryStore({ 'AWSLogs/a': Buffer.from('own'), 's3://org/AWSLogs/b': Buffer.from('disguised') }),
    adopted: [{ bucket: 'org', prefix: 'AWSLogs/' }, { bucket: 'lake' }],
    open: async ({ bucket }) => {
      opened.push(bucket);
      return memoryStore({ 'AWSLogs/b': Buffer.from(`of ${bucket}`) });
    },
  });
  return { landing, opened };
}

describe('the landing store', () => {
  it('reads each key from its bucket, and opens a bucket once', async () => {
    const { landing, opened } = stores();
    expect(await text((await landing.get('AWSLogs/a'))?.body)).toBe('own');
    for (let n = 0; n < 2; n++) expect(await text((await landing.get('s3://org/AWSLogs/b'))?.body)).toBe('of org');
    expect((await landing.head('s3://lake/AWSLogs/b'))?.key).toBe('s3://lake/AWSLogs/b');
    expect(await landing.get('s3://lake/AWSLogs/absent')).toBeUndefined();
    expect(opened).toEqual(['org', 'lake']);
  });

  it('refuses buckets and prefixes that are not adopted, and every write outside its own', async () => {
    const { landing } = stores();
    for (const key of ['s3://evil/x', 's3://org/other/x', 's3:///x'])
      await expect(landing.get(key)).rejects.toMatchObject({ code: 'Refused' });
    await expect(landing.put('s3://org/AWSLogs/b', new Uint8Array())).rejects.toMatchObject({ code: 'Refused' });
    await expect(landing.delete('s3://org/AWSLogs/b')).rejects.toMatchObject({ code: 'Refused' });
  });

  it("keeps a key of its own that looks like another bucket's apart", async () => {
    const { landing } = stores();
    const key = landedKey('landing', 's3://org/AWSLogs/b', 'landing');
    expect(await text((await landing.get(key))?.body)).toBe('disguised');
  });
});

describe('the arrival handler', () => {
  const landed = (bucket: string, key: string, messageId: string) => ({
    messageId,
    body: JSON.stringify({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: bucket }, object: { key, etag: 'e' } },
    }),
    ...{ receiptHandle: '', md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: '', awsRegion: '', messageAttributes: {} },
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '', ApproximateFirstReceiveTimestamp: '' },
  });

  it('names the bucket of an adopted object in its key, ignores what is outside its prefix, and fails what is of nobody', async () => {
    const seen: ArrivalOf[] = [];
    const handler = arrivalHandler(
      async (arrivals) => {
        seen.push(...arrivals);
        return { failedIds: [] };
      },
      { bucket: 'landing', adopted: [{ bucket: 'org', prefix: 'AWSLogs/' }], log: () => undefined },
    );
    const Records = [
      landed('landing', 'a', '1'),
      landed('org', 'AWSLogs/b', '2'),
      landed('org', 'billing/c', '3'),
      landed('evil', 'd', '4'),
    ];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: '4' }] });
    expect(seen.map((arrival) => (arrival.kind === 'object' ? arrival.key : ''))).toEqual(['a', 's3://org/AWSLogs/b']);
    expect(seen[1]).toMatchObject({ identity: 's3://org/AWSLogs/b#e' });
  });
});

describe('the list of adopted buckets', () => {
  it('goes through the environment unchanged', () => {
    const { adopt } = parseConfig({ adopt: [{ bucket: 'org-logs', prefix: 'AWSLogs/' }] }, { sources: [], stages: [] });
    const listed = readBucketsText(adopt);
    expect(isReadBuckets(listed)).toBe(true);
    expect(readBucketsOf(listed)).toEqual([{ bucket: 'org-logs', prefix: 'AWSLogs/' }]);
    for (const bad of ['', '{}', '[{"name":"x"}]', 'null']) expect(isReadBuckets(bad)).toBe(false);
  });

  it('tells bucket and key of a key apart', () => {
    expect(bucketOfKey('s3://b/k/s3://x')).toEqual({ bucket: 'b', key: 'k/s3://x' });
    expect(bucketOfKey('k')).toBeUndefined();
    expect(bucketOfKey('s3://b')).toBeUndefined();
  });
});

it("an adopted bucket's keys are judged as any others: a trail's logs are its own, digests are skipped", () => {
  const trail = 's3://org/AWSLogs/o-exampleorgid/111122223333';
  expect(awsCloudtrail.judgeKey(`${trail}/CloudTrail/us-east-1/2025/03/04/x.json.gz`)).toBe('own');
  expect(awsCloudtrail.judgeKey(`${trail}/CloudTrail-Digest/us-east-1/2025/03/04/x.json.gz`)).toEqual({
    skip: 'cloudtrail_digest',
  });
});

describe('the role of an owner', () => {
  it('is assumed with the external id, and gives credentials that end', async () => {
    const asked: unknown[] = [];
    const expiration = new Date(1_800_000_000_000);
    const sts = {
      send: async ({ input }: { input: unknown }) => {
        asked.push(input);
        return { Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: expiration } };
      },
    };
    const roleArn = 'arn:aws:iam::777788889999:role/reader';
    const given = await assumedRole(sts as never, { roleArn, externalId: 'x1', sessionName: 'yagura-ingest' })();
    expect(asked).toEqual([{ RoleArn: roleArn, RoleSessionName: 'yagura-ingest', ExternalId: 'x1' }]);
    expect(given).toEqual({ accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expiration });
    const none = { send: async () => ({}) };
    await expect(assumedRole(none as never, { roleArn, sessionName: 's' })()).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
