// Each role against what its handler's ports call: the adapters run over recorded SDK clients, and the policy must be those calls and no other.
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ports, portsFor } from '../../functions/adapters/aws/ports.ts';
import { variablesOf } from '../../functions/core/environment.ts';
import { isJsonObject } from '../../functions/core/json.ts';
import { type Access, PIPELINE, type PortName, type Stage } from '../../functions/pipeline.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { portsOf } from '../../infra/grants.ts';
import { isQueueFed } from '../../infra/stage-queue.ts';
import { synthesize } from './deployments.ts';
import { type CloudFormationTemplate, list, objects, statementsOf, textOf } from './template.ts';

const clients = {
  s3: mockClient(S3Client),
  dynamodb: mockClient(DynamoDBDocumentClient),
  events: mockClient(EventBridgeClient),
  athena: mockClient(AthenaClient),
  glue: mockClient(GlueClient),
  states: mockClient(SFNClient),
  sts: mockClient(STSClient),
  secretsmanager: mockClient(SecretsManagerClient),
  ses: mockClient(SESv2Client),
} as const;

const reads = (access: Access): boolean => access === 'read' || access === 'readwrite';
const writes = (access: Access): boolean => access === 'write' || access === 'readwrite';
type Tries = (() => Promise<unknown>)[];
const when = (may: boolean, tries: Tries): Tries => (may ? tries : []);
const bytes = new TextEncoder().encode('x');
const item = { pk: 'a', sk: 'b', data: {} };

async function listed(store: ObjectStore): Promise<void> {
  for await (const _ of store.list('p')) return;
}

/** Every method of an object store that the access allows. */
const storeTries =
  (name: 'landing' | 'raw' | 'lake' | 'quarantine' | 'evidence') =>
  (ports: Partial<Ports>, access: Access): Tries => {
    const store = ports[name];
    if (store === undefined) throw new Error(`no port ${name}`);
    const later = Date.now() + 86_400_000;
    return [
      ...when(reads(access), [() => store.get('k'), () => store.head('k'), () => listed(store)]),
      ...when(writes(access), [
        () => store.put('k', bytes, { ifAbsent: true }),
        () => store.put('k', bytes, name === 'raw' || name === 'evidence' ? { retainUntilMs: later } : {}),
      ]),
      ...when(access === 'readwrite', [() => store.delete('k')]),
    ];
  };

/** Of each port that calls AWS: every method, as far as the declared access goes. */
const TRIES: Partial<Record<PortName, (ports: Partial<Ports>, access: Access) => Tries>> = {
  landing: storeTries('landing'),
  raw: storeTries('raw'),
  lake: storeTries('lake'),
  quarantine: storeTries('quarantine'),
  evidence: storeTries('evidence'),
  table: ({ table }, access) => [
    ...when(reads(access), [
      async () => await table?.get('a', 'b'),
      async () => await table?.query('a'),
      async () => await table?.queryIndex('a'),
    ]),
    ...when(writes(access), [
      async () => await table?.write([{ put: item, condition: { absent: true } }]),
      async () => await table?.write([{ delete: item }]),
      async () => await table?.write([{ put: item, condition: { version: 1 } }, { delete: { pk: 'c', sk: 'd' } }]),
    ]),
  ],
  bus: ({ bus }) => [async () => await bus?.publish([{ name: 'ApprovalAsked', detail: { approvalId: 'a', incidentId: 'i' } }])],
  query: ({ query }) => [
    async () => await query?.run('SELECT 1', { unbounded: true }),
    async () => {
      clients.athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: { State: 'RUNNING' } } });
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 20);
      return await query?.run('SELECT 1', { unbounded: true, signal: stop.signal });
    },
  ],
  executions: ({ executions }) => [
    async () => await executions?.start('p', 'n', {}),
    async () => await executions?.describe('p', 'n'),
    async () => await executions?.sendTaskSuccess('t', {}),
    async () => await executions?.sendTaskFailure('t', 'e', 'c'),
  ],
  cloud: ({ cloud }) => [
    async () =>
      await cloud?.call({ accountId: '444455556666', region: 'us-east-1', tier: 'read' }, 'iam', 'GetUser', { UserName: 'u' }),
  ],
  secrets: ({ secrets }) => [async () => await secrets?.get('yagura/x')],
  mail: ({ mail }) => [async () => await mail?.send({ id: 'i', from: 'soc@example.com', to: ['a@example.com'], mime: bytes })],
  cuts: ({ cuts }, access) => [
    ...when(reads(access), [async () => await cuts?.read()]),
    ...when(writes(access), [async () => await cuts?.publish([])]),
  ],
};

