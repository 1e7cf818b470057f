// Microsoft: an application's tokens, the Management Activity API with its blobs, and Graph.
import { entraId as entraConnector } from '../../../functions/collect/connectors/entra-id.ts';
import { m365 as m365Connector } from '../../../functions/collect/connectors/m365.ts';
import {
  msOf,
  pageOf,
  refused,
  type Vendor,
  type VendorAnswer,
  type VendorRequest,
  type VendorWorld,
  withParameter,
} from './server.ts';

const TENANT = '0a1b2c3d-0000-4000-8000-000000000000';
const APP = { clientId: '11111111-0000-4000-8000-000000000000', clientSecret: 'Q~not-a-real~client~secret~value' };
const HOUR_MS = 3_600_000;

/** The token endpoint, or a refusal; undefined where the request has a good token. */
function login(
  { method, host, path, headers, body }: VendorRequest,
  world: VendorWorld,
  resource: string,
): VendorAnswer | undefined {
  if (host !== 'login.microsoftonline.com')
    return world.holdsToken(headers.authorization)
      ? undefined
      : { status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'Access token has expired' } } };
  const form = new URLSearchParams(body);
  const isGood =
    method === 'POST' &&
    path === `/${TENANT}/oauth2/v2.0/token` &&
    form.get('grant_type') === 'client_credentials' &&
    form.get('client_id') === APP.clientId &&
    form.get('client_secret') === APP.clientSecret &&
    form.get('scope') === `https://${resource}/.default`;
  if (!isGood)
    return {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}`,
      },
    };
  return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: world.issueToken('eyJ0.') } };
}

const started = new WeakMap<VendorWorld, Set<string>>();

export const m365: Vendor = {
  connector: m365Connector,
  options: { tenant: TENANT },
  secret: JSON.stringify(APP),
  feeds: ['audit-azureactivedirectory', 'audit-exchange', 'audit-sharepoint', 'audit-general', 'dlp-all'],
  record: ({ id, atMs }) => ({
    CreationTime: new Date(atMs).toISOString().slice(0, 19),
    Id: id,
    Operation: 'FileAccessed',
    OrganizationId: TENANT,
    RecordType: 6,
    Workload: 'SharePoint',
    UserId: 'alice@example.com',
  }),
  idOf: ({ Id }) => (typeof Id === 'string' ? Id : undefined),
  answer(request, world) {
    const refusal = login(request, world, 'manage.office.com');
    if (refusal !== undefined) return refusal;
    const { method, path, query } = request;
    const root = `/api/v1.0/${TENANT}/activity/feed`;
    if (path.startsWith(`${root}/audit/`)) return blob(path.slice(root.length + 7), world);
    const feed = (query.get('contentType') ?? '').toLowerCase().replace('.', '-');
    const on = started.get(world) ?? new Set<string>();
    started.set(world, on);
    if (method === 'POST' && path === `${root}/subscriptions/start`) {
      if (on.has(feed))
        return {
          status: 400,
          body: { error: { code: 'AF20024', message: 'The subscription is already enabled. No property change.' } },
        };
      on.add(feed);
      return { status: 200, body: { contentType: query.get('contentType'), status: 'enabled', webhook: null } };
    }
    if (path !== `${root}/subscriptions/content`) return refused(404, 'Not Found');
    if (!on.has(feed))
      return {
        status: 400,
        body: { error: { code: 'AF20022', message: 'No subscription found for the specified content type' } },
      };
    return contentList(request, world, feed);
  },
};

/** By the time at which a blob came to be, which is when the API shows it. */
function contentList({ query }: VendorRequest, world: VendorWorld, feed: string): VendorAnswer {
  const fromMs = msOf(`${query.get('startTime')}Z`);
  const toMs = msOf(`${query.get('endTime')}Z`);
  if (toMs - fromMs > 24 * HOUR_MS || fromMs < world.nowMs() - 168 * HOUR_MS)
    return {
      status: 400,
      body: {
        error: {
          code: 'AF20055',
          message:
            'Start time and end time must both be specified (or both omitted) and must be less than or equal to 24 hours apart',
        },
      },
    };
  const blobs = world.visible(feed).map((event) => ({ ...event, atMs: event.visibleAtMs }));
  blobs.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  const page = pageOf(world, blobs, { fromMs, toMs, token: query.get('nextPage') });
  if (page === 'expired') return { status: 400, body: { error: { code: 'AF20031', message: 'Invalid nextPage Input' } } };
  const body = page.events.map(({ id, atMs }) => ({
    contentType: query.get('contentType'),
    contentId: id,
    contentUri: `https://manage.office.com/api/v1.0/${TENANT}/activity/feed/audit/${feed}$${id}`,
    contentCreated: new Date(atMs).toISOString(),
    contentExpiration: new Date(atMs + 168 * HOUR_MS).toISOString(),
  }));
  const next =
    page.next === undefined
      ? undefined
      : `https://manage.office.com/api/v1.0/${TENANT}/activity/feed/subscriptions/content?${withParameter(query, 'nextPage', page.next)}`;
  return { status: 200, ...(next === undefined ? {} : { headers: { NextPageUri: next } }), body };
}

