/** What CloudTrail says of identity, origin, outcome and kind arrives where OCSF and its readers look for it. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { valueAt } from '../../functions/core/json.ts';
import { AWS_SERVICE_LABEL } from '../../functions/sources/aws-cloudtrail/event.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import { NOW_MS } from './samples.ts';

const ACCOUNT = '111122223333';
const call = (more: JsonObject = {}): JsonObject => ({
  eventVersion: '1.09',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDACKCEVSQ6C2EXAMPLE',
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    accountId: ACCOUNT,
    userName: 'alice',
  },
  eventTime: '2025-03-04T09:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
  awsRegion: 'ap-northeast-1',
  sourceIPAddress: '203.0.113.7',
  eventID: '0e5f0001-1111-4111-8111-000000000001',
  eventType: 'AwsApiCall',
  recipientAccountId: ACCOUNT,
  ...more,
});
const mapped = (more: JsonObject = {}) => awsCloudtrail.toOcsf(call(more), { nowMs: NOW_MS });

describe('class and activity', () => {
  it.each<[string, string, JsonObject, number, number]>([
    ['ec2.amazonaws.com', 'DescribeInstances', { readOnly: true }, 6003, 2],
    ['ec2.amazonaws.com', 'RunInstances', { readOnly: false }, 6003, 1],
    ['ec2.amazonaws.com', 'TerminateInstances', {}, 6003, 4],
    ['ec2.amazonaws.com', 'ModifyInstanceAttribute', {}, 6003, 3],
    ['ec2.amazonaws.com', 'GetPasswordData', {}, 6003, 2],
    ['dynamodb.amazonaws.com', 'BatchGetItem', {}, 6003, 2],
    ['kms.amazonaws.com', 'Decrypt', { readOnly: true }, 6003, 2],
    ['kms.amazonaws.com', 'ScheduleKeyDeletion', { readOnly: 'false' }, 6003, 4],
    ['lambda.amazonaws.com', 'Invoke', { readOnly: false }, 6003, 99],
    ['sts.amazonaws.com', 'GetCallerIdentity', { readOnly: true }, 6003, 2],
    ['sts.amazonaws.com', 'AssumeRole', { readOnly: true }, 3002, 1],
    ['sts.amazonaws.com', 'GetFederationToken', {}, 3002, 1],
    ['sts.amazonaws.com', 'GetSessionToken', {}, 3002, 1],
    ['signin.amazonaws.com', 'ConsoleLogin', {}, 3002, 1],
    ['signin.amazonaws.com', 'SwitchRole', {}, 3002, 7],
    ['signin.amazonaws.com', 'CheckMfa', {}, 3002, 6],
    ['signin.amazonaws.com', 'SomethingNew', {}, 3002, 99],
    ['console.amazonaws.com', 'NewSignIn', { eventType: 'AwsConsoleSignIn' }, 3002, 99],
    ['signin.amazonaws.com', 'PasswordRecoveryCompleted', {}, 3001, 4],
    ['iam.amazonaws.com', 'CreateUser', {}, 3001, 1],
    ['iam.amazonaws.com', 'DeleteUser', {}, 3001, 6],
    ['iam.amazonaws.com', 'CreateLoginProfile', {}, 3001, 2],
    ['iam.amazonaws.com', 'UpdateLoginProfile', {}, 3001, 4],
    ['iam.amazonaws.com', 'ChangePassword', {}, 3001, 3],
    ['iam.amazonaws.com', 'EnableMFADevice', {}, 3001, 10],
    ['iam.amazonaws.com', 'DeactivateMFADevice', {}, 3001, 11],
    ['iam.amazonaws.com', 'PutUserPolicy', {}, 3001, 7],
    ['iam.amazonaws.com', 'DetachUserPolicy', {}, 3001, 8],
    ['iam.amazonaws.com', 'CreateAccessKey', {}, 3001, 99],
    ['iam.amazonaws.com', 'CreateRole', {}, 6003, 1],
    ['iam.amazonaws.com', 'ListUsers', { readOnly: true }, 6003, 2],
    ['__proto__', 'constructor', {}, 6003, 99],
    ['iam.amazonaws.com', 'constructor', {}, 6003, 99],
  ])('%s %s is class and activity of its kind', (eventSource, eventName, more, class_uid, activity_id) => {
    const event = mapped({ eventSource, eventName, ...more });
    expect([event.class_uid, event.activity_id]).toEqual([class_uid, activity_id]);
  });

  it("an activity that OCSF lacks keeps the event's own name", () => {
    expect(mapped({ eventSource: 'iam.amazonaws.com', eventName: 'AddUserToGroup' }).activity_name).toBe('AddUserToGroup');
  });
});

describe('identity', () => {
  it('tells the session issuer, and MFA only where the session says so', () => {
    const attributes = { creationDate: '2025-03-04T08:00:00Z' };
    const silent = mapped({ userIdentity: { type: 'AssumedRole', arn: 'a', sessionContext: { attributes } } });
    expect(valueAt(silent, 'actor.session')).toEqual({
      created_time: Date.UTC(2025, 2, 4, 8),
      created_time_dt: '2025-03-04T08:00:00Z',
    });
    const said = mapped({
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:me',
        sessionContext: {
          sessionIssuer: { arn: 'arn:role', userName: 'role' },
          attributes: { ...attributes, mfaAuthenticated: 'true' },
        },
      },
    });
    expect(valueAt(said, 'actor.session')).toMatchObject({ is_mfa: true, issuer: 'arn:role', uid_alt: 'me' });
    expect(valueAt(said, 'actor.user')).toMatchObject({ uid: 'AROAEXAMPLE:me', name: 'role', type: 'AssumedRole' });
    expect(mapped()).not.toHaveProperty('is_mfa');
  });

  it.each([[null], [undefined], ['text'], [[]], [{}], [{ type: 'Unknown' }]])(
    'an event whose identity is %j has an actor all the same',
    (userIdentity) => {
      const record = call();
      if (userIdentity === undefined) delete record['userIdentity'];
      else record['userIdentity'] = userIdentity;
      expect(awsCloudtrail.toOcsf(record, { nowMs: NOW_MS })['actor']).toEqual({ app_name: 'ec2.amazonaws.com' });
    },
  );

  it('names the user of an Identity Center sign-in by the id that it acts for', () => {
    const event = mapped({
      userIdentity: {
        type: 'IdentityCenterUser',
        accountId: ACCOUNT,
        onBehalfOf: { userId: 'u-1', identityStoreArn: 'arn:s' },
        credentialId: 'c-1',
      },
    });
    expect(event['actor']).toMatchObject({ user: { uid: 'u-1' }, session: { uid: 'c-1' } });
    expect(event.unmapped).toMatchObject({ 'userIdentity.onBehalfOf.identityStoreArn': 'arn:s' });
  });
});

describe('an identity without a name', () => {
  it('makes no user of a service that does not say which', () => {
    const event = mapped({ userIdentity: { type: 'AWSService', invokedBy: '' } });
    expect(valueAt(event, 'actor.user')).toBeUndefined();
    expect(valueAt(event, 'unmapped')).toMatchObject({ 'userIdentity.type': 'AWSService', 'userIdentity.invokedBy': '' });
  });
});

describe('origin', () => {
  it.each<[string, JsonObject]>([
    ['203.0.113.7', { ip: '203.0.113.7' }],
    ['2001:db8::1', { ip: '2001:db8::1' }],
    ['ec2.amazonaws.com', { svc_name: 'ec2.amazonaws.com', domain: 'ec2.amazonaws.com' }],
    ['AWS Internal', { svc_name: 'AWS Internal' }],
    ['proxy.example.com', { domain: 'proxy.example.com' }],
    ['999.1.1.1', { domain: '999.1.1.1' }],
    ['HIDDEN_DUE_TO_SECURITY_REASONS', { name: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
  ])('%s goes where its kind belongs', (sourceIPAddress, endpoint) =>
    expect(mapped({ sourceIPAddress })['src_endpoint']).toEqual(endpoint),
  );

  it('labels what an AWS service did, for itself or for somebody, and nothing else', () => {
    const labels = (more: JsonObject) => mapped(more).metadata['labels'];
    const identity = call()['userIdentity'];
    expect(labels({})).toBeUndefined();
    expect(labels({ userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' } })).toEqual([AWS_SERVICE_LABEL]);
    expect(labels({ userIdentity: { ...(identity as JsonObject), invokedBy: 'cloudformation.amazonaws.com' } })).toEqual([
      AWS_SERVICE_LABEL,
    ]);
    expect(labels({ sourceIPAddress: 'AWS Internal' })).toEqual([AWS_SERVICE_LABEL]);
    expect(labels({ eventType: 'AwsServiceEvent' })).toBeUndefined();
    expect(labels({ eventType: 'AwsServiceEvent', sourceIPAddress: 'kms.amazonaws.com' })).toEqual([AWS_SERVICE_LABEL]);
    expect(labels({ userAgent: 'ec2.amazonaws.com', sourceIPAddress: 'ec2.amazonaws.com.example.com' })).toBeUndefined();
  });
});

describe('outcome', () => {
  it.each<[JsonObject, number | undefined]>([
    [{}, 1],
    [{ errorCode: 'AccessDenied' }, 2],
    [{ errorMessage: 'Failed authentication' }, 2],
    [{ errorCode: '' }, 1],
    [{ errorCode: null }, 1],
    [{ eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' } }, 2],
    [{ eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } }, 1],
    [{ eventName: 'UserAuthentication', serviceEventDetails: { UserAuthentication: 'Failure' } }, 2],
    [{ eventCategory: 'Insight', insightDetails: { eventName: 'X' } }, undefined],
  ])('%j', (more, status) => expect(mapped(more)['status_id']).toBe(status));
});

describe('credentials that were given', () => {
  it('are the session of the authentication: key, role, role session, end', () => {
    const event = mapped({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      requestParameters: { roleArn: 'arn:role', roleSessionName: 's' },
      responseElements: {
        credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', expiration: 'Mar 4, 2025, 10:00:00 AM' },
        assumedRoleUser: { arn: 'arn:s', assumedRoleId: 'AROAX:s' },
      },
    });
    expect(event['session']).toEqual({
      issuer: 'arn:role',
      uid: 'AROAX:s',
      uid_alt: 'arn:s',
      credential_uid: 'ASIAIOSFODNN7EXAMPLE',
      expiration_time: Date.UTC(2025, 2, 4, 10),
    });
    expect(event['user']).toMatchObject({ name: 'alice' });
  });
});

describe('resources', () => {
  it('has none that nothing names: a number beyond all doubles is no name', () => {
    const resources = [{ ARN: JSON.parse('1e999') as number, type: 'AWS::S3::Bucket' }, { ARN: 'arn:aws:s3:::b' }];
    expect(mapped({ resources })['resources']).toEqual([{ uid: 'arn:aws:s3:::b' }]);
  });

  const uids = (more: JsonObject): unknown => {
    const { resources } = mapped(more);
    return Array.isArray(resources) ? resources.map((resource) => valueAt(resource, 'uid')) : resources;
  };

  it('are those that CloudTrail lists', () => {
    const resources = [{ ARN: 'arn:aws:s3:::listed', accountId: ACCOUNT, type: 'AWS::S3::Bucket' }];
    expect(uids({ resources, requestParameters: { bucketName: 'asked' } })).toEqual(['arn:aws:s3:::listed']);
  });

  it.each<[JsonObject, JsonObject, string[] | undefined]>([
    [
      { name: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/main', other: 'arn:but-no-arn' },
      {},
      ['arn:aws:cloudtrail:us-east-1:111122223333:trail/main'],
    ],
    [{ bucketName: 'example-records', policy: '{}' }, {}, ['arn:aws:s3:::example-records']],
    [{ bucketName: 'example-records' }, { awsRegion: 'cn-north-1' }, ['arn:aws-cn:s3:::example-records']],
    [{ bucketName: 'Not A Bucket' }, {}, undefined],
    [{ instancesSet: { items: [{ instanceId: 'i-0abcdef1234567890' }, { instanceId: 7 }, null] } }, {}, ['i-0abcdef1234567890']],
    [{ instanceId: 'i-0abcdef1234567890' }, {}, ['i-0abcdef1234567890']],
    [{ instanceId: 'unknown' }, {}, undefined],
  ])('else those that the request %j names', (requestParameters, more, expected) => {
    expect(uids({ requestParameters, ...more })).toEqual(expected);
  });
});

describe('time and id', () => {
  it('takes the time of ingest only where the record has none', () => {
    expect(mapped().time).toBe(Date.UTC(2025, 2, 4, 9));
    expect(mapped({ eventTime: '2025-03-04 09:00:00.000000001' })).toMatchObject({
      time: Date.UTC(2025, 2, 4, 9),
      time_dt: '2025-03-04T09:00:00Z',
    });
    expect(mapped({ eventTime: 'soon' })).toMatchObject({ time: NOW_MS, metadata: { original_time: 'soon' } });
    expect(mapped({ eventTime: null })).toMatchObject({ time: NOW_MS, unmapped: { eventTime: 'null' } });
  });

  it('the id is the event id, else a digest that the order of keys does not change', () => {
    const record = call();
    expect(mapped().metadata.uid).toBe(record['eventID']);
    delete record['eventID'];
    const reversed = Object.fromEntries(Object.entries(record).reverse());
    const [a, b] = [record, reversed].map((one) => awsCloudtrail.toOcsf(one, { nowMs: NOW_MS }).metadata.uid);
    expect(a).toMatch(/^[0-9a-f]{64}$/);
    expect(b).toBe(a);
    expect(awsCloudtrail.toOcsf({ ...record, eventName: 'x' }, { nowMs: NOW_MS }).metadata.uid).not.toBe(a);
  });
});

describe('objects and records of others', () => {
  const trail = `AWSLogs/${ACCOUNT}/CloudTrail/ap-northeast-1/2025/03/04/${ACCOUNT}_CloudTrail_ap-northeast-1_20250304T0905Z_abcDEF0123456789.json.gz`;
  it.each<[string, unknown]>([
    [trail, 'own'],
    [`prefix/of/mine/${trail}`, 'own'],
    [trail.replace('AWSLogs/', 'AWSLogs/o-exampleorgid/'), 'own'],
    [trail.split('/').at(-1) ?? '', 'own'],
    [trail.replace(/CloudTrail/g, 'CloudTrail-Insight'), 'own'],
    [trail.replace(/CloudTrail/g, 'CloudTrail-Digest'), { skip: 'cloudtrail_digest' }],
    [`${ACCOUNT}_CloudTrail-Digest_ap-northeast-1_main_ap-northeast-1_20250304T090000Z.json.gz`, { skip: 'cloudtrail_digest' }],
    [`AWSLogs/${ACCOUNT}/CloudTrail/`, undefined],
    [`AWSLogs/${ACCOUNT}/GuardDuty/ap-northeast-1/2025/03/04/x.jsonl.gz`, undefined],
    ['my-CloudTrail-notes.txt', undefined],
    ['Config/readme.md', undefined],
  ])('%s', (key, verdict) => expect(awsCloudtrail.judgeKey(key)).toEqual(verdict));

  it.each<[string, JsonObject, boolean]>([
    ['a full record', call(), true],
    ['name, source and region alone', { eventName: 'x', eventSource: 'a.example.com', awsRegion: 'r' }, true],
    ['an Insights record without a name', { eventType: 'AwsCloudTrailInsight', eventID: 'e' }, true],
    [
      'an S3 notification',
      { eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', awsRegion: 'r', userIdentity: {} },
      false,
    ],
    ['a name alone', { eventName: 'x' }, false],
    ['an EventBridge envelope', { source: 'aws.ec2', 'detail-type': 'AWS API Call via CloudTrail', detail: call() }, false],
    ['a GuardDuty finding', { type: 'Recon:EC2/PortProbe', service: { serviceName: 'guardduty' } }, false],
    ['nothing', {}, false],
  ])('recognizes %s as far as it is one', (_, record, is) => expect(awsCloudtrail.recognizes(record)).toBe(is));

  it('drops digests by their content, with a reason', () => {
    const judge = awsCloudtrail.judgeRecord;
    expect(
      judge?.({
        awsAccountId: ACCOUNT,
        digestStartTime: '2025-03-04T08:00:00Z',
        digestEndTime: '2025-03-04T09:00:00Z',
        logFiles: [],
      }),
    ).toEqual({ skip: 'cloudtrail_digest' });
    expect(judge?.(call())).toBeUndefined();
  });
});
