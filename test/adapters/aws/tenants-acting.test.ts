// Every action on a tenant, through the adapter that asks over HTTPS: what it sends is what the vendors' APIs take, with tokens of the scopes that the call needs.

import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTenants } from '../../../functions/adapters/aws/tenants.ts';
import type { Json } from '../../../functions/core/json.ts';
import { TENANT_OPERATIONS } from '../../../functions/core/tenant/operation.ts';
import { TENANT_PRODUCT_IDS, TENANT_PRODUCTS, type TenantProductId } from '../../../functions/core/tenant/product.ts';
import type { Http } from '../../../functions/ports/http.ts';
import type { Tenants } from '../../../functions/ports/tenants.ts';
import { actingContext, readingContext } from '../../../functions/respond/account.ts';
import { ACTIONS } from '../../../functions/respond/actions/index.ts';
import { matchRoute } from '../../../local/estate/tenants/vendor.ts';
import { tenantsContract } from '../../contracts/tenants.contract.ts';
import { DIRECTORY, ENTRA_CASES } from '../../respond/actions/entra-cases.ts';
import { GITHUB_CASES, ORGANIZATION } from '../../respond/actions/github-cases.ts';
import { OKTA_CASES, OKTA_TENANT, oktaId, USER_ID } from '../../respond/actions/okta-cases.ts';
import { SUITE_CASES } from '../../respond/actions/suite-cases.ts';
import { createWorld, type World } from '../../respond/world.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const TENANT: Readonly<Record<TenantProductId, string>> = {
  ...{ okta: OKTA_TENANT, entra: DIRECTORY, 'microsoft-365': DIRECTORY, github: ORGANIZATION },
  ...{ 'google-workspace': 'example.com', slack: 'E0123ABCD' },
};
const SECRETS: Readonly<Record<TenantProductId, string>> = {
  okta: JSON.stringify({ clientId: '0oa1', keyId: 'k1', privateKey: PEM }),
  entra: '{"clientId":"a","clientSecret":"b"}',
  'microsoft-365': '{"clientId":"a","clientSecret":"b"}',
  github: JSON.stringify({ appId: '1', installationId: '2', privateKey: PEM }),
  'google-workspace': JSON.stringify({ client_email: 'sa@x', private_key: PEM, private_key_id: 'k', admin: 'soc@example.com' }),
  slack: 'xoxp-token-of-an-owner',
};
const SETTINGS = TENANT_PRODUCT_IDS.map((product) => ({
  product,
  tenant: TENANT[product],
  secrets: { read: `${product} read`, contain: `${product} contain`, destroy: `${product} destroy` },
}));

/** The operation that a request to a host is, found by its method and path alone. */
function operationOf(url: URL, method: string): { name: string; product: TenantProductId } {
  for (const [name, { request, host }] of TENANT_OPERATIONS) {
    const product = TENANT_PRODUCT_IDS.find((id) => name.startsWith(`${id}:`)) ?? 'okta';
    const at = host ?? TENANT_PRODUCTS[product]?.host(TENANT[product]);
    const [route = ''] = request.split('?');
    if (at === url.host && matchRoute(route, method, url.pathname) !== undefined) return { name, product };
  }
  throw new Error(`nothing is asked at ${method} ${url}`);
}

/** HTTPS to the simulated vendors of a world; a token endpoint gives a token to whoever asks. */
const httpTo = (simulated: Tenants): Http => ({
  request: async ({ method, url: text, headers = {}, body }, { hosts = [] }) => {
    const url = new URL(text);
    if (!hosts.includes(url.host)) throw new Error(`${url.host} is not allowed`);
    if (/\/(token|access_tokens)$/.test(url.pathname)) {
      const answer = JSON.stringify({ access_token: 'a-token-of-twenty', token: 'a-token-of-twenty', expires_in: 3600 });
      return { status: 200, headers: {}, body: Buffer.from(answer) };
    }
    if (headers['authorization'] === undefined) return { status: 401, headers: {}, body: Buffer.from('') };
    const { name, product } = operationOf(url, method);
    const { scopes = [] } = TENANT_OPERATIONS.get(name) ?? {};
    const sent: { body?: Json } = body === undefined ? {} : { body: JSON.parse(String(body)) };
    const request = { operation: name, method, path: url.pathname, query: Object.fromEntries(url.searchParams), ...sent };
    const answer = await simulated.request({ product, tenantId: TENANT[product], tier: 'destroy', scopes }, request);
    return { ...answer, body: Buffer.from(answer.body) };
  },
});

