// The deployed functions themselves, bundled as Lambda gets them, over HTTP: a log object lands, an incident stands in the table.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../functions/core/config.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { type Bundle, bundleStages } from '../../infra/bundle.ts';
import { pluginsOf } from '../../infra/settings.ts';
import { drain, MOTO_ACCOUNT, type Moto, sqs, startMoto } from './moto.ts';
import { pythonTools, ROOT } from './python-tools.ts';

const tools = await pythonTools();
const missing = 'missing' in tools ? tools.missing : undefined;
const BUCKETS = ['landing', 'raw', 'lake', 'quarantine', 'evidence'];
const KEY = `AWSLogs/${MOTO_ACCOUNT}/CloudTrail/us-east-1/2026/01/02/${MOTO_ACCOUNT}_CloudTrail_us-east-1_20260102T0305Z_a1b2c3d4e5f60718.json.gz`;

const stopLogging = (eventID: string, eventTime: string): object => ({
  ...{
    eventVersion: '1.11',
    eventTime,
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    awsRegion: 'us-east-1',
  },
  ...{
    eventID,
    requestID: `request-${eventID}`,
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
    readOnly: false,
    managementEvent: true,
  },
  ...{ sourceIPAddress: '203.0.113.7', userAgent: 'aws-cli/2.15.0', recipientAccountId: MOTO_ACCOUNT },
  userIdentity: {
    ...{ type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: `arn:aws:iam::${MOTO_ACCOUNT}:user/alice`, userName: 'alice' },
    ...{ accountId: MOTO_ACCOUNT, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
  },
  requestParameters: { name: `arn:aws:cloudtrail:us-east-1:${MOTO_ACCOUNT}:trail/main` },
  responseElements: null,
});

type Handler = (event: object) => Promise<SQSBatchResponse>;

describe.skipIf(missing !== undefined)(
  `the bundled functions over HTTP${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let moto: Moto;
    let bundles: Bundle[];
    const queueUrls = new Map<string, string>();
    const variables: Record<string, string> = {
      YAGURA_ADOPTED_BUCKETS: '[]',
      YAGURA_TABLE: 'state',
      YAGURA_METRICS: 'all',
      YAGURA_BUS: 'yagura',
      YAGURA_RAW_LOCK: 'GOVERNANCE',
      YAGURA_EVIDENCE_LOCK: 'off',
    };

    beforeAll(async () => {
      moto = await startMoto('bin' in tools ? tools.bin : '');
      const plugins = pluginsOf(parseConfig({}, { sources: [], stages: [] }), { connectors: [], webhooks: [] });
      bundles = await bundleStages({ root: ROOT, stages: PIPELINE.map(({ id }) => id), plugins });
      const s3 = new S3Client(moto.client);
      for (const Bucket of BUCKETS) {
        await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: Bucket === 'raw' }));
        variables[`YAGURA_${Bucket.toUpperCase()}_BUCKET`] = Bucket;
      }
      await createTable(moto);
      const events = new EventBridgeClient(moto.client);
      await events.send(new CreateEventBusCommand({ Name: 'yagura' }));
      for (const { id, consumes } of PIPELINE.filter((stage) => stage.consumes.length > 0)) {
        const { QueueUrl } = await sqs(moto, 'CreateQueue', { QueueName: id });
        queueUrls.set(id, String(QueueUrl));
        const EventPattern = JSON.stringify({ source: ['yagura'], 'detail-type': consumes });
        await events.send(new PutRuleCommand({ Name: `to-${id}`, EventBusName: 'yagura', EventPattern }));
        const Targets = [{ Id: '1', Arn: `arn:aws:sqs:us-east-1:${MOTO_ACCOUNT}:${id}` }];
        await events.send(new PutTargetsCommand({ Rule: `to-${id}`, EventBusName: 'yagura', Targets }));
      }
    }, 240_000);
    afterAll(() => moto?.stop());

    /** The handler as Lambda would load it: with the variables of its stage and the credentials of the environment. */
    async function load(stage: string): Promise<Handler> {
      const bundle = bundles.find((candidate) => candidate.stage === stage);
      const declared = PIPELINE.find(({ id }) => id === stage);
      for (const name of Object.keys(process.env)) if (name.startsWith('YAGURA_')) delete process.env[name];
      const { VARIABLES_OF_PORT } = await import('../../functions/core/environment.ts');
      const names = Object.entries(VARIABLES_OF_PORT).flatMap(([port, own]) => (port in (declared?.ports ?? {}) ? own : []));
      for (const name of names) process.env[name] = variables[name];
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: moto.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      });
      const loaded: unknown = await import(/* @vite-ignore */ join(bundle?.dir ?? '', `${stage}.mjs`));
      const handler: unknown = loaded !== null && typeof loaded === 'object' && 'handler' in loaded ? loaded.handler : undefined;
      if (typeof handler !== 'function') throw new Error(`${stage} has no handler`);
      return (event) => handler(event);
    }
    const records = (messages: readonly { id: string; body: string }[]): object => ({
      Records: messages.map(({ id, body }) => ({ messageId: id, body })),
    });
    const keysOf = async (Bucket: string): Promise<string[]> =>
      ((await new S3Client(moto.client).send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key ?? '');

    it('turn a CloudTrail object into OCSF in the lake, raw in the archive, and an incident with its case', async () => {
      const log = gzipSync(
        JSON.stringify({ Records: [stopLogging('e-1', '2026-01-02T03:04:05Z'), stopLogging('e-2', '2026-01-02T03:04:06Z')] }),
      );
      await new S3Client(moto.client).send(new PutObjectCommand({ Bucket: 'landing', Key: KEY, Body: log }));
      const body = JSON.stringify({
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'landing' }, object: { key: KEY, etag: 'e' } },
      });

      const ingest = await load('ingest');
      expect(
        await ingest(
          records([
            { id: 'm1', body },
            { id: 'bad', body: '{' },
          ]),
        ),
      ).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
      expect(
        (await keysOf('lake')).filter((key) => /^ocsf\/\w+\/source=aws-cloudtrail\/eventday=20260102\/.*\.parquet$/.test(key))
          .length,
      ).toBeGreaterThan(0);
      expect((await keysOf('raw')).length).toBeGreaterThan(0);
      expect(await keysOf('quarantine')).toEqual([]);

      const found = await drain(moto, queueUrls.get('correlate') ?? '');
      expect(found.length).toBeGreaterThan(0);
      const correlate = await load('correlate');
      expect(await correlate(records(found))).toEqual({ batchItemFailures: [] });

      const changed = await drain(moto, queueUrls.get('case') ?? '');
      expect(changed.length).toBeGreaterThan(0);
      const updateCases = await load('case');
      expect(await updateCases(records(changed))).toEqual({ batchItemFailures: [] });
      const { Items: items = [] } = await new DynamoDBClient(moto.client).send(new ScanCommand({ TableName: 'state' }));
      expect(JSON.stringify(items)).toContain('e-1');
      expect((await keysOf('lake')).some((key) => key.startsWith('ocsf/incident_finding/'))).toBe(true);
    }, 120_000);

    it('change nothing where the same messages come again', async () => {
      const before = [await keysOf('lake'), await keysOf('raw')];
      const body = JSON.stringify({
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'landing' }, object: { key: KEY, etag: 'e' } },
      });
      const ingest = await load('ingest');
      expect(await ingest(records([{ id: 'm2', body }]))).toEqual({ batchItemFailures: [] });
      expect([await keysOf('lake'), await keysOf('raw')]).toEqual(before);
      expect(await drain(moto, queueUrls.get('correlate') ?? '')).toEqual([]);
    });
  },
);

async function createTable(moto: Moto): Promise<void> {
  const key = (pk: string, sk: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  await new DynamoDBClient(moto.client).send(
    new CreateTableCommand({
      TableName: 'state',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gpk', 'gsk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [{ IndexName: 'gsi1', KeySchema: key('gpk', 'gsk'), Projection: { ProjectionType: 'ALL' } }],
    }),
  );
}
