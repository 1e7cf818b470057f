/** What every Cloud adapter promises, as tests that any adapter can be put through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { YaguraError } from '../../functions/core/error.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { Cloud, ResponderTier } from '../../functions/ports/cloud.ts';

/** An account that has the IAM user `userName` with one active access key, and nothing else on that user. */
export interface CloudUnderTest {
  cloud: Cloud;
  accountId: string;
  userName: string;
  accessKeyId: string;
  close?: () => Promise<void> | void;
}

const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Runs the suite against one adapter. `make` is called once. */
export function cloudContract(name: string, make: () => Promise<CloudUnderTest>): void {
  describe(`cloud: ${name}`, () => {
    let made: CloudUnderTest | undefined;
    const at = (): CloudUnderTest => {
      if (made === undefined) throw new Error('not made');
      return made;
    };
    const iam = async (operation: string, parameters: JsonObject, tier: ResponderTier = 'contain') =>
      await at().cloud.call({ accountId: at().accountId, region: 'us-east-1', tier }, 'iam', operation, parameters);
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.close?.();
    });
    readTests(at, iam);
    changeTests(at, iam);
    refusalTests(at, iam);
  });
}

type Iam = (operation: string, parameters: JsonObject, tier?: ResponderTier) => Promise<JsonObject | undefined>;

function readTests(at: () => CloudUnderTest, iam: Iam): void {
  it('lists access keys with status and ISO 8601 date', async () => {
    const answer = await iam('ListAccessKeys', { UserName: at().userName }, 'read');
    expect(answer?.['AccessKeyMetadata']).toEqual([
      { UserName: at().userName, AccessKeyId: at().accessKeyId, Status: 'Active', CreateDate: expect.stringMatching(ISO) },
    ]);
  });

  it('says whose key it is', async () => {
    const answer = await iam('GetAccessKeyLastUsed', { AccessKeyId: at().accessKeyId }, 'read');
    expect(answer).toMatchObject({ UserName: at().userName, AccessKeyLastUsed: {} });
  });

  it('gives a user with its ARN', async () => {
    const answer = await iam('GetUser', { UserName: at().userName }, 'read');
    expect(answer?.['User']).toMatchObject({
      UserName: at().userName,
      Arn: expect.stringMatching(new RegExp(`^arn:aws:iam::${at().accountId}:user/`)),
    });
  });

  it.each(['GetUser', 'ListAccessKeys', 'ListUserPolicies'])('%s of a user that is not there is undefined', async (operation) => {
    expect(await iam(operation, { UserName: 'nobody-by-this-name' }, 'read')).toBeUndefined();
  });

  it('an inline policy that is not there is undefined', async () => {
    expect(await iam('GetUserPolicy', { UserName: at().userName, PolicyName: 'absent' }, 'read')).toBeUndefined();
    expect(await iam('DeleteUserPolicy', { UserName: at().userName, PolicyName: 'absent' })).toBeUndefined();
  });
}

function changeTests(at: () => CloudUnderTest, iam: Iam): void {
  it('turns a key inactive and active again, and a repetition changes nothing', async () => {
    const of = { UserName: at().userName, AccessKeyId: at().accessKeyId };
    const status = async () => {
      const answer = await iam('ListAccessKeys', { UserName: at().userName }, 'read');
      return JSON.stringify(answer?.['AccessKeyMetadata']);
    };
    for (const Status of ['Inactive', 'Inactive', 'Active']) {
      expect(await iam('UpdateAccessKey', { ...of, Status })).toBeDefined();
      expect(await status()).toContain(`"Status":"${Status}"`);
    }
  });

  it('does not know a key of nobody', async () => {
    const of = { UserName: at().userName, AccessKeyId: 'AKIAABSENTABSENTABSE' };
    expect(await iam('UpdateAccessKey', { ...of, Status: 'Inactive' })).toBeUndefined();
  });

  it('puts, gives back and deletes an inline policy', async () => {
    const named = { UserName: at().userName, PolicyName: 'YaguraQuarantine-contract' };
    expect(await iam('PutUserPolicy', { ...named, PolicyDocument: POLICY })).toBeDefined();
    const text = (await iam('GetUserPolicy', named, 'read'))?.['PolicyDocument'];
    expect(JSON.parse(decodeURIComponent(String(text)))).toEqual(JSON.parse(POLICY));
    expect(await iam('ListUserPolicies', { UserName: at().userName }, 'read')).toMatchObject({ PolicyNames: [named.PolicyName] });
    expect(await iam('DeleteUserPolicy', named)).toBeDefined();
    expect(await iam('GetUserPolicy', named, 'read')).toBeUndefined();
  });
}

function refusalTests(at: () => CloudUnderTest, iam: Iam): void {
  const codeOf = async (call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return error instanceof YaguraError ? error.code : `no YaguraError: ${String(error)}`;
  };

  it.each([
    ['iam', 'CreateUser'],
    ['iam', '__proto__'],
    ['nosuch', 'GetUser'],
  ])('%s:%s, which no response uses, is Refused', async (service, operation) => {
    const { cloud, accountId } = at();
    const call = cloud.call({ accountId, region: 'us-east-1', tier: 'destroy' }, service, operation, {});
    expect(await codeOf(call)).toBe('Refused');
  });

  it('the role that reads may change nothing', async () => {
    const of = { UserName: at().userName, AccessKeyId: at().accessKeyId, Status: 'Inactive' };
    expect(await codeOf(iam('UpdateAccessKey', of, 'read'))).toBe('Refused');
  });

  it.each([{}, { UserName: '' }, { UserName: 'x', Extra: 1 }])('bad parameters are BadInput: %j', async (parameters) => {
    expect(await codeOf(iam('ListAccessKeys', parameters, 'read'))).toBe('BadInput');
  });
}
