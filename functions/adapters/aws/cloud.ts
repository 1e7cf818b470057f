/** Turns the responder roles of member accounts into the Cloud port: assume the role of the tier, make one listed call. */
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { AWS_OPERATIONS, parameterProblems } from '../../core/aws/operation.ts';
import { YaguraError } from '../../core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { Cloud, CloudTarget, ResponderTier } from '../../ports/cloud.ts';
import { type ClientSetup, openClient } from './cloud-operations.ts';
import { calling, nameOf } from './failure.ts';

/** The shortest that STS allows. */
const SESSION_SEC = 900;
/** A client is given up this long before its credentials end. */
const MARGIN_MS = 120_000;
const RANK: Readonly<Record<ResponderTier, number>> = { read: 0, contain: 1, destroy: 2 };

export interface AwsCloudOptions {
  /** Of the role's name; the tier follows: `YaguraResponder-` gives `YaguraResponder-read`. */
  rolePrefix: string;
  externalId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition?: string;
  nowMs: () => number;
  /** For tests: another endpoint. */
  endpoint?: string;
}

interface Held {
  setup: ClientSetup;
  clients: Map<string, ReturnType<typeof openClient>>;
  endsAtMs: number;
}

/** Credentials are held per account and tier until they end, clients with them. */
export function createAwsCloud(sts: STSClient, options: AwsCloudOptions): Cloud {
  const held = new Map<string, Held>();
  const heldFor = async (target: CloudTarget): Promise<Held> => {
    const key = `${target.accountId}/${target.region}/${target.tier}/${target.sessionPolicy ?? ''}`;
    const known = held.get(key);
    if (known !== undefined && known.endsAtMs - MARGIN_MS > options.nowMs()) return known;
    const fresh = await assume(sts, options, target);
    held.set(key, fresh);
    return fresh;
  };
  return {
    call: async (target, service, operation, parameters) => {
      refuseUnlisted(target, service, operation, parameters);
      const { clients, setup } = await heldFor(target);
      const client = clients.get(service) ?? openClient(service, setup);
      clients.set(service, client);
      return await send(`${service} ${operation}`, async () => await (await client)(operation, parameters));
    },
  };
}

/** @throws YaguraError Refused for an operation that is not listed or that the tier may not call, BadInput for its parameters */
function refuseUnlisted({ tier }: CloudTarget, service: string, operation: string, parameters: JsonObject): void {
  const listed = AWS_OPERATIONS.get(`${service}:${operation}`);
  if (listed === undefined)
    throw new YaguraError('Refused', `${service} ${operation} is not among the operations that responses may call`);
  if (RANK[listed.tier] > RANK[tier]) {
    throw new YaguraError('Refused', `${service} ${operation} needs the ${listed.tier} role, not the ${tier} role`);
  }
  const problems = parameterProblems(listed, parameters);
  if (problems.length > 0) throw new YaguraError('BadInput', `parameters of ${service} ${operation}`, { problems });
}

/** "No such user, bucket, key …": `NoSuchEntity`, `InvalidGroup.NotFound`, `TrailNotFoundException`, `DBInstanceNotFoundFault`, `PolicyNotAttachedException`. */
const ABSENCE =
  /^NoSuch[A-Za-z]+$|NotFound(?:Exception|Fault)?$|^ReplicationConfigurationNotFoundError$|^PolicyNotAttachedException$/;

async function send(what: string, work: () => Promise<object>): Promise<JsonObject | undefined> {
  try {
    return toJsonObject(await work());
  } catch (error) {
    if (ABSENCE.test(nameOf(error))) return undefined;
    return await calling(what, () => Promise.reject(error));
  }
}

async function assume(sts: STSClient, options: AwsCloudOptions, target: CloudTarget): Promise<Held> {
  const { accountId, region, tier, sessionPolicy } = target;
  if (!/^\d{12}$/.test(accountId)) throw new YaguraError('BadInput', `account ${JSON.stringify(accountId)} (allowed: 12 digits)`);
  const order = new AssumeRoleCommand({
    RoleArn: `arn:${options.partition ?? 'aws'}:iam::${accountId}:role/${options.rolePrefix}${tier}`,
    RoleSessionName: `yagura-${tier}`,
    ExternalId: options.externalId,
    DurationSeconds: SESSION_SEC,
    ...(sessionPolicy === undefined ? {} : { Policy: sessionPolicy }),
  });
  const { Credentials: given } = await calling('sts AssumeRole', () => sts.send(order));
  if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined || given.SessionToken === undefined) {
    throw new YaguraError('Unavailable', 'sts AssumeRole: no credentials in the answer');
  }
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const setup = { region, credentials, ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }) };
  return { setup, clients: new Map(), endsAtMs: given.Expiration?.getTime() ?? options.nowMs() + SESSION_SEC * 1000 };
}

/** The answer in the API's own shape, without what the SDK added, times as ISO 8601 text. */
export function toJsonObject(answer: object): JsonObject {
  const { $metadata: _, ...rest } = { $metadata: undefined, ...answer };
  const value = toJson(rest);
  return isJsonObject(value) ? value : {};
}

function toJson(value: unknown): Json | undefined {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, toJson(item)] as const);
    return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return undefined;
}
