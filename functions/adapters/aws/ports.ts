/** The composition root of AWS: turns a stage's id into the ports that the pipeline declares for it, and no others. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type ReadBucket, readBucketsOf } from '../../core/adopted-buckets.ts';
import { ALARM_METRICS } from '../../core/alarm-metrics.ts';
import { YaguraError } from '../../core/error.ts';
import type { GeoLookup } from '../../core/geo/geo.ts';
import { PIPELINE, type PortName, type StageId } from '../../pipeline.ts';
import { boundedQuery } from '../../ports/bounded-query.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock, Ids, Timer } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { Executions } from '../../ports/executions.ts';
import type { Http } from '../../ports/http.ts';
import type { LakeCuts } from '../../ports/lake-cuts.ts';
import type { Mail } from '../../ports/mail.ts';
import type { Meter } from '../../ports/meter.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { Query } from '../../ports/query.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Table } from '../../ports/table.ts';
import type { Tenants } from '../../ports/tenants.ts';
import { createEmfMeter } from './emf-meter.ts';
import { type Environment, readEnvironment, variable } from './env.ts';
import { parseSql } from './queries.ts';

/** The namespace of every metric that a stage counts. */
export const METRIC_NAMESPACE = 'Yagura';

export interface Ports {
  landing: ObjectStore;
  raw: ObjectStore;
  lake: ObjectStore;
  cuts: LakeCuts;
  quarantine: ObjectStore;
  evidence: ObjectStore;
  table: Table;
  bus: Bus;
  query: Query;
  geo: GeoLookup;
  executions: Executions;
  cloud: Cloud;
  tenants: Tenants;
  http: Http;
  secrets: Secrets;
  mail: Mail;
  clock: Clock;
  timer: Timer;
  ids: Ids;
  meter: Meter;
}
type Declared<Id extends StageId> = keyof Extract<(typeof PIPELINE)[number], { id: Id }>['ports'] & PortName;
/** The ports of one stage: using another one is a type error. */
export type PortsOf<Id extends StageId> = Pick<Ports, Declared<Id>>;

export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemTimer: Timer = { sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
export const randomIds: Ids = {
  uuid: () => randomUUID(),
  token: (bytes) => randomBytes(bytes).toString('hex'),
};

/** Network waits that end before the function's own time does. @see AWS SDK for JavaScript v3, "Configuring retries" */
const CLIENT = { maxAttempts: 4, retryMode: 'standard' } as const;

/** @throws YaguraError BadConfig where the environment is not the one that the stage needs */
export async function portsFor<Id extends StageId>(id: Id, env: NodeJS.ProcessEnv = process.env): Promise<PortsOf<Id>> {
  const names = portNames(id);
  const environment = readEnvironment(names, env);
  const ports: Partial<Ports> = {};
  await Promise.all(names.map(async (name) => Object.assign(ports, { [name]: await BUILD[name](environment, id) })));
  if (!hasPorts(ports, names)) throw new YaguraError('Bug', `stage ${id} has a port that nothing builds`);
  return ports;
}

function portNames<Id extends StageId>(id: Id): Declared<Id>[] {
  const stage = PIPELINE.find((candidate) => candidate.id === id);
  return Object.keys(stage?.ports ?? {}).filter((name): name is Declared<Id> => Object.hasOwn(BUILD, name));
}

const hasPorts = <Name extends PortName>(ports: Partial<Ports>, names: readonly Name[]): ports is Pick<Ports, Name> =>
  names.every((name) => ports[name] !== undefined);

const s3Client = once(async () => new (await import('@aws-sdk/client-s3')).S3Client(CLIENT));

async function bucket(name: string, lock = 'off'): Promise<ObjectStore> {
  const { createS3ObjectStore } = await import('./s3-object-store.ts');
  return createS3ObjectStore(await s3Client(), name, lock === 'GOVERNANCE' || lock === 'COMPLIANCE' ? { objectLock: lock } : {});
}

async function landingStore(env: Environment): Promise<ObjectStore> {
  const name = variable(env, 'YAGURA_LANDING_BUCKET');
  const adopted = readBucketsOf(variable(env, 'YAGURA_ADOPTED_BUCKETS'));
  const own = await bucket(name);
  if (adopted.length === 0) return own;
  const { createLandingStore } = await import('./landing-store.ts');
  return createLandingStore({ name, own, adopted, open: adoptedBucket });
}

async function adoptedBucket({ bucket: name, roleArn, externalId }: ReadBucket): Promise<ObjectStore> {
  const [{ S3Client }, { createS3ObjectStore }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('./s3-object-store.ts'),
  ]);
  // Its owner may keep it in another region.
  const setup = { ...CLIENT, followRegionRedirects: true };
  if (roleArn === undefined) return createS3ObjectStore(new S3Client(setup), name);
  const [{ STSClient }, { assumedRole }] = await Promise.all([import('@aws-sdk/client-sts'), import('./assumed-role.ts')]);
  const credentials = assumedRole(new STSClient(CLIENT), { roleArn, externalId, sessionName: 'yagura-ingest' });
  return createS3ObjectStore(new S3Client({ ...setup, credentials }), name);
}

