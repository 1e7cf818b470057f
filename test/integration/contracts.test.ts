// Every contract over HTTP: the real SDK against an emulator, nothing mocked.
import { AthenaClient } from '@aws-sdk/client-athena';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaQuery } from '../../functions/adapters/aws/athena-query.ts';
import { checkedBusEvent } from '../../functions/adapters/aws/bus-schema.ts';
import { createAwsCloud } from '../../functions/adapters/aws/cloud.ts';
import { createDynamoTable } from '../../functions/adapters/aws/dynamodb-table.ts';
import { createEventBridgeBus } from '../../functions/adapters/aws/eventbridge-bus.ts';
import { busEventIn } from '../../functions/adapters/aws/messages.ts';
import { createS3ObjectStore } from '../../functions/adapters/aws/s3-object-store.ts';
import { createSfnExecutions } from '../../functions/adapters/aws/sfn-executions.ts';
import { busContract } from '../contracts/bus.contract.ts';
import { cloudContract } from '../contracts/cloud.contract.ts';
import { executionsContract, WAITING_MACHINE } from '../contracts/executions.contract.ts';
import { objectStoreContract } from '../contracts/object-store.contract.ts';
import { tableContract } from '../contracts/table.contract.ts';
import { drain, MOTO_ACCOUNT, type Moto, sqs, startMoto } from './moto.ts';
import { pythonTools } from './python-tools.ts';

const tools = await pythonTools();
const missing = 'missing' in tools ? tools.missing : undefined;

