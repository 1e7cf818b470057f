// Evidence of responses: chained before anything changes, and every way to tamper with it is named.
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../functions/core/digest.ts';
import { custodyKey } from '../../functions/core/evidence-chain.ts';
import { custodyEnd, type KnownEnd, verifyEvidence } from '../../functions/ports/verify-evidence.ts';
import { respond } from '../../functions/respond/stage.ts';
import { approveAs, each, keyDisable, plan, planTask, runAll, userDeny } from './run.ts';
import { createWorld, memoryStore, type World } from './world.ts';

type Texts = Map<string, string>;

/** A copy of the bucket that somebody may have changed, judged against the end that the table knows. */
async function judged(
  world: World,
  tamper: (texts: Texts) => void = () => undefined,
  known: KnownEnd | 'unknown' | 'as the table' = 'as the table',
) {
  const texts: Texts = new Map(world.evidence.keys().map((key) => [key, world.evidence.text(key)]));
  tamper(texts);
  const copy = memoryStore();
  for (const [key, text] of texts) await copy.put(key, Buffer.from(text));
  if (known === 'unknown') return await verifyEvidence(copy, 'INC-1');
  return await verifyEvidence(copy, 'INC-1', known === 'as the table' ? await custodyEnd(world.table, 'INC-1') : known);
}

async function responded() {
  const world = await createWorld();
  await runAll(world, [keyDisable(), userDeny()]);
  const keyOf = (end: string): string =>
    world.evidence.keys().find((key) => key.endsWith(end) && !key.includes('/custody/')) ?? '';
  return { world, manifestKey: keyOf('.manifest.json'), objectKey: keyOf('.manifest.json').replace('.manifest', '') };
}
const entry = (seq: number): string => custodyKey('INC-1', seq);

