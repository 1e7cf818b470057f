/** Gives an action its target's account or tenant: reads through what can only read, and of changes only the approved calls. */
import { canonicalJson } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import type { ActionTarget, PlannedCall } from '../core/plan.ts';
import { listedOperation } from '../core/tenant/operation.ts';
import { TENANT_PRODUCT_IDS, type TenantProductId } from '../core/tenant/product.ts';
import type { ActContext, ActionContext } from './actions/action.ts';
import { sessionPolicyOf } from './actions/session-policy.ts';
import type { RespondPorts } from './ports.ts';
import { callTenant } from './tenant.ts';

type Ports = Pick<RespondPorts, 'cloud' | 'tenants' | 'clock'>;

export function readingContext(ports: Ports, target: ActionTarget, incidentId: string): ActionContext {
  const { accountId, region } = target;
  return {
    incidentId,
    nowMs: ports.clock.nowMs(),
    read: async (service, operation, parameters) => {
      if (target.provider === 'aws')
        return await ports.cloud.call({ accountId, region, tier: 'read' }, service, operation, parameters);
      const name = `${service}:${operation}`;
      const from = { ...tenantOf(target), tier: 'read' as const, scopes: listedOperation(name).scopes };
      return await callTenant(ports.tenants, from, { operation: name, parameters });
    },
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
      if (target.provider !== 'aws') {
        const name = `${call.service}:${call.operation}`;
        const to = { ...tenantOf(target), tier: call.tier, scopes: scopesOfTier(approved.calls, call.tier) };
        return await callTenant(ports.tenants, to, { operation: name, parameters: { ...call.parameters, ...late } });
      }
      // Stolen while it acts, the session could make these calls and no other.
      const to = { accountId, region, tier: call.tier, sessionPolicy };
      return await ports.cloud.call(to, call.service, call.operation, { ...call.parameters, ...late });
    },
  };
}

/** All that the approved calls of a tier need, and nothing else: where a vendor narrows tokens, a stolen one can do no more. */
const scopesOfTier = (calls: readonly PlannedCall[], tier: PlannedCall['tier']): string[] => {
  const own = calls.filter((call) => call.tier === tier);
  return [...new Set(own.flatMap(({ service, operation }) => listedOperation(`${service}:${operation}`).scopes))].sort();
};

/** @throws YaguraError Refused for a provider that has no tenants */
function tenantOf({ provider, accountId }: ActionTarget): { product: TenantProductId; tenantId: string } {
  const product = TENANT_PRODUCT_IDS.find((id) => id === provider);
  if (product === undefined) throw new YaguraError('Refused', `${provider} has no tenants that responses act on`);
  return { product, tenantId: accountId };
}

const callText = (call: PlannedCall): string => {
  const parameters: JsonObject = { ...call.parameters };
  return canonicalJson({ ...call, parameters, late: call.late ?? [] });
};
