/** Turns a person's vote into the end of a waiting: judged and written once, race-safe, then handed to the playbook exactly once. */
import { APPROVAL_SK, Approval, approvalPk, approvalsPk, Decision, judgeVote, TOKEN_SK } from '../core/approval.ts';
import { YaguraError } from '../core/error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { Item, Table } from '../ports/table.ts';

export interface DecidePorts {
  table: Table;
  executions: Executions;
  clock: Clock;
}

export interface DecideAnswer {
  [key: string]: string | number;
  approvalId: string;
  runId: string;
  status: Approval['status'];
  /** Approvals that are still missing. */
  missing: number;
}

/** Who claims the delivery has so long; after that it counts as crashed and another call may deliver. */
const CLAIM_MS = 60_000;
const ATTEMPTS = 8;

interface Stored {
  approval: Approval;
  item: Item;
}

/**
 * Counts a vote. A vote that is refused changes nothing.
 * @throws YaguraError BadInput, ApprovalInvalid (unknown, used, other plan, own request, voted twice), ApprovalExpired
 */
export async function decide(raw: unknown, ports: DecidePorts): Promise<DecideAnswer> {
  const vote = parsed(raw);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stored = await load(vote.approvalId, ports.table);
    const nowMs = ports.clock.nowMs();
    if (mayRedeliver(stored.approval, vote, nowMs)) {
      const claimed = await save(stored, { ...stored.approval, claimedAtMs: nowMs }, ports.table);
      if (claimed !== undefined) return await deliver(claimed, ports, { again: true });
      continue;
    }
    const judged = judgeVote(stored.approval, vote, nowMs);
    if ('refused' in judged) throw new YaguraError(judged.refused.code, judged.refused.why);
    const { next } = judged;
    const decided = next.status !== 'pending';
    const saved = await save(stored, decided ? { ...next, claimedAtMs: nowMs } : next, ports.table);
    if (saved !== undefined) return decided ? await deliver(saved, ports, { again: false }) : answer(next);
  }
  throw new YaguraError('Conflict', 'too many people vote at once', { retryable: true });
}

function parsed(raw: unknown): Decision {
  const result = Decision.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({ at: issue.path.join('.') || '(root)', what: issue.message }));
  throw new YaguraError('BadInput', 'bad decision', { problems });
}

/** An unknown id and a used one are told alike enough: neither says what exists. */
async function load(approvalId: string, table: Table): Promise<Stored> {
  const item = await table.get(approvalPk(approvalId), APPROVAL_SK);
  if (item === undefined) throw new YaguraError('ApprovalInvalid', 'there is no such approval');
  return { item, approval: Approval.parse(item.data) };
}

/** Decided, but whoever decided did not live to say so: the same person's same vote again delivers it. */
function mayRedeliver(approval: Approval, vote: Decision, nowMs: number): boolean {
  if (approval.delivered || (approval.status !== 'approved' && approval.status !== 'rejected')) return false;
  const own = approval.votes.some((earlier) => earlier.approver === vote.approver && earlier.decision === vote.decision);
  return own && vote.planHash === approval.planHash && nowMs - (approval.claimedAtMs ?? 0) > CLAIM_MS;
}

async function save(from: Stored, approval: Approval, table: Table): Promise<Stored | undefined> {
  const { pk, sk, version, expiresAtSec } = from.item;
  const index = {
    pk: approvalsPk(approval.status),
    sk: `${new Date(approval.createdAtMs).toISOString()}#${approval.approvalId}`,
  };
  const put = { pk, sk, data: approval, index, ...(expiresAtSec === undefined ? {} : { expiresAtSec }) };
  const written = await table.write([{ put, condition: { version } }]);
  return written ? { approval, item: { ...put, version: version + 1 } } : undefined;
}

async function deliver(stored: Stored, ports: DecidePorts, { again }: { again: boolean }): Promise<DecideAnswer> {
  const { approval, item } = stored;
  const token = (await ports.table.get(item.pk, TOKEN_SK))?.data['taskToken'];
  const waited = typeof token === 'string' && (await hand(approval, token, ports.executions));
  await ports.table.write([{ delete: { pk: item.pk, sk: TOKEN_SK } }]);
  // A delivery that is made again meets a used token where only the note of it was lost.
  const status = waited || again ? approval.status : 'expired';
  await save(stored, { ...approval, status, delivered: true }, ports.table);
  if (status === 'expired') throw new YaguraError('ApprovalExpired', 'the playbook no longer waits for this approval');
  return answer(approval);
}

/** False where the playbook has stopped waiting for this token, or got its answer before. */
async function hand(approval: Approval, taskToken: string, executions: Executions): Promise<boolean> {
  const { approvalId, planHash, votes } = approval;
  try {
    if (approval.status === 'approved') {
      await executions.sendTaskSuccess(taskToken, { approvalId, planHash, decision: 'approve' });
    } else {
      const rejection = votes.find((vote) => vote.decision === 'reject');
      await executions.sendTaskFailure(
        taskToken,
        'ApprovalRejected',
        `${rejection?.approver ?? 'somebody'}: ${rejection?.reason ?? ''}`,
      );
    }
    return true;
  } catch (error) {
    if (error instanceof YaguraError && error.code === 'ApprovalInvalid') return false;
    throw error;
  }
}

function answer(approval: Approval): DecideAnswer {
  const approvals = approval.votes.filter((vote) => vote.decision === 'approve').length;
  const missing = approval.status === 'pending' ? approval.needed - approvals : 0;
  return { approvalId: approval.approvalId, runId: approval.runId, status: approval.status, missing };
}
