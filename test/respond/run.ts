/** Walks a response through the stages as a playbook would, without an interpreter. */
import { approve } from '../../functions/approve/stage.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import { decide } from '../../functions/decide/stage.ts';
import { respond } from '../../functions/respond/stage.ts';
import { ACCOUNT, KEY, recordingExecutions, USER, type World } from './world.ts';

export const keyDisable = (more: JsonObject = {}): JsonObject => ({
  id: 'aws-iam-key-disable',
  parameters: { accountId: ACCOUNT, userName: USER, accessKeyId: KEY, ...more },
});
export const userDeny = (more: JsonObject = {}): JsonObject => ({
  id: 'aws-iam-user-deny',
  parameters: { accountId: ACCOUNT, userName: USER, ...more },
});

export const planTask = (actions: JsonObject[], more: JsonObject = {}): JsonObject => ({
  op: 'plan',
  runId: 'run-1',
  playbook: 'disable-access-key',
  incidentId: 'INC-1',
  requester: 'yagura',
  reason: 'the key is in use by an attacker',
  actions,
  ...more,
});

export const undoTask = (more: JsonObject = {}): JsonObject => ({
  op: 'planUndo',
  runId: 'undo-1',
  playbook: 'undo-response',
  incidentId: 'INC-1',
  requester: 'alice',
  reason: 'it was a drill',
  undoRunId: 'run-1',
  ...more,
});

export interface Planned {
  runId: string;
  planHash: string;
  steps: { index: number }[];
  rollbackSteps: { index: number }[];
}

export async function plan(world: World, task: JsonObject): Promise<Planned> {
  const answer = await respond(task, world.ports);
  return answer as unknown as Planned;
}

export async function approveAs(world: World, { runId, planHash }: Planned, people: string[] = ['bob']): Promise<void> {
  const taskToken = `token-${runId}`;
  const { approvalId } = await approve({ runId, planHash, taskToken, expiresInSec: 3600 }, world.ports);
  const { executions } = recordingExecutions([taskToken]);
  for (const approver of people) {
    await decide({ approvalId, planHash, decision: 'approve', approver, reason: 'agreed' }, { ...world.ports, executions });
  }
}

export async function each(world: World, { runId, planHash, steps }: Planned, ops: string[]): Promise<void> {
  for (const { index } of steps) for (const op of ops) await respond({ op, runId, planHash, index }, world.ports);
}

export const EXECUTE = ['capture', 'act', 'verify'];
export const UNDO = ['undo', 'verifyUndo'];

export async function runAll(world: World, actions: JsonObject[], people: string[] = ['bob']): Promise<Planned> {
  const planned = await plan(world, planTask(actions));
  await approveAs(world, planned, people);
  await each(world, planned, EXECUTE);
  await respond({ op: 'record', runId: planned.runId, incidentId: 'INC-1', outcome: 'done' }, world.ports);
  return planned;
}

export async function undoAll(world: World): Promise<Planned> {
  const planned = await plan(world, undoTask());
  await approveAs(world, planned);
  await each(world, planned, UNDO);
  await respond({ op: 'record', runId: planned.runId, incidentId: 'INC-1', outcome: 'undone' }, world.ports);
  return planned;
}
