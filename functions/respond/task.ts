/** The tasks that a playbook gives to the respond stage, checked before anything else: their content may stem from a log. */
import * as z from 'zod';
import { RunId, SafeId } from '../core/plan.ts';
import { RUN_OUTCOMES } from '../core/response-run.ts';

const PlanHash = z.string().regex(/^[0-9a-f]{64}$/);
const Reason = z.string().max(500);
const Requester = z.string().min(1).max(200);
const index = z.int().min(0).max(999);

/** An action that a playbook wants, for the parameters that it got. `when: false` leaves it out. */
const WantedAction = z.strictObject({
  id: z.string().max(80),
  parameters: z.record(z.string(), z.json()),
  when: z.boolean().optional(),
});
export type WantedAction = z.infer<typeof WantedAction>;

const step = { runId: RunId, planHash: PlanHash, index };

export const RespondTask = z.discriminatedUnion('op', [
  /** Looks, and writes down what would be done. */
  z.strictObject({
    op: z.literal('plan'),
    runId: RunId,
    playbook: SafeId,
    incidentId: SafeId,
    requester: Requester,
    reason: Reason,
    actions: z.array(WantedAction).min(1).max(50),
  }),
  /** The same for taking back an earlier run. */
  z.strictObject({
    op: z.literal('planUndo'),
    runId: RunId,
    playbook: SafeId,
    incidentId: SafeId,
    requester: Requester,
    reason: Reason,
    undoRunId: RunId,
  }),
  z.strictObject({ op: z.literal('capture'), ...step }),
  z.strictObject({ op: z.literal('act'), ...step }),
  z.strictObject({ op: z.literal('verify'), ...step }),
  z.strictObject({ op: z.literal('undo'), ...step }),
  z.strictObject({ op: z.literal('verifyUndo'), ...step }),
  /** Takes back one step of the run itself, after a later one failed; needs no approval of its own. */
  z.strictObject({ op: z.literal('rollback'), runId: RunId, index }),
  /** Writes the run's end into the ledger and tells the others. */
  z.strictObject({
    op: z.literal('record'),
    runId: RunId,
    incidentId: SafeId,
    outcome: z.enum(RUN_OUTCOMES),
    failure: z.strictObject({ error: z.string().max(256), cause: z.string().max(40_000) }).optional(),
  }),
]);
export type RespondTask = z.infer<typeof RespondTask>;
export type TaskOf<Op extends RespondTask['op']> = Extract<RespondTask, { op: Op }>;
