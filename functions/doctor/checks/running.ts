/** A deployment that runs: its functions, queues, table, lake, roles, secrets, mail, and what came in lately. */

import { pullSecrets, pushSecrets } from '../../core/collect-config.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { channelSecrets, mailSenders } from '../../core/notify/config.ts';
import { tenantSecrets } from '../../core/respond-config.ts';
import { externalIdOf, responderRolePrefix } from '../../core/responder-roles.ts';
import { SOURCE_ARRIVALS_PK } from '../../core/source-arrivals.ts';
import { freshnessMs } from '../../core/source-freshness.ts';
import type { Finding } from '../finding.ts';
import { statementsOf } from '../policy.ts';
import { type Check, type DeployedStage, objectIn, objectsIn, readAll, textIn, variableOf, type World } from '../world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** So long before it ends, a credential can still be changed in peace. */
const EXPIRES_SOON_MS = 14 * DAY_MS;
/** People write the day that the vendor says; no API of AWS knows it. */
const EXPIRY_TAG = 'yagura:expires';
/** Credentials of vendors usually end after a year at the latest. */
const SECRET_AGE_MS = 365 * DAY_MS;

export const RUNNING_CHECKS: readonly Check[] = [
  { id: 'functions', needs: 'deployment', run: functions },
  {
    id: 'queues',
    needs: 'deployment',
    run: async (world) => (await Promise.all(world.deployed.map((one) => queue(world, one)))).flat(),
  },
  { id: 'table', needs: 'deployment', run: table },
  { id: 'lake', needs: 'deployment', run: lake },
  { id: 'flow', needs: 'deployment', run: flow },
  { id: 'quarantine', needs: 'deployment', run: quarantine },
  { id: 'responder-roles', needs: 'account', run: roles },
  { id: 'secrets', needs: 'account', run: secrets },
  { id: 'mail', needs: 'account', run: mail },
];

async function functions(world: World): Promise<Finding[]> {
  const missing = world.stages.filter(({ id }) => !world.deployed.some(({ stage }) => stage === id));
  const findings: Finding[] = missing.map(({ id }) => ({ id: 'stage-missing', values: { stage: id } }));
  for (const { stage, functionName } of world.deployed) {
    const answer = await world.aws.read('lambda', 'GetFunctionConfiguration', { FunctionName: functionName });
    const state = textIn(answer?.['State']);
    // A function that nobody called for weeks is inactive, and wakes.
    if (state === 'Failed') findings.push({ id: 'function-failed', values: { stage, name: functionName } });
  }
  return findings;
}

async function queue(world: World, { stage, functionName }: DeployedStage): Promise<Finding[]> {
  const trigger = world.stages.find(({ id }) => id === stage)?.trigger ?? '';
  if (!['arrival', 'bus', 'schedule'].includes(trigger)) return [];
  const token: [string, string] = ['NextMarker', 'Marker'];
  const mappings = await readAll(world.aws, {
    ...{ service: 'lambda', operation: 'ListEventSourceMappings', list: 'EventSourceMappings', token },
    parameters: { FunctionName: functionName },
  });
  if (mappings.length === 0) return [{ id: 'mapping-missing', values: { stage } }];
  return (await Promise.all(mappings.map((mapping) => mapped(world, stage, mapping)))).flat();
}

async function mapped({ aws }: World, stage: string, mapping: JsonObject): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (/^Disabl/.test(textIn(mapping['State'])))
    findings.push({ id: 'mapping-disabled', values: { stage, id: textIn(mapping['UUID']) } });
  const attributes = await queueAttributes(aws, textIn(mapping['EventSourceArn']));
  if (attributes === undefined) return [...findings, { id: 'queue-missing', values: { stage } }];
  const deadArn = textIn(parsed(textIn(attributes['RedrivePolicy']))['deadLetterTargetArn']);
  if (deadArn === '') return [...findings, { id: 'dead-letters-none', values: { stage } }];
  const dead = await queueAttributes(aws, deadArn);
  if (dead === undefined) return [...findings, { id: 'dead-letters-none', values: { stage } }];
  const count = Number(dead['ApproximateNumberOfMessages'] ?? 0);
  if (count > 0) findings.push({ id: 'dead-letters', values: { stage, count: String(count), arn: deadArn } });
  return findings;
}

