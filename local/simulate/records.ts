/** Turns a deed of the simulation into the raw record that its provider would log. */
import type { JsonObject } from '../../functions/core/json.ts';
import type { Random } from '../story/random.ts';
import { recordOf } from '../story/record.ts';
import type { Person } from './organization.ts';
import type { SourceId } from './rules.ts';

/** Who acts at AWS, and with what. */
export interface AwsCaller {
  account: string;
  ip: string;
  keyId: string;
  /** An IAM user's name, or a role and the name of its session, or the subject of a web identity. */
  user?: string;
  role?: string;
  session?: string;
  subject?: string;
  isRoot?: boolean;
}

export interface Deed {
  source: SourceId;
  /** The provider's name of it, `service Call` at AWS. */
  event: string;
  atMs: number;
  aws?: AwsCaller;
  person?: Person;
  ip?: string;
  /** What it is done to: a bucket, a repository, another person's address, an app. */
  target?: string;
  /** A session, role or key that the call opens or makes. */
  opens?: { keyId: string; role?: string; session?: string; account?: string; user?: string };
  /** Session id of the provider, where it tells one. */
  sessionId?: string;
}

/** The record of a deed. */
export function rawOf(random: Random, deed: Deed): JsonObject {
  switch (deed.source) {
    case 'aws-cloudtrail':
      return awsRecord(random, deed);
    case 'okta':
      return oktaRecord(random, deed);
    case 'entra-id':
      return deed.event === 'SignIn' ? entraSignIn(random, deed) : entraAudit(random, deed);
    case 'm365':
      return m365Record(random, deed);
    case 'github':
      return githubRecord(random, deed);
    case 'google-workspace':
      return googleRecord(random, deed);
  }
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64)';

