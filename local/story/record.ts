/** Turns a caller and a call into a CloudTrail record in the service's own shape and order of fields. */
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { GLOBAL_REGION } from './estate.ts';
import type { Random } from './random.ts';

/** Who calls, at one moment. */
export interface Caller {
  identity: JsonObject;
  sourceIp: string;
  userAgent: string;
  accountId: string;
  /** True where a browser's console session makes the call. */
  console?: boolean;
}

/** One API call and its outcome. */
export interface Call {
  /** `ec2`; the event source is `ec2.amazonaws.com`. */
  service: string;
  name: string;
  region?: string;
  request?: JsonObject | null;
  response?: JsonObject | null;
  /** A failed console sign-in has a message without a code. */
  error?: { code?: string; message: string };
  resources?: JsonObject[];
  extra?: JsonObject;
  /** An event on the contents of a resource, which trails record only where asked to. */
  data?: boolean;
  eventType?: string;
  /** Overrides the guess from the call's name. */
  readOnly?: boolean;
}

export interface StoryRecord {
  atMs: number;
  accountId: string;
  region: string;
  eventId: string;
  record: JsonObject;
}

const GLOBAL = new Set(['iam', 'organizations', 'cloudfront', 'route53', 'account']);
const HOSTS: Readonly<Record<string, string>> = { cloudwatch: 'monitoring', elb: 'elasticloadbalancing' };
const READS =
  /^(Get|List|Describe|Lookup|Head|Batch(?:Get|Check)|Query|Scan|Select|Decrypt|Search|CheckMfa|AssumeRole|Filter|Start(?:Query)$)/;

/** `2026-11-20T09:14:27Z`: CloudTrail knows whole seconds. */
export const isoSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** The record of a call at a moment (epoch ms). */
export function recordOf(random: Random, atMs: number, caller: Caller, call: Call): StoryRecord {
  const host = `${HOSTS[call.service] ?? call.service}.amazonaws.com`;
  const region = GLOBAL.has(call.service) ? GLOBAL_REGION : (call.region ?? 'ap-northeast-1');
  const eventId = random.uuid();
  const isS3 = call.service === 's3';
  const byService = caller.sourceIp.endsWith('.amazonaws.com');
  const record: JsonObject = {
    eventVersion: '1.11',
    userIdentity: caller.identity,
    eventTime: isoSeconds(atMs),
    eventSource: host,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: caller.sourceIp,
    userAgent: isS3 && !byService ? `[${caller.userAgent}]` : caller.userAgent,
    ...(call.error?.code === undefined ? {} : { errorCode: call.error.code }),
    ...(call.error ? { errorMessage: call.error.message } : {}),
    requestParameters: call.request ?? null,
    responseElements: call.response ?? null,
    ...extraOf(random, call, isS3 && !byService),
    requestID: isS3 ? random.text(16, '0123456789ABCDEFGHJKMNPQRSTVWXYZ') : random.uuid(),
    eventID: eventId,
    readOnly: call.readOnly ?? READS.test(call.name),
    ...(call.resources ? { resources: call.resources } : {}),
    eventType: call.eventType ?? 'AwsApiCall',
    managementEvent: call.data !== true,
    recipientAccountId: caller.accountId,
    eventCategory: call.data === true ? 'Data' : 'Management',
    ...(byService ? {} : { tlsDetails: tlsOf(call, host, region) }),
    ...(caller.console ? { sessionCredentialFromConsole: 'true' } : {}),
  };
  return { atMs, accountId: caller.accountId, region, eventId, record };
}

function extraOf(random: Random, call: Call, isS3: boolean): { additionalEventData?: Json } {
  if (!isS3) return call.extra ? { additionalEventData: call.extra } : {};
  const additionalEventData: JsonObject = {
    SignatureVersion: 'SigV4',
    CipherSuite: 'TLS_AES_128_GCM_SHA256',
    bytesTransferredIn: call.name === 'PutObject' ? random.int(200, 900_000) : 0,
    AuthenticationMethod: 'AuthHeader',
    'x-amz-id-2': `${random.text(74, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')}==`,
    bytesTransferredOut: call.name === 'GetObject' ? random.int(400, 4_000_000) : random.int(0, 3_000),
    ...call.extra,
  };
  return { additionalEventData };
}

function tlsOf(call: Call, host: string, region: string): JsonObject {
  const bucket = call.request?.['bucketName'];
  const regional = GLOBAL.has(call.service) ? host : `${host.split('.')[0]}.${region}.amazonaws.com`;
  return {
    tlsVersion: 'TLSv1.3',
    cipherSuite: 'TLS_AES_128_GCM_SHA256',
    clientProvidedHostHeader: call.service === 's3' && typeof bucket === 'string' ? `${bucket}.${regional}` : regional,
  };
}
