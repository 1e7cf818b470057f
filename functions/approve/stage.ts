/** Turns a plan into a question to people: an approval bound to the plan's hash. The task token stays in an item of its own. */
import * as z from 'zod';
import { APPROVAL_BYTES, APPROVAL_SK, Approval, approvalPk, approvalsPk, TOKEN_SK } from '../core/approval.ts';
import { sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { isSealed, Plan, RunId } from '../core/plan.ts';
import { PLAN_SK, RUN_APPROVAL_SK, runPk } from '../core/response-run.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { Item, Table, Write } from '../ports/table.ts';

export interface ApprovePorts {
  table: Table;
  bus: Bus;
  clock: Clock;
  ids: Ids;
}

export const ApproveTask = z.strictObject({
  runId: RunId,
  planHash: z.string(),
  taskToken: z.string().min(1).max(2048),
  /** Equal to the state's TimeoutSeconds. */
  expiresInSec: z.int().min(1).max(604_800),
});
export type ApproveTask = z.infer<typeof ApproveTask>;

/** Answered approvals are kept so long beside the case. */
const KEEP_SEC = 400 * 86_400;

/**
 * Asks once for a plan and a token: asking again with the same token changes nothing, a new token (the state was retried) supersedes the
 * earlier question.
 * @throws YaguraError NotFound, PlanChanged, Conflict
 */
export async function approve(raw: unknown, ports: ApprovePorts): Promise<{ approvalId: string }> {
  const task = parsed(raw);
  const plan = await planOf(task, ports.table);
  const tokenDigest = sha256(task.taskToken);
  const pointer = await ports.table.get(runPk(task.runId), RUN_APPROVAL_SK);
  const earlierId = pointer?.data['approvalId'];
  // Announced again too: a crash may have come between the question and the announcement.
  if (pointer?.data['tokenDigest'] === tokenDigest && typeof earlierId === 'string')
    return await announced(earlierId, plan, ports);
  const approval = question(plan, task, ports);
  const writes = [...(await superseding(earlierId, ports.table)), ...asking(approval, task.taskToken, { tokenDigest, pointer })];
  if (!(await ports.table.write(writes))) {
    throw new YaguraError('Conflict', `run ${task.runId} was asked about by another run meanwhile`, { retryable: true });
  }
  return await announced(approval.approvalId, plan, ports);
}

async function announced(approvalId: string, { incidentId }: Plan, { bus }: ApprovePorts): Promise<{ approvalId: string }> {
  await bus.publish([{ name: 'ApprovalAsked', detail: { approvalId, incidentId } }]);
  return { approvalId };
}

function parsed(raw: unknown): ApproveTask {
  const result = ApproveTask.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({ at: issue.path.join('.') || '(root)', what: issue.message }));
  throw new YaguraError('BadInput', 'bad approval task', { problems });
}

async function planOf(task: ApproveTask, table: Table): Promise<Plan> {
  const item = await table.get(runPk(task.runId), PLAN_SK);
  if (item === undefined) throw new YaguraError('NotFound', `run ${task.runId} has no plan`);
  const plan = Plan.parse(item.data);
  if (plan.hash !== task.planHash || !isSealed(plan)) {
    throw new YaguraError('PlanChanged', `the plan of run ${task.runId} is not the one to approve`);
  }
  return plan;
}

function question(plan: Plan, task: ApproveTask, ports: ApprovePorts): Approval {
  const createdAtMs = ports.clock.nowMs();
  return {
    approvalId: ports.ids.token(APPROVAL_BYTES),
    ...{ runId: plan.runId, incidentId: plan.incidentId, playbook: plan.playbook, kind: plan.kind },
    ...{ planHash: plan.hash, tier: plan.tier, needed: plan.approvalsNeeded, requester: plan.requester },
    ...{ createdAtMs, expiresAtMs: createdAtMs + task.expiresInSec * 1000 },
    ...{ status: 'pending', votes: [], delivered: false },
  };
}

function asking(approval: Approval, taskToken: string, run: { tokenDigest: string; pointer: Item | undefined }): Write[] {
  const pk = approvalPk(approval.approvalId);
  const index = { pk: approvalsPk('pending'), sk: `${new Date(approval.createdAtMs).toISOString()}#${approval.approvalId}` };
  const expiresAtSec = Math.ceil(approval.expiresAtMs / 1000);
  const { approvalId } = approval;
  return [
    { put: { pk, sk: APPROVAL_SK, data: approval, index, expiresAtSec: expiresAtSec + KEEP_SEC }, condition: { absent: true } },
    { put: { pk, sk: TOKEN_SK, data: { taskToken }, expiresAtSec: expiresAtSec + 3600 }, condition: { absent: true } },
    {
      put: { pk: runPk(approval.runId), sk: RUN_APPROVAL_SK, data: { approvalId, tokenDigest: run.tokenDigest } },
      condition: run.pointer === undefined ? { absent: true } : { version: run.pointer.version },
    },
  ];
}

async function superseding(earlierId: unknown, table: Table): Promise<Write[]> {
  if (typeof earlierId !== 'string') return [];
  const item = await table.get(approvalPk(earlierId), APPROVAL_SK);
  if (item === undefined) return [];
  const approval = Approval.parse(item.data);
  if (approval.status !== 'pending')
    throw new YaguraError('Conflict', `run ${approval.runId} has been ${approval.status} already`);
  const { pk, sk } = item;
  const next: Approval = { ...approval, status: 'superseded' };
  const index = { pk: approvalsPk('superseded'), sk: `${new Date(approval.createdAtMs).toISOString()}#${approval.approvalId}` };
  return [
    {
      put: { pk, sk, data: next, index, ...(item.expiresAtSec === undefined ? {} : { expiresAtSec: item.expiresAtSec }) },
      condition: { version: item.version },
    },
    { delete: { pk, sk: TOKEN_SK } },
  ];
}