const fetchHttp = async (): Promise<Http> => (await import('./fetch-http.ts')).createFetchHttp();

async function secretsManager(): Promise<Secrets> {
  const [{ SecretsManagerClient }, { createSecretsManager }] = await Promise.all([
    import('@aws-sdk/client-secrets-manager'),
    import('./secrets-manager.ts'),
  ]);
  return createSecretsManager(new SecretsManagerClient(CLIENT), systemClock.nowMs);
}

/** How each port is built. Every import is made where a stage has the port, because loading an unused client costs a cold start. */
const BUILD: { [Name in PortName]: (environment: Environment, stage: StageId) => Promise<Ports[Name]> } = {
  landing: landingStore,
  raw: (env) => bucket(variable(env, 'YAGURA_RAW_BUCKET'), variable(env, 'YAGURA_RAW_LOCK')),
  lake: (env) => bucket(variable(env, 'YAGURA_LAKE_BUCKET')),
  cuts: async (env) => {
    const [{ GlueClient }, { createGlueCuts }] = await Promise.all([import('@aws-sdk/client-glue'), import('./glue-cuts.ts')]);
    return createGlueCuts(new GlueClient(CLIENT), variable(env, 'YAGURA_ATHENA_DATABASE'));
  },
  quarantine: (env) => bucket(variable(env, 'YAGURA_QUARANTINE_BUCKET')),
  evidence: (env) => bucket(variable(env, 'YAGURA_EVIDENCE_BUCKET'), variable(env, 'YAGURA_EVIDENCE_LOCK')),
  table: async (env) => {
    const [{ DynamoDBClient }, { DynamoDBDocumentClient }, { createDynamoTable }] = await Promise.all([
      import('@aws-sdk/client-dynamodb'),
      import('@aws-sdk/lib-dynamodb'),
      import('./dynamodb-table.ts'),
    ]);
    return createDynamoTable(DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT)), variable(env, 'YAGURA_TABLE'));
  },
  bus: async (env) => {
    const [{ EventBridgeClient }, { createEventBridgeBus }] = await Promise.all([
      import('@aws-sdk/client-eventbridge'),
      import('./eventbridge-bus.ts'),
    ]);
    return createEventBridgeBus(new EventBridgeClient(CLIENT), variable(env, 'YAGURA_BUS'));
  },
  query: async (env) => {
    const [{ AthenaClient }, { createAthenaQuery }] = await Promise.all([
      import('@aws-sdk/client-athena'),
      import('./athena-query.ts'),
    ]);
    const target = { workgroup: variable(env, 'YAGURA_ATHENA_WORKGROUP'), database: variable(env, 'YAGURA_ATHENA_DATABASE') };
    return boundedQuery(createAthenaQuery(new AthenaClient(CLIENT), target), { parse: parseSql, clock: systemClock });
  },
  geo: async () => (await import('./bundled-geo.ts')).createBundledGeo(),
  executions: async (env) => {
    const [{ SFNClient }, { createSfnExecutions }] = await Promise.all([
      import('@aws-sdk/client-sfn'),
      import('./sfn-executions.ts'),
    ]);
    return createSfnExecutions(new SFNClient(CLIENT), variable(env, 'YAGURA_MACHINE_ARN_PREFIX'));
  },
  cloud: async (env) => {
    const [{ STSClient }, { createAwsCloud }] = await Promise.all([import('@aws-sdk/client-sts'), import('./cloud.ts')]);
    return createAwsCloud(new STSClient(CLIENT), {
      rolePrefix: variable(env, 'YAGURA_RESPONDER_ROLE_PREFIX'),
      externalId: variable(env, 'YAGURA_RESPONDER_EXTERNAL_ID'),
      nowMs: systemClock.nowMs,
    });
  },
  tenants: async () => {
    const [{ createTenants }, http, secrets] = await Promise.all([import('./tenants.ts'), fetchHttp(), secretsManager()]);
    const settings = async () => (await import('./respond-content.ts')).tenants;
    return createTenants({ http, secrets, clock: systemClock, timer: systemTimer }, settings);
  },
  http: fetchHttp,
  secrets: secretsManager,
  mail: async () => {
    const [{ SESv2Client }, { createSesMail }] = await Promise.all([import('@aws-sdk/client-sesv2'), import('./ses-mail.ts')]);
    return createSesMail(new SESv2Client(CLIENT));
  },
  clock: async () => systemClock,
  timer: async () => systemTimer,
  ids: async () => randomIds,
  meter: async (env, stage) =>
    createEmfMeter({
      namespace: METRIC_NAMESPACE,
      dimensions: { Stage: stage },
      nowMs: systemClock.nowMs,
      write: (line) => process.stdout.write(`${line}\n`),
      ...(variable(env, 'YAGURA_METRICS') === 'alarms' ? { only: new Set<string>(ALARM_METRICS) } : {}),
    }),
};

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
