/** For each scheduled query: logs in which it must find something, and logs that look alike in which it must not. */

import type { JsonObject } from '../../functions/core/json.ts';
import { isoText } from '../../functions/core/timestamp.ts';
import { samplesOf } from '../sources/samples.ts';

const ACCOUNT = '111122223333';
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

/** The end of the window that is judged. */
export const END_MS = Date.UTC(2026, 2, 10, 12);
/** An hour that every window holds whole. */
const AT = END_MS - 2 * HOUR;

export interface Logged {
  source: string;
  record: JsonObject;
  timeMs: number;
  /** Default: five minutes after it happened. */
  ingestMs?: number;
}

export interface Scenario {
  /** What must be found: values of the dedup columns of each row, in any order. */
  fires: { logs: Logged[]; dedup: unknown[][] };
  /** Each alone finds nothing. */
  silent: Record<string, Logged[]>;
}

let count = 0;
const uuid = (): string => `0e5f0000-2222-4222-8222-${(++count).toString(16).padStart(12, '0')}`;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

interface Call {
  at?: number;
  source: string;
  name: string;
  user?: string;
  key?: string;
  ip?: string;
  request?: JsonObject;
  error?: string;
  more?: JsonObject;
  region?: string;
}

/** A call of an IAM user or, with `role:`, of a role's session. */
function call({
  at = AT,
  source,
  name,
  user = 'ann',
  key,
  ip = '203.0.113.10',
  request,
  error,
  more = {},
  region,
}: Call): Logged {
  const isRole = user.startsWith('role:');
  const name_ = user.replace('role:', '');
  const identity: JsonObject = isRole
    ? {
        type: 'AssumedRole',
        principalId: `AROA${name_.toUpperCase()}:s`,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name_}/s`,
        accessKeyId: key ?? 'ASIAEXAMPLESESSION01',
        sessionContext: {
          sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/${name_}`, userName: name_, accountId: ACCOUNT },
        },
      }
    : {
        type: 'IAMUser',
        principalId: `AIDA${name_.toUpperCase()}`,
        arn: `arn:aws:iam::${ACCOUNT}:user/${name_}`,
        userName: name_,
        accessKeyId: key ?? 'AKIAEXAMPLEKEY000001',
      };
  const record: JsonObject = {
    ...{ eventVersion: '1.11', eventID: uuid(), requestID: uuid(), eventTime: isoText(at), eventType: 'AwsApiCall' },
    ...{
      eventSource: `${source}.amazonaws.com`,
      eventName: name,
      awsRegion: region ?? 'eu-west-1',
      sourceIPAddress: ip,
      userAgent: 'aws-cli/2',
    },
    ...{
      recipientAccountId: ACCOUNT,
      managementEvent: true,
      eventCategory: 'Management',
      readOnly: false,
      responseElements: null,
    },
    userIdentity: { ...identity, accountId: ACCOUNT },
    requestParameters: request ?? null,
    ...(error === undefined ? {} : { errorCode: error, errorMessage: 'not authorized' }),
    ...more,
  };
  return { source: 'aws-cloudtrail', record, timeMs: at };
}

const secret = (i: number, more: Partial<Call> = {}): Logged =>
  call({ source: 'secretsmanager', name: 'GetSecretValue', request: { secretId: `prod/db-${i}` }, at: AT + i * MIN, ...more });

const get = (i: number, bytes: number, more: Partial<Call> = {}): Logged =>
  call({
    ...{ source: 's3', name: 'GetObject', at: AT + i * MIN, request: { bucketName: 'example-records', key: `k${i}` } },
    more: { readOnly: true, managementEvent: false, eventCategory: 'Data', additionalEventData: { bytesTransferredOut: bytes } },
    ...more,
  });

const clone = (i: number, { repository = `example-org/r${i}`, isPublic = false, at = AT + i * MIN } = {}): Logged => {
  const [{ record } = { record: {} }] = samplesOf('github').filter(({ name }) => name === 'git-clone');
  return {
    source: 'github',
    record: {
      ...record,
      '@timestamp': at,
      created_at: at,
      _document_id: uuid(),
      repo: repository,
      repository,
      repository_public: isPublic,
    },
    timeMs: at,
  };
};

