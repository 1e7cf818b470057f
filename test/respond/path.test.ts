// The one mutating path, walked whole, refused at each gate, and crashed after and before every port call.
import { describe, expect, it } from 'vitest';
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import { respond } from '../../functions/respond/stage.ts';
import { approveAs, EXECUTE, each, keyDisable, plan, planTask, runAll, undoAll, undoTask, userDeny } from './run.ts';
import { ACCOUNT, createWorld, ESTATE, KEY, SECOND_KEY, USER, type World } from './world.ts';

const MUTATIONS = new Set(['UpdateAccessKey', 'PutUserPolicy', 'DeleteUserPolicy']);
const mutations = (world: World) => world.calls.filter((call) => MUTATIONS.has(call.operation));
const keyStatus = async (world: World, key = KEY) =>
  (await world.aws.snapshot()).accounts[ACCOUNT]?.users[USER]?.accessKeys[key]?.status;
const setKey = (world: World, Status: string) =>
  world.aws.call({ accountId: ACCOUNT, region: 'us-east-1', tier: 'contain' }, 'iam', 'UpdateAccessKey', {
    UserName: USER,
    AccessKeyId: KEY,
    Status,
  });

describe('a response', () => {
  it('disables the key, keeps evidence and manifest, and tells the bus', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    expect(await keyStatus(world)).toBe('Inactive');
    expect(mutations(world)).toHaveLength(1);
    expect(mutations(world)[0]?.target.tier).toBe('contain');
    expect(world.evidence.keys().filter((key) => key.endsWith('.manifest.json'))).toHaveLength(1);
    expect(world.published.filter(({ name }) => name !== 'ApprovalAsked')).toEqual([
      { name: 'ResponseEnded', detail: { runId: 'run-1', incidentId: 'INC-1', outcome: 'done' } },
    ]);
  });

  it('writes a manifest whose digest is that of the captured bytes', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    const manifestKey = world.evidence.keys().find((key) => key.endsWith('.manifest.json')) ?? '';
    const manifest = JSON.parse(world.evidence.text(manifestKey));
    const { sha256 } = await import('../../functions/core/digest.ts');
    expect(sha256(world.evidence.text(manifest.object.key))).toBe(manifest.object.sha256);
    expect(JSON.parse(world.evidence.text(manifest.object.key))).toMatchObject({ accessKeyId: KEY, status: 'Active' });
  });

  it('has evidence, manifest and undo record in place before the first call that changes something', async () => {
    const world = await createWorld();
    const order: string[] = [];
    world.probe.after = (name) => void order.push(name);
    world.probe.before = (name) => {
      if (name === 'cloud.call') order.push('cloud');
    };
    const planned = await plan(world, planTask([keyDisable()]));
    await approveAs(world, planned);
    order.length = 0;
    await each(world, planned, ['capture']);
    expect(mutations(world)).toHaveLength(0);
    expect(order.filter((name) => name === 'evidence.put')).toHaveLength(3);
    expect(order.lastIndexOf('table.write')).toBeGreaterThan(order.lastIndexOf('evidence.put'));
  });

  it('leaves the account after undo exactly as it was before', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable(), userDeny()]);
    expect(await world.aws.snapshot()).not.toEqual(ESTATE);
    await undoAll(world);
    expect(await world.aws.snapshot()).toEqual(ESTATE);
    expect(world.published.at(-1)?.detail).toMatchObject({ runId: 'undo-1', outcome: 'undone' });
  });

  it('undoes in reverse order', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable(), userDeny()]);
    await undoAll(world);
    expect(mutations(world).map((call) => call.operation)).toEqual([
      'UpdateAccessKey',
      'PutUserPolicy',
      'DeleteUserPolicy',
      'UpdateAccessKey',
    ]);
  });

  it('plans no change where the key is inactive already, and so has nothing to undo', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable({ accessKeyId: SECOND_KEY })]));
    expect(planned.steps).toEqual([]);
    await expect(respond(undoTask(), world.ports)).rejects.toMatchObject({ code: 'Refused' });
  });

  it('can be undone once only', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    await undoAll(world);
    await expect(respond(undoTask({ runId: 'undo-2' }), world.ports)).rejects.toMatchObject({ code: 'Refused' });
  });

  it('does not undo a run for another incident', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    await expect(respond(undoTask({ incidentId: 'INC-2' }), world.ports)).rejects.toMatchObject({ code: 'Refused' });
  });

  it('does not overwrite, on undo, what somebody set meanwhile to the state of before', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    await setKey(world, 'Active');
    const before = mutations(world).length;
    await undoAll(world);
    expect(mutations(world)).toHaveLength(before);
    expect(await keyStatus(world)).toBe('Active');
  });
});

