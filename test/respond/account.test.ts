// An action gets no more of an account than reading, and the calls of the approved plan.
import { describe, expect, it } from 'vitest';
import type { PlannedCall } from '../../functions/core/plan.ts';
import { actingContext } from '../../functions/respond/account.ts';
import { ACCOUNT, createWorld, KEY, USER } from './world.ts';

const target = { provider: 'aws', accountId: ACCOUNT, region: 'us-east-1', uid: 'arn:aws:iam::111122223333:user/x', name: 'x' };
const disable: PlannedCall = {
  tier: 'contain',
  service: 'iam',
  operation: 'UpdateAccessKey',
  parameters: { UserName: USER, AccessKeyId: KEY, Status: 'Inactive' },
};
const late: PlannedCall = { ...disable, parameters: { UserName: USER, AccessKeyId: KEY }, late: ['Status'] };

async function acting(calls: PlannedCall[]) {
  const world = await createWorld();
  return { world, context: actingContext(world.ports, target, { incidentId: 'INC-1', calls }) };
}

describe('an acting action', () => {
  it('makes an approved call, whatever the order of its parameters', async () => {
    const { world, context } = await acting([disable]);
    await context.perform({ ...disable, parameters: { Status: 'Inactive', AccessKeyId: KEY, UserName: USER } });
    expect(world.calls).toHaveLength(1);
  });

  it.each<[string, PlannedCall]>([
    ['another parameter', { ...disable, parameters: { ...disable.parameters, Status: 'Active' } }],
    ['one parameter more', { ...disable, parameters: { ...disable.parameters, Extra: 1 } }],
    ['another operation', { ...disable, operation: 'DeleteAccessKey' }],
    ['another role', { ...disable, tier: 'destroy' }],
    ['a parameter made late', late],
  ])('is refused a call with %s', async (_what, call) => {
    const { world, context } = await acting([disable]);
    await expect(context.perform(call)).rejects.toMatchObject({ code: 'Refused' });
    expect(world.calls).toEqual([]);
  });

  it('fills in late what the plan left open, and nothing else', async () => {
    const { world, context } = await acting([late]);
    await context.perform(late, { Status: 'Inactive' });
    expect(world.calls[0]?.parameters).toEqual(disable.parameters);
    await expect(context.perform(late, { Status: 'Active', UserName: 'alice' })).rejects.toMatchObject({ code: 'Refused' });
  });

  it('reads through the role that reads', async () => {
    const { world, context } = await acting([disable]);
    await context.read('iam', 'ListAccessKeys', { UserName: USER });
    expect(world.calls[0]?.target).toEqual({ accountId: ACCOUNT, region: 'us-east-1', tier: 'read' });
  });
});
