import { describe, expect, it } from 'vitest';
import { PIPELINE } from '../functions/pipeline.ts';
import { type LocalState, openState } from '../local/ports.ts';
import { LOCAL_STAGES, subscribers } from '../local/stages.ts';
import { synthesize } from './infra/deployments.ts';
import { objects } from './infra/template.ts';
import { inFolder } from './local/command.ts';

const declared = PIPELINE.map(({ id }) => id);

describe('one pipeline', () => {
  it('is deployed with exactly the stages that the local run walks', async () => {
    const { templates } = await synthesize();
    const deployed = [...templates.values()].flatMap((template) =>
      template.ofType('AWS::Lambda::Function').flatMap(({ properties }) =>
        objects(properties['Tags'])
          .filter(({ Key }) => Key === 'yagura:stage')
          .map(({ Value }) => String(Value)),
      ),
    );
    expect(deployed.sort()).toEqual([...declared].sort());
    expect(Object.keys(LOCAL_STAGES).sort()).toEqual([...declared].sort());
  });

  it('hands bus events to the same stages on a laptop as the pipeline declares', async () =>
    await inFolder(async (dir) => {
      const state: LocalState = await openState(dir);
      const local = subscribers(state).map(({ stage, ...names }) => [stage, Object.keys(names).sort()]);
      await state.close();
      const woken = PIPELINE.filter(({ trigger }) => trigger.kind === 'bus').map(({ id, consumes }) => [
        id,
        [...consumes].sort(),
      ]);
      expect(local).toEqual(woken);
    }));

  it('gives every consumed event a publisher, and every published one a consumer or a reader outside', () => {
    const published = new Set(PIPELINE.flatMap(({ publishes }) => publishes));
    const consumed = new Set(PIPELINE.flatMap(({ consumes }) => consumes));
    expect([...consumed].filter((name) => !published.has(name))).toEqual([]);
    expect([...published].filter((name) => !consumed.has(name))).toEqual([]);
  });
});
