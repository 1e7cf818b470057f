/** Names the items in which a response lives: its run, its plan, its steps with their undo records, and the circuit breakers. */
import * as z from 'zod';
import { ActionTarget, RunId, SafeId } from './plan.ts';

export const RUN_OUTCOMES = ['done', 'rejected', 'expired', 'failed', 'undone'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** Partition of everything about one run. */
export const runPk = (runId: string): string => `RUN#${runId}`;
/** The plan, indexed under `incidentRunsPk`. */
export const PLAN_SK = 'PLAN';
/** Which approval the run waits for. */
export const RUN_APPROVAL_SK = 'APPROVAL';
/** How the run ended. */
export const OUTCOME_SK = 'OUTCOME';
export const STEP_PREFIX = 'STEP#';
export const stepSk = (index: number): string => `${STEP_PREFIX}${String(index).padStart(3, '0')}`;
/** Index partition: the plans of an incident, by time. */
export const incidentRunsPk = (incidentId: string): string => `INCIDENT-RUNS#${incidentId}`;

/** Partition of the circuit breakers. */
export const BREAKER_PK = 'RESPONSE';
/** `{engaged: true, by, reason, atMs}` stops every action that is not an undo. */
export const KILL_SWITCH_SK = 'KILL-SWITCH';
/** `NEVER#<anything>` with `{pattern, reason}`: targets that no action may touch; `*` stands for any text. */
export const NEVER_TOUCH_PREFIX = 'NEVER#';
/** `{actionsPerHour, maxBlastRadius}`; the defaults hold where it is absent. */
export const LIMITS_SK = 'LIMITS';
export const DEFAULT_LIMITS = { actionsPerHour: 20, maxBlastRadius: 3 } as const;
export const budgetSk = (hour: number): string => `BUDGET#${hour}`;

/**
 * How far a step came: `captured` (undo record written, nothing changed), `acting` (a change may have happened), `acted`, `verified`,
 * `undoing`, `undone`.
 */
export const STEP_STATUSES = ['captured', 'acting', 'acted', 'verified', 'undoing', 'undone'] as const;

/** The write-ahead undo record of one step: enough to take it back, written before anything changes. */
export const StepRecord = z.strictObject({
  runId: RunId,
  index: z.int().min(0),
  incidentId: SafeId,
  playbook: SafeId,
  actionId: z.string(),
  parameters: z.record(z.string(), z.json()),
  target: ActionTarget,
  planHash: z.string(),
  stepHash: z.string(),
  idempotencyKey: z.string(),
  /** The state of the target before, in the action's own shape. */
  captured: z.record(z.string(), z.json()),
  /** The capture in the evidence bucket and its manifest. */
  evidence: z.strictObject({ key: z.string(), manifestKey: z.string(), sha256: z.string(), sizeBytes: z.int() }),
  status: z.enum(STEP_STATUSES),
  capturedAtMs: z.int(),
  actedAtMs: z.int().exactOptional(),
  verifiedAtMs: z.int().exactOptional(),
  undoneAtMs: z.int().exactOptional(),
  /** The run that took it back: an undo run, or the run itself where it rolled back. */
  undoneBy: RunId.exactOptional(),
});
export type StepRecord = z.infer<typeof StepRecord>;
