/** Judges a person's vote on a plan: which votes count, when a plan is decided, and why a vote is refused. */
import * as z from 'zod';
import { RunId, SafeId } from './plan.ts';

/** 128 random bits: knowing it lets one look, never decide. */
export const ApprovalId = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
export const APPROVAL_BYTES = 16;

const Vote = z.strictObject({ approver: z.string(), decision: z.enum(['approve', 'reject']), reason: z.string(), atMs: z.int() });

/** A question to people, as anybody may read it: the task token that its answer needs is kept in another item. */
export const Approval = z.strictObject({
  approvalId: ApprovalId,
  runId: RunId,
  incidentId: SafeId,
  playbook: SafeId,
  kind: z.enum(['respond', 'undo']),
  planHash: z.string(),
  tier: z.int().min(0).max(3),
  needed: z.int().min(1).max(2),
  requester: z.string(),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  /** `superseded`: the run asks anew, under another id; `expired`: the run stopped waiting. */
  status: z.enum(['pending', 'approved', 'rejected', 'superseded', 'expired']),
  votes: z.array(Vote),
  /** When the answer was last handed to the waiting playbook, and whether that call returned. */
  claimedAtMs: z.int().exactOptional(),
  delivered: z.boolean(),
});
export type Approval = z.infer<typeof Approval>;

export const approvalPk = (approvalId: string): string => `APPROVAL#${approvalId}`;
export const APPROVAL_SK = 'APPROVAL';
/** The task token's own item: only the deciding stage reads it, and it goes once the answer is delivered. */
export const TOKEN_SK = 'TOKEN';
/** Index partition of the approvals in one status, by time. */
export const approvalsPk = (status: Approval['status']): string => `APPROVALS#${status}`;

/** One person's answer. `planHash` is that of the plan which the person saw. */
export const Decision = z.strictObject({
  approvalId: ApprovalId,
  planHash: z.string().regex(/^[0-9a-f]{64}$/),
  decision: z.enum(['approve', 'reject']),
  approver: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@:/+-]{0,199}$/u)
    .refine((name) => name.trim() === name, 'no space at its end'),
  reason: z.string().trim().min(1).max(500),
});
export type Decision = z.infer<typeof Decision>;

export type Judgement =
  | { refused: { code: 'ApprovalExpired' | 'ApprovalInvalid'; why: string } }
  /** The approval as it is after the vote. */
  | { next: Approval };

const refused = (code: 'ApprovalExpired' | 'ApprovalInvalid', why: string): Judgement => ({ refused: { code, why } });
/** An ARN names a person by its last part: a command signed with it and the page tell the same one. */
const personKey = (name: string): string => {
  const text = name.normalize('NFKC').toLowerCase();
  return text.startsWith('arn:') ? (text.split('/').at(-1) ?? text) : text;
};
/** Two spellings of one person are one person. Two that might be one count as one: a third can still be asked. */
const samePerson = (a: string, b: string): boolean => personKey(a) === personKey(b);

/** What a vote makes of an approval at a moment: the next approval, or the reason why the vote does not count. */
export function judgeVote(approval: Approval, vote: Decision, nowMs: number): Judgement {
  if (approval.status !== 'pending') return refused('ApprovalInvalid', `already ${approval.status}: an approval is used once`);
  if (vote.planHash !== approval.planHash) return refused('ApprovalInvalid', 'the vote is for another plan (plan hash differs)');
  if (nowMs >= approval.expiresAtMs) {
    return refused('ApprovalExpired', `expired at ${new Date(approval.expiresAtMs).toISOString()}`);
  }
  if (approval.votes.some((earlier) => samePerson(earlier.approver, vote.approver))) {
    return refused('ApprovalInvalid', `${vote.approver} has voted already`);
  }
  if (vote.decision === 'approve' && approval.needed > 1 && samePerson(approval.requester, vote.approver)) {
    return refused('ApprovalInvalid', 'who asks for a response that needs two persons cannot be one of them');
  }
  const votes = [...approval.votes, { approver: vote.approver, decision: vote.decision, reason: vote.reason, atMs: nowMs }];
  return { next: { ...approval, votes, status: statusOf(votes, approval.needed) } };
}

/** One rejection decides; else as many approvals as are needed. */
function statusOf(votes: Approval['votes'], needed: number): 'pending' | 'approved' | 'rejected' {
  if (votes.some((vote) => vote.decision === 'reject')) return 'rejected';
  return votes.length >= needed ? 'approved' : 'pending';
}
