/** Gives an action its target's account: reads through the role that can only read, and of changes only the approved calls. */
import { canonicalJson } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import type { ActionTarget, PlannedCall } from '../core/plan.ts';
import type { ActContext, ActionContext } from './actions/action.ts';
import { sessionPolicyOf } from './actions/session-policy.ts';
import type { RespondPorts } from './ports.ts';

type Ports = Pick<RespondPorts, 'cloud' | 'clock'>;

export function readingContext(ports: Ports, target: ActionTarget, incidentId: string): ActionContext {
  const { accountId, region } = target;
  return {
    incidentId,
    nowMs: ports.clock.nowMs(),
    read: (service, operation, parameters) =>
      ports.cloud.call({ accountId, region, tier: 'read' }, service, operation, parameters),
  };
}

export function actingContext(
  ports: Ports,
  target: ActionTarget,
  approved: { incidentId: string; calls: readonly PlannedCall[] },
): ActContext {
  const { accountId, region } = target;
  const allowed = new Set(approved.calls.map(callText));
  const sessionPolicy = sessionPolicyOf(approved.calls);
  return {
    ...readingContext(ports, target, approved.incidentId),
    perform: async (call, late = {}) => {
      const mayBeLate = new Set(call.late ?? []);
      const stray = Object.keys(late).find((name) => !mayBeLate.has(name));
      if (!allowed.has(callText(call)) || stray !== undefined) {
        throw new YaguraError('Refused', `${call.service}:${call.operation} is not a call of the approved plan`);
      }
      // Stolen while it acts, the session could make these calls and no other.
      const to = { accountId, region, tier: call.tier, sessionPolicy };
      return await ports.cloud.call(to, call.service, call.operation, { ...call.parameters, ...late });
    },
  };
}

const callText = (call: PlannedCall): string => {
  const parameters: JsonObject = { ...call.parameters };
  return canonicalJson({ ...call, parameters, late: call.late ?? [] });
};
