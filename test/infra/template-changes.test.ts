import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { templateChanges } from '../../infra/template-changes.ts';
import { synthesize } from './deployments.ts';

const templateOf = async (input: Parameters<typeof synthesize>[0], word: string): Promise<JsonObject> => {
  const parsed: unknown = JSON.parse((await synthesize(input)).named(word).text);
  if (!isJsonObject(parsed)) throw new Error('no template');
  return parsed;
};

describe('the changes between two versions of a template', () => {
  it('are none where nothing differs, whatever CDK notes beside', () => {
    const template = (path: string): JsonObject => ({
      Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 }, Metadata: { 'aws:cdk:path': path } } },
    });
    expect(templateChanges('s', template('a'), template('b'))).toEqual({
      stack: 's',
      added: [],
      removed: [],
      changed: [],
      losses: [],
    });
  });

  it('are what comes, what goes, and which properties change', () => {
    const before = { Resources: { A: { Type: 'T::A' }, B: { Type: 'T::B', Properties: { x: 1, y: 2 } } } };
    const after = {
      Resources: { B: { Type: 'T::B', DeletionPolicy: 'Retain', Properties: { x: 3, y: 2 } }, C: { Type: 'T::C' } },
    };
    expect(templateChanges('s', before, after)).toMatchObject({
      added: [{ id: 'C', type: 'T::C' }],
      removed: [{ id: 'A', type: 'T::A' }],
      changed: [{ id: 'B', properties: ['DeletionPolicy', 'x'] }],
    });
  });

  it('call out a bucket that would be replaced, and a whole stack that goes', async () => {
    const locked = await templateOf({}, 'Data');
    const open = await templateOf({ objectLock: { mode: 'off' } }, 'Data');
    const { losses, changed } = templateChanges('Data', locked, open);
    expect(losses.filter((what) => /would be replaced: ObjectLockEnabled/.test(what))).toHaveLength(2);
    expect(changed.find(({ id }) => id.startsWith('RawBucket'))?.properties).toContain('ObjectLockEnabled');
    expect(templateChanges('Data', locked, {}).losses.some((what) => /StateTable\w+ is gone/.test(what))).toBe(true);
  }, 60_000);

  it('of a mail address is one subscription', async () => {
    const [before, after] = [await templateOf({}, 'Soc'), await templateOf({ notify: { email: 'soc@example.com' } }, 'Soc')];
    expect(templateChanges('Soc', before, after)).toMatchObject({
      ...{ removed: [], losses: [] },
      added: [{ type: 'AWS::SNS::Subscription' }],
    });
  }, 60_000);
});
