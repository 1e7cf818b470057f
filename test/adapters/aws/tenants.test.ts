// A tenant's secrets and one request become an authenticated call of the least scopes; what authenticates it is never told, and what changes something is not repeated blindly.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTenants } from '../../../functions/adapters/aws/tenants.ts';
import { YaguraError } from '../../../functions/core/error.ts';
import type { TenantSettings } from '../../../functions/core/respond-config.ts';
import { tenantRequest } from '../../../functions/core/tenant/operation.ts';
import type { HttpRequest, HttpResponse } from '../../../functions/ports/http.ts';
import type { TenantTarget } from '../../../functions/ports/tenants.ts';
import { DIRECTORY } from '../../respond/actions/entra-cases.ts';
import { OKTA_TENANT, USER_ID } from '../../respond/actions/okta-cases.ts';

const NOW_MS = Date.UTC(2026, 2, 4, 9, 30);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const APP = JSON.stringify({ clientId: '0oa1', keyId: 'k1', privateKey: PEM });
const SETTINGS: TenantSettings[] = [
  { product: 'okta', tenant: OKTA_TENANT, secrets: { read: 'okta-read', contain: 'okta-contain' } },
  { product: 'github', tenant: 'acme', secrets: { read: 'github-read', contain: 'github-contain' } },
  { product: 'google-workspace', tenant: 'example.com', secrets: { read: 'google-read' } },
  { product: 'slack', tenant: 'E0123ABCD', secrets: { read: 'slack-read' } },
  { product: 'microsoft-365', tenant: DIRECTORY, secrets: { read: 'm365-read' } },
];
const target = (more: Partial<TenantTarget> = {}): TenantTarget => ({
  ...{ product: 'okta', tenantId: OKTA_TENANT, tier: 'contain', scopes: ['okta.users.manage'] },
  ...more,
});
const SUSPEND = tenantRequest('okta:SuspendUser', { userId: USER_ID });
const LOOK = tenantRequest('okta:GetUser', { userId: USER_ID });

type Answer = Partial<Omit<HttpResponse, 'body'>> & { text?: string; fails?: YaguraError };

function world(answers: Answer[], secrets: Record<string, string[]> = { 'okta-contain': [APP], 'okta-read': ['00read-token'] }) {
  const sent: { request: HttpRequest; hosts: readonly string[] | undefined }[] = [];
  const slept: number[] = [];
  const read: [string, boolean][] = [];
  const tokens: string[] = [];
  const clock = { at: NOW_MS, nowMs: (): number => clock.at };
  const tenants = createTenants(
    {
      clock,
      timer: {
        sleep: async (ms) => {
          slept.push(ms);
          clock.at += ms;
        },
      },
      secrets: {
        get: async (name, { fresh = false } = {}) => {
          read.push([name, fresh]);
          const versions = secrets[name] ?? [];
          return (fresh ? versions.at(-1) : versions[0]) ?? '';
        },
      },
      http: {
        request: async (request, { hosts }) => {
          if (/\/(token|access_tokens)$/.test(request.url)) {
            tokens.push(String(request.body));
            const token = `token-${tokens.length}-abcdef`;
            const body = JSON.stringify({ access_token: token, token, expires_in: 3600 });
            return { status: 200, headers: {}, body: Buffer.from(body) };
          }
          sent.push({ request, hosts });
          const { text = '{}', fails, ...answer } = answers.shift() ?? {};
          if (fails !== undefined) throw fails;
          return { status: 200, headers: {}, ...answer, body: Buffer.from(text) };
        },
      },
    },
    async () => SETTINGS,
  );
  return { tenants, sent, slept, read, tokens };
}

