/** A simulated Okta organization: users with their factors, roles, sessions and tokens, groups, applications, zones. */
import * as z from 'zod';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { type At, resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import {
  NO_CONTENT,
  notFound,
  ok,
  pageOf,
  type SimulatedVendor,
  type VendorAnswer,
  type VendorHandler,
  VendorRefusal,
  type VendorRequest,
} from './vendor.ts';

const GLOBAL = { global: true };
const Factor = z.strictObject({ id: text, factorType: text, provider: text, status: text, created: text });
const Role = z.strictObject({
  /** Okta gives each assignment an id of its own. */
  assignmentId: text,
  type: text,
  assignmentType: z.enum(['USER', 'GROUP']),
  /** Groups or applications that it is narrowed to. */
  targets: z.array(text),
});
export const OKTA_USER = resourceType(
  'okta/user',
  z.strictObject({
    ...{ status: text, login: text, provider: text },
    ...{ groups: z.array(text), apps: z.array(text), factors: z.array(Factor), roles: z.array(Role) },
  }),
  { ...GLOBAL, handedOut: ['assignmentId'], unordered: ['groups', 'roles'] },
);
const GROUP = resourceType('okta/group', z.strictObject({ type: text, name: text }), GLOBAL);
const APP = resourceType('okta/app', z.strictObject({ name: text, label: text, status: text }), GLOBAL);
const Gateway = z.strictObject({ type: text, value: text });
const ZONE = resourceType(
  'okta/zone',
  z.strictObject({
    ...{ type: text, name: text, status: text, usage: text },
    ...{ gateways: z.array(Gateway), proxies: z.array(Gateway).nullable() },
  }),
  GLOBAL,
);
const API_TOKEN = resourceType('okta/api-token', z.strictObject({ name: text, userId: text }), GLOBAL);
const LIVE = { global: true, live: true };
const SESSION = resourceType('okta/session', z.strictObject({ userId: text }), LIVE);
const REFRESH_TOKEN = resourceType(
  'okta/refresh-token',
  z.strictObject({ userId: text, clientId: text, clientName: text, created: text }),
  LIVE,
);
const LOG = resourceType('okta/log', z.strictObject({ published: text, eventType: text, targetId: text }), LIVE);

type User = z.infer<typeof OKTA_USER extends { parse(data: unknown): infer T } ? z.ZodType<T> : never>;
const id = (request: VendorRequest, name: string): string => request.ids[name] ?? '';

async function userOf(request: VendorRequest): Promise<User> {
  const found = await OKTA_USER.get(request.at, id(request, 'userId'));
  if (found === undefined) throw notFound('Resource not found: user');
  return found;
}

async function changeUser(request: VendorRequest, change: (user: User) => void): Promise<void> {
  if ((await OKTA_USER.change(request.at, id(request, 'userId'), change)) === undefined)
    throw notFound('Resource not found: user');
}

/** Lists come in pages; the next one is named in a header. @see Okta, "Pagination" */
function listed({ query, at, url }: VendorRequest, items: readonly Json[]): VendorAnswer {
  const { items: own, next } = pageOf(items, query['after']);
  if (next === undefined) return ok(own);
  const search = new URLSearchParams({ ...query, after: next });
  const [path = ''] = url.split('?');
  const [, host = ''] = at.accountId.split('/');
  return {
    ...ok(own),
    headers: { link: `<https://${host}${path}>; rel="self", <https://${host}${path}?${search}>; rel="next"` },
  };
}

const list =
  (of: (user: User, request: VendorRequest) => readonly Json[] | Promise<readonly Json[]>): VendorHandler =>
  async (request) =>
    listed(request, await of(await userOf(request), request));

const transition =
  (from: readonly string[], to: string, refusal: string): VendorHandler =>
  async (request) => {
    await changeUser(request, (user) => {
      if (!from.includes(user.status)) throw new VendorRefusal(400, refusal);
      user.status = to;
    });
    return ok({});
  };

async function note({ at }: VendorRequest, eventType: string, targetId: string): Promise<void> {
  const published = new Date(at.nowMs).toISOString();
  await LOG.put(at, `${published}#${(await LOG.all(at)).length}`, { published, eventType, targetId });
}

/** Refresh tokens survive where `oauthTokens` is not asked for. */
async function revokeSessions(request: VendorRequest): Promise<VendorAnswer> {
  const { at, query } = request;
  await userOf(request);
  const userId = id(request, 'userId');
  for (const [key, session] of await SESSION.all(at)) if (session.userId === userId) await SESSION.remove(at, key);
  if (query['oauthTokens'] === 'true')
    for (const [key, token] of await REFRESH_TOKEN.all(at)) if (token.userId === userId) await REFRESH_TOKEN.remove(at, key);
  await note(request, 'user.session.clear', userId);
  return NO_CONTENT;
}

const tokensOf = async (at: At, userId: string) => (await REFRESH_TOKEN.all(at)).filter(([, token]) => token.userId === userId);

async function clientsOf(_: User, request: VendorRequest): Promise<Json[]> {
  const tokens = await tokensOf(request.at, id(request, 'userId'));
  const byId = new Map(tokens.map(([, { clientId, clientName }]) => [clientId, clientName]));
  return [...byId].map(([client_id, client_name]) => ({ client_id, client_name }));
}

async function refreshTokensOf(_: User, request: VendorRequest): Promise<Json[]> {
  const tokens = await tokensOf(request.at, id(request, 'userId'));
  const own = tokens.filter(([, { clientId }]) => clientId === id(request, 'clientId'));
  return own.map(([key, { created }]) => ({ id: key, created, status: 'ACTIVE' }));
}

/** Without `until` Okta answers a next link for ever: that is how its log is followed. @see Okta, System Log, "Polling requests" */
async function logEvents(request: VendorRequest): Promise<VendorAnswer> {
  const { at, query, url } = request;
  const filter = /^eventType eq "([\w.]+)" and target\.id eq "(\w+)"$/.exec(query['filter'] ?? '');
  if (filter === null) throw new VendorRefusal(400, 'Invalid filter');
  const [, eventType, targetId] = filter;
  const found = (await LOG.all(at))
    .map(([, event]) => event)
    .filter((event) => event.eventType === eventType && event.targetId === targetId)
    .filter(({ published }) => published >= (query['since'] ?? '') && published <= (query['until'] ?? '9'));
  const answer = listed(
    request,
    found.map(({ published }) => ({ published, eventType: eventType ?? '' })),
  );
  if (query['until'] !== undefined) return answer;
  return { ...answer, headers: { link: `<https://${at.accountId.split('/')[1]}${url}>; rel="next"` } };
}

const inGroup =
  (isMember: boolean): VendorHandler =>
  async (request) => {
    const groupId = id(request, 'groupId');
    const group = await GROUP.get(request.at, groupId);
    if (group === undefined) throw notFound('Resource not found: group');
    if (group.type !== 'OKTA_GROUP') throw new VendorRefusal(403, 'group memberships are mastered elsewhere');
    await changeUser(request, (user) => {
      user.groups = [...user.groups.filter((one) => one !== groupId), ...(isMember ? [groupId] : [])];
    });
    return NO_CONTENT;
  };

const appTo =
  (status: string): VendorHandler =>
  async ({ at, ids }) => {
    const changed = await APP.change(at, ids['appId'] ?? '', (app) => {
      app.status = status;
    });
    if (changed === undefined) throw notFound('Resource not found: app');
    return ok({});
  };

/** A list narrower than what was there replaces it whole. */
async function replaceZone({ at, ids, body }: VendorRequest): Promise<VendorAnswer> {
  const zoneId = ids['zoneId'] ?? '';
  const zone = await ZONE.get(at, zoneId);
  if (zone === undefined) throw notFound('Resource not found: zone');
  const written = z
    .strictObject({
      type: text,
      name: text,
      status: text,
      usage: text,
      gateways: z.array(Gateway),
      proxies: z.array(Gateway).nullable(),
    })
    .safeParse(body);
  if (!written.success || written.data.type !== zone.type || written.data.usage !== zone.usage)
    throw new VendorRefusal(400, 'Api validation failed: zone');
  if (written.data.gateways.length > 1000) throw new VendorRefusal(400, 'Api validation failed: too many gateways');
  await ZONE.put(at, zoneId, written.data);
  return ok({ id: zoneId, ...written.data });
}

async function assignRole(request: VendorRequest): Promise<VendorAnswer> {
  const type = z.strictObject({ type: text }).parse(request.body).type;
  const assignmentId = `ra1${String(request.at.nowMs).slice(-7).padStart(17, '0')}`;
  await changeUser(request, (user) => {
    if (user.roles.some((role) => role.type === type))
      throw new VendorRefusal(409, 'The role specified is already assigned to the user');
    user.roles.push({ assignmentId, type, assignmentType: 'USER', targets: [] });
  });
  return { status: 201, body: { id: assignmentId, type } };
}

async function unassignRole(request: VendorRequest): Promise<VendorAnswer> {
  await changeUser(request, (user) => {
    const own = user.roles.find(({ assignmentId }) => assignmentId === id(request, 'roleAssignmentId'));
    if (own === undefined) throw notFound('Resource not found: role assignment');
    if (own.assignmentType !== 'USER') throw new VendorRefusal(403, 'the role is granted by a group');
    user.roles = user.roles.filter((role) => role !== own);
  });
  return NO_CONTENT;
}

async function unenroll(request: VendorRequest): Promise<VendorAnswer> {
  await changeUser(request, (user) => {
    const kept = user.factors.filter((factor) => factor.id !== id(request, 'factorId'));
    if (kept.length === user.factors.length) throw notFound('Resource not found: factor');
    user.factors = kept;
  });
  return NO_CONTENT;
}

async function resetFactors(request: VendorRequest): Promise<VendorAnswer> {
  await changeUser(request, (user) => {
    user.factors = [];
  });
  return ok({});
}

const found =
  <T extends JsonObject>(type: { get(at: At, id: string): Promise<T | undefined> }, name: string): VendorHandler =>
  async ({ at, ids }) => {
    const key = ids[name] ?? '';
    const data = await type.get(at, key);
    if (data === undefined) throw notFound(`Resource not found: ${key}`);
    return ok({ id: key, ...data });
  };

const getUser: VendorHandler = async (request) => {
  const { status, login, provider } = await userOf(request);
  return ok({ id: id(request, 'userId'), status, profile: { login }, credentials: { provider: { type: provider } } });
};

const targetsOf = list(({ roles }, request) =>
  (roles.find(({ assignmentId }) => assignmentId === id(request, 'roleAssignmentId'))?.targets ?? []).map((one) => ({ id: one })),
);

const USER = '/api/v1/users/{userId}';

/** @see Okta Management API: users, lifecycle, factors, roles, groups, apps, network zones, API tokens, System Log */
export const OKTA: SimulatedVendor = {
  refusal: (status, errorSummary) => ({
    errorCode: status === 404 ? 'E0000007' : status === 403 ? 'E0000006' : 'E0000001',
    errorSummary,
    errorCauses: [],
  }),
  routes: {
    [`GET ${USER}`]: getUser,
    [`GET ${USER}/appLinks`]: list(({ apps }) => apps.map((label) => ({ label, hidden: false }))),
    [`GET ${USER}/clients`]: list(clientsOf),
    [`GET ${USER}/clients/{clientId}/tokens`]: list(refreshTokensOf),
    [`GET ${USER}/factors`]: list(({ factors }) => factors),
    [`GET ${USER}/groups`]: list(({ groups }) => groups.map((one) => ({ id: one }))),
    [`GET ${USER}/roles`]: list(({ roles }) =>
      roles.map(({ assignmentId, type, assignmentType }) => ({ id: assignmentId, type, assignmentType, status: 'ACTIVE' })),
    ),
    [`GET ${USER}/roles/{roleAssignmentId}/targets/groups`]: targetsOf,
    [`GET ${USER}/roles/{roleAssignmentId}/targets/catalog/apps`]: targetsOf,
    'GET /api/v1/groups/{groupId}': found(GROUP, 'groupId'),
    'GET /api/v1/apps/{appId}': found(APP, 'appId'),
    'GET /api/v1/zones/{zoneId}': found(ZONE, 'zoneId'),
    'GET /api/v1/api-tokens/{tokenId}': found(API_TOKEN, 'tokenId'),
    'GET /api/v1/logs': logEvents,
    [`DELETE ${USER}/sessions`]: revokeSessions,
    [`POST ${USER}/lifecycle/suspend`]: transition(['ACTIVE'], 'SUSPENDED', 'Cannot suspend a user that is not active'),
    [`POST ${USER}/lifecycle/unsuspend`]: transition(['SUSPENDED'], 'ACTIVE', 'Cannot unsuspend a user that is not suspended'),
    [`POST ${USER}/lifecycle/expire_password`]: transition(['ACTIVE'], 'PASSWORD_EXPIRED', 'the user is not active'),
    [`POST ${USER}/lifecycle/reset_factors`]: resetFactors,
    [`DELETE ${USER}/factors/{factorId}`]: unenroll,
    [`POST ${USER}/roles`]: assignRole,
    [`DELETE ${USER}/roles/{roleAssignmentId}`]: unassignRole,
    'PUT /api/v1/groups/{groupId}/users/{userId}': inGroup(true),
    'DELETE /api/v1/groups/{groupId}/users/{userId}': inGroup(false),
    'POST /api/v1/apps/{appId}/lifecycle/activate': appTo('ACTIVE'),
    'POST /api/v1/apps/{appId}/lifecycle/deactivate': appTo('INACTIVE'),
    'PUT /api/v1/zones/{zoneId}': replaceZone,
    'DELETE /api/v1/api-tokens/{tokenId}': async ({ at, ids }) => {
      if (!(await API_TOKEN.remove(at, ids['tokenId'] ?? ''))) throw notFound('Resource not found: token');
      return NO_CONTENT;
    },
  },
};
