/** The calls to vendors' APIs that responses may make: an explicit list; each becomes exactly one HTTP request, whatever its parameters say. */
import { parameterProblems } from '../aws/operation.ts';
import { YaguraError } from '../error.ts';
import type { Json, JsonObject } from '../json.ts';
import { ENTRA_OPERATIONS } from './entra-operations.ts';
import { GITHUB_OPERATIONS } from './github-operations.ts';
import { GOOGLE_OPERATIONS } from './google-operations.ts';
import { MICROSOFT_365_OPERATIONS } from './microsoft-365-operations.ts';
import { OKTA_OPERATIONS } from './okta-operations.ts';
import type { TenantProductId } from './product.ts';
import { SLACK_OPERATIONS } from './slack-operations.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface TenantOperation {
  /** `read` changes nothing; `contain` can be taken back, or costs people no more than signing in again; `destroy` cannot, or holds power over administrators. */
  tier: 'read' | 'contain' | 'destroy';
  /** Method, path and the query that is always sent; `{name}` is a parameter, encoded as one segment. */
  request: `${HttpMethod} /${string}`;
  /** Parameters that go into the query; `?` after those that may be left out. */
  query?: readonly string[];
  /** Parameters that are members of the JSON body; `?` as above. */
  body?: readonly string[];
  /** The one parameter that is the whole body. */
  whole?: string;
  /** Where it is asked, where that is not the product's first host. */
  host?: string;
  /** The parameter that names in whose name it is asked, where that is not the credential's own. */
  as?: string;
  /** OAuth scopes or application permissions, the least that the vendor names. */
  scopes: readonly string[];
}

/** One request, ready but for the tenant's host and what authenticates it. */
export interface TenantRequest {
  /** `okta:SuspendUser`: for errors and counts. */
  operation: string;
  method: HttpMethod;
  path: string;
  query: Readonly<Record<string, string>>;
  body?: Json;
  host?: string;
  /** In whose name. */
  subject?: string;
}

const OPERATIONS: Readonly<Record<TenantProductId, Readonly<Record<string, TenantOperation>>>> = {
  okta: OKTA_OPERATIONS,
  entra: ENTRA_OPERATIONS,
  'microsoft-365': MICROSOFT_365_OPERATIONS,
  'google-workspace': GOOGLE_OPERATIONS,
  github: GITHUB_OPERATIONS,
  slack: SLACK_OPERATIONS,
};

/** By `product:Operation`. */
export const TENANT_OPERATIONS: ReadonlyMap<string, TenantOperation> = new Map(
  Object.entries(OPERATIONS).flatMap(([product, operations]) =>
    Object.entries(operations).map(([name, operation]): [string, TenantOperation] => [`${product}:${name}`, operation]),
  ),
);

/** The parameter that asks for another page than the first: the query that the page before named, as text. */
export const NEXT_PAGE = 'nextPage';

/** @throws YaguraError Refused for an operation that is not listed, BadInput for parameters that are not its own */
export function tenantRequest(name: string, parameters: JsonObject): TenantRequest {
  const listed = listedOperation(name);
  const problems = parameterProblems({ tier: listed.tier, parameters: parameterNames(listed) }, parameters);
  if (problems.length > 0) throw new YaguraError('BadInput', `parameters of ${name}`, { problems });
  const [method = 'GET', target = '/'] = listed.request.split(' ');
  const [path = '/', fixed = ''] = target.split('?');
  const asked = parameters[NEXT_PAGE];
  const query = typeof asked === 'string' ? new URLSearchParams(asked) : new URLSearchParams(fixed);
  if (asked === undefined) for (const [key, value] of given(listed.query, parameters)) query.set(key, String(value));
  const body = bodyOf(listed, parameters);
  return {
    operation: name,
    method: method as HttpMethod,
    path: path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => segment(name, parameters[parameter])),
    query: Object.fromEntries(query),
    ...(body === undefined ? {} : { body }),
    ...(listed.host === undefined ? {} : { host: listed.host }),
    ...(listed.as === undefined ? {} : { subject: String(parameters[listed.as]) }),
  };
}

/** @throws YaguraError Refused */
export function listedOperation(name: string): TenantOperation {
  const listed = TENANT_OPERATIONS.get(name);
  if (listed === undefined) throw new YaguraError('Refused', `${name} is not among the operations that responses may call`);
  return listed;
}

function parameterNames({ request, query = [], body = [], whole }: TenantOperation): string[] {
  const inPath = [...request.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const paging = request.startsWith('GET ') ? [`${NEXT_PAGE}?`] : [];
  return [...inPath, ...query, ...body, ...(whole === undefined ? [] : [whole]), ...paging];
}

function bodyOf({ body, whole }: TenantOperation, parameters: JsonObject): Json | undefined {
  if (whole !== undefined) return parameters[whole];
  return body === undefined ? undefined : Object.fromEntries(given(body, parameters));
}

const given = (names: readonly string[] = [], parameters: JsonObject): [string, Json][] =>
  names.flatMap((name): [string, Json][] => {
    const key = name.replace('?', '');
    const value = parameters[key];
    return value === undefined ? [] : [[key, value]];
  });

/** A dot segment would name another path, whatever the encoding. @see WHATWG URL, "double-dot path segment" */
function segment(name: string, value: Json | undefined): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (text === '' || /^\.{1,2}$/.test(text))
    throw new YaguraError('BadInput', `a path of ${name} cannot be made of its parameters`);
  return encodeURIComponent(text);
}
