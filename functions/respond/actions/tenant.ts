/** What actions on tenants share: calls by the credential that they need, whole lists, targets. */
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { ActionTarget, PlannedCall } from '../../core/plan.ts';
import { listedOperation, NEXT_PAGE } from '../../core/tenant/operation.ts';
import type { TenantProductId } from '../../core/tenant/product.ts';
import type { ActionContext } from './action.ts';
import { readPages } from './aws.ts';

type Operation = `${TenantProductId}:${string}`;

/** One change, through the credential of the operation's own tier. `late` names parameters that are known only when it is made. */
export function change(operation: Operation, parameters: JsonObject, late?: string[]): PlannedCall {
  const [service = '', name = ''] = operation.split(':');
  return { tier: listedOperation(operation).tier, service, operation: name, parameters, ...(late === undefined ? {} : { late }) };
}

/** Every item of a list, over all of its pages. Undefined where the thing that has the list does not exist. */
export async function readAll<S extends z.ZodType>(
  context: ActionContext,
  operation: Operation,
  { parameters, item }: { parameters: JsonObject; item: S },
): Promise<z.infer<S>[] | undefined> {
  const answer = z.object({ value: z.array(item) });
  const token = { in: NEXT_PAGE, out: NEXT_PAGE };
  const pages = await readPages(context, operation, { parameters, answer, token });
  return pages?.flatMap(({ value }) => value);
}

/** Where an action on a tenant acts. Its uid is `okta://acme.okta.com/users/00u…`, so that never-touch patterns can name a kind or a tenant. */
export const tenantTarget = (
  product: TenantProductId,
  { tenant, path, name }: { tenant: string; path: string; name: string },
): ActionTarget => ({
  provider: product,
  accountId: tenant,
  region: 'global',
  uid: `${product}://${tenant}/${path}`,
  name,
});

/** An instant as the vendors write it: what began before it must end. */
export const Instant = z.iso.datetime();