async function queueAttributes(aws: World['aws'], arn: string): Promise<JsonObject | undefined> {
  const [, , , , account = '', name = ''] = arn.split(':');
  const url = textIn((await aws.read('sqs', 'GetQueueUrl', { QueueName: name, QueueOwnerAWSAccountId: account }))?.['QueueUrl']);
  if (url === '') return undefined;
  const answer = await aws.read('sqs', 'GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] });
  return answer === undefined ? undefined : objectIn(answer['Attributes']);
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

async function table(world: World): Promise<Finding[]> {
  const name = variableOf(world, 'ingest', 'YAGURA_TABLE');
  const found = await world.aws.read('dynamodb', 'DescribeTable', { TableName: name });
  if (found === undefined) return [{ id: 'table-missing', values: { table: name } }];
  const backups = await world.aws.read('dynamodb', 'DescribeContinuousBackups', { TableName: name });
  const recovery = objectIn(objectIn(backups?.['ContinuousBackupsDescription'])['PointInTimeRecoveryDescription']);
  return recovery['PointInTimeRecoveryStatus'] === 'ENABLED' ? [] : [{ id: 'table-recovery', values: { table: name } }];
}

async function lake(world: World): Promise<Finding[]> {
  const findings: Finding[] = [];
  const workgroup = variableOf(world, 'detect', 'YAGURA_ATHENA_WORKGROUP');
  const answer = await world.aws.read('athena', 'GetWorkGroup', { WorkGroup: workgroup });
  if (answer === undefined) findings.push({ id: 'workgroup-missing', values: { workgroup } });
  else if (objectIn(answer['WorkGroup'])['State'] === 'DISABLED')
    findings.push({ id: 'workgroup-disabled', values: { workgroup } });
  const database = variableOf(world, 'detect', 'YAGURA_ATHENA_DATABASE');
  if ((await world.aws.read('glue', 'GetDatabase', { Name: database })) === undefined)
    findings.push({ id: 'database-missing', values: { database } });
  return findings;
}

/** When each source last sent something. A source that never did is told where nothing at all has come, or it is pulled by us. */
async function flow(world: World): Promise<Finding[]> {
  const items = await readAll(world.aws, {
    ...{
      service: 'dynamodb',
      operation: 'Query',
      list: 'Items',
      token: ['LastEvaluatedKey', 'ExclusiveStartKey'] as [string, string],
    },
    parameters: {
      TableName: variableOf(world, 'ingest', 'YAGURA_TABLE'),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: SOURCE_ARRIVALS_PK } },
    },
  });
  const last = new Map(items.map((item) => [stringOf(item['sk']), Number(parsed(stringOf(item['data']))['lastMs'])]));
  if (last.size === 0) return [{ id: 'flow-none', values: {} }];
  const fresh = ([source, lastMs]: [string, number]): boolean =>
    world.nowMs - lastMs <= freshnessMs(world.config.freshness, source);
  const alive = new Set([...last].filter(fresh).map(([source]) => source));
  const chosen = world.config.sources === 'all' ? [...last.keys()] : world.sources;
  return chosen.flatMap((source): Finding[] => {
    const lastMs = last.get(source);
    const rules = String(blindRules(world, source, alive));
    if (lastMs === undefined || !Number.isFinite(lastMs)) return [{ id: 'source-never', values: { source, rules } }];
    if (alive.has(source)) return [];
    const hours = String(Math.floor((world.nowMs - lastMs) / HOUR_MS));
    const allowed = String(freshnessMs(world.config.freshness, source) / HOUR_MS);
    return [{ id: 'source-silent', values: { source, hours, allowed, rules } }];
  });
}

/** Rules that read this source, and no other that lives. */
const blindRules = ({ readers }: World, source: string, alive: ReadonlySet<string>): number =>
  readers
    .filter(({ sources }) => sources.includes(source) && !sources.some((one) => alive.has(one)))
    .reduce((sum, { rules }) => sum + rules, 0);

/** DynamoDB's `{ S: text }`. */
const stringOf = (value: Json | undefined): string => textIn(objectIn(value)['S']);

async function quarantine(world: World): Promise<Finding[]> {
  const bucket = variableOf(world, 'ingest', 'YAGURA_QUARANTINE_BUCKET');
  const listed = await world.aws.read('s3', 'ListObjectsV2', { Bucket: bucket, MaxKeys: 1000 });
  if (listed === undefined) return [{ id: 'quarantine-missing', values: { bucket } }];
  const count = objectsIn(listed['Contents']).length;
  const shown = listed['IsTruncated'] === true ? `${count}+` : String(count);
  return count === 0 ? [] : [{ id: 'quarantine', values: { bucket, count: shown } }];
}

