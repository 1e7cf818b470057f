// A response that is killed at any port call, and run again.
import { describe, expect, it } from 'vitest';
import { respond } from '../../functions/respond/stage.ts';
import { approveAs, EXECUTE, keyDisable, plan, planTask, undoAll, userDeny } from './run.ts';
import { createWorld, ESTATE, type World } from './world.ts';

const MUTATIONS = new Set(['UpdateAccessKey', 'PutUserPolicy', 'DeleteUserPolicy']);
const mutations = (world: World) => world.calls.filter((call) => MUTATIONS.has(call.operation));

describe('a crash', () => {
  class Crash extends Error {}

  /** Crashes after a call only: before the next one, the world is the same. */
  async function walk(at?: number) {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable(), userDeny()]));
    await approveAs(world, planned);
    let count = 0;
    const crash = (): void => {
      count++;
      if (count === at) throw new Crash(`at ${at}`);
    };
    world.probe.after = crash;
    const retried = async (task: Parameters<typeof respond>[0]): Promise<void> => {
      try {
        await respond(task, world.ports);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        await respond(task, world.ports);
      }
    };
    const { runId, planHash } = planned;
    for (const { index } of planned.steps) for (const op of EXECUTE) await retried({ op, runId, planHash, index });
    await retried({ op: 'record', runId, incidentId: 'INC-1', outcome: 'done' });
    const total = count;
    world.probe.after = () => undefined;
    const acted = { estate: await world.aws.snapshot(), mutations: mutations(world).length, lake: world.lake.keys() };
    await undoAll(world);
    return { total, acted, undone: await world.aws.snapshot() };
  }

  it('at any port call ends in the same state after a second run, acts once, and can still be undone', async () => {
    const straight = await walk();
    expect(straight.acted.mutations).toBe(2);
    expect(straight.total).toBeGreaterThan(30);
    for (let call = 1; call <= straight.total; call++) {
      const crashed = await walk(call);
      expect(crashed.acted, `call ${call}`).toEqual(straight.acted);
      expect(crashed.undone, `call ${call}`).toEqual(ESTATE);
    }
  });
});
