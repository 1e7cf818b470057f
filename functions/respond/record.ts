/** Turns the end of a run into ledger entries in the lake, a closed approval, and a bus event. Running it again changes nothing. */
import { APPROVAL_SK, Approval, approvalPk, approvalsPk, TOKEN_SK } from '../core/approval.ts';
import { YaguraError } from '../core/error.ts';
import { encodeLake } from '../core/lake/encode.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import { type Remediation, remediationEvent } from '../core/ocsf/remediation.ts';
import type { Plan } from '../core/plan.ts';
import { OUTCOME_SK, RUN_APPROVAL_SK, type RunOutcome, runPk, type StepRecord } from '../core/response-run.ts';
import type { Table } from '../ports/table.ts';
import { actionOf } from './actions/index.ts';
import type { RespondPorts } from './ports.ts';
import { findPlan, findRecord, recordsOf } from './run-store.ts';
import type { TaskOf } from './task.ts';

/** The partition of the lake that our own deeds are in. */
const LAKE_SOURCE = 'yagura';

export interface RecordAnswer {
  [key: string]: string | number;
  runId: string;
  outcome: RunOutcome;
  /** Steps that changed something, and steps that were taken back. */
  acted: number;
  undone: number;
}

/** @throws YaguraError VerifyFailed where a run would be recorded as done or undone, and one of its steps is not */
export async function recordRun(task: TaskOf<'record'>, ports: RespondPorts): Promise<RecordAnswer> {
  const { runId, incidentId } = task;
  const plan = await findPlan(ports.table, runId);
  const records = plan === undefined ? [] : await recordsFor(plan, ports.table);
  refuseUnproven(task.outcome, plan, records);
  const { endedAtMs, outcome, detail } = await outcomeOf(task, ports);
  const approval = await closeApproval(runId, outcome, ports.table);
  const entries = plan === undefined ? [] : ledgerOf(records, { plan, approval, endedAtMs, detail });
  await writeLedger(entries, { runId }, ports);
  await ports.bus.publish([{ name: 'ResponseEnded', detail: { runId, incidentId, outcome } }]);
  ports.meter.count({ ResponseEndedCount: 1 }, { outcome });
  const acted = records.filter((record) => record.runId === runId && record.status !== 'captured').length;
  return { runId, outcome, acted, undone: records.filter((record) => record.undoneBy === runId).length };
}

/** A playbook may claim what it likes: only steps that were verified make a run done. */
function refuseUnproven(outcome: RunOutcome, plan: Plan | undefined, records: readonly StepRecord[]): void {
  if (outcome !== 'done' && outcome !== 'undone') return;
  const wanted = outcome === 'done' ? 'verified' : 'undone';
  const expected = (plan?.steps ?? []).filter((step) => plan?.kind === 'undo' || step.calls.length > 0);
  const proven = records.filter(
    (record) => record.status === wanted || (outcome === 'done' && record.verifiedAtMs !== undefined),
  );
  const isOfKind = plan?.kind === (outcome === 'done' ? 'respond' : 'undo');
  if (isOfKind && proven.length === expected.length) return;
  throw new YaguraError('VerifyFailed', `${proven.length} of ${expected.length} steps are ${wanted}: the run is not ${outcome}`);
}

/** The first end that was written is the end: a retry may come with another clock, not with another outcome. */
async function outcomeOf(
  task: TaskOf<'record'>,
  ports: RespondPorts,
): Promise<{ endedAtMs: number; outcome: RunOutcome; detail: string | undefined }> {
  const detail = task.failure === undefined ? undefined : `${task.failure.error}: ${task.failure.cause}`.slice(0, 2000);
  const mine = { runId: task.runId, incidentId: task.incidentId, outcome: task.outcome, endedAtMs: ports.clock.nowMs() };
  const put = { pk: runPk(task.runId), sk: OUTCOME_SK, data: { ...mine, ...(detail === undefined ? {} : { detail }) } };
  if (await ports.table.write([{ put, condition: { absent: true } }])) return { ...mine, detail };
  const earlier = (await ports.table.get(runPk(task.runId), OUTCOME_SK))?.data;
  const endedAtMs = typeof earlier?.['endedAtMs'] === 'number' ? earlier['endedAtMs'] : mine.endedAtMs;
  return { ...mine, endedAtMs, detail };
}