/** Where IAM's action is not the service and the operation. @see Service Authorization Reference */
const ACTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  // Without ListBucket an object that is not there answers 403, as if it might be.
  's3:HeadObject': ['s3:GetObject', 's3:ListBucket'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  // A letter that is a finished message.
  'ses:SendEmail': ['ses:SendEmail', 'ses:SendRawEmail'],
};

/** The IAM actions of one recorded call. */
function actionsOf(service: string, command: string, input: object, isLocked: boolean): string[] {
  const operation = command.replace(/Command$/, '');
  if (service === 'dynamodb' && operation === 'TransactWrite')
    return objects(Reflect.get(input, 'TransactItems')).flatMap((one) => Object.keys(one).map((kind) => itemAction(kind)));
  if (service === 'dynamodb') return [operation === 'Query' ? 'dynamodb:Query' : itemAction(operation)];
  const actions = [...(ACTIONS_OF[`${service}:${operation}`] ?? [`${service}:${operation}`])];
  // S3 tells of a lock only who may see it, and lets only who may lock set one.
  if (operation === 'HeadObject' && isLocked) actions.push('s3:GetObjectRetention', 's3:GetObjectLegalHold');
  if (operation === 'PutObject' && 'ObjectLockMode' in input && input.ObjectLockMode !== undefined)
    actions.push('s3:PutObjectRetention');
  return actions;
}
const itemAction = (kind: string): string => `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`;

/** What AWS services do in the role's name without a call of ours, by port, and why. */
const IN_OUR_NAME: Partial<Record<PortName, readonly string[]>> = {
  // Athena reads the catalogue and the lake, and writes results, as who asked.
  query: [
    ...['GetDatabase', 'GetTable', 'GetTables', 'GetPartitions'].map((name) => `glue:${name}`),
    ...['GetObject', 'ListBucket', 'GetBucketLocation', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'].map(
      (name) => `s3:${name}`,
    ),
  ],
};
/** Lambda's own: logs, traces, and the queue that feeds it. KMS is asked by the services that encrypt. */
const OF_EVERY_FUNCTION = /^(logs:(CreateLogStream|PutLogEvents)|xray:Put(TraceSegments|TelemetryRecords))$/;
const OF_A_QUEUE = /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/;
const OF_ENCRYPTED = /^kms:(Decrypt|DescribeKey|Encrypt|GenerateDataKey)$/;

const VALUES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['LANDING', 'RAW', 'LAKE', 'QUARANTINE', 'EVIDENCE'].map((name) => [`YAGURA_${name}_BUCKET`, name.toLowerCase()]),
  ),
  ...{ YAGURA_ADOPTED_BUCKETS: '[]', YAGURA_RAW_LOCK: 'GOVERNANCE', YAGURA_EVIDENCE_LOCK: 'GOVERNANCE', YAGURA_TABLE: 'state' },
  ...{ YAGURA_BUS: 'yagura', YAGURA_ATHENA_WORKGROUP: 'yagura', YAGURA_ATHENA_DATABASE: 'yagura', YAGURA_QUERY_DAILY_USD: '1' },
  ...{ YAGURA_METRICS: 'all', YAGURA_RESPONDER_ROLE_PREFIX: 'YaguraResponder-', YAGURA_RESPONDER_EXTERNAL_ID: 'yagura-1' },
  YAGURA_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:111122223333:stateMachine:yagura-',
};