describe('the gates before acting', () => {
  it('nobody approved: nothing happens', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable()]));
    await expect(each(world, planned, EXECUTE)).rejects.toMatchObject({ code: 'ApprovalInvalid' });
    expect(await keyStatus(world)).toBe('Active');
  });

  it('an approval that says approved, with too few votes or for another run: nothing happens', async () => {
    for (const forged of [{ votes: [] }, { runId: 'run-9' }, { planHash: 'f'.repeat(64) }]) {
      const world = await createWorld();
      const planned = await plan(world, planTask([keyDisable()]));
      await approveAs(world, planned);
      const [item] = await world.table.queryIndex('APPROVALS#approved');
      if (item === undefined) throw new Error('no approval');
      await world.table.write([{ put: { pk: item.pk, sk: item.sk, data: { ...item.data, ...forged } } }]);
      await expect(each(world, planned, EXECUTE)).rejects.toMatchObject({ code: 'ApprovalInvalid' });
      expect(mutations(world)).toEqual([]);
    }
  });

  it('another plan hash than the approved one: PlanChanged', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable()]));
    await approveAs(world, planned);
    await expect(each(world, { ...planned, planHash: 'f'.repeat(64) }, EXECUTE)).rejects.toMatchObject({ code: 'PlanChanged' });
  });

  it('a plan that was altered in the table: PlanChanged', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable()]));
    await approveAs(world, planned);
    const item = await world.table.get('RUN#run-1', 'PLAN');
    const text = JSON.stringify(item?.data).replaceAll(KEY, SECOND_KEY);
    await world.table.write([{ put: { pk: 'RUN#run-1', sk: 'PLAN', data: JSON.parse(text) } }]);
    await expect(each(world, planned, EXECUTE)).rejects.toMatchObject({ code: 'PlanChanged' });
  });

  it.each(['capture', 'act'])('the target changed before %s: PlanChanged, and nothing is done', async (op) => {
    const world = await createWorld();
    const planned = await plan(world, planTask([userDeny()]));
    await approveAs(world, planned);
    if (op === 'act') await each(world, planned, ['capture']);
    const target = { accountId: ACCOUNT, region: 'us-east-1', tier: 'contain' as const };
    const document = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    await world.aws.call(target, 'iam', 'PutUserPolicy', {
      UserName: USER,
      PolicyName: 'YaguraQuarantine-INC-1',
      PolicyDocument: document,
    });
    await expect(each(world, planned, [op])).rejects.toMatchObject({ code: 'PlanChanged' });
    expect(mutations(world)).toHaveLength(0);
  });

  it('the kill switch stops planning, capturing and acting, but not undoing', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    const engage = { put: { pk: 'RESPONSE', sk: 'KILL-SWITCH', data: { engaged: true, reason: 'a test' } } };
    const planned = await plan(world, planTask([userDeny()], { runId: 'run-2' }));
    await approveAs(world, planned);
    await world.table.write([engage]);
    await expect(respond(planTask([userDeny()], { runId: 'run-3' }), world.ports)).rejects.toThrow('kill switch');
    await expect(each(world, planned, ['capture'])).rejects.toThrow('kill switch');
    await undoAll(world);
    expect(await world.aws.snapshot()).toEqual(ESTATE);
  });

  it.each([`arn:aws:iam::${ACCOUNT}:user/${USER}*`, ACCOUNT, `*/access-key/*`])(
    'the never-touch list stops %s',
    async (pattern) => {
      const world = await createWorld();
      await world.table.write([{ put: { pk: 'RESPONSE', sk: 'NEVER#1', data: { pattern, reason: 'break glass' } } }]);
      await expect(respond(planTask([keyDisable()]), world.ports)).rejects.toThrow('never-touch');
    },
  );

  it('the budget of an hour is used up by actions, not by plans, and is new in the next hour', async () => {
    const world = await createWorld();
    await world.table.write([{ put: { pk: 'RESPONSE', sk: 'LIMITS', data: { actionsPerHour: 1 } } }]);
    await runAll(world, [keyDisable()]);
    const planned = await plan(world, planTask([userDeny()], { runId: 'run-2' }));
    await approveAs(world, planned);
    await expect(each(world, planned, ['capture'])).rejects.toThrow('budget');
    world.clock.at += 3_600_000;
    await each(world, planned, EXECUTE);
  });

  it('the blast radius limit stops an action that reaches further', async () => {
    const world = await createWorld();
    await world.table.write([{ put: { pk: 'RESPONSE', sk: 'LIMITS', data: { maxBlastRadius: 1 } } }]);
    await expect(respond(planTask([userDeny()]), world.ports)).rejects.toThrow('blast radius');
  });

  it.each([
    ['an account that is none', keyDisable({ accountId: '111122223333:root' })],
    ['an ARN in the user', keyDisable({ userName: '*:role/admin' })],
    ['JSONata in the user', keyDisable({ userName: "{% $eval('1') %}" })],
    ['a temporary key', keyDisable({ accessKeyId: 'ASIAIOSFODNN7EXAMPLE' })],
    ['an unknown parameter', keyDisable({ partition: 'aws' })],
    ['a prototype', { id: '__proto__', parameters: {} }],
    ['an unknown action', { id: 'aws-iam-user-delete', parameters: {} }],
  ])('%s is refused and touches nothing', async (_what, action) => {
    const world = await createWorld();
    await expect(respond(planTask([action]), world.ports)).rejects.toMatchObject({ code: 'BadInput' });
    expect(world.calls).toEqual([]);
  });

  it('a key of another user is refused', async () => {
    const world = await createWorld();
    await expect(respond(planTask([keyDisable({ userName: 'alice' })]), world.ports)).rejects.toMatchObject({ code: 'Refused' });
  });

  it('an account whose role cannot be assumed is refused', async () => {
    const world = await createWorld();
    const action = keyDisable({ accountId: '999900001111' });
    await expect(respond(planTask([action]), world.ports)).rejects.toMatchObject({ code: 'Refused' });
  });

  it('the same action on the same target twice in a plan is refused', async () => {
    const world = await createWorld();
    await expect(respond(planTask([keyDisable(), keyDisable()]), world.ports)).rejects.toMatchObject({ code: 'BadInput' });
  });
});

