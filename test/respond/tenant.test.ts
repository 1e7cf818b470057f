// A call to a tenant is one listed request, whatever its parameters say; what the vendor answers becomes JSON, "no such thing" or a told error.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { PlannedCall } from '../../functions/core/plan.ts';
import { TENANT_OPERATIONS, tenantRequest } from '../../functions/core/tenant/operation.ts';
import type { TenantResponse, Tenants, TenantTarget } from '../../functions/ports/tenants.ts';
import { actingContext, readingContext } from '../../functions/respond/account.ts';
import { ACTIONS, actionOf } from '../../functions/respond/actions/index.ts';
import { readAll } from '../../functions/respond/actions/tenant.ts';
import { callTenant } from '../../functions/respond/tenant.ts';
import { OKTA_TENANT, oktaId, USER_ID } from './actions/okta-cases.ts';
import { createWorld } from './world.ts';

const target = (more: Partial<TenantTarget> = {}): TenantTarget => ({
  ...{ product: 'okta', tenantId: OKTA_TENANT, tier: 'read', scopes: ['okta.users.read'] },
  ...more,
});
const answering = (response: Partial<TenantResponse>): Tenants => ({
  request: async () => ({ status: 200, headers: {}, body: '', ...response }),
});
const getUser = { operation: 'okta:GetUser', parameters: { userId: USER_ID } };

const HOSTILE = ['../../admin', '..', '.', 'a/b', 'a%2fb', 'a?x=1', 'a#b', "{% $eval('1') %}", '', '\u0000', '%2e%2e', 'ключ'];

describe('a request to a tenant', () => {
  it.each(HOSTILE)('made of %j stays on the path of its operation, or is refused', (userId) => {
    let made: ReturnType<typeof tenantRequest> | undefined;
    try {
      made = tenantRequest('okta:SuspendUser', { userId });
    } catch (error) {
      expect(error).toMatchObject({ code: 'BadInput' });
      return;
    }
    const { pathname, search, hash } = new URL(`https://${OKTA_TENANT}${made.path}`);
    expect({ search, hash }).toEqual({ search: '', hash: '' });
    expect(pathname.split('/')).toHaveLength(7);
    expect(pathname.startsWith('/api/v1/users/') && pathname.endsWith('/lifecycle/suspend')).toBe(true);
  });

  it('takes no parameter that is not its own, and no operation that is not listed', () => {
    expect(() => tenantRequest('okta:SuspendUser', { userId: USER_ID, sendEmail: true })).toThrow(
      'parameters of okta:SuspendUser',
    );
    expect(() => tenantRequest('okta:DeleteUser', { userId: USER_ID })).toThrow('not among the operations');
    expect(() => tenantRequest('okta:SuspendUser', { userId: USER_ID, nextPage: 'after=1' })).toThrow('parameters of');
  });

  it('takes of a next page the query and never the path', () => {
    const made = tenantRequest('okta:ListFactors', { userId: USER_ID, nextPage: 'after=../../x&limit=2' });
    expect(made).toMatchObject({ path: `/api/v1/users/${USER_ID}/factors`, query: { after: '../../x', limit: '2' } });
  });

  it('revokes sessions with their tokens', () => {
    expect(tenantRequest('okta:RevokeUserSessions', { userId: USER_ID }).query).toEqual({ oauthTokens: 'true' });
  });

  it('has one path for every parameter in braces and a scope for every operation', () => {
    for (const [name, { request, scopes, tier }] of TENANT_OPERATIONS) {
      expect(request, name).toMatch(/^(GET|POST|PUT|PATCH|DELETE) \/[\w/{}.:$=&?@'(),-]+$/);
      expect(tier === 'read' || !request.startsWith('GET '), name).toBe(true);
      expect(
        scopes.every((scope) => scope !== ''),
        name,
      ).toBe(true);
    }
  });
});

describe('parameters of an action on a tenant', () => {
  const saas = ACTIONS.filter(({ provider }) => provider !== 'aws');
  it.each(saas.map((action) => [action.id, action] as const))('%s refuses ids with slashes, dots or JSONata', (_id, action) => {
    const { properties } = action.parametersSchema as { properties: Record<string, { type?: string; enum?: unknown }> };
    for (const name of Object.keys(properties))
      for (const hostile of HOSTILE) {
        const parameters = Object.fromEntries(Object.keys(properties).map((one) => [one, one === name ? hostile : 'x']));
        try {
          action.parse(parameters);
        } catch (error) {
          const at = (Object(error).problems as { at: string }[]).map((problem) => problem.at).join();
          expect(at, `${name} ${hostile}`).toContain(name);
          continue;
        }
        expect.unreachable(`${name} took ${hostile}`);
      }
  });
});

describe('the answer of a tenant', () => {
  const call = (response: Partial<TenantResponse>) => callTenant(answering(response), target(), getUser);

  it('is JSON, also where it is a list or nothing', async () => {
    expect(await call({ body: '{"id":"1"}' })).toEqual({ id: '1' });
    expect(await call({ body: '[1]' })).toEqual({ value: [1] });
    expect(await call({ status: 204 })).toEqual({});
    expect(await call({ body: '[1]', headers: { link: '<https://evil.example/x?after=2>; rel="next"' } })).toEqual({
      value: [1],
      nextPage: 'after=2',
    });
  });

  it('of a thing that is not there is no error', async () => {
    expect(await call({ status: 404, body: '{"errorSummary":"Not found"}' })).toBeUndefined();
  });

  it.each([
    [401, 'Refused'],
    [403, 'Refused'],
    [400, 'Refused'],
    [409, 'Conflict'],
    [429, 'Throttled'],
    [500, 'Unavailable'],
    [302, 'Refused'],
  ])('%i is %s, with the reason that it gives and no control characters', async (status, code) => {
    const failing = call({ status, body: JSON.stringify({ errorSummary: 'because\u001b[31m of you' }) });
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining('because') });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('\u001b') });
  });

  it('says which scopes are missing where it is not permitted', async () => {
    const fix = expect.stringContaining('okta.users.read');
    await expect(call({ status: 403 })).rejects.toMatchObject({ problems: [expect.objectContaining({ fix })] });
  });

  it.each([
    ['user_not_found', undefined],
    ['ratelimited', 'Throttled'],
    ['missing_scope', 'Refused'],
    ['internal_error', 'Unavailable'],
    ['cannot_reset_primary_owner', 'Refused'],
  ])('of Slack, which answers 200 to what it did not do: %s', async (error, code) => {
    const slack = target({ product: 'slack', tenantId: 'E0123ABCD', tier: 'contain', scopes: ['admin.users:write'] });
    const reset = { operation: 'slack:ResetSessions', parameters: { user_id: 'U0123ABCD' } };
    const asked = callTenant(answering({ body: JSON.stringify({ ok: false, error }) }), slack, reset);
    if (code === undefined) expect(await asked).toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ code });
  });

  it('that always has another page is told, not followed for ever', async () => {
    let asked = 0;
    const endless = {
      request: async () => {
        asked++;
        return { status: 200, headers: { link: '<https://x/?after=1>; rel="next"' }, body: '[]' };
      },
    };
    const { ports } = await createWorld({ accounts: {} });
    const at = { provider: 'okta', accountId: OKTA_TENANT, region: 'global', uid: 'okta://x', name: 'x' };
    const reading = readingContext({ ...ports, tenants: endless }, at, 'INC-1');
    const listing = readAll(reading, 'okta:ListFactors', { parameters: { userId: USER_ID }, item: z.looseObject({}) });
    await expect(listing).rejects.toMatchObject({ code: 'Unavailable' });
    expect(asked).toBeLessThan(1000);
  });

  it('that is no JSON is no answer', async () => {
    await expect(call({ body: '<html>' })).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('is not asked for by a lower credential, or of another product', async () => {
    const suspend = { operation: 'okta:SuspendUser', parameters: { userId: USER_ID } };
    await expect(callTenant(answering({}), target(), suspend)).rejects.toMatchObject({ code: 'Refused' });
    await expect(callTenant(answering({}), target({ product: 'github' }), getUser)).rejects.toMatchObject({ code: 'Refused' });
  });
});

