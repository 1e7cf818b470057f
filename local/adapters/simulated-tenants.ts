/** Turns persisted, simulated tenants into the Tenants port: requests are routed as the vendor's API routes them, and change what a test can compare. */
import { YaguraError } from '../../functions/core/error.ts';
import { listedOperation, type TenantRequest } from '../../functions/core/tenant/operation.ts';
import type { Clock } from '../../functions/ports/clock.ts';
import type { Table } from '../../functions/ports/table.ts';
import type { TenantResponse, Tenants, TenantTarget } from '../../functions/ports/tenants.ts';
import { matchRoute, type SimulatedVendor, type VendorAnswer, VendorRefusal } from '../estate/tenants/vendor.ts';
import { VENDORS } from '../estate/tenants/vendors.ts';
import { hasTenant, tenantKey } from './simulated-state.ts';

/**
 * Simulated tenants over a table. A request that no route takes is Refused, never a network call.
 * @throws YaguraError Refused also for an unknown tenant
 */
export function createSimulatedTenants({ table, clock }: { table: Table; clock?: Clock }): Tenants {
  return {
    request: async (target, request) => {
      const vendor = VENDORS[target.product];
      if (vendor === undefined || !(await hasTenant(table, target)))
        throw new YaguraError('Refused', `there is no simulated ${target.product} tenant ${target.tenantId}`);
      const at = { table, accountId: tenantKey(target), region: 'global', nowMs: clock?.nowMs() ?? Date.now() };
      const search = new URLSearchParams(request.query).toString();
      const url = `${request.path}${search === '' ? '' : `?${search}`}`;
      for (const [route, handler] of Object.entries(vendor.routes)) {
        const ids = matchRoute(route, request.method, request.path);
        if (ids === undefined) continue;
        const { query, body } = request;
        return await answered(vendor, async () => {
          permit(target, request);
          return await handler({ at, ids, query, body, url });
        });
      }
      throw new YaguraError('Refused', `${request.method} ${request.path} of ${target.product} is not simulated`);
    },
  };
}

/** As vendors do it: a token without the scope is told so. */
function permit({ scopes }: TenantTarget, { operation }: TenantRequest): void {
  const missing = listedOperation(operation).scopes.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) throw new VendorRefusal(403, `the access token lacks ${missing.join(' ')}`);
}

async function answered(vendor: SimulatedVendor, ask: () => Promise<VendorAnswer>): Promise<TenantResponse> {
  const {
    status,
    headers = {},
    body,
  } = await ask().catch((error: unknown): VendorAnswer => {
    if (!(error instanceof VendorRefusal)) throw error;
    return { status: error.status, body: vendor.refusal(error.status, error.message) };
  });
  return { status, headers, body: body === undefined ? '' : JSON.stringify(body) };
}
