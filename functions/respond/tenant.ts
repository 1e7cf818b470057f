/** Turns a listed operation and its parameters into one request to a tenant, and the answer into JSON, "no such thing", or an error that a person can act on. */
import { YaguraError } from '../core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { parseJson } from '../core/json-exact.ts';
import { listedOperation, NEXT_PAGE, type TenantRequest, tenantRequest } from '../core/tenant/operation.ts';
import { TENANT_PRODUCTS } from '../core/tenant/product.ts';
import { safeText } from '../core/terminal-text.ts';
import { vendorReason } from '../core/vendor-reason.ts';
import type { ResponderTier } from '../ports/cloud.ts';
import type { TenantResponse, Tenants, TenantTarget } from '../ports/tenants.ts';

const RANK: Readonly<Record<ResponderTier, number>> = { read: 0, contain: 1, destroy: 2 };

/**
 * @returns the answer's object; of a list `{ value: […] }`, with `nextPage` where there is another page; undefined where the vendor knows no
 * such thing
 * @throws YaguraError Refused (not listed, another tier, not permitted), BadInput, Conflict, Throttled, Unavailable
 */
export async function callTenant(
  tenants: Tenants,
  target: TenantTarget,
  call: { operation: string; parameters: JsonObject },
): Promise<JsonObject | undefined> {
  const listed = listedOperation(call.operation);
  if (!call.operation.startsWith(`${target.product}:`))
    throw new YaguraError('Refused', `${call.operation} is no operation of ${target.product}`);
  if (RANK[listed.tier] > RANK[target.tier])
    throw new YaguraError('Refused', `${call.operation} needs the ${listed.tier} credential, not the ${target.tier} credential`);
  const request = tenantRequest(call.operation, call.parameters);
  return answerOf(await tenants.request(target, request), { target, request });
}

interface Exchange {
  target: TenantTarget;
  request: TenantRequest;
}

function answerOf(given: TenantResponse, exchange: Exchange): JsonObject | undefined {
  const response = { ...given, status: meant(given, exchange) };
  if (response.status === 404 || response.status === 410) return undefined;
  if (response.status < 200 || response.status >= 300) throw refusal(response, exchange);
  const json = response.body === '' ? undefined : jsonIn(response, exchange);
  const next = TENANT_PRODUCTS[exchange.target.product]?.next({ headers: response.headers, json }, exchange.request.query);
  const object = isJsonObject(json) ? json : Array.isArray(json) ? { value: json } : {};
  return next === undefined ? object : { ...object, [NEXT_PAGE]: new URLSearchParams(next).toString() };
}

/** Where a vendor says only in the body that it did not do it. */
function meant(response: TenantResponse, exchange: Exchange): number {
  const { status } = TENANT_PRODUCTS[exchange.target.product] ?? {};
  const isJson = status !== undefined && response.status === 200 && response.headers['content-type']?.includes('json') !== false;
  return isJson && response.body !== '' ? (status?.(jsonIn(response, exchange)) ?? response.status) : response.status;
}

function jsonIn({ status, body }: TenantResponse, { target, request }: Exchange): Json {
  try {
    return parseJson(body);
  } catch (error) {
    const what = `${request.operation} of ${target.tenantId} answered ${status} with what is no JSON`;
    throw new YaguraError('Unavailable', what, { cause: error });
  }
}

function refusal(response: TenantResponse, { target, request }: Exchange): YaguraError {
  const { status, body, headers } = response;
  const reason = vendorReason(body);
  const said = reason === undefined ? '' : `: ${safeText(reason, 200)}`;
  const what = `${request.operation} of ${target.tenantId} answered ${status}${said}`;
  if (status === 429) return new YaguraError('Throttled', `${what}${waitText(headers)}`);
  if (status >= 500 || status === 408) return new YaguraError('Unavailable', what);
  if (status === 409 || status === 412 || status === 423) return new YaguraError('Conflict', what, { retryable: true });
  const fix = fixOf(status, target);
  return new YaguraError('Refused', what, fix === undefined ? {} : { problems: [{ at: request.operation, what, fix }] });
}

const waitText = (headers: TenantResponse['headers']): string => {
  const after = headers['retry-after'];
  return after === undefined ? '' : `; it asks to wait ${safeText(after, 40)} s`;
};

function fixOf(status: number, { product, tier, scopes }: TenantTarget): string | undefined {
  if (status !== 401 && status !== 403) return undefined;
  return `give the ${tier} credential of ${product} the scopes ${scopes.join(', ')}; over administrators the vendor may ask for a role too`;
}
