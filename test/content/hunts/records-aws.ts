// Builds records of CloudTrail.
import type { JsonObject } from '../../../functions/core/json.ts';
import { ACCOUNT, isoSec, nextId, type Raw } from './records.ts';

export interface Call {
  name: string;
  service?: string;
  ip?: string;
  agent?: string;
  region?: string;
  account?: string;
  request?: JsonObject;
  response?: JsonObject;
  error?: string;
  resources?: string[];
  more?: JsonObject;
}

export const AGENT = 'aws-cli/2.31.0 Python/3.13.0 Linux/6.8 source/x86_64';

const iamUser = (
  name: string,
  key = `AKIA${name.toUpperCase().padEnd(16, 'X').slice(0, 16)}`,
  account = ACCOUNT,
): JsonObject => ({
  type: 'IAMUser',
  principalId: `AIDA${name.toUpperCase().padEnd(16, 'X').slice(0, 16)}`,
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  userName: name,
  accessKeyId: key,
});
const role = (name: string, session: string, account = ACCOUNT): JsonObject => ({
  type: 'AssumedRole',
  principalId: `AROA${name.toUpperCase().padEnd(16, 'X').slice(0, 16)}:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  accountId: account,
  accessKeyId: `ASIA${name.toUpperCase().padEnd(16, 'X').slice(0, 16)}`,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: `AROA${name.toUpperCase().padEnd(16, 'X').slice(0, 16)}`,
      arn: `arn:aws:iam::${account}:role/${name}`,
      accountId: account,
      userName: name,
    },
    attributes: { mfaAuthenticated: 'false' },
  },
});
const root = (key?: string): JsonObject => ({
  type: 'Root',
  principalId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accountId: ACCOUNT,
  ...(key === undefined ? {} : { accessKeyId: key }),
});
export const WHO = { iamUser, role, root };

/** One CloudTrail record. */
export function cloudtrail(ms: number, who: JsonObject, call: Call): Raw {
  const service = call.service ?? 's3';
  return {
    source: 'aws-cloudtrail',
    record: {
      eventVersion: '1.11',
      userIdentity: who,
      eventTime: isoSec(ms),
      eventSource: `${service}.amazonaws.com`,
      eventName: call.name,
      awsRegion: call.region ?? 'ap-northeast-1',
      sourceIPAddress: call.ip ?? '203.0.113.10',
      userAgent: call.agent ?? AGENT,
      ...(call.error === undefined ? {} : { errorCode: call.error, errorMessage: 'not authorized' }),
      requestParameters: call.request ?? null,
      responseElements: call.response ?? null,
      requestID: nextId(),
      eventID: nextId(),
      readOnly: /^(Get|List|Describe)/.test(call.name),
      ...(call.resources === undefined ? {} : { resources: call.resources.map((ARN) => ({ ARN, accountId: ACCOUNT })) }),
      eventType: call.name === 'ConsoleLogin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: call.account ?? ACCOUNT,
      eventCategory: 'Management',
      ...call.more,
    },
  };
}
