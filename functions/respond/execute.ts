/** The one path that changes anything: an approved step → evidence and undo record → the planned calls → proof that they hold. */
import { YaguraError } from '../core/error.ts';
import { idempotencyKey } from '../core/plan.ts';
import { runPk, type StepRecord, stepSk } from '../core/response-run.ts';
import { actingContext, readingContext } from './account.ts';
import { actionOf } from './actions/index.ts';
import { breakersAgainst, budgetWrite } from './breakers.ts';
import { preserve } from './evidence.ts';
import { refuseDrift } from './plan-stage.ts';
import type { RespondPorts } from './ports.ts';
import { type ApprovedStep, advance, approvedStep, findRecord, recordOf } from './run-store.ts';
import type { TaskOf } from './task.ts';

export interface StepAnswer {
  [key: string]: string | number;
  index: number;
  status: StepRecord['status'] | 'nothing';
}

/** Two writers of one budget item: try anew so many times before giving up. */
const BUDGET_ATTEMPTS = 8;

/**
 * Evidence first, then the undo record; a second run finds the record and changes nothing.
 * @throws YaguraError ApprovalInvalid, PlanChanged, Refused, Conflict
 */
export async function captureStep(task: TaskOf<'capture'>, ports: RespondPorts): Promise<StepAnswer> {
  const approved = await approvedStep(ports.table, task);
  const { plan, step } = approved;
  const earlier = await findRecord(ports.table, plan.runId, step.index);
  if (earlier !== undefined) return { index: step.index, status: earlier.record.status };
  await refuseBroken(approved, ports);
  await refuseDrift(step, plan.incidentId, ports);
  const action = actionOf(step.actionId);
  const captured = await action.capture(readingContext(ports, step.target, plan.incidentId), step.parameters);
  const evidence = await preserve(approved, captured, ports);
  await writeAhead(recordFor(approved, { captured, evidence }, ports.clock.nowMs()), ports);
  return { index: step.index, status: 'captured' };
}

function recordFor({ plan, step }: ApprovedStep, taken: Pick<StepRecord, 'captured' | 'evidence'>, nowMs: number): StepRecord {
  return {
    ...{ runId: plan.runId, index: step.index, incidentId: plan.incidentId, playbook: plan.playbook },
    ...{ actionId: step.actionId, parameters: step.parameters, target: step.target },
    ...{ planHash: plan.hash, stepHash: step.hash, idempotencyKey: idempotencyKey(plan, step) },
    ...taken,
    status: 'captured',
    capturedAtMs: nowMs,
  };
}

/** The undo record and the budget are one transaction: neither counts without the other. */
async function writeAhead(record: StepRecord, ports: RespondPorts): Promise<void> {
  const put = { pk: runPk(record.runId), sk: stepSk(record.index), data: record };
  for (let attempt = 0; attempt < BUDGET_ATTEMPTS; attempt++) {
    const budget = await budgetWrite(ports.table, ports.clock.nowMs());
    if (await ports.table.write([{ put, condition: { absent: true } }, budget])) return;
    if ((await findRecord(ports.table, record.runId, record.index)) !== undefined) return;
  }
  throw new YaguraError('Conflict', 'too many actions write the budget at once', { retryable: true });
}

async function refuseBroken({ step }: ApprovedStep, ports: RespondPorts): Promise<void> {
  const reasons = await breakersAgainst(ports.table, step);
  if (reasons.length === 0) return;
  throw new YaguraError('Refused', `${step.actionId} must not run`, {
    problems: reasons.map((what) => ({ at: step.actionId, what })),
  });
}

/** @throws YaguraError PlanChanged, Refused (a breaker, or the account refuses the call), Throttled, Unavailable, Conflict */
export async function actStep(task: TaskOf<'act'>, ports: RespondPorts): Promise<StepAnswer> {
  const approved = await approvedStep(ports.table, task);
  const { plan, step } = approved;
  let at = await recordOf(ports.table, plan.runId, step.index);
  if (at.record.status !== 'captured' && at.record.status !== 'acting') return { index: step.index, status: at.record.status };
  const action = actionOf(step.actionId);
  const reading = readingContext(ports, step.target, plan.incidentId);
  const begun = at.record.status === 'acting';
  // A crash after the call leaves `acting` behind; then the change is there, and making it again would be acting twice.
  if (!begun || (await action.verify(reading, step.parameters)) !== undefined) {
    await refuseBroken(approved, ports);
    await refuseDrift(step, plan.incidentId, ports);
    if (!begun) at = await advance(ports.table, at, { status: 'acting' });
    const acting = actingContext(ports, step.target, { incidentId: plan.incidentId, calls: step.calls });
    await action.act(acting, step.calls, step.parameters);
  }
  await advance(ports.table, at, { status: 'acted', actedAtMs: ports.clock.nowMs() });
  return { index: step.index, status: 'acted' };
}

/** @throws YaguraError VerifyFailed where the target is not (yet) as the action wants it */
export async function verifyStep(task: TaskOf<'verify'>, ports: RespondPorts): Promise<StepAnswer> {
  const { plan, step } = await approvedStep(ports.table, task);
  const at = await recordOf(ports.table, plan.runId, step.index);
  if (at.record.status !== 'acted') return { index: step.index, status: at.record.status };
  const reading = readingContext(ports, step.target, plan.incidentId);
  const wrong = await actionOf(step.actionId).verify(reading, step.parameters);
  if (wrong !== undefined) throw new YaguraError('VerifyFailed', `${step.actionId} on ${step.target.uid}: ${wrong}`);
  await advance(ports.table, at, { status: 'verified', verifiedAtMs: ports.clock.nowMs() });
  return { index: step.index, status: 'verified' };
}