function blob(name: string, world: VendorWorld): VendorAnswer {
  const [feed = '', id] = name.split('$');
  const all = world.visible(feed);
  const at = all.findIndex((event) => event.id === id);
  if (at < 0)
    return { status: 404, body: { error: { code: 'AF20051', message: 'Content requested with the key has already expired' } } };
  return { status: 200, body: all.slice(Math.max(0, at - (world.repeats ? 1 : 0)), at + 1).map(m365.record) };
}

const KINDS: Record<string, string> = {
  interactiveUser: 'sign-ins-interactive-user',
  nonInteractiveUser: 'sign-ins-non-interactive-user',
  servicePrincipal: 'sign-ins-service-principal',
  managedIdentity: 'sign-ins-managed-identity',
};

export const entraId: Vendor = {
  connector: entraConnector,
  options: { tenant: TENANT },
  secret: JSON.stringify(APP),
  feeds: [...Object.values(KINDS), 'directory-audits', 'risk-detections'],
  record: ({ id, feed, atMs }) => ({
    id,
    [feed === 'directory-audits' ? 'activityDateTime' : feed === 'risk-detections' ? 'detectedDateTime' : 'createdDateTime']:
      new Date(atMs).toISOString(),
    userPrincipalName: 'alice@example.com',
  }),
  idOf: ({ id }) => (typeof id === 'string' ? id : undefined),
  answer(request, world) {
    const refusal = login(request, world, 'graph.microsoft.com');
    if (refusal !== undefined) return refusal;
    const { path, query, host } = request;
    const asked = /^(\w+) ge (\S+) and \1 lt (\S+?)(?: and signInEventTypes\/any\(t: t eq '(\w+)'\))?$/.exec(
      query.get('$filter') ?? '',
    );
    const known: Record<string, [string, string, number]> = {
      '/beta/auditLogs/signIns': [KINDS[asked?.[4] ?? ''] ?? '', 'createdDateTime', 1000],
      '/v1.0/auditLogs/directoryAudits': ['directory-audits', 'activityDateTime', 1000],
      '/v1.0/identityProtection/riskDetections': ['risk-detections', 'detectedDateTime', 500],
    };
    const [feed, field, most] = known[path] ?? ['', '', 0];
    if (host !== 'graph.microsoft.com' || feed === '' || asked?.[1] !== field || Number(query.get('$top')) > most)
      return { status: 400, body: { error: { code: 'BadRequest', message: 'Invalid filter clause' } } };
    const page = pageOf(world, world.visible(feed), {
      fromMs: msOf(asked[2]),
      toMs: msOf(asked[3]),
      descending: true,
      token: query.get('$skiptoken'),
    });
    if (page === 'expired') return { status: 400, body: { error: { code: 'BadRequest', message: 'Skip token is invalid' } } };
    const next =
      page.next === undefined
        ? {}
        : { '@odata.nextLink': `https://graph.microsoft.com${path}?${withParameter(query, '$skiptoken', page.next)}` };
    return {
      status: 200,
      body: { '@odata.context': 'https://graph.microsoft.com/$metadata', ...next, value: page.events.map(entraId.record) },
    };
  },
};