const environmentOf = (stage: Stage): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  ...Object.fromEntries(variablesOf(portsOf(stage).map(([port]) => port)).map((name) => [name, VALUES[name] ?? ''])),
});

/** What the ports of a stage call, as IAM actions. */
async function called(stage: Stage, id: (typeof PIPELINE)[number]['id']): Promise<Set<string>> {
  const ports: Partial<Ports> = await portsFor(id, environmentOf(stage));
  const found = new Set<string>();
  for (const [port, access] of portsOf(stage)) {
    const tries = TRIES[port]?.(ports, access) ?? [];
    for (const attempt of tries) {
      for (const mock of Object.values(clients)) mock.reset();
      clients.athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
      clients.athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: { State: 'SUCCEEDED' } } });
      // The answers are empty: what an adapter makes of them is told elsewhere, here counts what it asked for.
      await attempt().catch(() => undefined);
      for (const [service, mock] of Object.entries(clients))
        for (const { args } of mock.calls())
          for (const action of actionsOf(service, args[0].constructor.name, args[0].input, port === 'raw' || port === 'evidence'))
            found.add(action);
    }
  }
  return found;
}

describe('the role of each stage', () => {
  let soc: CloudFormationTemplate;
  beforeAll(async () => {
    const okta = { connector: 'okta', domain: 'acme.okta.com', secret: 'yagura/okta' };
    const hook = { path: 'k3J9x', source: 'github', signature: 'github', secret: 'yagura/github' } as const;
    const mail = { product: 'email', name: 'mail', from: 'soc@example.com', to: ['a@example.com'] } as const;
    const chat = { product: 'teams', name: 'chat', secret: 'yagura/teams' } as const;
    const notify = { channels: [{ ...mail, to: [...mail.to] }, chat], routes: [{ to: ['mail', 'chat'] }] };
    soc = (await synthesize({ collect: { connectors: [okta], webhooks: [hook] }, notify })).named('Soc');
  }, 120_000);

  function allowed(stage: string): Set<string> {
    const fn = soc
      .ofType('AWS::Lambda::Function')
      .find(({ properties }) => JSON.stringify(properties['Tags'] ?? '').includes(`"${stage}"`));
    const role = textOf(fn?.properties['Role']).replace(/\.Arn\}$/, '}');
    const policies = soc
      .ofType('AWS::IAM::Policy')
      .filter(({ properties }) => list(properties['Roles']).map(textOf).includes(role));
    return new Set(
      policies.flatMap(({ properties }) => statementsOf(properties['PolicyDocument'])).flatMap(({ actions }) => actions),
    );
  }

  it.each(PIPELINE.map((stage) => [stage.id, stage] as const))(
    '%s: may do what its ports call, and nothing else',
    async (id, stage) => {
      const may = allowed(id);
      const does = await called(stage, id);
      expect(may.size).toBeGreaterThan(2);
      expect(
        [...does].filter((action) => !may.has(action)),
        'is called and not allowed',
      ).toEqual([]);
      const indirect = new Set(portsOf(stage).flatMap(([port]) => IN_OUR_NAME[port] ?? []));
      const unused = [...may].filter(
        (action) =>
          !does.has(action) &&
          !indirect.has(action) &&
          !OF_EVERY_FUNCTION.test(action) &&
          !OF_ENCRYPTED.test(action) &&
          !(OF_A_QUEUE.test(action) && isQueueFed(stage)),
      );
      expect(unused, 'is allowed and never called').toEqual([]);
      for (const action of indirect) expect(may.has(action), action).toBe(true);
    },
  );

  it('is never a wildcard of actions', () => {
    const all = soc.ofType('AWS::IAM::Policy').flatMap(({ properties }) => statementsOf(properties['PolicyDocument']));
    expect(all.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
    expect(isJsonObject(all[0]?.conditions)).toBe(true);
  });
});
