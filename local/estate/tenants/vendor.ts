/** What a simulated vendor is: routes of its API over the resources of a tenant, with errors and pages as the vendor has them. */
import type * as z from 'zod';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import type { TenantProductId } from '../../../functions/core/tenant/product.ts';
import type { At } from '../resource.ts';

export interface VendorRequest {
  at: At;
  /** The decoded segments of the path, by the names in the route. */
  ids: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  body: Json | undefined;
  /** Path and query as asked, for links to other pages. */
  url: string;
}
export interface VendorAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: Json;
}
export type VendorHandler = (request: VendorRequest) => Promise<VendorAnswer>;

export interface SimulatedVendor {
  /** By method and path, such as `POST /api/v1/users/{userId}/lifecycle/suspend`. */
  routes: Readonly<Record<string, VendorHandler>>;
  /** A refusal in the vendor's own words. */
  refusal(status: number, why: string): JsonObject;
}
export type SimulatedVendors = Readonly<Partial<Record<TenantProductId, SimulatedVendor>>>;

/** Thrown by handlers: becomes the vendor's refusal. */
export class VendorRefusal extends Error {
  readonly status: number;
  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}

export const ok = (body: Json): VendorAnswer => ({ status: 200, body });
export const NO_CONTENT: VendorAnswer = { status: 204 };
export const notFound = (what: string): VendorRefusal => new VendorRefusal(404, `Not found: ${what}`);

/** The body in the form that the vendor takes. @throws VendorRefusal with the status by which the vendor refuses another */
export function bodyAs<S extends z.ZodType>({ body }: VendorRequest, schema: S, status = 400): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new VendorRefusal(status, `Invalid request body: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  return parsed.data;
}

/** Small, so that whoever reads one page only is found out. */
export const PAGE_SIZE = 2;

/** The page that a query asks for, and the cursor of the next one where there is one. */
export function pageOf<T>(all: readonly T[], cursor: string | undefined): { items: T[]; next?: string } {
  const from = Number(cursor ?? 0);
  const items = all.slice(from, from + PAGE_SIZE);
  return from + PAGE_SIZE < all.length ? { items, next: String(from + PAGE_SIZE) } : { items };
}

/** A route's path as an expression that names its segments. */
export function matchRoute(route: string, method: string, path: string): Record<string, string> | undefined {
  const [ofMethod, pattern = ''] = route.split(' ');
  const parts = pattern.split('/');
  const given = path.split('/');
  if (ofMethod !== method || parts.length !== given.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = given[i] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) ids[name] = decodeURIComponent(segment);
    else if (part !== segment) return undefined;
  }
  return ids;
}