const assume = (role: string, at: number, more: Partial<Call> = {}): Logged =>
  call({
    ...{
      source: 'sts',
      name: 'AssumeRole',
      at,
      request: { roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, roleSessionName: 's' },
    },
    more: {
      responseElements: {
        credentials: { accessKeyId: 'ASIAEXAMPLESESSION09', expiration: 'Mar 10, 2026, 10:04:07 PM' },
        assumedRoleUser: { assumedRoleId: `AROA${role.toUpperCase()}:s`, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/s` },
      },
    },
    ...more,
  });

const signIn = (at: number, ip: string, mfa = 'No', result = 'Success', user = 'ann'): Logged =>
  call({
    ...{ source: 'signin', name: 'ConsoleLogin', at, ip, user },
    more: {
      eventType: 'AwsConsoleSignIn',
      responseElements: { ConsoleLogin: result },
      additionalEventData: { MFAUsed: mfa, LoginTo: 'https://console.aws.amazon.com/' },
    },
  });

const okta = (sample: string, at: number, { user, ip, outcome }: { user: string; ip: string; outcome?: string }): Logged => {
  const [found] = samplesOf('okta').filter(({ name }) => name === sample);
  const base = found?.record ?? {};
  const person = { id: `00u-${user}`, type: 'User', alternateId: `${user}@example.com`, displayName: user, detailEntry: null };
  const isReset = sample === 'mfa-reset';
  return {
    source: 'okta',
    record: {
      ...base,
      ...{ uuid: uuid(), published: new Date(at).toISOString() },
      actor: isReset ? { ...person, id: '00u-desk', alternateId: 'desk@example.com', displayName: 'Desk' } : person,
      ...(isReset ? { target: [person] } : {}),
      client: { ...(base['client'] as JsonObject), ipAddress: ip },
      ...(outcome === undefined ? {} : { outcome: { result: outcome, reason: null } }),
    },
    timeMs: at,
  };
};
const oktaIn = (at: number, user: string, ip: string): Logged => okta('session-start', at, { user, ip, outcome: 'SUCCESS' });
const oktaFailed = (at: number, user: string, ip: string): Logged => okta('login-failed', at, { user, ip, outcome: 'FAILURE' });

const entraFailed = (at: number, user: string, ip: string): Logged => {
  const base = samplesOf('entra-id').find(({ name }) => name === 'sign-in-failed')?.record ?? {};
  const properties = base['properties'] as JsonObject;
  return {
    source: 'entra-id',
    record: {
      ...base,
      time: new Date(at).toISOString(),
      callerIpAddress: ip,
      properties: {
        ...properties,
        id: uuid(),
        createdDateTime: new Date(at).toISOString(),
        userPrincipalName: `${user}@example.com`,
        userId: `id-${user}`,
        ipAddress: ip,
      },
    },
    timeMs: at,
  };
};

const flow = (at: number, from: string, to: string, bytes: number): Logged => {
  const base = samplesOf('aws-vpc-flow').find(({ name }) => name === 'default-accept')?.record ?? {};
  const start = Math.floor(at / 1000);
  const port = String(30_000 + (++count % 20_000));
  return {
    source: 'aws-vpc-flow',
    record: {
      ...base,
      srcaddr: from,
      dstaddr: to,
      srcport: port,
      bytes: String(bytes),
      start: String(start),
      end: String(start + 60),
    },
    timeMs: at,
  };
};

const denied = (i: number, service: string): Logged =>
  call({ source: service, name: 'DescribeThings', at: AT + i * MIN, error: 'AccessDenied', more: { readOnly: true } });
const SERVICES = ['ec2', 's3', 'rds', 'kms', 'lambda', 'sqs'];
const iamChange = (at: number): Logged =>
  call({ source: 'iam', name: 'PutRolePolicy', at, request: { roleName: 'ops', policyName: 'x', policyDocument: '{}' } });

const trail = (name: string, at: number, of = 'main', more: Partial<Call> = {}): Logged =>
  call({ source: 'cloudtrail', name, at, request: { name: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/${of}` }, ...more });

const run = (at: number, region: string): Logged => call({ source: 'ec2', name: 'RunInstances', at, region });
const user = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  aws_many_secrets_by_one_principal: {
    fires: { logs: range(10).map((i) => secret(i)), dedup: [[user('ann')]] },
    silent: {
      'one secret, often': range(30).map((i) => secret(1, { at: AT + i * MIN })),
      'many, over hours': range(12).map((i) => secret(i, { at: AT - i * 20 * MIN })),
      'many, refused': range(20).map((i) => secret(i, { error: 'AccessDenied' })),
      'many, by several': range(20).map((i) => secret(i, { user: `u${i % 4}` })),
    },
  },
  aws_s3_volume_out_by_principal: {
    fires: { logs: range(11).map((i) => get(i, 1_000_000_000)), dedup: [[user('ann')]] },
    silent: {
      'the same without sizes': range(50).map((i) => get(i, 0)),
      'over the day': range(11).map((i) => get(0, 1_000_000_000, { at: AT - i * 2 * HOUR })),
      writes: range(11).map((i) => get(i, 1_000_000_000, { name: 'PutObject' })),
    },
  },
  aws_denied_widely_then_change_of_iam: {
    fires: { logs: [...SERVICES.map((service, i) => denied(i, service)), iamChange(AT + 20 * MIN)], dedup: [[user('ann')]] },
    silent: {
      'the change came first': [iamChange(AT), ...SERVICES.map((service, i) => denied(i + 1, service))],
      'denied in one service': [...range(30).map((i) => denied(i, 'ec2')), iamChange(AT + 40 * MIN)],
      'no change': SERVICES.map((service, i) => denied(i, service)),
    },
  },
  github_many_repositories_cloned: {
    fires: { logs: range(20).map((i) => clone(i)), dedup: [['aoi-kato']] },
    silent: {
      'one repository, often': range(40).map((i) => clone(i, { repository: 'example-org/one' })),
      'public ones': range(40).map((i) => clone(i, { isPublic: true })),
    },
  },
  aws_key_used_from_many_networks: {
    fires: {
      logs: range(5).map((i) =>
        secret(1, { at: AT + i * MIN, ip: i === 4 ? '2001:db8:5::9' : `198.5${i}.100.7`, key: 'AKIAEXAMPLEKEY000002' }),
      ),
      dedup: [['AKIAEXAMPLEKEY000002']],
    },
    silent: {
      'one network': range(40).map((i) => secret(1, { at: AT + i * MIN, ip: `198.51.${i}.7` })),
      'a session': range(8).map((i) => secret(1, { at: AT + i * MIN, ip: `198.5${i}.100.7`, user: 'role:app' })),
      'two days': range(8).map((i) => secret(1, { at: AT - (i % 2) * 13 * HOUR + i * MIN, ip: `198.5${i}.100.7` })),
    },
  },
  aws_trail_stopped_and_not_restarted: {
    fires: { logs: [trail('StopLogging', AT), trail('StartLogging', AT + 10 * MIN, 'other')], dedup: [[ACCOUNT, 'main']] },
    silent: {
      restarted: [trail('StopLogging', AT), trail('StartLogging', AT + 50 * MIN)],
      'an hour has not passed': [trail('StopLogging', END_MS - 30 * MIN)],
      refused: [trail('StopLogging', AT, 'main', { error: 'AccessDenied' })],
    },
  },
  aws_assume_role_pair_first_seen: {
    fires: {
      logs: [...range(5).map((i) => assume('reader', AT - (20 - i) * DAY)), assume('admin', AT)],
      dedup: [[user('ann'), `arn:aws:iam::${ACCOUNT}:role/admin`]],
    },
    silent: {
      'a pair that is known': range(20).map((i) => assume('admin', AT - i * DAY)),
      'a caller that is new': [assume('reader', AT - 2 * DAY), assume('admin', AT)],
      refused: [...range(5).map((i) => assume('reader', AT - (20 - i) * DAY)), assume('admin', AT, { error: 'AccessDenied' })],
    },
  },
  aws_console_login_without_mfa_from_new_network: {
    fires: {
      logs: [...range(9).map((i) => signIn(AT - (10 - i) * DAY, '203.0.113.10', 'Yes')), signIn(AT, '198.51.100.7')],
      dedup: [[user('ann'), '198.51']],
    },
    silent: {
      'with MFA': [...range(9).map((i) => signIn(AT - (10 - i) * DAY, '203.0.113.10', 'Yes')), signIn(AT, '198.51.100.7', 'Yes')],
      'a known network': range(9).map((i) => signIn(AT - i * DAY, `203.0.${i}.10`)),
      failed: [signIn(AT - 9 * DAY, '203.0.113.10', 'Yes'), signIn(AT, '198.51.100.7', 'No', 'Failure')],
      'a user that is new': [signIn(AT, '198.51.100.7')],
    },
  },
  identity_many_accounts_failed_from_one_address: {
    fires: {
      logs: [
        ...range(6).map((i) => oktaFailed(AT + i * MIN, `o${i}`, '198.51.100.66')),
        ...range(5).map((i) => entraFailed(AT + i * MIN, `e${i}`, '198.51.100.66')),
        oktaIn(AT + 30 * MIN, 'o3', '198.51.100.66'),
      ],
      dedup: [['198.51.100.66']],
    },
    silent: {
      'one account, often': range(40).map((i) => oktaFailed(AT + i * MIN, 'ann', '198.51.100.66')),
      'the same accounts at two providers': range(9).flatMap((i) => [
        oktaFailed(AT + i * MIN, `u${i}`, '198.51.100.66'),
        entraFailed(AT + i * MIN, `u${i}`, '198.51.100.66'),
      ]),
      'several addresses': range(40).map((i) => oktaFailed(AT + i * MIN, `u${i}`, `198.51.100.${i % 5}`)),
      'sign-ins that succeed': range(40).map((i) => oktaIn(AT + i * MIN, `u${i}`, '198.51.100.66')),
    },
  },
  identity_factor_removed_then_sign_in_from_new_address: {
    fires: {
      logs: [
        oktaIn(AT - 9 * DAY, 'ren', '203.0.113.10'),
        okta('mfa-reset', AT, { user: 'ren', ip: '203.0.113.99' }),
        oktaIn(AT + 30 * MIN, 'ren', '198.51.100.7'),
      ],
      dedup: [['ren@example.com']],
    },
    silent: {
      'from the known address': [
        ...[oktaIn(AT - 9 * DAY, 'ren', '203.0.113.10'), okta('mfa-reset', AT, { user: 'ren', ip: '203.0.113.99' })],
        oktaIn(AT + 30 * MIN, 'ren', '203.0.113.10'),
      ],
      'somebody else': [okta('mfa-reset', AT, { user: 'ren', ip: '203.0.113.99' }), oktaIn(AT + 30 * MIN, 'aoi', '198.51.100.7')],
      'before the removal': [
        oktaIn(AT - 30 * MIN, 'ren', '198.51.100.7'),
        okta('mfa-reset', AT, { user: 'ren', ip: '203.0.113.99' }),
      ],
    },
  },
  network_volume_to_one_outside_address: {
    fires: {
      logs: [
        ...range(6).map((i) => flow(AT + i * MIN, '10.0.1.5', '198.51.100.20', 1_000_000_000)),
        flow(AT, '198.51.100.20', '10.0.1.5', 1000),
      ],
      dedup: [['10.0.1.5', '198.51.100.20']],
    },
    silent: {
      'a download': range(9).map((i) => flow(AT + i * MIN, '198.51.100.20', '10.0.1.5', 1_000_000_000)),
      'as much came back': range(6).flatMap((i) => [
        flow(AT + i * MIN, '10.0.1.5', '198.51.100.20', 1_000_000_000),
        flow(AT + i * MIN, '198.51.100.20', '10.0.1.5', 900_000_000),
      ]),
      inside: range(9).map((i) => flow(AT + i * MIN, '10.0.1.5', '172.20.0.9', 1_000_000_000)),
      'many addresses': range(20).map((i) => flow(AT + i * MIN, '10.0.1.5', `198.51.100.${i}`, 1_000_000_000)),
    },
  },
  aws_region_used_first: {
    fires: {
      logs: [...range(5).map((i) => run(AT - (20 - i) * DAY, 'eu-west-1')), run(AT, 'ap-east-1')],
      dedup: [[ACCOUNT, 'ap-east-1']],
    },
    silent: {
      'a known region': range(20).map((i) => run(AT - i * DAY, 'eu-west-1')),
      'an account that is new': [run(AT - 2 * DAY, 'eu-west-1'), run(AT, 'ap-east-1')],
      reads: [
        ...range(5).map((i) => run(AT - (20 - i) * DAY, 'eu-west-1')),
        call({ source: 'ec2', name: 'DescribeInstances', region: 'ap-east-1', more: { readOnly: true } }),
      ],
    },
  },
};
