/** The tenants of identity providers and SaaS that responses act on. */
import type { TenantRequest } from '../core/tenant/operation.ts';
import type { TenantProductId } from '../core/tenant/product.ts';
import type { ResponderTier } from './cloud.ts';

export interface TenantTarget {
  product: TenantProductId;
  /** Domain, directory id or organization, as the configuration names it. */
  tenantId: string;
  /** Which of the tenant's three credentials makes the call. */
  tier: ResponderTier;
  /** All that the call needs: where the vendor can narrow a token, it can do no more. */
  scopes: readonly string[];
}

export interface TenantResponse {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** As text; never holds what authenticated the request. */
  body: string;
}

export interface Tenants {
  /**
   * One request to the tenant's API, authenticated; what authenticates it never leaves the adapter. Every status is an answer. Waits as
   * long as the vendor asks where that is short, and repeats what changes something only where the vendor did not take it.
   * @throws YaguraError Refused (a tenant that is not configured, a tier without a credential, a credential that is not taken), Throttled,
   * Unavailable where no whole answer came
   */
  request(target: TenantTarget, request: TenantRequest): Promise<TenantResponse>;
}