describe('an action on a tenant', () => {
  const suspend: PlannedCall = { tier: 'contain', service: 'okta', operation: 'SuspendUser', parameters: { userId: USER_ID } };
  const at = { provider: 'okta', accountId: OKTA_TENANT, region: 'global', uid: 'okta://x', name: 'x' };
  const kato = {
    ...{
      status: 'ACTIVE',
      login: 'kato@example.com',
      provider: 'OKTA',
      groups: [],
      apps: ['AWS', 'Slack', 'GitHub'],
      factors: [],
    },
    roles: [{ assignmentId: oktaId('ra1'), type: 'SUPER_ADMIN', assignmentType: 'USER', targets: [] }],
  };
  const estate = { accounts: {}, tenants: { okta: { [OKTA_TENANT]: { 'okta/user': { [USER_ID]: kato } } } } };

  it('makes the approved call with the scopes that it needs and no other', async () => {
    const world = await createWorld(estate);
    const context = actingContext(world.ports, at, { incidentId: 'INC-1', calls: [suspend] });
    await context.perform(suspend);
    expect(world.asked.map((one) => one.target)).toEqual([target({ tier: 'contain', scopes: ['okta.users.manage'] })]);
    const unsuspend = { ...suspend, operation: 'UnsuspendUser' };
    await expect(context.perform(unsuspend)).rejects.toMatchObject({ code: 'Refused' });
    await expect(context.perform({ ...suspend, parameters: { userId: oktaId('00u', '9') } })).rejects.toMatchObject({
      code: 'Refused',
    });
    expect(world.asked).toHaveLength(1);
  });

  it('asks two persons where the user is a super administrator, and tells which applications stay signed in', async () => {
    const world = await createWorld(estate);
    const parameters = { tenant: OKTA_TENANT, userId: USER_ID };
    const action = actionOf('okta-user-suspend');
    const plan = await action.plan(readingContext(world.ports, action.parse(parameters).target, 'INC-1'), parameters);
    expect(plan).toMatchObject({
      approvalTier: 3,
      facts: { apps: ['AWS', 'GitHub', 'Slack'] },
      observed: { roles: ['SUPER_ADMIN'] },
    });
  });

  it('says why where a suspended mailbox cannot be asked', async () => {
    const user = { suspended: true, isAdmin: false, isDelegatedAdmin: false, tokens: [], appPasswords: [], delegates: [] };
    const resources = { 'google-workspace/user': { 'kato@example.com': { ...user, forwardingAddresses: [], forwarding: null } } };
    const { ports } = await createWorld({ accounts: {}, tenants: { 'google-workspace': { 'example.com': resources } } });
    const action = actionOf('google-workspace-forwarding-disable');
    const { parameters, target: of } = action.parse({ tenant: 'example.com', userKey: 'kato@example.com' });
    const planned = action.preconditions(readingContext(ports, of, 'INC-1'), parameters);
    await expect(planned).rejects.toMatchObject({ code: 'Refused', message: expect.stringContaining('suspended') });
  });

  it('on a tenant of nobody is refused', async () => {
    const world = await createWorld({ accounts: {} });
    await expect(readingContext(world.ports, at, 'INC-1').read('okta', 'GetUser', { userId: USER_ID })).rejects.toMatchObject({
      code: 'Refused',
    });
  });
});
