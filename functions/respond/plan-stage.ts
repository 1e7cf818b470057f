/** Turns the actions that a playbook wants, or the undo records of an earlier run, into a plan. Looks at everything, changes nothing. */
import { type Problem, YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import { type Plan, type PlannedStep, sealPlan, stepHash } from '../core/plan.ts';
import type { StepRecord } from '../core/response-run.ts';
import { readingContext } from './account.ts';
import type { Action } from './actions/action.ts';
import { actionOf } from './actions/index.ts';
import { breakersAgainst } from './breakers.ts';
import type { RespondPorts } from './ports.ts';
import { findPlan, recordsOf, savePlan } from './run-store.ts';
import type { TaskOf, WantedAction } from './task.ts';

/** What the playbook learns: ids and numbers, nothing that stems from a log. */
export interface PlanAnswer {
  [key: string]: string | number | { index: number }[];
  runId: string;
  planHash: string;
  tier: number;
  approvalsNeeded: number;
  /** The steps that change something, in order, and in the order of taking them back. */
  steps: { index: number }[];
  rollbackSteps: { index: number }[];
  changes: number;
}

/** @throws YaguraError BadInput (unknown action, bad parameters), Refused with every reason why it must not run */
export async function planResponse(task: TaskOf<'plan'>, ports: RespondPorts): Promise<PlanAnswer> {
  const wanted = task.actions.filter((action) => action.when !== false);
  const steps = [];
  for (const [index, action] of wanted.entries()) steps.push(await planWanted({ ...action, index }, task.incidentId, ports));
  refuseDoubles(steps);
  const refusals: Problem[] = [];
  for (const step of steps) {
    const action = actionOf(step.actionId);
    const own = await action.preconditions(readingContext(ports, step.target, task.incidentId), step.parameters);
    for (const what of [...own, ...(await breakersAgainst(ports.table, step))]) refusals.push({ at: step.actionId, what });
  }
  if (refusals.length > 0) throw new YaguraError('Refused', 'the response must not run', { problems: refusals });
  const { runId, playbook, incidentId, requester, reason } = task;
  const createdAtMs = ports.clock.nowMs();
  return await keep(sealPlan({ kind: 'respond', runId, playbook, incidentId, requester, reason, createdAtMs, steps }), ports);
}

/** @throws YaguraError NotFound where the run is unknown, Refused where nothing of it can be taken back */
export async function planUndo(task: TaskOf<'planUndo'>, ports: RespondPorts): Promise<PlanAnswer> {
  const original = await findPlan(ports.table, task.undoRunId);
  if (original === undefined || original.kind !== 'respond')
    throw new YaguraError('NotFound', `no response ran as ${task.undoRunId}`);
  if (original.incidentId !== task.incidentId)
    throw new YaguraError('Refused', `run ${task.undoRunId} belongs to another incident`);
  const open = (await recordsOf(ports.table, task.undoRunId)).filter(isOpen).reverse();
  if (open.length === 0) throw new YaguraError('Refused', `run ${task.undoRunId} has nothing left to undo`);
  const steps = [];
  for (const [index, record] of open.entries()) steps.push(await planUndoStep(record, index, ports));
  const { runId, playbook, incidentId, requester, reason } = task;
  const createdAtMs = ports.clock.nowMs();
  return await keep(sealPlan({ kind: 'undo', runId, playbook, incidentId, requester, reason, createdAtMs, steps }), ports);
}

/** A step that may have changed its target, was not taken back, and can be. */
const isOpen = (record: StepRecord): boolean =>
  record.status !== 'captured' && record.status !== 'undone' && actionOf(record.actionId).reversible !== 'none';

async function keep(plan: Plan, ports: RespondPorts): Promise<PlanAnswer> {
  await savePlan(ports.table, plan);
  // An undo walks every open step, so that each is verified and closed, even where it needs no call.
  const steps = plan.steps.filter((step) => plan.kind === 'undo' || step.calls.length > 0).map(({ index }) => ({ index }));
  return {
    ...{ runId: plan.runId, planHash: plan.hash, tier: plan.tier, approvalsNeeded: plan.approvalsNeeded },
    ...{ steps, rollbackSteps: steps.toReversed(), changes: steps.length },
  };
}

async function planWanted(
  wanted: WantedAction & { index: number },
  incidentId: string,
  ports: RespondPorts,
): Promise<PlannedStep> {
  const action = actionOf(wanted.id);
  const { parameters, target } = action.parse(wanted.parameters);
  const { calls, observed, facts, ...more } = await action.plan(readingContext(ports, target, incidentId), parameters);
  const approvalTier = Math.max(action.approvalTier, more.approvalTier ?? 0);
  const { texts, ...step } = stepOf(action);
  const told = { ...texts, staysOpen: [...texts.staysOpen, ...(more.staysOpen ?? [])] };
  return sealStep({ ...step, texts: told, index: wanted.index, parameters, target, calls, observed, facts, approvalTier });
}

/** The step of an undo plan that takes a record back, as things are now. */
export async function planUndoStep(record: StepRecord, index: number, ports: RespondPorts): Promise<PlannedStep> {
  const action = actionOf(record.actionId);
  const { parameters, target } = record;
  const context = readingContext(ports, target, record.incidentId);
  const { calls, observed, facts, approvalTier: asked = 0 } = await action.planUndo(context, record.captured, parameters);
  const approvalTier = Math.max(action.approvalTier, asked);
  const origin = { runId: record.runId, index: record.index };
  return sealStep({ ...stepOf(action), index, parameters, target, calls, observed, facts, approvalTier, origin });
}

/**
 * The same step, planned again on the world as it is now.
 * @throws YaguraError PlanChanged where it would do something else, or the target is no longer as it was when it was approved
 */
export async function refuseDrift(step: PlannedStep, incidentId: string, ports: RespondPorts): Promise<void> {
  const again = await planWanted({ id: step.actionId, parameters: step.parameters, index: step.index }, incidentId, ports);
  if (stepHash({ ...again, approvalTier: step.approvalTier }) !== step.hash) throw drift(step, again.observed);
}

export function drift(step: PlannedStep, observed: JsonObject): YaguraError {
  const seen = `${JSON.stringify(step.observed)} when planned, ${JSON.stringify(observed)} now`;
  return new YaguraError('PlanChanged', `${step.target.uid} has changed since the plan was made: ${seen}`.slice(0, 2000));
}

const stepOf = (action: Action) => ({
  actionId: action.id,
  blastRadius: action.blastRadius,
  reversible: action.reversible,
  texts: { does: action.does, staysOpen: [...action.staysOpen], undoes: action.undoes },
});

const sealStep = (step: Omit<PlannedStep, 'hash'>): PlannedStep => ({ ...step, hash: stepHash(step) });

function refuseDoubles(steps: readonly PlannedStep[]): void {
  const seen = new Set<string>();
  for (const { actionId, target } of steps) {
    const key = `${actionId} on ${target.uid}`;
    if (seen.has(key)) throw new YaguraError('BadInput', `${key} is wanted twice in one plan`);
    seen.add(key);
  }
}