describe.skipIf(missing !== undefined)(`AWS adapters over HTTP${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto('bin' in tools ? tools.bin : '');
  }, 120_000);
  afterAll(() => moto?.stop());

  objectStoreContract('S3 on moto', async () => {
    const client = new S3Client(moto.client);
    await client.send(new CreateBucketCommand({ Bucket: 'plain' }));
    return { store: createS3ObjectStore(client, 'plain'), objectLock: false, nowMs: Date.now };
  });

  objectStoreContract('S3 with Object Lock on moto', async () => {
    const client = new S3Client(moto.client);
    await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
    return { store: createS3ObjectStore(client, 'locked', { objectLock: 'GOVERNANCE' }), objectLock: true, nowMs: Date.now };
  });

  tableContract('DynamoDB on moto', async () => {
    const client = new DynamoDBClient(moto.client);
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
    const key = (pk: string, sk: string) => [
      { AttributeName: pk, KeyType: 'HASH' as const },
      { AttributeName: sk, KeyType: 'RANGE' as const },
    ];
    await client.send(
      new CreateTableCommand({
        TableName: 'state',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk', 'gpk', 'gsk'].map(attribute),
        KeySchema: key('pk', 'sk'),
        GlobalSecondaryIndexes: [{ IndexName: 'gsi1', KeySchema: key('gpk', 'gsk'), Projection: { ProjectionType: 'ALL' } }],
      }),
    );
    return { table: createDynamoTable(DynamoDBDocumentClient.from(client), 'state'), close: () => client.destroy() };
  });

  busContract('EventBridge, by way of a rule and a queue, on moto', async () => {
    const client = new EventBridgeClient(moto.client);
    const { QueueUrl: queueUrl } = await sqs(moto, 'CreateQueue', { QueueName: 'stage' });
    await client.send(new CreateEventBusCommand({ Name: 'yagura' }));
    await client.send(new PutRuleCommand({ Name: 'to-stage', EventBusName: 'yagura', EventPattern: '{"source":["yagura"]}' }));
    const Arn = `arn:aws:sqs:us-east-1:${MOTO_ACCOUNT}:stage`;
    await client.send(new PutTargetsCommand({ Rule: 'to-stage', EventBusName: 'yagura', Targets: [{ Id: '1', Arn }] }));
    return {
      bus: createEventBridgeBus(client, 'yagura'),
      arrived: async () =>
        (await drain(moto, String(queueUrl))).map(({ body }) => {
          const raw = busEventIn(body);
          const event = raw === undefined ? undefined : checkedBusEvent(raw);
          if (event === undefined) throw new Error(`not an event of ours: ${body.slice(0, 200)}`);
          return event;
        }),
    };
  });

  executionsContract('Step Functions on moto', async () => {
    const client = new SFNClient(moto.client);
    const roleArn = `arn:aws:iam::${MOTO_ACCOUNT}:role/machine`;
    await client.send(new CreateStateMachineCommand({ name: 'yagura-wait', definition: WAITING_MACHINE, roleArn }));
    const prefix = `arn:aws:states:us-east-1:${MOTO_ACCOUNT}:stateMachine:yagura-`;
    return { executions: createSfnExecutions(client, prefix), tokens: false };
  });

  cloudContract('IAM by way of an assumed role on moto', async () => {
    const iam = new IAMClient(moto.client);
    const AssumeRolePolicyDocument = '{"Version":"2012-10-17","Statement":[]}';
    for (const tier of ['read', 'contain', 'destroy']) {
      await iam.send(new CreateRoleCommand({ RoleName: `YaguraResponder-${tier}`, AssumeRolePolicyDocument }));
    }
    await iam.send(new CreateUserCommand({ UserName: 'alice' }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
    const options = { rolePrefix: 'YaguraResponder-', externalId: 'x', nowMs: Date.now, endpoint: moto.endpoint };
    const cloud = createAwsCloud(new STSClient(moto.client), options);
    return { cloud, accountId: MOTO_ACCOUNT, userName: 'alice', accessKeyId: key?.AccessKeyId ?? '' };
  });

  it('Athena on moto: starts, waits, reads the result that the emulator was told to give', async () => {
    const rows = [
      { Data: [{ VarCharValue: 'n' }, { VarCharValue: 't' }] },
      { Data: [{ VarCharValue: '1' }, { VarCharValue: '櫓' }] },
    ];
    const column_info = [
      { Name: 'n', Type: 'integer' },
      { Name: 't', Type: 'varchar' },
    ].map((column) => ({
      CatalogName: '',
      SchemaName: '',
      TableName: '',
      Label: '',
      Precision: 0,
      Scale: 0,
      Nullable: 'UNKNOWN',
      CaseSensitive: false,
      ...column,
    }));
    await fetch(`${moto.endpoint}/moto-api/static/athena/query-results`, {
      method: 'POST',
      body: JSON.stringify({ results: [{ rows, column_info }], region: 'us-east-1', account_id: MOTO_ACCOUNT }),
    });
    const query = createAthenaQuery(new AthenaClient(moto.client), { workgroup: 'primary', database: 'yagura' });
    expect(await query.run('SELECT n, t FROM x WHERE n = ?', { parameters: [1] })).toMatchObject({
      columns: [
        { name: 'n', type: 'integer' },
        { name: 't', type: 'varchar' },
      ],
      rows: [[1, '櫓']],
    });
  });

  it('tells a server that is away as Unavailable, for every adapter', async () => {
    const nowhere = { ...moto.client, endpoint: 'http://127.0.0.1:9', maxAttempts: 1 };
    const prefix = `arn:aws:states:us-east-1:${MOTO_ACCOUNT}:stateMachine:yagura-`;
    const calls = [
      () => createS3ObjectStore(new S3Client(nowhere), 'plain').get('k'),
      () => createDynamoTable(DynamoDBDocumentClient.from(new DynamoDBClient(nowhere)), 'state').get('p', 's'),
      () =>
        createEventBridgeBus(new EventBridgeClient(nowhere), 'b').publish([
          { name: 'IncidentChanged', detail: { incidentId: 'i', version: 1 } },
        ]),
      () => createSfnExecutions(new SFNClient(nowhere), prefix).describe('wait', 'r'),
      () => createAthenaQuery(new AthenaClient(nowhere), { workgroup: 'w', database: 'd' }).run('SELECT 1'),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
  });
});
