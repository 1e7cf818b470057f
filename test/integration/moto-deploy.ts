/** Turns the synthesized app into stacks on moto as `cdk deploy` would: assets published, templates created in order, what moto lacks left out by name. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  type NotificationConfiguration,
  type ObjectLockConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { MOTO_ACCOUNT, type Moto } from './moto.ts';

const SCHEDULE = 'AWS::Events::Rule of a schedule';
/** What moto's CloudFormation does not make, and what stands in for it. The test proves that nothing else of the templates is missing. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'not made by moto, which judges no request by a policy; test/infra reads them',
  'AWS::SQS::QueuePolicy': 'as above',
  'AWS::SNS::TopicPolicy': 'as above',
  'AWS::Athena::WorkGroup': 'not made by moto; queries: test/integration/contracts.test.ts',
  'AWS::Glue::Database': 'not made by moto; queries: test/integration/trino.test.ts',
  'AWS::Glue::Table': 'as above',
  'AWS::CloudWatch::Alarm': 'not made by moto; test/infra/watch.test.ts reads them',
  'AWS::Lambda::Url': 'not made by moto; the test calls the function with the event that a URL makes',
  [SCHEDULE]: 'moto has no clock, and hands every event of the bus to a rule without a pattern',
  'AWS::Lambda::EventSourceMapping':
    'moto would run the function in Docker; the test hands the queue to the same bundle in its process',
};

/** What moto makes of each of these is a shell: the test gives the rest by the service's own API, as the template says it. */
const BY_API = ['NotificationConfiguration', 'VersioningConfiguration', 'ObjectLockConfiguration'];

const BOOTSTRAP = { parameter: '/cdk-bootstrap/hnb659fds/version', bucket: `cdk-hnb659fds-assets-${MOTO_ACCOUNT}-us-east-1` };

export interface StackOnMoto {
  name: string;
  /** As synthesized. */
  template: JsonObject;
  /** Logical id → physical id of what moto made. */
  physical: ReadonlyMap<string, string>;
}

export interface Order {
  outdir: string;
  stacks: readonly string[];
  /** Python's executable, which makes archives. */
  python: string;
}

/** What `cdk bootstrap` leaves behind, as far as a deployment asks for it. */
export async function bootstrap(moto: Moto): Promise<void> {
  await s3Of(moto).send(new CreateBucketCommand({ Bucket: BOOTSTRAP.bucket }));
  const headers = { 'x-amz-target': 'AmazonSSM.PutParameter', 'content-type': 'application/x-amz-json-1.1' };
  const parameter = { Name: BOOTSTRAP.parameter, Value: '28', Type: 'String' };
  await call(moto, 'ssm', { headers, body: JSON.stringify(parameter) });
}

/** Creates the stacks in their order. @throws Error where moto refuses one */
export async function deploy(moto: Moto, order: Order): Promise<StackOnMoto[]> {
  const made: StackOnMoto[] = [];
  for (const name of order.stacks) made.push(await deployOne(moto, name, order));
  return made;
}

async function deployOne(moto: Moto, name: string, order: Order): Promise<StackOnMoto> {
  await publish(moto, name, order);
  const template = readJson(join(order.outdir, `${name}.template.json`));
  const Key = `${name}.template.json`;
  const Body = JSON.stringify(playable(template, order.outdir));
  await s3Of(moto).send(new PutObjectCommand({ Bucket: BOOTSTRAP.bucket, Key, Body }));
  await cloudFormation(moto, 'CreateStack', {
    StackName: name,
    TemplateURL: `https://${BOOTSTRAP.bucket}.s3.amazonaws.com/${Key}`,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  });
  const stack = { name, template, physical: await resourcesOf(moto, name) };
  await finishBuckets(moto, stack);
  return stack;
}

export const resourcesIn = (template: JsonObject): [id: string, resource: JsonObject][] =>
  Object.entries(objectIn(template, 'Resources')).map(([id, resource]) => [id, objectOf(resource)]);
const typeOf = (resource: JsonObject): string => String(resource['Type']);
/** Its type, told apart as `LEFT_OUT` does. */
export const kindOf = (resource: JsonObject): string =>
  propertiesOf(resource)['ScheduleExpression'] === undefined ? typeOf(resource) : SCHEDULE;
export const propertiesOf = (resource: JsonObject): JsonObject => objectIn(resource, 'Properties');

/** The template that moto can play. */
function playable(template: JsonObject, outdir: string): JsonObject {
  const all = resourcesIn(template);
  const kept = new Map(all.filter(([, resource]) => !(kindOf(resource) in LEFT_OUT)));
  const gone = all.map(([id]) => id).filter((id) => !kept.has(id));
  const outputs = Object.entries(objectIn(template, 'Outputs')).filter(
    ([, output]) => !gone.some((id) => JSON.stringify(output).includes(`"${id}"`)),
  );
  const resources = [...kept].map(([id, resource]) => [id, untagged(withDefinition(withoutWaits(resource, kept), outdir))]);
  return named({ ...template, Resources: Object.fromEntries(resources), Outputs: Object.fromEntries(outputs) });
}

