/** Turns the calls of a plan into the STS session policy that leaves a responder's session those calls and nothing else. */
import { iamActionsOf } from '../../core/aws/operation.ts';
import type { PlannedCall } from '../../core/plan.ts';

/** The role's own policy, with its resources, holds too: a session may do what both allow. @see AssumeRole, `Policy`: at most 2,048 characters */
export function sessionPolicyOf(calls: readonly PlannedCall[]): string {
  const actions = new Set(calls.flatMap(({ service, operation }) => iamActionsOf(`${service}:${operation}`)));
  const statement = { Effect: 'Allow', Action: [...actions].sort(), Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