describe('evidence of a response', () => {
  it('is whole: objects, manifests, who asked and agreed, and the end that the table knows', async () => {
    const { world } = await responded();
    const proof = await judged(world);
    expect(proof.faults).toEqual([]);
    expect(proof.items.map(({ entry: { seq, requester, approvers } }) => [seq, requester, approvers])).toEqual([
      [1, 'yagura', ['bob']],
      [2, 'yagura', ['bob']],
    ]);
    expect(proof.items.map(({ manifest }) => manifest?.actionId)).toEqual(['aws-iam-key-disable', 'aws-iam-user-deny']);
    expect(proof.end).toEqual({ seq: 2, sha256: sha256(world.evidence.text(entry(2))) });
  });

  it('names an object that is missing or changed', async () => {
    const { world, objectKey } = await responded();
    expect((await judged(world, (texts) => texts.delete(objectKey))).faults).toMatchObject([
      { key: objectKey, fault: 'missing' },
    ]);
    expect((await judged(world, (texts) => texts.set(objectKey, '{}'))).faults).toMatchObject([
      { key: objectKey, fault: 'changed' },
    ]);
  });

  it('names an object that was changed together with its manifest', async () => {
    const { world, manifestKey, objectKey } = await responded();
    const { faults } = await judged(world, (texts) => {
      const old = texts.get(objectKey) ?? '';
      texts.set(objectKey, '{}');
      texts.set(manifestKey, (texts.get(manifestKey) ?? '').replace(sha256(old), sha256('{}')));
    });
    expect(faults.map(({ key, fault }) => [key, fault])).toContainEqual([manifestKey, 'changed']);
  });

  it('names an entry that was rewritten to fit a changed manifest', async () => {
    const { world } = await responded();
    const { faults } = await judged(world, (texts) => texts.set(entry(1), (texts.get(entry(1)) ?? '').replace('"bob"', '"eve"')));
    expect(faults).toMatchObject([{ key: entry(1), fault: 'changed' }]);
  });

  it('names a manifest and an entry that are gone, in the middle and at the end', async () => {
    const { world, manifestKey } = await responded();
    expect((await judged(world, (texts) => texts.delete(manifestKey))).faults).toContainEqual(
      expect.objectContaining({ key: manifestKey, fault: 'missing' }),
    );
    for (const seq of [1, 2])
      expect((await judged(world, (texts) => texts.delete(entry(seq)))).faults).toContainEqual(
        expect.objectContaining({ key: entry(seq), fault: 'missing' }),
      );
  });

  it('tells a log that was cut short by what is there without an entry, even where its end is not known', async () => {
    const { world } = await responded();
    const { faults } = await judged(world, (texts) => texts.delete(entry(2)), 'unknown');
    expect(faults.map(({ fault }) => fault)).toEqual(['unlisted', 'unlisted']);
  });

  it('tells a log that was cut short with all that its last entry led to only where its end is known', async () => {
    const { world } = await responded();
    const cut = (texts: Texts): void => {
      for (const key of texts.keys()) if (key === entry(2) || key.includes('user-deny')) texts.delete(key);
    };
    expect((await judged(world, cut, 'unknown')).faults).toEqual([]);
    expect((await judged(world, cut)).faults).toMatchObject([{ key: entry(2), fault: 'missing' }]);
  });

  it('takes an end that was noted before more was collected, and names what was changed up to it', async () => {
    const { world } = await responded();
    const noted: KnownEnd = { seq: 1, sha256: sha256(world.evidence.text(entry(1))), isEarlier: true };
    const { faults, end } = await judged(world, undefined, noted);
    expect([faults, end?.seq]).toEqual([[], 2]);
    const rewritten = (texts: Texts): void => void texts.set(entry(1), (texts.get(entry(1)) ?? '').replace('"bob"', '"eve"'));
    expect((await judged(world, rewritten, noted)).faults).toContainEqual(
      expect.objectContaining({ key: entry(1), fault: 'changed', what: `entry 1 must have SHA-256 ${noted.sha256}` }),
    );
  });

  it('names an entry beyond the end that the table knows', async () => {
    const { world } = await responded();
    const longer = (texts: Texts): void =>
      void texts.set(
        entry(3),
        (texts.get(entry(2)) ?? '')
          .replace('"seq":2', '"seq":3')
          .replace(sha256(texts.get(entry(1)) ?? ''), sha256(texts.get(entry(2)) ?? '')),
      );
    expect((await judged(world, longer)).faults).toMatchObject([{ key: entry(3), fault: 'unlisted' }]);
  });

  it('names what somebody put beside it', async () => {
    const { world } = await responded();
    const planted = 'responses/INC-1/run-1/planted.json';
    expect((await judged(world, (texts) => texts.set(planted, '{}'))).faults).toMatchObject([
      { key: planted, fault: 'unlisted' },
    ]);
  });

  it('never leads out of its incident', async () => {
    const { world, manifestKey } = await responded();
    const { faults } = await judged(world, (texts) =>
      texts.set(entry(1), (texts.get(entry(1)) ?? '').replace(manifestKey, 'responses/INC-2/x.manifest.json')),
    );
    expect(faults).toContainEqual(expect.objectContaining({ key: 'responses/INC-2/x.manifest.json', fault: 'missing' }));
  });

  it('must be there before anything changes: where the manifest cannot be written, nothing is done', async () => {
    for (const failing of [1, 2, 3]) {
      const world = await createWorld();
      const planned = await plan(world, planTask([keyDisable()]));
      await approveAs(world, planned);
      let puts = 0;
      world.probe.before = (name) => {
        if (name === 'evidence.put' && ++puts === failing) throw new Error('the bucket is away');
      };
      const [{ index } = { index: 0 }] = planned.steps;
      const task = { runId: planned.runId, planHash: planned.planHash, index };
      await expect(respond({ op: 'capture', ...task }, world.ports)).rejects.toThrow('the bucket is away');
      await expect(respond({ op: 'act', ...task }, world.ports)).rejects.toThrow('no undo record');
      expect(world.calls.filter(({ operation }) => operation === 'UpdateAccessKey')).toEqual([]);
    }
  });

  it('is completed by the next step where a step was stopped between log and bucket', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable(), userDeny()]));
    await approveAs(world, planned);
    let puts = 0;
    world.probe.before = (name) => {
      if (name === 'evidence.put' && ++puts === 2) throw new Error('crash');
    };
    const task = { op: 'capture', runId: planned.runId, planHash: planned.planHash };
    await expect(respond({ ...task, index: 0 }, world.ports)).rejects.toThrow('crash');
    await respond({ ...task, index: 1 }, world.ports);
    const proof = await judged(world);
    expect(proof.faults).toEqual([]);
    expect(proof.items).toHaveLength(2);
  });

  it('keeps one chain where steps capture at once', async () => {
    const world = await createWorld();
    const planned = await plan(world, planTask([keyDisable(), userDeny()]));
    await approveAs(world, planned);
    await Promise.all(planned.steps.map((step) => each(world, { ...planned, steps: [step] }, ['capture'])));
    const proof = await judged(world);
    expect(proof.faults).toEqual([]);
    expect(proof.items.map(({ entry: { seq } }) => seq)).toEqual([1, 2]);
  });
});
