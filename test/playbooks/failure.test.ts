// A failure at each state: every run ends, nothing stays changed that is not told, and what is left can be undone.
import { describe, expect, it } from 'vitest';
import { createStage, readMachine, type Stage, withoutEvidence } from './play.ts';
import { playbookIds, readScenarios } from './scenario.ts';

const scenarios = readScenarios('disable-access-key');
const input = { ...scenarios.input, denyUser: true };
const undo = (undoRunId: string) => ({ incidentId: 'INC-7', requester: 'alice', reason: 'a drill', undoRunId });

/** As many as it takes: one person, or two. */
async function voteIfAsked(stage: Stage): Promise<void> {
  for (const person of ['bob', 'dora']) if ((await stage.pending()).length > 0) await stage.vote(person, 'approve');
}
const opsOf = (playbook: string): string[] => {
  const ops = [...readMachine(playbook).matchAll(/"op": "(\w+)"/g)].map(([, op]) => op ?? '');
  return [...new Set(ops), 'approve'];
};

describe('disable-access-key, where a state is down for good', () => {
  const ops = opsOf('disable-access-key');

  it.each(ops.filter((op) => op !== 'record' && op !== 'rollback'))('%s: the run fails and nothing stays changed', async (op) => {
    const stage = await createStage(scenarios);
    const before = await stage.world.aws.snapshot();
    stage.sabotaged.add(op);
    await stage.start('disable-access-key', 'run-1', input);
    await voteIfAsked(stage);
    expect(await stage.executions.describe('disable-access-key', 'run-1')).toMatchObject({
      status: 'FAILED',
      error: 'Unavailable',
    });
    expect(await stage.world.aws.snapshot()).toEqual(before);
    expect(await stage.outcome('run-1')).toBe('failed');
  });

  it('record: the run fails, and what was done can be undone', async () => {
    const stage = await createStage(scenarios);
    const before = await stage.world.aws.snapshot();
    stage.sabotaged.add('record');
    await stage.start('disable-access-key', 'run-1', input);
    await voteIfAsked(stage);
    expect(await stage.executions.describe('disable-access-key', 'run-1')).toMatchObject({ status: 'FAILED' });
    stage.sabotaged.clear();
    await stage.start('undo-response', 'undo-1', undo('run-1'));
    await stage.vote('carol', 'approve');
    expect(await stage.world.aws.snapshot()).toEqual(before);
  });

  it('verify and rollback: a person is told, and what was done can be undone', async () => {
    const stage = await createStage(scenarios);
    const before = await stage.world.aws.snapshot();
    stage.sabotaged.add('verify').add('rollback');
    await stage.start('disable-access-key', 'run-1', input);
    await voteIfAsked(stage);
    expect(await stage.executions.describe('disable-access-key', 'run-1')).toMatchObject({
      status: 'FAILED',
      error: 'RollbackFailed',
    });
    expect(await stage.world.aws.snapshot()).not.toEqual(before);
    stage.sabotaged.clear();
    await stage.start('undo-response', 'undo-1', undo('run-1'));
    await stage.vote('carol', 'approve');
    expect(await stage.world.aws.snapshot()).toEqual(before);
  });
});

describe('undo-response, where a state is down for good', () => {
  it.each(opsOf('undo-response'))('%s: the run fails, and another run undoes what is left', async (op) => {
    const stage = await createStage(scenarios);
    const before = await stage.world.aws.snapshot();
    await stage.start('disable-access-key', 'run-1', input);
    await stage.vote('bob', 'approve');
    stage.sabotaged.add(op);
    await stage.start('undo-response', 'undo-1', undo('run-1'));
    await voteIfAsked(stage);
    expect(await stage.executions.describe('undo-response', 'undo-1')).toMatchObject({ status: 'FAILED' });
    stage.sabotaged.clear();
    await stage.start('undo-response', 'undo-2', undo('run-1'));
    await voteIfAsked(stage);
    expect(await stage.world.aws.snapshot()).toEqual(before);
    // Where only the note of the end was lost, there is nothing left to undo.
    expect(await stage.outcome('undo-2')).toBe(op === 'record' ? 'failed' : 'undone');
  });
});

const sharing = playbookIds().filter((id) => readMachine(id).includes('RunResponseMachineArn'));

describe.each(sharing)('%s, where a state is down for good', (playbook) => {
  const own = readScenarios(playbook);
  // What cannot be taken back (a key saved from deletion) stays where only its proof failed.
  const ops = ['plan', 'approve', 'capture', 'act', 'verify'].filter((op) => op !== 'verify' || playbook !== 'save-key');

  it.each(ops)('%s: the run fails and nothing stays changed', async (op) => {
    const stage = await createStage(own);
    const before = await stage.world.aws.snapshot();
    stage.sabotaged.add(op);
    await stage.start(playbook, 'run-1', own.input);
    await voteIfAsked(stage);
    expect(await stage.executions.describe(playbook, 'run-1')).toMatchObject({ status: 'FAILED', error: 'Unavailable' });
    expect(withoutEvidence(await stage.world.aws.snapshot())).toEqual(withoutEvidence(before));
    expect(await stage.outcome('run-1')).toBe('failed');
  });

  it('each call that changes something: what was done before it is taken back', async () => {
    const drill = await createStage(own);
    await drill.start(playbook, 'run-1', own.input);
    await voteIfAsked(drill);
    const operations = [...new Set(drill.faulty.changes)];
    expect(operations.length).toBeGreaterThan(0);
    for (const operation of operations) {
      const stage = await createStage(own);
      const before = await stage.world.aws.snapshot();
      stage.faulty.breakWith([{ operation, error: 'Refused', times: 1 }]);
      await stage.start(playbook, 'run-1', own.input);
      await voteIfAsked(stage);
      expect(await stage.executions.describe(playbook, 'run-1'), operation).toMatchObject({ status: 'FAILED', error: 'Refused' });
      if (playbook !== 'save-key')
        expect(withoutEvidence(await stage.world.aws.snapshot()), operation).toEqual(withoutEvidence(before));
    }
  });
});