async function closeApproval(runId: string, outcome: RunOutcome, table: Table): Promise<Approval | undefined> {
  const approvalId = (await table.get(runPk(runId), RUN_APPROVAL_SK))?.data['approvalId'];
  const item = typeof approvalId === 'string' ? await table.get(approvalPk(approvalId), APPROVAL_SK) : undefined;
  if (item === undefined) return undefined;
  const approval = Approval.parse(item.data);
  if (approval.status !== 'pending' || outcome === 'done' || outcome === 'undone') return approval;
  const { pk, sk, version, expiresAtSec } = item;
  const index = { pk: approvalsPk('expired'), sk: `${new Date(approval.createdAtMs).toISOString()}#${approval.approvalId}` };
  const closed: Approval = { ...approval, status: 'expired' };
  const put = { pk, sk, data: closed, index, ...(expiresAtSec === undefined ? {} : { expiresAtSec }) };
  await table.write([{ put, condition: { version } }, { delete: { pk, sk: TOKEN_SK } }]);
  return closed;
}

/** The run's own steps, and for an undo the steps that it took back. */
async function recordsFor(plan: Plan, table: Table): Promise<StepRecord[]> {
  if (plan.kind === 'respond') return await recordsOf(table, plan.runId);
  const found = await Promise.all(plan.steps.map(({ origin }) => origin && findRecord(table, origin.runId, origin.index)));
  return found.flatMap((versioned) => (versioned === undefined ? [] : [versioned.record]));
}

interface LedgerContext {
  plan: Plan;
  approval: Approval | undefined;
  endedAtMs: number;
  detail: string | undefined;
}

interface LedgerEntry {
  event: OcsfEvent;
  record: StepRecord;
}

function ledgerOf(records: readonly StepRecord[], context: LedgerContext): LedgerEntry[] {
  const { plan, endedAtMs, detail } = context;
  const why = detail === undefined ? {} : { detail };
  return records.flatMap((record) => {
    const entries: LedgerEntry[] = [];
    const entry = (more: Pick<Remediation, 'phase' | 'outcome' | 'startedAtMs' | 'endedAtMs'>) =>
      entries.push({ record, event: remediationEvent({ ...remediationOf(record, more.phase, context), ...more, ...why }) });
    const startedAtMs = record.capturedAtMs;
    if (record.runId === plan.runId && record.status !== 'captured') {
      const verifiedAtMs = record.verifiedAtMs;
      if (verifiedAtMs === undefined) entry({ phase: 'act', outcome: 'failure', startedAtMs, endedAtMs });
      else entry({ phase: 'act', outcome: 'success', startedAtMs, endedAtMs: verifiedAtMs });
    }
    const undoneAtMs = record.undoneBy === plan.runId ? record.undoneAtMs : undefined;
    if (undoneAtMs !== undefined) entry({ phase: 'undo', outcome: 'success', startedAtMs: undoneAtMs, endedAtMs: undoneAtMs });
    else if (record.status === 'undoing') entry({ phase: 'undo', outcome: 'failure', startedAtMs: endedAtMs, endedAtMs });
    return entries;
  });
}

function remediationOf(
  record: StepRecord,
  phase: Remediation['phase'],
  { plan, approval }: LedgerContext,
): Omit<Remediation, 'phase' | 'outcome' | 'startedAtMs' | 'endedAtMs'> {
  const action = actionOf(record.actionId);
  return {
    commandUid: record.idempotencyKey,
    countermeasure: phase === 'undo' ? (action.d3fendUndo ?? { ...action.d3fend, tactic: 'Restore' }) : action.d3fend,
    title: phase === 'undo' ? action.undoes.en : action.title.en,
    target: record.target,
    ...{ incidentId: record.incidentId, runId: plan.runId, playbook: plan.playbook, actionId: record.actionId },
    ...{ planHash: plan.hash, requester: plan.requester },
    approvers: (approval?.votes ?? []).filter((vote) => vote.decision === 'approve').map((vote) => vote.approver),
    ...{ evidenceKey: record.evidence.key, evidenceSha256: record.evidence.sha256 },
  };
}

async function writeLedger(entries: readonly LedgerEntry[], run: { runId: string }, ports: RespondPorts): Promise<void> {
  const rows = entries.map(({ event, record: { evidence } }) => ({
    event,
    source: LAKE_SOURCE,
    rawRef: { key: evidence.key, line: 1, sha256: evidence.sha256, bytes: evidence.sizeBytes },
    ingestTimeMs: ports.clock.nowMs(),
  }));
  for (const file of encodeLake(rows, `respond-${run.runId}`)) await ports.lake.put(file.key, file.bytes);
}