describe('the record of a run', () => {
  it.each(['done', 'undone'])('is not "%s" where no step proves it', async (outcome) => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable()]));
    await approveAs(world, planned);
    await each(world, planned, ['capture', 'act']);
    const record = respond({ op: 'record', runId: 'run-1', incidentId: 'INC-1', outcome }, world.ports);
    await expect(record).rejects.toMatchObject({ code: 'VerifyFailed' });
    expect(world.published.filter(({ name }) => name !== 'ApprovalAsked')).toEqual([]);
  });
});

describe('a breaker that cannot be read', () => {
  it.each([
    ['KILL-SWITCH', { engaged: 'no' }],
    ['LIMITS', { actionsPerHour: 'many' }],
    ['NEVER#1', { pattern: '' }],
  ])('%s stops everything', async (sk, data) => {
    const world = await createWorld();
    await world.table.write([{ put: { pk: 'RESPONSE', sk, data } }]);
    await expect(respond(planTask([keyDisable()]), world.ports)).rejects.toMatchObject({ code: 'BadConfig' });
  });
});

describe('a rollback', () => {
  it('takes back what was done, and leaves alone what was only captured', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable(), userDeny()]));
    await approveAs(world, planned);
    const [first, second] = planned.steps;
    if (first === undefined || second === undefined) throw new Error('two steps expected');
    await each(world, { ...planned, steps: [first] }, EXECUTE);
    await each(world, { ...planned, steps: [second] }, ['capture']);
    const answers = [];
    for (const { index } of planned.rollbackSteps)
      answers.push(await respond({ op: 'rollback', runId: 'run-1', index }, world.ports));
    expect(answers.map((answer) => answer['status'])).toEqual(['nothing', 'undone']);
    expect(await world.aws.snapshot()).toEqual(ESTATE);
  });
});

describe('the ledger', () => {
  it('has a valid OCSF event for a success, a failure, a rollback and an undo', async () => {
    const { remediationEvent } = await import('../../functions/core/ocsf/remediation.ts');
    const { REMEDIATION } = await import('./remediation-sample.ts');
    for (const phase of ['act', 'undo'] as const) {
      for (const outcome of ['success', 'failure'] as const) {
        const event = remediationEvent({ ...REMEDIATION, phase, outcome, detail: 'x' });
        expect(validateEvent(event)).toEqual([]);
      }
    }
  });

  it('writes over the same object when the end is recorded again later: the entry is the same, and came in later', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    const before = world.lake.keys();
    expect(before).toHaveLength(1);
    world.clock.at += 5000;
    await respond({ op: 'record', runId: 'run-1', incidentId: 'INC-1', outcome: 'done' }, world.ports);
    expect(world.lake.keys()).toEqual(before);
  });
});
