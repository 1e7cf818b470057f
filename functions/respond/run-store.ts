/** Reads and writes the items of a run; what it hands out is intact, approved where it must be, and checked in shape. */
import { APPROVAL_SK, Approval, approvalPk } from '../core/approval.ts';
import { YaguraError } from '../core/error.ts';
import { isSealed, Plan, type PlannedStep } from '../core/plan.ts';
import { incidentRunsPk, PLAN_SK, RUN_APPROVAL_SK, runPk, STEP_PREFIX, StepRecord, stepSk } from '../core/response-run.ts';
import type { Table } from '../ports/table.ts';

/** Keeps the plan of a run. @throws YaguraError Conflict where the run has begun to act on another plan */
export async function savePlan(table: Table, plan: Plan): Promise<void> {
  const begun = (await table.query(runPk(plan.runId), { prefix: STEP_PREFIX, limit: 1 })).length > 0;
  const earlier = await findPlan(table, plan.runId);
  if (earlier?.hash === plan.hash) return;
  if (begun) throw new YaguraError('Conflict', `run ${plan.runId} acts on another plan already`);
  const index = { pk: incidentRunsPk(plan.incidentId), sk: `${new Date(plan.createdAtMs).toISOString()}#${plan.runId}` };
  await table.write([{ put: { pk: runPk(plan.runId), sk: PLAN_SK, data: plan, index } }]);
}

export async function findPlan(table: Table, runId: string): Promise<Plan | undefined> {
  const item = await table.get(runPk(runId), PLAN_SK);
  return item === undefined ? undefined : Plan.parse(item.data);
}

export interface ApprovedStep {
  plan: Plan;
  step: PlannedStep;
  approval: Approval;
}

/**
 * A step of a plan that the needed persons have approved.
 * @throws YaguraError NotFound (no plan or step), PlanChanged (altered, or not the one named), ApprovalInvalid
 */
export async function approvedStep(
  table: Table,
  task: { runId: string; planHash: string; index: number },
): Promise<ApprovedStep> {
  const plan = await findPlan(table, task.runId);
  if (plan === undefined) throw new YaguraError('NotFound', `run ${task.runId} has no plan`);
  if (plan.hash !== task.planHash || !isSealed(plan)) {
    throw new YaguraError('PlanChanged', `the plan of run ${task.runId} is not the one that was approved`);
  }
  const step = plan.steps.find((candidate) => candidate.index === task.index);
  if (step === undefined) throw new YaguraError('NotFound', `the plan of run ${task.runId} has no step ${task.index}`);
  return { plan, step, approval: await grantedApproval(table, plan) };
}

async function grantedApproval(table: Table, plan: Plan): Promise<Approval> {
  const pointer = await table.get(runPk(plan.runId), RUN_APPROVAL_SK);
  const approvalId = pointer?.data['approvalId'];
  const item = typeof approvalId === 'string' ? await table.get(approvalPk(approvalId), APPROVAL_SK) : undefined;
  const approval = item === undefined ? undefined : Approval.parse(item.data);
  const approvers = new Set(approval?.votes.filter((vote) => vote.decision === 'approve').map((vote) => vote.approver));
  const granted =
    approval?.status === 'approved' &&
    approval.runId === plan.runId &&
    approval.planHash === plan.hash &&
    approvers.size >= plan.approvalsNeeded;
  if (approval === undefined || !granted)
    throw new YaguraError('ApprovalInvalid', `nobody has approved the plan of run ${plan.runId}`);
  return approval;
}

export interface Versioned {
  record: StepRecord;
  version: number;
}

export async function findRecord(table: Table, runId: string, index: number): Promise<Versioned | undefined> {
  const item = await table.get(runPk(runId), stepSk(index));
  return item === undefined ? undefined : { record: StepRecord.parse(item.data), version: item.version };
}

/** @throws YaguraError Bug where the undo record is missing: nothing may act without it */
export async function recordOf(table: Table, runId: string, index: number): Promise<Versioned> {
  const found = await findRecord(table, runId, index);
  if (found === undefined) throw new YaguraError('Bug', `step ${index} of run ${runId} has no undo record`);
  return found;
}

export async function recordsOf(table: Table, runId: string): Promise<StepRecord[]> {
  const items = await table.query(runPk(runId), { prefix: STEP_PREFIX });
  return items.map((item) => StepRecord.parse(item.data));
}

/** Moves a step on. @throws YaguraError Conflict (retryable) where somebody else did so meanwhile */
export async function advance(table: Table, from: Versioned, changes: Partial<StepRecord>): Promise<Versioned> {
  const record: StepRecord = { ...from.record, ...changes };
  const put = { pk: runPk(record.runId), sk: stepSk(record.index), data: record };
  if (!(await table.write([{ put, condition: { version: from.version } }]))) {
    throw new YaguraError('Conflict', `step ${record.index} of run ${record.runId} was moved on by another run`, {
      retryable: true,
    });
  }
  return { record, version: from.version + 1 };
}
