/** Turns what a response means to do into a plan with a hash: what a person approves is exactly what may later run. */
import * as z from 'zod';
import { digestOf, sha256 } from './digest.ts';

const jsonObject = z.record(z.string(), z.json());
const localText = z.strictObject({ en: z.string(), ja: z.string() });

/** Ids that become parts of keys, ARNs and file names: letters, digits and `._:-`, at most 128, nothing else. */
export const SafeId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);
/** A run's id is also the execution's name. @see StartExecution, `name`: 1–80 characters */
export const RunId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/);

/** Where one action acts. `accountId` is the account, tenant or organization; `uid` an ARN or what comes nearest to one. */
export const ActionTarget = z.strictObject({
  provider: z.string(),
  accountId: z.string(),
  region: z.string(),
  uid: z.string(),
  name: z.string(),
});
export type ActionTarget = z.infer<typeof ActionTarget>;

/** One call that changes something, as it will be made. `late` names parameters known only then (a lock token, an id just created). */
export const PlannedCall = z.strictObject({
  tier: z.enum(['read', 'contain', 'destroy']),
  service: z.string(),
  operation: z.string(),
  parameters: jsonObject,
  late: z.array(z.string()).exactOptional(),
});
export type PlannedCall = z.infer<typeof PlannedCall>;

export const PlannedStep = z.strictObject({
  index: z.int().min(0),
  actionId: z.string(),
  parameters: jsonObject,
  target: ActionTarget,
  /** Empty where the target already is as the action wants it. */
  calls: z.array(PlannedCall),
  /** What the target looked like, as far as the plan depends on it: a change of this is a change of plan. */
  observed: jsonObject,
  /** What else a person should know before deciding; changes of it change nothing. */
  facts: jsonObject,
  approvalTier: z.int().min(0).max(3),
  blastRadius: z.int().min(1).max(5),
  reversible: z.enum(['full', 'partial', 'none']),
  texts: z.strictObject({ does: localText, staysOpen: z.array(localText), undoes: localText }),
  /** The step of an earlier run that this step takes back. */
  origin: z.strictObject({ runId: RunId, index: z.int().min(0) }).exactOptional(),
  hash: z.string(),
});
export type PlannedStep = z.infer<typeof PlannedStep>;

export const Plan = z.strictObject({
  runId: RunId,
  kind: z.enum(['respond', 'undo']),
  playbook: SafeId,
  incidentId: SafeId,
  requester: z.string(),
  reason: z.string(),
  createdAtMs: z.int(),
  /** The highest approval tier of the steps, and how many persons must agree. */
  tier: z.int().min(0).max(3),
  approvalsNeeded: z.int().min(1).max(2),
  steps: z.array(PlannedStep),
  hash: z.string(),
});
export type Plan = z.infer<typeof Plan>;

/** The digest of what a step does to what, in which observed state. Texts and facts are not part of it. */
export const stepHash = (step: Omit<PlannedStep, 'hash'>): string =>
  digestOf({
    actionId: step.actionId,
    parameters: step.parameters,
    target: step.target,
    calls: step.calls,
    observed: step.observed,
    approvalTier: step.approvalTier,
    origin: step.origin,
  });

/** SHA-256 of a plan: of its run, its purpose and its steps in order, not of when it was made or how it reads. */
export const planHash = (plan: Omit<Plan, 'hash'>): string =>
  digestOf({
    format: 1,
    runId: plan.runId,
    kind: plan.kind,
    playbook: plan.playbook,
    incidentId: plan.incidentId,
    requester: plan.requester,
    reason: plan.reason,
    approvalsNeeded: plan.approvalsNeeded,
    steps: plan.steps.map((step) => stepHash(step)),
  });

/** Persons needed for an approval tier: destructive ones (3) need two. */
export const approvalsFor = (tier: number): number => (tier >= 3 ? 2 : 1);

/** Completes a plan: tier, approvals and hashes follow from its steps. */
export function sealPlan(draft: Omit<Plan, 'tier' | 'approvalsNeeded' | 'hash'>): Plan {
  const tier = Math.max(0, ...draft.steps.map((step) => step.approvalTier));
  const plan = { ...draft, tier, approvalsNeeded: approvalsFor(tier) };
  return { ...plan, hash: planHash(plan) };
}

/** True where nobody changed the plan, or a step's own hash, since it was sealed. */
export const isSealed = (plan: Plan): boolean =>
  planHash(plan) === plan.hash && plan.steps.every((step) => stepHash(step) === step.hash);

/** The name under which one action on one target in one plan happens at most once. */
export const idempotencyKey = (plan: Plan, step: PlannedStep): string =>
  sha256([plan.incidentId, step.actionId, step.target.uid, plan.hash].join('|'));
