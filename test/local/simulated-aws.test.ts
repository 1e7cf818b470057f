// The simulated accounts: the port's contract, limits of the real API, survival of restarts, and that undo restores any estate.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedEstate } from '../../local/adapters/simulated-aws.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import { cloudContract } from '../contracts/cloud.contract.ts';
import { keyDisable, plan, planTask, runAll, undoAll, userDeny } from '../respond/run.ts';
import { ACCOUNT, createWorld, ESTATE, KEY, NOW_MS, USER, user } from '../respond/world.ts';

cloudContract('simulated AWS', async () => {
  const aws = createSimulatedAws({ table: createSqliteTable(':memory:') });
  const accessKeys = { [KEY]: { status: 'Active' as const, createdAtMs: NOW_MS } };
  await aws.seed({ accounts: { [ACCOUNT]: { users: { [USER]: user(USER, { accessKeys }) } } } });
  return { cloud: aws, accountId: ACCOUNT, userName: USER, accessKeyId: KEY };
});

const contain = { accountId: ACCOUNT, region: 'us-east-1', tier: 'contain' } as const;

describe('the simulated accounts', () => {
  it('keep their state over a restart', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'yagura-'));
    const first = createSqliteTable(join(dir, 'table.db'));
    const aws = createSimulatedAws({ table: first });
    await aws.seed(ESTATE);
    await aws.call(contain, 'iam', 'UpdateAccessKey', { UserName: USER, AccessKeyId: KEY, Status: 'Inactive' });
    const before = await aws.snapshot();
    first.close();
    const second = createSqliteTable(join(dir, 'table.db'));
    expect(await createSimulatedAws({ table: second }).snapshot()).toEqual(before);
    second.close();
    rmSync(dir, { recursive: true });
  });

  it('answer GetCallerIdentity with the account', async () => {
    const world = await createWorld();
    expect(await world.aws.call(contain, 'sts', 'GetCallerIdentity', {})).toMatchObject({ Account: ACCOUNT });
  });

  it('take ten managed policies a user, and no more', async () => {
    const world = await createWorld();
    const attach = (n: number) =>
      world.aws.call(contain, 'iam', 'AttachUserPolicy', { UserName: 'alice', PolicyArn: `arn:aws:iam::aws:policy/P${n}` });
    for (let n = 0; n < 10; n++) await attach(n);
    await expect(attach(10)).rejects.toThrow('LimitExceeded');
    expect(await attach(3)).toEqual({});
  });

  it('take 2,048 characters of inline policies, white space not counted', async () => {
    const world = await createWorld();
    const put = (PolicyName: string, PolicyDocument: string) =>
      world.aws.call(contain, 'iam', 'PutUserPolicy', { UserName: 'alice', PolicyName, PolicyDocument });
    const long = (size: number) => JSON.stringify({ Statement: { Effect: 'Deny', Sid: 'x'.repeat(size) } });
    expect(await put('a', `${long(1900)}${' '.repeat(5000)}`)).toEqual({});
    await expect(put('b', long(200))).rejects.toThrow('LimitExceeded');
    expect(await put('a', long(10))).toEqual({});
  });

  it.each(['', 'not json', '[]', '{"Statement":[]}', '{"Statement":{"Effect":"Maybe"}}'])(
    'refuse the policy document %j',
    async (PolicyDocument) => {
      const world = await createWorld();
      const put = world.aws.call(contain, 'iam', 'PutUserPolicy', { UserName: 'alice', PolicyName: 'p', PolicyDocument });
      await expect(put).rejects.toMatchObject({ code: 'BadInput' });
    },
  );

  it('lose no change where many change one user at once', async () => {
    const world = await createWorld();
    const put = (n: number) =>
      world.aws.call(contain, 'iam', 'PutUserPolicy', {
        UserName: 'alice',
        PolicyName: `p${n}`,
        PolicyDocument: '{"Statement":{"Effect":"Deny"}}',
      });
    await Promise.all(Array.from({ length: 12 }, (_, n) => put(n)));
    const names = await world.aws.call(contain, 'iam', 'ListUserPolicies', { UserName: 'alice' });
    expect(names?.['PolicyNames']).toHaveLength(12);
  });

  it('refuse an estate that is none', async () => {
    const world = await createWorld();
    await expect(world.aws.seed({ accounts: { '12': { users: {} } } })).rejects.toMatchObject({ code: 'BadConfig' });
  });
});

const name = fc.stringMatching(/^[\w+=,.@-]{1,20}$/).filter((text) => text !== '__proto__');
const document = fc.constantFrom(
  '{"Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}',
  '{ "Statement" : {"Effect":"Deny"} }',
);
const status = fc.constantFrom('Active' as const, 'Inactive' as const);
const keyId = fc.stringMatching(/^AKIA[A-Z0-9]{16}$/);
const someUser = fc.record({
  accessKeys: fc.dictionary(keyId, fc.record({ status, createdAtMs: fc.integer({ min: 0, max: NOW_MS }) }), {
    minKeys: 1,
    maxKeys: 2,
    noNullPrototype: true,
  }),
  attachedPolicies: fc
    .uniqueArray(
      name.map((text) => `arn:aws:iam::aws:policy/${text}`),
      { maxLength: 3 },
    )
    .map((arns) => arns.sort()),
  inlinePolicies: fc.dictionary(fc.oneof(name, fc.constant('YaguraQuarantine-INC-1')), document, {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  tags: fc.dictionary(name, fc.string({ maxLength: 20 }), { maxKeys: 2, noNullPrototype: true }),
});
const estates = fc.dictionary(name, someUser, { minKeys: 1, maxKeys: 3, noNullPrototype: true });

describe('rollback equality', () => {
  it('holds for any estate: what was before a response is what is after its undo', async () => {
    await fc.assert(
      fc.asyncProperty(estates, fc.boolean(), fc.boolean(), async (people, disable, deny) => {
        const users = Object.fromEntries(Object.entries(people).map(([userName, more]) => [userName, user(userName, more)]));
        const estate: SimulatedEstate = { accounts: { [ACCOUNT]: { users } } };
        const world = await createWorld(estate);
        const before = await world.aws.snapshot();
        const actions = Object.entries(users).flatMap(([userName, { accessKeys }]) => [
          ...(disable ? Object.keys(accessKeys).map((accessKeyId) => keyDisable({ userName, accessKeyId })) : []),
          ...(deny || !disable ? [userDeny({ userName })] : []),
        ]);
        const planned = await plan(world, planTask(actions));
        if (planned.steps.length === 0) return;
        await runAll(world, actions);
        expect(await world.aws.snapshot()).not.toEqual(before);
        await undoAll(world);
        expect(await world.aws.snapshot()).toEqual(before);
        expect(before).toEqual(estate);
      }),
      { numRuns: 30 },
    );
  });
});
