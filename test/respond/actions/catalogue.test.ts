// The catalogue: ids, files, permissions and texts agree; every call that an action makes is one that it declares.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, permissionsOf } from '../../../functions/respond/actions/index.ts';
import { keyDisable, runAll, undoAll, userDeny } from '../run.ts';
import { createWorld } from '../world.ts';

const FOLDER = new URL('../../../functions/respond/actions/', import.meta.url);
/** Files of the folder that are no action. */
const SHARED = new Set(['action.ts', 'index.ts', 'aws-iam.ts']);

describe('the action catalogue', () => {
  it('has one file for each id, named after it', () => {
    const files = readdirSync(FOLDER).filter((file) => !SHARED.has(file));
    expect(files.sort()).toEqual(ACTIONS.map((action) => `${action.id}.ts`).sort());
  });

  it.each(ACTIONS.map((action) => [action.id, action] as const))('%s says what it is in both languages', (_id, action) => {
    for (const text of [action.title, action.does, action.undoes, ...action.staysOpen]) {
      expect(text.en).toMatch(/\w/);
      expect(text.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    }
    expect(action.d3fend.id).toMatch(/^D3-[A-Z]+$/);
    expect(action.mitigation).toMatch(/^M1\d{3}$/);
    expect(action.reversible === 'none' || action.d3fendUndo?.tactic === 'Restore').toBe(true);
    expect(action.parametersSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it.each(ACTIONS.map((action) => [action.id, action] as const))(
    '%s needs no wildcard action and gets no power to read by its change',
    (_id, { permissions }) => {
      for (const tier of ['read', 'contain', 'destroy'] as const) {
        for (const action of permissions[tier]?.actions ?? []) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      }
      const looks = /:(Get|List|Describe)/;
      for (const action of permissions.read?.actions ?? []) expect(action).toMatch(looks);
    },
  );

  it('refuses an id that is not in it, and says which are', () => {
    expect(() => actionOf('constructor')).toThrow('aws-iam-key-disable');
  });

  it('grants every tier what its calls need, and nothing else', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable(), userDeny()]);
    await undoAll(world);
    for (const tier of ['read', 'contain', 'destroy'] as const) {
      const granted = new Set(permissionsOf()[tier].flatMap((grant) => grant.actions));
      const made = new Set(
        world.calls.filter((call) => call.target.tier === tier).map((call) => `${call.service}:${call.operation}`),
      );
      expect(made, tier).toEqual(granted);
    }
  });

  it('sorts its grants, so that the same catalogue gives the same policy', () => {
    expect(permissionsOf([...ACTIONS].reverse())).toEqual(permissionsOf(ACTIONS));
  });
});
