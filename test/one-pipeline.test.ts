import { beforeAll, describe, expect, it } from 'vitest';
import { PIPELINE } from '../functions/pipeline.ts';
import { LOCAL_STAGES } from '../local/stages.ts';
import { synthesize } from './infra/deployments.ts';
import { objects, type Resource } from './infra/template.ts';

let functions: Resource[];
let mappings: Resource[];
beforeAll(async () => {
  const soc = (await synthesize()).named('Soc');
  functions = soc.ofType('AWS::Lambda::Function');
  mappings = soc.ofType('AWS::Lambda::EventSourceMapping');
}, 120_000);

const stageOf = ({ properties }: Resource): unknown =>
  objects(properties['Tags']).find(({ Key }) => Key === 'yagura:stage')?.['Value'];

describe('one pipeline', () => {
  it('is deployed, run on a laptop and written down with the same stages', () => {
    const declared = PIPELINE.map(({ id }) => id).sort();
    expect(functions.map(stageOf).sort()).toEqual(declared);
    expect(Object.keys(LOCAL_STAGES).sort()).toEqual(declared);
  });

  it('is woken in AWS as it says: fed stages by queues of their own, tasks and people by nothing of their own', () => {
    const fed = PIPELINE.filter(({ trigger }) => ['arrival', 'schedule', 'bus'].includes(trigger.kind)).map(({ id }) => id);
    const ids = mappings.map(({ properties }) => JSON.stringify(properties['FunctionName']));
    const mapped = functions.filter((fn) => ids.some((id) => id.includes(fn.id))).map(stageOf);
    expect(mapped.sort()).toEqual([...fed].sort());
  });

  it('has a consumer for each event that it publishes, and a publisher for each that it consumes', () => {
    const published = new Set<string>(PIPELINE.flatMap(({ publishes }) => [...publishes]));
    const consumed = new Set<string>(PIPELINE.flatMap(({ consumes }) => [...consumes]));
    expect([...published].sort()).toEqual([...consumed].sort());
  });
});
