// Rollback equality: for every action that can be taken back, on any estate: before is as after undo, also where it was cut off between calls.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import type { PlannedCall } from '../../../functions/core/plan.ts';
import { actingContext, readingContext } from '../../../functions/respond/account.ts';
import type { ActContext, Action } from '../../../functions/respond/actions/action.ts';
import { ACTIONS } from '../../../functions/respond/actions/index.ts';
import type { SimulatedEstate } from '../../../local/adapters/simulated-aws.ts';
import { ACCOUNT, createWorld, type World } from '../world.ts';
import { AWS_CASES } from './aws-cases.ts';
import { ENTRA_CASES } from './entra-cases.ts';
import type { EstateCase } from './estate-case.ts';
import { GITHUB_CASES } from './github-cases.ts';
import { OKTA_CASES } from './okta-cases.ts';
import { SUITE_CASES } from './suite-cases.ts';

/** The same examples each time: a run that fails can be repeated. */
const RUNS = { numRuns: 10, seed: 7 };
const incidentId = 'INC-1';
/** Sessions and tokens are no configuration, but an action may be about nothing else. */
const LIVE = { live: true };

/** What they remove is known by its list alone: what is not on it is gone already. */
const GONE_ALREADY = new Set(['github-runner-remove', 'github-token-revoke', 'github-sso-credential-remove']);

const CASES: Readonly<Record<string, EstateCase>> = {
  ...Object.fromEntries(
    Object.entries(AWS_CASES).map(([id, { account, parameters }]) => [
      id,
      {
        estate: account.map((own) => ({ accounts: { [ACCOUNT]: own } })),
        empty: { accounts: { [ACCOUNT]: { users: {} } } },
        parameters,
      },
    ]),
  ),
  ...ENTRA_CASES,
  ...GITHUB_CASES,
  ...OKTA_CASES,
  ...SUITE_CASES,
};

async function setUp(action: Action, estate: SimulatedEstate, raw: JsonObject) {
  const world = await createWorld(estate);
  const { parameters, target } = action.parse(raw);
  const reading = readingContext(world.ports, target, incidentId);
  /** Stops with an error before the call of this number, or after it where `isAfter`. */
  const acting = (calls: readonly PlannedCall[], cut?: { at: number; isAfter: boolean }): ActContext => {
    const context = actingContext(world.ports, target, { incidentId, calls });
    let count = 0;
    return {
      ...context,
      perform: async (call, late) => {
        if (cut !== undefined && !cut.isAfter && count === cut.at) throw new Error('cut off');
        const answer = await context.perform(call, late);
        if (cut?.isAfter === true && count === cut.at) throw new Error('cut off');
        count++;
        return answer;
      },
    };
  };
  const undo = async (captured: JsonObject): Promise<void> => {
    const { calls } = await action.planUndo(reading, captured, parameters);
    await action.undo(acting(calls), calls, captured);
  };
  return { world, parameters, reading, acting, undo, before: await world.aws.snapshot(), live: await world.aws.snapshot(LIVE) };
}

/** What may be planned at all there. */
async function planned(action: Action, stage: Awaited<ReturnType<typeof setUp>>): Promise<PlannedCall[]> {
  if ((await action.preconditions(stage.reading, stage.parameters)).length > 0) return [];
  return (await action.plan(stage.reading, stage.parameters)).calls;
}

const used = new Map<string, Set<string>>();
function remember(action: Action, world: World): void {
  const own = used.get(action.id) ?? new Set();
  for (const call of world.calls) own.add(`${call.service}:${call.operation}`);
  for (const { request } of world.asked) own.add(request.operation);
  used.set(action.id, own);
}

describe.each(ACTIONS.map((action) => [action.id, action] as const))('%s', (id, action) => {
  const of = CASES[id];
  if (of === undefined) throw new Error(`no case for ${id}`);
  const more = of.more ?? fc.constant({});
  const holds = fc.asyncProperty(of.estate, more, async (estate, own) => {
    const stage = await setUp(action, estate, { ...of.parameters, ...own });
    const calls = await planned(action, stage);
    if (calls.length === 0) return;
    const captured = await action.capture(stage.reading, stage.parameters);
    await action.act(stage.acting(calls), calls, stage.parameters);
    expect(await action.verify(stage.reading, stage.parameters)).toBeUndefined();
    expect(await stage.world.aws.snapshot(LIVE)).not.toEqual(stage.live);
    expect((await action.plan(stage.reading, stage.parameters)).calls, 'acting twice').toEqual([]);
    if (action.reversible !== 'none') {
      await stage.undo(captured);
      expect(await action.verifyUndo(stage.reading, captured, stage.parameters)).toBeUndefined();
      expect(await stage.world.aws.snapshot()).toEqual(stage.before);
      expect((await action.planUndo(stage.reading, captured, stage.parameters)).calls, 'undoing twice').toEqual([]);
    }
    remember(action, stage.world);
  });

  it('acts, verifies, and is taken back to exactly what was', async () => {
    await fc.assert(holds, RUNS);
  });

  it('makes only the calls that it declares, and all of them', () => {
    const made = used.get(id) ?? new Set();
    // Tagging what one makes is no call of its own.
    expect([...made].sort()).toEqual([...action.uses].filter((use) => use !== 'ec2:CreateTags').sort());
  });

  it.skipIf(action.reversible === 'none')('is taken back from wherever it was cut off', async () => {
    const cutOff = fc.asyncProperty(of.estate, more, fc.boolean(), fc.nat({ max: 12 }), async (estate, own, isAfter, n) => {
      const stage = await setUp(action, estate, { ...of.parameters, ...own });
      const calls = await planned(action, stage);
      if (calls.length === 0) return;
      const captured = await action.capture(stage.reading, stage.parameters);
      const cut = { at: n % calls.length, isAfter };
      await expect(action.act(stage.acting(calls, cut), calls, stage.parameters)).rejects.toThrow('cut off');
      await stage.undo(captured);
      expect(await action.verifyUndo(stage.reading, captured, stage.parameters)).toBeUndefined();
      expect(await stage.world.aws.snapshot()).toEqual(stage.before);
    });
    await fc.assert(cutOff, RUNS);
  });

  it('refuses a target that is not there', async () => {
    const stage = await setUp(action, of.empty, of.parameters);
    const refusals = await action.preconditions(stage.reading, stage.parameters).catch((error: unknown) => [String(error)]);
    const isSetting = ['aws-vpc-block-public', 'aws-ec2-snapshot-block-public', 'aws-s3-block-public-account'].includes(id);
    if (refusals.length === 0 && GONE_ALREADY.has(id))
      expect((await action.plan(stage.reading, stage.parameters)).calls, 'nothing to do').toEqual([]);
    else if (!isSetting) expect(refusals.join()).toMatch(/there is no|has no access key|is in no organization/);
  });
});