describe('a call to a tenant', () => {
  it('goes to the host of the tenant alone, with a token of the scopes that it needs', async () => {
    const { tenants, sent, tokens, read } = world([]);
    await tenants.request(target(), SUSPEND);
    await tenants.request(target(), SUSPEND);
    expect(new URLSearchParams(tokens[0]).get('scope')).toBe('okta.users.manage');
    expect(tokens).toHaveLength(1);
    expect(read).toEqual([['okta-contain', false]]);
    expect(sent[0]?.request).toMatchObject({
      method: 'POST',
      url: `https://${OKTA_TENANT}/api/v1/users/${USER_ID}/lifecycle/suspend`,
    });
    expect(sent[0]?.request.headers).toMatchObject({ authorization: 'Bearer token-1-abcdef' });
    expect(sent[0]?.hosts).toEqual([OKTA_TENANT]);
    await tenants.request(target({ scopes: ['okta.groups.manage'] }), SUSPEND);
    expect(tokens).toHaveLength(2);
  });

  it('takes an API token as it is', async () => {
    const { tenants, sent } = world([]);
    await tenants.request(target({ tier: 'read' }), LOOK);
    expect(sent[0]?.request.headers).toMatchObject({ authorization: 'SSWS 00read-token' });
  });

  it('with a token that is no longer taken asks once more with a fresh secret, and then tells', async () => {
    const rotated = world([{ status: 401 }, { text: '{"id":"1"}' }], { 'okta-read': ['old-token-1234', 'new-token-1234'] });
    expect(await rotated.tenants.request(target({ tier: 'read' }), LOOK)).toMatchObject({ status: 200, body: '{"id":"1"}' });
    expect(rotated.read).toEqual([
      ['okta-read', false],
      ['okta-read', true],
    ]);
    expect(rotated.sent[1]?.request.headers).toMatchObject({ authorization: 'SSWS new-token-1234' });
    const gone = world([{ status: 401 }, { status: 401 }], { 'okta-read': ['old-token-1234'] });
    expect(await gone.tenants.request(target({ tier: 'read' }), LOOK)).toMatchObject({ status: 401 });
    expect(gone.sent).toHaveLength(2);
  });

  it('never answers what authenticated it', async () => {
    const { tenants } = world([{ status: 400, text: '{"errorSummary":"bad token 00read-token"}' }]);
    const { body } = await tenants.request(target({ tier: 'read' }), LOOK);
    expect(body).toContain('bad token');
    expect(body).not.toContain('00read-token');
  });

  it('waits as long as the vendor asks, and asks again', async () => {
    const { tenants, slept, sent } = world([{ status: 429, headers: { 'retry-after': '3' } }, {}]);
    expect(await tenants.request(target(), SUSPEND)).toMatchObject({ status: 200 });
    expect(sent).toHaveLength(2);
    expect(slept[0]).toBeGreaterThanOrEqual(3000);
  });

  it('leaves a long wait to the playbook', async () => {
    const { tenants, slept } = world([{ status: 429, headers: { 'retry-after': '600' } }]);
    expect(await tenants.request(target(), SUSPEND)).toMatchObject({ status: 429 });
    expect(slept).toEqual([]);
  });

  it('repeats a look that got no answer, and never a change that may have arrived', async () => {
    const down = new YaguraError('Unavailable', 'reset', { retryable: true });
    const looking = world([{ fails: down }, {}]);
    expect(await looking.tenants.request(target({ tier: 'read' }), LOOK)).toMatchObject({ status: 200 });
    const changing = world([{ fails: down }, {}]);
    await expect(changing.tenants.request(target(), SUSPEND)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(changing.sent).toHaveLength(1);
    const failing = world([{ status: 502 }, {}]);
    expect(await failing.tenants.request(target(), SUSPEND)).toMatchObject({ status: 502 });
    expect(failing.sent).toHaveLength(1);
  });

  it('asks GitHub for a token of the permissions that the call needs, and names the version of the API', async () => {
    const secret = JSON.stringify({ appId: '1', installationId: '2', privateKey: PEM });
    const { tenants, sent, tokens } = world([], { 'github-contain': [secret] });
    const request = tenantRequest('github:DisableWorkflow', { org: 'acme', repo: 'web', workflowId: '55' });
    await tenants.request(target({ product: 'github', tenantId: 'acme', scopes: ['actions:write'] }), request);
    expect(JSON.parse(tokens[0] ?? '')).toEqual({ permissions: { actions: 'write' } });
    expect(sent[0]?.request).toMatchObject({
      method: 'PUT',
      url: 'https://api.github.com/repos/acme/web/actions/workflows/55/disable',
      headers: { 'x-github-api-version': '2022-11-28', authorization: 'Bearer token-1-abcdef' },
    });
  });

  it('asks Gmail in the name of the mailbox owner, and the directory in the name of the administrator', async () => {
    const secret = JSON.stringify({ client_email: 'sa@x.iam', private_key: PEM, private_key_id: 'k', admin: 'soc@example.com' });
    const { tenants, sent, tokens } = world([], { 'google-read': [secret] });
    const google = target({ product: 'google-workspace', tenantId: 'example.com', tier: 'read', scopes: ['scope-a', 'scope-b'] });
    const of = { userKey: 'kato@example.com' };
    await tenants.request(google, tenantRequest('google-workspace:GetAutoForwarding', of));
    await tenants.request(google, tenantRequest('google-workspace:GetUser', of));
    const claims = tokens.map((form) => {
      const [, payload = ''] = (new URLSearchParams(form).get('assertion') ?? '').split('.');
      return JSON.parse(Buffer.from(payload, 'base64url').toString());
    });
    expect(claims.map(({ sub, scope }) => [sub, scope])).toEqual([
      ['kato@example.com', 'scope-a scope-b'],
      ['soc@example.com', 'scope-a scope-b'],
    ]);
    expect(sent.map(({ request }) => request.url)).toEqual([
      'https://gmail.googleapis.com/gmail/v1/users/kato%40example.com/settings/autoForwarding',
      expect.stringMatching(/^https:\/\/admin\.googleapis\.com\/admin\/directory\/v1\/users\/kato%40example\.com\?fields=/),
    ]);
  });

  it('asks Slack at the host of the operation, and Microsoft 365 for ids that stay', async () => {
    const { tenants, sent } = world([], {
      'slack-read': ['xoxp-secret-token'],
      'm365-read': ['{"clientId":"a","clientSecret":"b"}'],
    });
    const slack = target({ product: 'slack', tenantId: 'E0123ABCD', tier: 'read', scopes: ['admin'] });
    await tenants.request(slack, tenantRequest('slack:GetScimUser', { userId: 'U0123ABCD' }));
    const m365 = target({ product: 'microsoft-365', tenantId: DIRECTORY, tier: 'read', scopes: ['Mail.ReadBasic.All'] });
    await tenants.request(m365, tenantRequest('microsoft-365:GetMailFolder', { userId: DIRECTORY, folder: 'inbox' }));
    expect(sent[0]?.request).toMatchObject({
      url: 'https://api.slack.com/scim/v2/Users/U0123ABCD',
      headers: { authorization: 'Bearer xoxp-secret-token' },
    });
    expect(sent[1]?.request.headers).toMatchObject({ prefer: 'IdType="ImmutableId"' });
  });

  it.each([
    ['a tenant that is not configured', { tenantId: 'evil.example.com' }, 'respond.tenants'],
    ['a tier without a credential', { tier: 'destroy' as const }, 'secrets.destroy'],
    ['a product without a tenant', { product: 'entra' as const }, 'respond.tenants'],
  ])('%s is refused before anything is asked', async (_what, more, text) => {
    const { tenants, sent, tokens } = world([]);
    const failing = tenants.request(target(more), SUSPEND);
    await expect(failing).rejects.toMatchObject({ code: 'Refused' });
    expect(JSON.stringify(await failing.catch((error: unknown) => Object(error).problems))).toContain(text);
    expect([...sent, ...tokens]).toEqual([]);
  });
});
