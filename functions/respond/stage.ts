/** One task of a playbook → one step of a response. What a playbook gets back are ids, numbers and states, never text from a log. */
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import { actStep, captureStep, verifyStep } from './execute.ts';
import { planResponse, planUndo } from './plan-stage.ts';
import type { RespondPorts } from './ports.ts';
import { recordRun } from './record.ts';
import { RespondTask } from './task.ts';
import { rollbackStep, undoStep, verifyUndoStep } from './undo.ts';

export type { RespondPorts } from './ports.ts';

/**
 * Runs one task. Every one may be run again after a crash at any point: nothing is done twice, no undo record is lost.
 * @throws YaguraError BadInput for a task that is not one, and what each step names; the error's name is what ASL matches
 */
export async function respond(raw: unknown, ports: RespondPorts): Promise<JsonObject> {
  const task = parsed(raw);
  switch (task.op) {
    case 'plan':
      return await planResponse(task, ports);
    case 'planUndo':
      return await planUndo(task, ports);
    case 'capture':
      return await captureStep(task, ports);
    case 'act':
      return await actStep(task, ports);
    case 'verify':
      return await verifyStep(task, ports);
    case 'undo':
      return await undoStep(task, ports);
    case 'verifyUndo':
      return await verifyUndoStep(task, ports);
    case 'rollback':
      return await rollbackStep(task, ports);
    case 'record':
      return await recordRun(task, ports);
  }
}

function parsed(raw: unknown): RespondTask {
  const result = RespondTask.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({ at: issue.path.join('.') || '(root)', what: issue.message }));
  throw new YaguraError('BadInput', 'bad task', { problems });
}