function awsRecord(random: Random, { event, atMs, aws, target, opens }: Deed): JsonObject {
  if (aws === undefined) throw new RangeError(`${event} without a caller`);
  const [service = '', name = ''] = event.split(' ');
  const identity = identityOf(random, aws);
  const caller = { identity, sourceIp: aws.ip, userAgent: 'aws-cli/2.17.0', accountId: aws.account };
  const request: JsonObject = {
    ...(target !== undefined && service === 's3' ? { bucketName: target } : {}),
    ...(target !== undefined && service !== 's3' ? { resourceId: target } : {}),
    ...(opens?.user === undefined ? {} : { userName: opens.user }),
    ...(opens?.role === undefined
      ? {}
      : { roleArn: `arn:aws:iam::${opens.account}:role/${opens.role}`, roleSessionName: opens.session ?? '' }),
  };
  const response: JsonObject | null =
    opens === undefined
      ? null
      : opens.role === undefined
        ? { accessKey: { accessKeyId: opens.keyId, userName: opens.user ?? '', status: 'Active' } }
        : {
            credentials: { accessKeyId: opens.keyId, expiration: iso(atMs + 3_600_000) },
            assumedRoleUser: {
              assumedRoleId: `AROA${random.text(10, 'ABCDEFGHJK234567')}EXAMPLE:${opens.session}`,
              arn: `arn:aws:sts::${opens.account}:assumed-role/${opens.role}/${opens.session}`,
            },
          };
  const resources =
    target !== undefined && service === 's3'
      ? [{ type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${target}`, accountId: aws.account }]
      : [];
  return recordOf(random, atMs, caller, { service, name, request, response, ...(resources.length === 0 ? {} : { resources }) })
    .record;
}

function identityOf(random: Random, { account, keyId, user, role, session, subject, isRoot }: AwsCaller): JsonObject {
  if (isRoot === true)
    return { type: 'Root', principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account, accessKeyId: keyId };
  if (subject !== undefined)
    return {
      type: 'WebIdentityUser',
      principalId: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:${subject}`,
      userName: subject,
      identityProvider: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
    };
  if (role === undefined)
    return {
      type: 'IAMUser',
      principalId: `AIDA${random.text(10, 'ABCDEFGHJK234567')}EXAMPLE`,
      arn: `arn:aws:iam::${account}:user/${user}`,
      accountId: account,
      accessKeyId: keyId,
      userName: user ?? '',
    };
  const roleId = `AROA${random.text(10, 'ABCDEFGHJK234567')}EXAMPLE`;
  return {
    type: 'AssumedRole',
    principalId: `${roleId}:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    accountId: account,
    accessKeyId: keyId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleId,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
    },
  };
}

function oktaRecord(random: Random, { event, atMs, person, ip, target, sessionId }: Deed): JsonObject {
  const email = person?.email ?? 'unknown@example.com';
  return {
    uuid: random.uuid(),
    published: iso(atMs),
    eventType: event,
    version: '0',
    severity: 'INFO',
    displayMessage: event,
    actor: { id: `00u${email.length}${email.slice(0, 12)}`, type: 'User', alternateId: email, displayName: person?.login ?? '' },
    client: { userAgent: { rawUserAgent: AGENT }, ipAddress: ip ?? null },
    outcome: { result: 'SUCCESS' },
    target:
      target === undefined ? [] : [{ id: `00u${target.slice(0, 14)}`, type: 'User', alternateId: target, displayName: target }],
    transaction: { type: 'WEB', id: random.hex(20), detail: {} },
    authenticationContext: { authenticationStep: 0, externalSessionId: sessionId ?? `102${random.hex(18)}` },
  };
}

function entraSignIn(random: Random, { atMs, person, ip }: Deed): JsonObject {
  return {
    id: random.uuid(),
    createdDateTime: iso(atMs),
    userDisplayName: person?.login ?? '',
    userPrincipalName: person?.email ?? '',
    userId: random.uuid(),
    appId: random.hex(8),
    appDisplayName: 'Office 365',
    ipAddress: ip ?? '',
    clientAppUsed: 'Browser',
    correlationId: random.uuid(),
    conditionalAccessStatus: 'notApplied',
    isInteractive: true,
    signInEventTypes: ['interactiveUser'],
    status: { errorCode: 0, failureReason: null },
  };
}

function entraAudit(random: Random, { event, atMs, person, ip, target }: Deed): JsonObject {
  const id = random.uuid();
  return {
    time: iso(atMs),
    resourceId: '/tenants/11111111-0000-4000-8000-000000000001/providers/Microsoft.aadiam',
    operationName: event,
    category: 'AuditLogs',
    tenantId: '11111111-0000-4000-8000-000000000001',
    correlationId: id,
    properties: {
      id: `Directory_${id}`,
      category: 'ApplicationManagement',
      correlationId: id,
      result: 'success',
      activityDisplayName: event,
      activityDateTime: iso(atMs),
      loggedByService: 'Core Directory',
      operationType: 'Update',
      initiatedBy: { user: { id: random.uuid(), userPrincipalName: person?.email ?? '', ipAddress: ip ?? '' } },
      targetResources: target === undefined ? [] : [{ id: target, type: 'ServicePrincipal', displayName: target }],
    },
  };
}

const m365Record = (random: Random, { event, atMs, person, ip, target }: Deed): JsonObject => ({
  CreationTime: iso(atMs).slice(0, 19),
  Id: random.uuid(),
  Operation: event,
  OrganizationId: '11111111-0000-4000-8000-000000000001',
  RecordType: /^(File|Anonymous|Search)/.test(event) ? 6 : 1,
  ResultStatus: 'True',
  UserKey: `10032${(person?.email ?? '').length}${person?.login ?? ''}`,
  UserType: 0,
  Workload: /^(File|Anonymous)/.test(event) ? 'SharePoint' : 'Exchange',
  ClientIP: ip ?? '',
  ObjectId: target ?? person?.email ?? '',
  UserId: person?.email ?? '',
});

const githubRecord = (random: Random, { event, atMs, person, ip, target, sessionId }: Deed): JsonObject => ({
  '@timestamp': atMs,
  _document_id: random.hex(22),
  action: event,
  actor: person?.login ?? '',
  actor_ip: ip ?? '',
  external_identity_nameid: person?.email ?? '',
  business: 'example',
  created_at: atMs,
  org: 'example-org',
  user_agent: AGENT,
  ...(target === undefined ? {} : { repo: target, repository: target }),
  ...(sessionId === undefined ? {} : { hashed_token: sessionId, programmatic_access_type: 'Personal access token (classic)' }),
});

const googleRecord = (random: Random, { event, atMs, person, ip, target }: Deed): JsonObject => ({
  kind: 'admin#reports#activity',
  id: {
    time: iso(atMs),
    uniqueQualifier: `-${random.text(18, '123456789')}`,
    applicationName: /^[A-Z]/.test(event)
      ? 'admin'
      : event === 'authorize'
        ? 'token'
        : event === '2sv_disable'
          ? 'user_accounts'
          : 'drive',
    customerId: 'C0123abcd',
  },
  actor: { callerType: 'USER', email: person?.email ?? '', profileId: `11${random.text(19, '0123456789')}` },
  ipAddress: ip ?? '',
  type: 'access',
  name: event,
  parameters: { doc_id: target ?? random.hex(12), doc_title: 'file', owner: person?.email ?? '' },
});
