/** Takes steps back by their undo records: for an approved undo plan, or at once where a later step of the same run failed. */
import { YaguraError } from '../core/error.ts';
import type { PlannedStep } from '../core/plan.ts';
import type { StepRecord } from '../core/response-run.ts';
import { actingContext, readingContext } from './account.ts';
import { actionOf } from './actions/index.ts';
import type { StepAnswer } from './execute.ts';
import { drift, planUndoStep } from './plan-stage.ts';
import type { RespondPorts } from './ports.ts';
import { advance, approvedStep, findRecord, recordOf, type Versioned } from './run-store.ts';
import type { TaskOf } from './task.ts';

/** @throws YaguraError ApprovalInvalid, PlanChanged where the target changed after the undo was approved */
export async function undoStep(task: TaskOf<'undo'>, ports: RespondPorts): Promise<StepAnswer> {
  const { step, origin } = await approvedUndo(task, ports);
  const at = await recordOf(ports.table, origin.runId, origin.index);
  if (at.record.status === 'undone') return { index: step.index, status: 'undone' };
  const begun = at.record.status === 'undoing';
  if (begun && (await undoIsWrong(at.record, ports)) === undefined) return { index: step.index, status: 'undoing' };
  const again = await planUndoStep(at.record, step.index, ports);
  if (again.hash !== step.hash) throw drift(step, again.observed);
  if (!begun) await advance(ports.table, at, { status: 'undoing' });
  await performUndo(at.record, step, ports);
  return { index: step.index, status: 'undoing' };
}

/** @throws YaguraError VerifyFailed where the target is not (yet) as it was captured */
export async function verifyUndoStep(task: TaskOf<'verifyUndo'>, ports: RespondPorts): Promise<StepAnswer> {
  const { step, origin } = await approvedUndo(task, ports);
  const at = await recordOf(ports.table, origin.runId, origin.index);
  if (at.record.status !== 'undone') await closeUndone(at, task.runId, ports);
  return { index: step.index, status: 'undone' };
}

async function approvedUndo(
  task: TaskOf<'undo' | 'verifyUndo'>,
  ports: RespondPorts,
): Promise<{ step: PlannedStep; origin: { runId: string; index: number } }> {
  const { plan, step } = await approvedStep(ports.table, task);
  if (plan.kind !== 'undo' || step.origin === undefined) throw new YaguraError('Refused', `run ${plan.runId} is not an undo`);
  return { step, origin: step.origin };
}

/**
 * Takes back one step of a run that failed later on. The approval of the run covers it: it only restores what that run changed.
 * @throws YaguraError VerifyFailed where the target is not as it was captured: then a person must look
 */
export async function rollbackStep(task: TaskOf<'rollback'>, ports: RespondPorts): Promise<StepAnswer> {
  const found = await findRecord(ports.table, task.runId, task.index);
  // Nothing was changed before `acting`, so nothing may be "restored" over what somebody else did since.
  if (found === undefined || found.record.status === 'captured') return { index: task.index, status: 'nothing' };
  if (found.record.status === 'undone') return { index: task.index, status: 'undone' };
  if (actionOf(found.record.actionId).reversible === 'none') return { index: task.index, status: 'nothing' };
  let at: Versioned = found;
  if (at.record.status !== 'undoing') at = await advance(ports.table, at, { status: 'undoing' });
  if ((await undoIsWrong(at.record, ports)) !== undefined) {
    await performUndo(at.record, await planUndoStep(at.record, task.index, ports), ports);
  }
  await closeUndone(at, task.runId, ports);
  return { index: task.index, status: 'undone' };
}

async function performUndo(record: StepRecord, step: PlannedStep, ports: RespondPorts): Promise<void> {
  const acting = actingContext(ports, record.target, { incidentId: record.incidentId, calls: step.calls });
  await actionOf(record.actionId).undo(acting, step.calls, record.captured);
}

async function undoIsWrong(record: StepRecord, ports: RespondPorts): Promise<string | undefined> {
  const reading = readingContext(ports, record.target, record.incidentId);
  return await actionOf(record.actionId).verifyUndo(reading, record.captured, record.parameters);
}

async function closeUndone(at: Versioned, undoneBy: string, ports: RespondPorts): Promise<void> {
  const wrong = await undoIsWrong(at.record, ports);
  if (wrong !== undefined)
    throw new YaguraError('VerifyFailed', `undo of ${at.record.actionId} on ${at.record.target.uid}: ${wrong}`);
  await advance(ports.table, at, { status: 'undone', undoneAtMs: ports.clock.nowMs(), undoneBy });
}
