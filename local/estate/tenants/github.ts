/** A simulated GitHub organization: members, blocks, repositories with their Actions, workflows, runs and keys, runners, tokens, single sign-on credentials. */
import * as z from 'zod';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { type At, type ResourceType, resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import {
  bodyAs,
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
/** By login, everybody whom GitHub knows. */
const USER = resourceType('github/user', z.strictObject({ id: z.int() }), GLOBAL);
/** An invitation that is not accepted yet is a membership that is pending. */
const MEMBER = resourceType(
  'github/member',
  z.strictObject({ role: z.enum(['admin', 'member']), state: z.enum(['active', 'pending']) }),
  { ...GLOBAL, handedOut: ['state'] },
);
const BLOCK = resourceType('github/block', z.strictObject({ login: text }), GLOBAL);
const REPOSITORY = resourceType(
  'github/repository',
  z.strictObject({
    ...{ visibility: z.enum(['public', 'internal', 'private']), archived: z.boolean(), fork: z.boolean(), forks: z.int() },
    ...{ actionsEnabled: z.boolean(), allowedActions: z.enum(['all', 'local_only', 'selected']).nullable() },
  }),
  GLOBAL,
);
/** By `repository/id`. */
const WORKFLOW = resourceType('github/workflow', z.strictObject({ name: text, path: text, state: text }), GLOBAL);
const RUN = resourceType('github/run', z.strictObject({ status: text, event: text }), { global: true, live: true });
const KEY = resourceType('github/deploy-key', z.strictObject({ title: text, key: text, read_only: z.boolean() }), GLOBAL);
const RUNNER = resourceType('github/runner', z.strictObject({ name: text, os: text, status: text, busy: z.boolean() }), GLOBAL);
const TOKEN = resourceType('github/token', z.strictObject({ login: text, name: text }), GLOBAL);
const CREDENTIAL = resourceType('github/sso-credential', z.strictObject({ login: text, kind: text }), GLOBAL);

const id = ({ ids }: VendorRequest, name: string): string => ids[name] ?? '';
const login = (request: VendorRequest): string => id(request, 'userName').toLowerCase();
const inRepository =
  (name: string) =>
  (request: VendorRequest): string =>
    `${id(request, 'repo').toLowerCase()}/${id(request, name)}`;
const repo = (request: VendorRequest): string => id(request, 'repo').toLowerCase();

/** The organization in the path is the tenant that is asked. */
function inOrganization(request: VendorRequest): void {
  const org = request.ids['org'];
  if (org !== undefined && org.toLowerCase() !== request.at.accountId.split('/')[1]) throw notFound(org);
}

async function there<T extends JsonObject>(type: ResourceType<T>, at: At, key: string): Promise<T> {
  const data = await type.get(at, key);
  if (data === undefined) throw notFound(key);
  return data;
}

const get =
  <T extends JsonObject>(
    type: ResourceType<T>,
    keyOf: (request: VendorRequest) => string,
    show: (data: T) => Json = (data) => data,
  ): VendorHandler =>
  async (request) =>
    ok(show(await there(type, request.at, keyOf(request))));

const remove =
  (type: ResourceType, keyOf: (request: VendorRequest) => string): VendorHandler =>
  async (request) => {
    if (!(await type.remove(request.at, keyOf(request)))) throw notFound(keyOf(request));
    return NO_CONTENT;
  };

const change =
  <T extends JsonObject>(
    type: ResourceType<T>,
    keyOf: (request: VendorRequest) => string,
    edit: (data: T, request: VendorRequest) => void,
  ): VendorHandler =>
  async (request) => {
    if ((await type.change(request.at, keyOf(request), (data) => edit(data, request))) === undefined)
      throw notFound(keyOf(request));
    return NO_CONTENT;
  };

/** @see GitHub, "Using pagination in the REST API" */
function listed({ query, url }: VendorRequest, all: readonly Json[]): VendorAnswer {
  const { items, next } = pageOf(all, query['page']);
  const [path = ''] = url.split('?');
  const search = new URLSearchParams({ ...query, page: next ?? '' });
  return next === undefined
    ? ok(items)
    : { ...ok(items), headers: { link: `<https://api.github.com${path}?${search}>; rel="next"` } };
}

const list =
  <T extends JsonObject>(type: ResourceType<T>, show: (key: string, data: T) => Json): VendorHandler =>
  async (request) =>
    listed(
      request,
      (await type.all(request.at)).map(([key, data]) => show(key, data)),
    );

async function block(request: VendorRequest): Promise<VendorAnswer> {
  await there(USER, request.at, login(request));
  if ((await MEMBER.get(request.at, login(request))) !== undefined)
    throw new VendorRefusal(422, 'You cannot block a member of the organization');
  await BLOCK.put(request.at, login(request), { login: login(request) });
  return NO_CONTENT;
}

async function setMembership(request: VendorRequest): Promise<VendorAnswer> {
  const { role } = bodyAs(request, z.strictObject({ role: z.enum(['admin', 'member']) }), 422);
  await there(USER, request.at, login(request));
  await MEMBER.put(request.at, login(request), { role, state: 'pending' });
  return ok({ role, state: 'pending' });
}

/** The last owner stays. */
async function removeMembership(request: VendorRequest): Promise<VendorAnswer> {
  const own = await there(MEMBER, request.at, login(request));
  const owners = (await MEMBER.all(request.at)).filter(([, { role, state }]) => role === 'admin' && state === 'active');
  if (own.role === 'admin' && own.state === 'active' && owners.length === 1)
    throw new VendorRefusal(403, 'You cannot remove the last owner');
  await MEMBER.remove(request.at, login(request));
  return NO_CONTENT;
}

const workflowTo = (state: string): VendorHandler =>
  change(WORKFLOW, inRepository('workflowId'), (workflow) => {
    if (workflow.state === 'deleted') throw new VendorRefusal(422, 'the workflow is deleted');
    workflow.state = state;
  });

const setActions = change(REPOSITORY, repo, (data, request) => {
  const body = bodyAs(
    request,
    z.strictObject({ enabled: z.boolean(), allowed_actions: z.enum(['all', 'local_only', 'selected']).optional() }),
    422,
  );
  data.actionsEnabled = body.enabled;
  data.allowedActions = body.enabled ? (body.allowed_actions ?? 'all') : null;
});

const setVisibility: VendorHandler = async (request) => {
  const { visibility } = bodyAs(request, z.strictObject({ visibility: z.enum(['public', 'internal', 'private']) }), 422);
  await change(REPOSITORY, repo, (data) => {
    if (data.archived) throw new VendorRefusal(403, 'Repository was archived so is read-only.');
    if (data.fork) throw new VendorRefusal(422, 'Visibility of a fork cannot be changed');
    data.visibility = visibility;
  })(request);
  return ok({ visibility });
};

const cancel: VendorHandler = async (request) => {
  await change(RUN, inRepository('runId'), (run) => {
    run.status = 'completed';
  })(request);
  return { status: 202, body: {} };
};

const REPO = '/repos/{org}/{repo}';
const MEMBERS = '/orgs/{org}/memberships/{userName}';
const BLOCKS = '/orgs/{org}/blocks/{userName}';
const WORKFLOWS = `${REPO}/actions/workflows/{workflowId}`;

const ROUTES: Readonly<Record<string, VendorHandler>> = {
  'GET /users/{userName}': get(USER, login),
  [`GET ${MEMBERS}`]: get(MEMBER, login),
  [`PUT ${MEMBERS}`]: setMembership,
  [`DELETE ${MEMBERS}`]: removeMembership,
  [`GET ${BLOCKS}`]: async (request) => {
    await there(BLOCK, request.at, login(request));
    return NO_CONTENT;
  },
  [`PUT ${BLOCKS}`]: block,
  [`DELETE ${BLOCKS}`]: remove(BLOCK as ResourceType, login),
  [`GET ${REPO}`]: get(REPOSITORY, repo, ({ visibility, archived, fork, forks }) => ({
    ...{ visibility, archived, fork, forks_count: forks, private: visibility !== 'public' },
  })),
  [`PATCH ${REPO}`]: setVisibility,
  [`GET ${REPO}/actions/permissions`]: get(REPOSITORY, repo, ({ actionsEnabled: enabled, allowedActions }) =>
    allowedActions === null ? { enabled } : { enabled, allowed_actions: allowedActions },
  ),
  [`PUT ${REPO}/actions/permissions`]: setActions,
  [`GET ${WORKFLOWS}`]: get(WORKFLOW, inRepository('workflowId')),
  [`PUT ${WORKFLOWS}/disable`]: workflowTo('disabled_manually'),
  [`PUT ${WORKFLOWS}/enable`]: workflowTo('active'),
  [`GET ${REPO}/actions/runs/{runId}`]: get(RUN, inRepository('runId')),
  [`POST ${REPO}/actions/runs/{runId}/force-cancel`]: cancel,
  [`GET ${REPO}/keys/{keyId}`]: get(KEY, inRepository('keyId')),
  [`DELETE ${REPO}/keys/{keyId}`]: remove(KEY as ResourceType, inRepository('keyId')),
  'GET /orgs/{org}/actions/runners/{runnerId}': get(RUNNER, (request) => id(request, 'runnerId')),
  'DELETE /orgs/{org}/actions/runners/{runnerId}': remove(RUNNER as ResourceType, (request) => id(request, 'runnerId')),
  'GET /orgs/{org}/personal-access-tokens': list(TOKEN, (key, data) => ({
    ...{ id: Number(key), owner: { login: data.login }, token_name: data.name },
  })),
  'POST /orgs/{org}/personal-access-tokens/{tokenId}': async (request) => {
    bodyAs(request, z.strictObject({ action: z.literal('revoke') }), 422);
    return await remove(TOKEN as ResourceType, (asked) => id(asked, 'tokenId'))(request);
  },
  'GET /orgs/{org}/credential-authorizations': list(CREDENTIAL, (key, data) => ({
    ...{ login: data.login, credential_id: Number(key), credential_type: data.kind },
  })),
  'DELETE /orgs/{org}/credential-authorizations/{credentialId}': remove(CREDENTIAL as ResourceType, (request) =>
    id(request, 'credentialId'),
  ),
};

/** @see GitHub REST API 2022-11-28 */
export const GITHUB: SimulatedVendor = {
  refusal: (_, message) => ({ message, documentation_url: 'https://docs.github.com/rest' }),
  routes: Object.fromEntries(
    Object.entries(ROUTES).map(([route, handler]): [string, VendorHandler] => [
      route,
      async (request) => {
        inOrganization(request);
        return await handler(request);
      },
    ]),
  ),
};