/** Of this account; the roles of members cannot be seen from here, as only the respond stage may assume them. */
async function roles({ aws, config, accountId }: World): Promise<Finding[]> {
  const externalId = externalIdOf(config, accountId);
  const findings: Finding[] = [];
  for (const tier of ['read', 'contain', 'destroy']) {
    const role = `${responderRolePrefix(config)}${tier}`;
    const found = objectIn((await aws.read('iam', 'GetRole', { RoleName: role }))?.['Role']);
    if (found['Arn'] === undefined) findings.push({ id: 'role-missing', values: { role, account: accountId } });
    else if (!trusts(textIn(found['AssumeRolePolicyDocument']), externalId))
      findings.push({ id: 'role-trust', values: { role, externalId } });
  }
  return findings;
}

function trusts(document: string, externalId: string): boolean {
  const text = document.startsWith('%') ? decodeURIComponent(document) : document;
  return statementsOf(text).some(({ Condition }) => {
    const asked = objectIn(objectIn(Condition)['StringEquals'])['sts:ExternalId'];
    return (Array.isArray(asked) ? asked : [asked]).includes(externalId);
  });
}

async function secrets({ aws, config, nowMs }: World): Promise<Finding[]> {
  const references = [
    ...new Set([
      ...pullSecrets(config.collect),
      ...pushSecrets(config.collect),
      ...channelSecrets(config.notify),
      ...tenantSecrets(config.respond),
    ]),
  ];
  const findings = await Promise.all(
    references.map(async (secret): Promise<Finding[]> => {
      const found = await aws.read('secretsmanager', 'DescribeSecret', { SecretId: secret });
      if (found === undefined) return [{ id: 'secret-missing', values: { secret } }];
      if (found['DeletedDate'] !== undefined) return [{ id: 'secret-deleted', values: { secret } }];
      const versions = Object.values(objectIn(found['VersionIdsToStages'])).flat();
      if (!versions.includes('AWSCURRENT')) return [{ id: 'secret-empty', values: { secret } }];
      const expiry = expiryOf(found);
      if (expiry === 'unreadable') return [{ id: 'secret-expiry-unreadable', values: { secret, tag: EXPIRY_TAG } }];
      if (expiry !== undefined) return expiring(secret, expiry, nowMs);
      const ageMs = nowMs - Date.parse(textIn(found['LastChangedDate']));
      return ageMs > SECRET_AGE_MS ? [{ id: 'secret-old', values: { secret, days: String(Math.floor(ageMs / DAY_MS)) } }] : [];
    }),
  );
  return findings.flat();
}

/** Epoch ms of the end of the day that the tag names. */
function expiryOf(secret: JsonObject): number | 'unreadable' | undefined {
  const tag = objectsIn(secret['Tags']).find(({ Key }) => Key === EXPIRY_TAG);
  if (tag === undefined) return undefined;
  const day = textIn(tag['Value']);
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isFinite(ms) ? ms + DAY_MS : 'unreadable';
}

function expiring(secret: string, expiryMs: number, nowMs: number): Finding[] {
  const days = String(Math.ceil(Math.abs(expiryMs - nowMs) / DAY_MS));
  if (nowMs >= expiryMs) return [{ id: 'secret-expired', values: { secret, days, tag: EXPIRY_TAG } }];
  return expiryMs - nowMs > EXPIRES_SOON_MS ? [] : [{ id: 'secret-expires', values: { secret, days, tag: EXPIRY_TAG } }];
}

async function mail({ aws, config }: World): Promise<Finding[]> {
  const senders = mailSenders(config.notify);
  if (senders.length === 0) return [];
  const findings: Finding[] = [];
  for (const sender of senders) {
    const identities = [sender, sender.split('@')[1] ?? sender];
    const found = await Promise.all(
      identities.map((identity) => aws.read('sesv2', 'GetEmailIdentity', { EmailIdentity: identity })),
    );
    if (!found.some((one) => one?.['VerifiedForSendingStatus'] === true))
      findings.push({ id: 'mail-unverified', values: { sender } });
  }
  const account = await aws.read('sesv2', 'GetAccount', {});
  if (account?.['ProductionAccessEnabled'] !== true) findings.push({ id: 'mail-sandbox', values: {} });
  return findings;
}
