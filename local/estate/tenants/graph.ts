/** What the simulated parts of Microsoft Graph share: its errors, its lists with a link to the next page, its filters. */
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { ok, pageOf, type VendorAnswer, VendorRefusal, type VendorRequest } from './vendor.ts';

/** @see Microsoft Graph, "Error responses and resource types" */
export const graphRefusal = (status: number, message: string): JsonObject => {
  const code =
    status === 404 ? 'Request_ResourceNotFound' : status === 403 ? 'Authorization_RequestDenied' : 'Request_BadRequest';
  return { error: { code, message } };
};

/** @see Microsoft Graph, "Paging Microsoft Graph data in your app" */
export function graphList({ query, url }: VendorRequest, items: readonly Json[]): VendorAnswer {
  const { items: value, next } = pageOf(items, query['$skiptoken']);
  if (next === undefined) return ok({ value });
  const [path = ''] = url.split('?');
  const search = new URLSearchParams({ ...query, $skiptoken: next });
  return ok({ value, '@odata.nextLink': `https://graph.microsoft.com${path}?${search}` });
}

/** The value in `name eq 'value'`. */
export function equalTo(filter: string | undefined, name: string): string {
  const value = new RegExp(`^${name} eq '([\\w-]+)'$`).exec(filter ?? '')?.[1];
  if (value === undefined) throw new VendorRefusal(400, 'Invalid filter clause');
  return value;
}
