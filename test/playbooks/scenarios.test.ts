// Every playbook's every scenario, end to end: interpreter, stages, approvals, simulated accounts.
import { describe, expect, it } from 'vitest';
import { createStage, type Stage, withoutEvidence } from './play.ts';
import { playbookIds, readScenarios, type Scenario, type Scenarios } from './scenario.ts';

const contain = { accountId: '111122223333', region: 'us-east-1', tier: 'contain' } as const;

async function given(stage: Stage, calls: Scenario['given']): Promise<void> {
  for (const { operation, parameters } of calls) await stage.world.aws.call(contain, 'iam', operation, parameters);
}

async function playFirst(stage: Stage, { first }: Scenarios): Promise<void> {
  if (first === undefined) return;
  await stage.start(first.playbook, 'first', first.input);
  await stage.vote('bob', 'approve');
  expect(await stage.outcome('first')).toBe('done');
}

describe.each(playbookIds())('playbook %s', (playbook) => {
  const scenarios = readScenarios(playbook);

  it.each(scenarios.scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const stage = await createStage(scenarios);
    const beforeFirst = await stage.world.aws.snapshot();
    await playFirst(stage, scenarios);
    await given(stage, scenario.given);
    const before = await stage.world.aws.snapshot();
    stage.faulty.breakWith(scenario.faults);

    await stage.start(playbook, 'run-1', { ...scenarios.input, ...scenario.input });
    await given(stage, scenario.whileWaiting);
    for (const { by, decision, reason } of scenario.decide) await stage.vote(by, decision, reason);
    if (scenario.decide.length === 0) await stage.expire();
    if (scenario.later !== undefined) await stage.pass(scenario.later.afterSec);
    for (const { by, decision, reason } of scenario.later?.decide ?? []) await stage.vote(by, decision, reason);
    if (scenario.later?.decide.length === 0) await stage.expire();

    const wanted = scenario.expect;
    const execution = await stage.executions.describe(playbook, 'run-1');
    expect({ status: execution?.status, error: execution?.error }, execution?.cause).toEqual({
      status: wanted.status,
      error: wanted.error,
    });
    expect(await stage.outcome('run-1')).toBe(wanted.outcome);
    if (wanted.visits !== undefined) expect(await stage.visits(playbook, 'run-1')).toEqual(wanted.visits);
    if (wanted.changes !== undefined) expect(stage.faulty.changes).toEqual(wanted.changes);
    const after = await stage.world.aws.snapshot();
    if (wanted.estate !== undefined) expect(after).toEqual(wanted.estate === 'same' ? before : beforeFirst);
    for (const [userName, { accessKeys }] of Object.entries(wanted.users ?? {})) {
      const keys = Object.entries(after.accounts['111122223333']?.users[userName]?.accessKeys ?? {});
      expect(Object.fromEntries(keys.map(([id, { status }]) => [id, status]))).toMatchObject(Object(accessKeys));
    }
    expect(await stage.pending()).toEqual([]);
    // What comes later ends a run of its own.
    const isOwn = (detail: object): boolean => scenario.later === undefined || ('runId' in detail && detail.runId === 'run-1');
    const ended = stage.world.published.filter(({ detail }) => isOwn(detail)).at(-1);
    expect(ended).toMatchObject({ name: 'ResponseEnded', detail: { runId: 'run-1', outcome: wanted.outcome } });

    if (scenario.undo === undefined) return;
    stage.faulty.breakWith([]);
    const undoRunId = scenarios.first === undefined ? 'run-1' : 'first';
    await stage.start('undo-response', 'undo-1', { incidentId: 'INC-7', requester: 'alice', reason: 'a drill', undoRunId });
    await stage.vote(scenario.undo.by, 'approve');
    if (scenario.undo.and !== undefined) await stage.vote(scenario.undo.and, 'approve');
    expect(await stage.outcome('undo-1')).toBe('undone');
    const undone = withoutEvidence(await stage.world.aws.snapshot());
    expect(undone).toEqual(withoutEvidence(scenarios.first === undefined ? before : beforeFirst));
  });
});
