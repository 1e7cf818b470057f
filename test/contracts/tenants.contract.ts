/** What every Tenants adapter promises, as tests that any adapter can be put through. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { tenantRequest } from '../../functions/core/tenant/operation.ts';
import type { TenantResponse, Tenants, TenantTarget } from '../../functions/ports/tenants.ts';

/** An Okta organization with an active user that has three factors, and with a zone; its credentials have every scope. */
export interface TenantsUnderTest {
  tenants: Tenants;
  target: TenantTarget;
  userId: string;
  zoneId: string;
}

/** Runs the suite against one adapter. `make` is called once. */
export function tenantsContract(name: string, make: () => Promise<TenantsUnderTest>): void {
  describe(`tenants: ${name}`, () => {
    let made: TenantsUnderTest | undefined;
    const at = (): TenantsUnderTest => {
      if (made === undefined) throw new Error('not made');
      return made;
    };
    const ask = (operation: string, parameters: JsonObject, target = at().target): Promise<TenantResponse> =>
      at().tenants.request(target, tenantRequest(operation, parameters));
    const json = ({ body }: TenantResponse): Json => JSON.parse(body);
    beforeAll(async () => {
      made = await make();
    });

    it('answers with what the tenant has, as text', async () => {
      const { userId } = at();
      const answer = await ask('okta:GetUser', { userId });
      expect(answer.status).toBe(200);
      expect(json(answer)).toMatchObject({ id: userId, status: 'ACTIVE' });
    });

    it('takes every status for an answer, with what the vendor says', async () => {
      const missing = await ask('okta:GetUser', { userId: '00u0000000000000000z' });
      expect(missing.status).toBe(404);
      expect(json(missing)).toMatchObject({ errorCode: 'E0000007' });
      expect((await ask('okta:UnsuspendUser', { userId: at().userId })).status).toBe(400);
    });

    it('names the next page in headers of lower case, and gives it', async () => {
      const { userId } = at();
      const first = await ask('okta:ListFactors', { userId });
      expect(json(first)).toHaveLength(2);
      const next = /<([^>]+)>; rel="next"/.exec(first.headers['link'] ?? '')?.[1];
      const nextPage = new URL(next ?? '').searchParams.toString();
      expect(json(await ask('okta:ListFactors', { userId, nextPage }))).toHaveLength(1);
    });

    it('makes a change that the next look sees', async () => {
      const { userId } = at();
      expect((await ask('okta:SuspendUser', { userId })).status).toBe(200);
      expect(json(await ask('okta:GetUser', { userId }))).toMatchObject({ status: 'SUSPENDED' });
      expect((await ask('okta:UnsuspendUser', { userId })).status).toBe(200);
      expect(json(await ask('okta:GetUser', { userId }))).toMatchObject({ status: 'ACTIVE' });
    });

    it('sends a body as it is, text of any script too', async () => {
      const { zoneId } = at();
      const zone = { type: 'IP', name: '遮断 "zone"', status: 'ACTIVE', usage: 'BLOCKLIST', gateways: [], proxies: null };
      expect((await ask('okta:ReplaceZone', { zoneId, zone })).status).toBe(200);
      expect(json(await ask('okta:GetZone', { zoneId }))).toMatchObject(zone);
    });

    it('tells an answer without a body by an empty one', async () => {
      expect(await ask('okta:RevokeUserSessions', { userId: at().userId })).toMatchObject({ status: 204, body: '' });
    });

    it('refuses a tenant of nobody', async () => {
      const elsewhere = { ...at().target, tenantId: 'evil.example.com' };
      await expect(ask('okta:GetUser', { userId: at().userId }, elsewhere)).rejects.toMatchObject({ code: 'Refused' });
    });
  });
}