function withoutWaits({ DependsOn: on, ...resource }: JsonObject, kept: ReadonlyMap<string, unknown>): JsonObject {
  const left = [on ?? []].flat().filter((id) => kept.has(String(id)));
  return left.length === 0 ? resource : { ...resource, DependsOn: left };
}

/** moto takes a key's tags for those of its API, and fails. */
function untagged(resource: JsonObject): JsonObject {
  const { Tags: _, ...properties } = propertiesOf(resource);
  return { ...resource, Properties: properties };
}

/** moto reads no definition from S3: here it is in the template, with the same substitutions. */
function withDefinition(resource: JsonObject, outdir: string): JsonObject {
  if (typeOf(resource) !== 'AWS::StepFunctions::StateMachine') return resource;
  const { DefinitionS3Location: at, DefinitionSubstitutions: substitutions, ...properties } = propertiesOf(resource);
  const text = readFileSync(join(outdir, `asset.${String(objectOf(at)['Key'])}`), 'utf8');
  return { ...resource, Properties: { ...properties, DefinitionString: { 'Fn::Sub': [text, objectOf(substitutions)] } } };
}

/** moto answers a `Ref` to a bus with another thing than its name. */
function named(template: JsonObject): JsonObject {
  const buses = resourcesIn(template).filter(([, resource]) => typeOf(resource) === 'AWS::Events::EventBus');
  let text = JSON.stringify(template);
  for (const [id, bus] of buses) {
    const { Name: name } = propertiesOf(bus);
    text = text.replaceAll(JSON.stringify({ Ref: id }), JSON.stringify(name));
  }
  return objectOf(JSON.parse(text));
}

async function publish(moto: Moto, name: string, { outdir, python }: Order): Promise<void> {
  for (const asset of Object.values(objectIn(readJson(join(outdir, `${name}.assets.json`)), 'files')).map(objectOf)) {
    const { path, packaging } = objectIn(asset, 'source');
    if (String(path).endsWith('.template.json')) continue;
    const file = join(outdir, String(path));
    const Body = packaging === 'zip' ? await zipped(python, file) : readFileSync(file);
    for (const { objectKey } of Object.values(objectIn(asset, 'destinations')).map(objectOf))
      await s3Of(moto).send(new PutObjectCommand({ Bucket: BOOTSTRAP.bucket, Key: String(objectKey), Body }));
  }
}

async function zipped(python: string, folder: string): Promise<Buffer> {
  const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[1])';
  await promisify(execFile)(python, ['-c', script, folder]);
  return readFileSync(`${folder}.zip`);
}

/** The properties of `BY_API`, which moto's CloudFormation does not read. */
async function finishBuckets(moto: Moto, { template, physical }: StackOnMoto): Promise<void> {
  const s3 = s3Of(moto);
  for (const [id, resource] of resourcesIn(template).filter(([, one]) => typeOf(one) === 'AWS::S3::Bucket')) {
    const Bucket = physical.get(id);
    const [notifications, versioning, lock] = BY_API.map((property) => propertiesOf(resource)[property]);
    if (isJsonObject(notifications)) {
      const { EventBridgeConfiguration } = notifications;
      const NotificationConfiguration: NotificationConfiguration = isJsonObject(EventBridgeConfiguration)
        ? { EventBridgeConfiguration: {} }
        : {};
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    }
    if (isJsonObject(versioning) && versioning['Status'] === 'Enabled')
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const ObjectLockConfiguration = isJsonObject(lock) ? lockOf(lock) : undefined;
    if (ObjectLockConfiguration !== undefined)
      await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  }
}

function lockOf(lock: JsonObject): ObjectLockConfiguration {
  const { Mode, Days } = objectIn(objectIn(lock, 'Rule'), 'DefaultRetention');
  const mode = Mode === 'COMPLIANCE' ? 'COMPLIANCE' : 'GOVERNANCE';
  return { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: mode, Days: Number(Days) } } };
}

async function resourcesOf(moto: Moto, name: string): Promise<Map<string, string>> {
  const text = await cloudFormation(moto, 'DescribeStackResources', { StackName: name });
  const tag = (member: string, is: string): string => new RegExp(`<${is}>([^<]*)</${is}>`).exec(member)?.[1] ?? '';
  const members = text.split('<member>').slice(1);
  return new Map(members.map((member) => [tag(member, 'LogicalResourceId'), tag(member, 'PhysicalResourceId')]));
}

/** CloudFormation without its client: the Query protocol over HTTP, which moto takes unsigned. */
async function cloudFormation(moto: Moto, operation: string, parameters: Record<string, string>): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ Action: operation, Version: '2010-05-15', ...parameters }).toString();
  return await call(moto, 'cloudformation', { headers, body });
}

async function call(moto: Moto, service: string, sent: { headers: Record<string, string>; body: string }): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`;
  const headers = { ...sent.headers, authorization };
  const answer = await fetch(moto.endpoint, { method: 'POST', headers, body: sent.body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service}: ${answer.status} ${text.slice(0, 2000)}`);
  return text;
}

const s3Of = (moto: Moto): S3Client => new S3Client({ ...moto.client, forcePathStyle: true });
const readJson = (file: string): JsonObject => objectOf(JSON.parse(readFileSync(file, 'utf8')));
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const objectIn = (value: JsonObject, key: string): JsonObject => objectOf(value[key]);