const overHttps = ({ ports, clock }: World): Tenants =>
  createTenants(
    {
      http: httpTo(ports.tenants),
      clock,
      timer: { sleep: async () => undefined },
      secrets: { get: async (name) => SECRETS[TENANT_PRODUCT_IDS.find((id) => name.startsWith(`${id} `)) ?? 'okta'] },
    },
    async () => SETTINGS,
  );

const CASES = { ...OKTA_CASES, ...ENTRA_CASES, ...GITHUB_CASES, ...SUITE_CASES };
const saas = ACTIONS.filter(({ provider }) => provider !== 'aws');

describe.each(saas.map((action) => [action.id, action] as const))('%s over HTTPS', (id, action) => {
  it('acts, is proven, and is taken back', async () => {
    const of = CASES[id];
    if (of === undefined) throw new Error(`no case for ${id}`);
    let acted = 0;
    for (const [estate, more] of fc.sample(fc.tuple(of.estate, of.more ?? fc.constant({})), { numRuns: 12, seed: 11 })) {
      const world = await createWorld(estate);
      const ports = { ...world.ports, tenants: overHttps(world) };
      const { parameters, target } = action.parse({ ...of.parameters, ...more });
      const reading = readingContext(ports, target, 'INC-1');
      if ((await action.preconditions(reading, parameters)).length > 0) continue;
      const { calls } = await action.plan(reading, parameters);
      if (calls.length === 0) continue;
      const before = await world.aws.snapshot();
      const captured = await action.capture(reading, parameters);
      await action.act(actingContext(ports, target, { incidentId: 'INC-1', calls }), calls, parameters);
      expect(await action.verify(reading, parameters)).toBeUndefined();
      acted++;
      if (action.reversible === 'none') continue;
      const undo = await action.planUndo(reading, captured, parameters);
      await action.undo(actingContext(ports, target, { incidentId: 'INC-1', calls: undo.calls }), undo.calls, captured);
      expect(await world.aws.snapshot()).toEqual(before);
    }
    expect(acted).toBeGreaterThan(0);
  });
});

const CONTRACT_USER = {
  ...{ status: 'ACTIVE', login: 'kato@example.com', provider: 'OKTA', groups: [], apps: [], roles: [] },
  factors: [1, 2, 3].map((n) => ({
    id: oktaId('opf', String(n)),
    factorType: 'push',
    provider: 'OKTA',
    status: 'ACTIVE',
    created: 'x',
  })),
};
const ZONE = { type: 'IP', name: 'Blocked', status: 'ACTIVE', usage: 'BLOCKLIST', gateways: [], proxies: null };
const estate = {
  accounts: {},
  tenants: { okta: { [OKTA_TENANT]: { 'okta/user': { [USER_ID]: CONTRACT_USER }, 'okta/zone': { [oktaId('nzo')]: ZONE } } } },
};
const scopes = [...TENANT_OPERATIONS].filter(([name]) => name.startsWith('okta:')).flatMap(([, one]) => one.scopes);
const underTest = (tenants: Tenants) => ({
  ...{ tenants, userId: USER_ID, zoneId: oktaId('nzo') },
  target: { product: 'okta' as const, tenantId: OKTA_TENANT, tier: 'destroy' as const, scopes },
});

tenantsContract('over HTTPS', async () => underTest(overHttps(await createWorld(estate))));
tenantsContract('simulated', async () => underTest((await createWorld(estate)).ports.tenants));
