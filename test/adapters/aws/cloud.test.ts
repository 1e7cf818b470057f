import {
  DeleteUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { createAwsCloud } from '../../../functions/adapters/aws/cloud.ts';
import { cloudContract } from '../../contracts/cloud.contract.ts';
import { serviceError } from './service-error.ts';

const ACCOUNT = '111122223333';
const USER = 'alice';
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const OPTIONS = { rolePrefix: 'YaguraResponder-', externalId: 'yagura-444455556666', nowMs: () => 1_000_000 };
const EXPIRATION = new Date(1_000_000 + 900_000);
const TARGET = { accountId: ACCOUNT, region: 'us-east-1', tier: 'contain' } as const;

function fakeSts(): { client: STSClient; mock: ReturnType<typeof mockClient> } {
  const client = new STSClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const Credentials = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's', SessionToken: 't', Expiration: EXPIRATION };
  mock.on(AssumeRoleCommand).resolves({ Credentials });
  return { client, mock };
}

/** IAM of one user with one key: every client that the adapter makes speaks to it. */
function fakeIam(): ReturnType<typeof mockClient> {
  const mock = mockClient(IAMClient);
  const absent = (): Error => serviceError('NoSuchEntityException', 404);
  const ofUser = (name: string | undefined): void => {
    if (name !== USER) throw absent();
  };
  let status = 'Active';
  const policies = new Map<string, string>();
  const CreateDate = new Date('2026-01-02T03:04:05Z');
  mock.on(GetUserCommand).callsFake(({ UserName }) => {
    ofUser(UserName);
    return { User: { UserName: USER, Arn: `arn:aws:iam::${ACCOUNT}:user/${USER}`, CreateDate }, $metadata: { requestId: 'r' } };
  });
  mock.on(ListAccessKeysCommand).callsFake(({ UserName }) => {
    ofUser(UserName);
    return { AccessKeyMetadata: [{ UserName: USER, AccessKeyId: KEY, Status: status, CreateDate }], IsTruncated: false };
  });
  mock.on(GetAccessKeyLastUsedCommand).callsFake(() => ({
    UserName: USER,
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  }));
  mock.on(UpdateAccessKeyCommand).callsFake(({ UserName, AccessKeyId, Status }) => {
    ofUser(UserName);
    if (AccessKeyId !== KEY) throw absent();
    status = Status;
    return {};
  });
  mock.on(ListUserPoliciesCommand).callsFake(({ UserName }) => {
    ofUser(UserName);
    return { PolicyNames: [...policies.keys()] };
  });
  mock.on(PutUserPolicyCommand).callsFake(({ PolicyName, PolicyDocument }) => {
    policies.set(PolicyName, encodeURIComponent(PolicyDocument));
    return {};
  });
  mock.on(GetUserPolicyCommand).callsFake(({ UserName, PolicyName }) => {
    const PolicyDocument = policies.get(PolicyName);
    if (PolicyDocument === undefined) throw absent();
    return { UserName, PolicyName, PolicyDocument };
  });
  mock.on(DeleteUserPolicyCommand).callsFake(({ PolicyName }) => {
    if (!policies.delete(PolicyName)) throw absent();
    return {};
  });
  return mock;
}

cloudContract('AWS', async () => {
  const iam = fakeIam();
  const cloud = createAwsCloud(fakeSts().client, OPTIONS);
  return { cloud, accountId: ACCOUNT, userName: USER, accessKeyId: KEY, close: () => iam.restore() };
});

describe('AWS cloud', () => {
  let iam: ReturnType<typeof mockClient> | undefined;
  afterEach(() => iam?.restore());

  it("assumes the role of the target's account and tier, with the external id, once while the credentials last", async () => {
    iam = fakeIam();
    const sts = fakeSts();
    let nowMs = OPTIONS.nowMs();
    const cloud = createAwsCloud(sts.client, { ...OPTIONS, nowMs: () => nowMs });
    const call = (tier: 'read' | 'contain'): Promise<unknown> =>
      cloud.call({ ...TARGET, tier }, 'iam', 'GetUser', { UserName: USER });
    await call('contain');
    await call('contain');
    await call('read');
    nowMs = EXPIRATION.getTime() - 60_000;
    await call('read');
    const orders = sts.mock.commandCalls(AssumeRoleCommand).map((each) => each.args[0].input);
    expect(orders.map(({ RoleArn }) => RoleArn)).toEqual([
      `arn:aws:iam::${ACCOUNT}:role/YaguraResponder-contain`,
      `arn:aws:iam::${ACCOUNT}:role/YaguraResponder-read`,
      `arn:aws:iam::${ACCOUNT}:role/YaguraResponder-read`,
    ]);
    expect(orders[0]).toMatchObject({
      ExternalId: 'yagura-444455556666',
      DurationSeconds: 900,
      RoleSessionName: 'yagura-contain',
    });
  });

  it('narrows the session to what the call says, and does not lend it to another call', async () => {
    iam = fakeIam();
    const sts = fakeSts();
    const cloud = createAwsCloud(sts.client, OPTIONS);
    for (const sessionPolicy of ['{"a":1}', '{"a":1}', '{"b":2}'])
      await cloud.call({ ...TARGET, sessionPolicy }, 'iam', 'GetUser', { UserName: USER });
    const policies = sts.mock.commandCalls(AssumeRoleCommand).map((each) => each.args[0].input.Policy);
    expect(policies).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('refuses what is not listed, and what the tier may not, before it assumes any role', async () => {
    const sts = fakeSts();
    const cloud = createAwsCloud(sts.client, OPTIONS);
    await expect(cloud.call(TARGET, 'iam', 'DeleteUser', { UserName: USER })).rejects.toMatchObject({ name: 'Refused' });
    await expect(cloud.call({ ...TARGET, tier: 'read' }, 'iam', 'PutUserPolicy', {})).rejects.toMatchObject({ name: 'Refused' });
    expect(sts.mock.calls()).toHaveLength(0);
  });

  it.each(['', '123', '111122223333:role/other'])('refuses the account %j, which would name another role', async (accountId) => {
    const cloud = createAwsCloud(fakeSts().client, OPTIONS);
    await expect(cloud.call({ ...TARGET, accountId }, 'iam', 'GetUser', { UserName: USER })).rejects.toMatchObject({
      name: 'BadInput',
    });
  });

  it('tells a role that may not be assumed as Refused, a throttled IAM as Throttled, never as absence', async () => {
    iam = fakeIam();
    const sts = fakeSts();
    sts.mock.on(AssumeRoleCommand).rejects(serviceError('AccessDenied', 403));
    const call = (client: STSClient): Promise<unknown> =>
      createAwsCloud(client, OPTIONS).call(TARGET, 'iam', 'GetUser', { UserName: USER });
    await expect(call(sts.client)).rejects.toMatchObject({ name: 'Refused' });
    iam.on(GetUserCommand).rejects(serviceError('Throttling', 400));
    await expect(call(fakeSts().client)).rejects.toMatchObject({ name: 'Throttled', retryable: true });
    iam.on(GetUserCommand).rejects(serviceError('ServiceFailure', 500));
    await expect(call(fakeSts().client)).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it('answers in the shape of the API: times as text, nothing of the SDK', async () => {
    iam = fakeIam();
    const answer = await createAwsCloud(fakeSts().client, OPTIONS).call(TARGET, 'iam', 'GetUser', { UserName: USER });
    expect(answer).toEqual({
      User: { UserName: USER, Arn: `arn:aws:iam::${ACCOUNT}:user/${USER}`, CreateDate: '2026-01-02T03:04:05.000Z' },
    });
  });
});
