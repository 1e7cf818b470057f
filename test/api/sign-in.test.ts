import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHandler } from '../../functions/adapters/aws/api-handler.ts';
import { apiProblems, apiSchema, type Member, memberOf } from '../../functions/core/api/member.ts';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import { type ApiServer, startApi } from '../../local/api-server.ts';
import { apiKey, issueToken, tokenMember } from '../../local/api-token.ts';
import { type LocalState, openState } from '../../local/ports.ts';
import { aiko } from './room.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const key = Buffer.alloc(32, 7);
const good = { role: 'analyst', clearance: 'AMBER', kind: 'human' };
const jwt = (claims: object = good) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('yagura-laptop')
    .setAudience('yagura-api')
    .setSubject('aiko')
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(NOW / 1000 + 3600);
const member = (token: string, nowMs = NOW) => tokenMember(`Bearer ${token}`, { key, nowMs });

describe('tokens of a laptop', () => {
  it('say who it is, for as long as they live', async () => {
    const token = await issueToken(aiko, { key, nowMs: NOW, hours: 2 });
    expect(await member(token)).toEqual(aiko);
    expect(await member(token, NOW + 2 * 3_600_000 - 1000)).toEqual(aiko);
    expect(await member(token, NOW + 2 * 3_600_000 + 1000)).toBeUndefined();
  });

  const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each<[string, () => Promise<string> | string]>([
    ['none at all', () => ''],
    ['signed by another key', () => jwt().sign(Buffer.alloc(32, 8))],
    ['for another audience', () => jwt().setAudience('other').sign(key)],
    ['of another issuer', () => jwt().setIssuer('https://idp.example').sign(key)],
    [
      'without an end',
      () =>
        new SignJWT(good)
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('yagura-laptop')
          .setAudience('yagura-api')
          .setSubject('aiko')
          .setIssuedAt(NOW / 1000)
          .sign(key),
    ],
    [
      'that lives for a year',
      () =>
        jwt()
          .setIssuedAt(NOW / 1000 - 30 * 86_400)
          .setExpirationTime(NOW / 1000 + 300 * 86_400)
          .sign(key),
    ],
    [
      'not valid yet',
      () =>
        jwt()
          .setNotBefore(NOW / 1000 + 600)
          .sign(key),
    ],
    [
      'with no algorithm',
      () =>
        new UnsecuredJWT(good)
          .setIssuer('yagura-laptop')
          .setAudience('yagura-api')
          .setSubject('aiko')
          .setIssuedAt(NOW / 1000)
          .setExpirationTime(NOW / 1000 + 60)
          .encode(),
    ],
    [
      'with an algorithm of its choice',
      async () => {
        const [, payload, signature] = (await jwt().sign(key)).split('.');
        return `${b64({ alg: 'none' })}.${payload}.${signature}`;
      },
    ],
    [
      'whose role was raised',
      async () => {
        const [header, , signature] = (await jwt().sign(key)).split('.');
        return `${header}.${b64({ ...good, role: 'admin', sub: 'aiko', iss: 'yagura-laptop', aud: 'yagura-api', exp: NOW / 1000 + 60, iat: NOW / 1000 })}.${signature}`;
      },
    ],
    ['with a role that is none', () => jwt({ ...good, role: 'root' }).sign(key)],
    ['for nobody', () => jwt().setSubject('').sign(key)],
    [
      'with an unknown critical header',
      () =>
        new SignJWT(good)
          .setProtectedHeader({ alg: 'HS256', crit: ['b64'], b64: true })
          .setIssuer('yagura-laptop')
          .setAudience('yagura-api')
          .setSubject('aiko')
          .setExpirationTime(NOW / 1000 + 60)
          .sign(key),
    ],
  ])('%s: not good', async (_, make) => expect(await member(await make())).toBeUndefined());

  it('come from a key that nobody else can read', () => {
    const dir = mkdtempSync(join(tmpdir(), 'api-key-'));
    const made = apiKey(dir);
    expect(apiKey(dir)).toEqual(made);
    chmodSync(join(dir, 'api-key'), 0o644);
    expect(() => apiKey(dir)).toThrow(/chmod 600/);
    chmodSync(join(dir, 'api-key'), 0o600);
    writeFileSync(join(dir, 'api-key'), 'ff');
    expect(() => apiKey(dir)).toThrow(/32 bytes/);
  });

  it('live for a day at most', async () => {
    await expect(issueToken(aiko, { key, nowMs: NOW, hours: 25 })).rejects.toThrow(/up to 24/);
  });
});

describe('callers in AWS', () => {
  const sso = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_SocAnalyst_0123456789abcdef';
  const config = apiSchema.parse({
    members: [
      { arn: `${sso}/*`, role: 'analyst' },
      { arn: 'arn:aws:sts::111122223333:assumed-role/soc-lead/lena', role: 'lead', clearance: 'RED' },
    ],
  });

  it.each<[string, Partial<Member> | undefined]>([
    [`${sso}/aiko@example.com`, { id: 'aiko@example.com', role: 'analyst', clearance: 'AMBER' }],
    ['arn:aws:sts::111122223333:assumed-role/soc-lead/lena', { id: 'lena', role: 'lead', clearance: 'RED' }],
    ['arn:aws:sts::111122223333:assumed-role/soc-lead/mallory', undefined],
    [`${sso}evil/aiko`, undefined],
    [`${sso}/a/b`, undefined],
    [`${sso}/`, undefined],
    ['arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_SocAnalyst_0123456789abcdef/aiko', undefined],
  ])('%s', (arn, expected) => {
    if (expected === undefined) expect(memberOf(arn, config)).toBeUndefined();
    else expect(memberOf(arn, config)).toMatchObject(expected);
  });

  it('may be anybody of a permission set, and only named sessions of other roles', () => {
    expect(apiProblems(config)).toEqual([]);
    const open = apiSchema.parse({ members: [{ arn: 'arn:aws:sts::111122223333:assumed-role/soc-lead/*', role: 'lead' }] });
    expect(apiProblems(open)).toMatchObject([{ at: 'api.members.0.arn', fix: 'write out each session' }]);
    expect(apiSchema.safeParse({ members: [{ arn: '*', role: 'admin' }] }).success).toBe(false);
  });

  it('are those whom AWS authenticated, whatever the request says of itself', async () => {
    const seen: unknown[] = [];
    const handler = apiHandler(
      async (request, { caller }) => {
        seen.push([caller?.id, new URL(request.url).pathname, await request.text()]);
        return new Response('{}', { status: 200, headers: { etag: '"1"' } });
      },
      { config },
    );
    const event = (more: object, iam?: object) =>
      ({
        rawPath: '/v1/me',
        rawQueryString: 'a=b',
        headers: { 'x-amzn-oidc-identity': 'admin', host: 'x' },
        isBase64Encoded: true,
        body: Buffer.from('{"a":1}').toString('base64'),
        requestContext: { http: { method: 'POST' }, ...(iam === undefined ? {} : { authorizer: { iam } }) },
        ...more,
      }) as unknown as Parameters<typeof handler>[0];
    await handler(event({}, { userArn: `${sso}/aiko@example.com` }));
    await handler(event({}));
    await handler(event({}, { userArn: 'arn:aws:iam::111122223333:root' }));
    await handler(event({ rawPath: '//evil.example/v1/me' }, { userArn: `${sso}/aiko` }));
    expect(seen).toEqual([
      ['aiko@example.com', '/v1/me', '{"a":1}'],
      [undefined, '/v1/me', '{"a":1}'],
      [undefined, '/v1/me', '{"a":1}'],
      ['aiko', '//evil.example/v1/me', '{"a":1}'],
    ]);
  });
});

describe('the server of a laptop', () => {
  let state: LocalState;
  let server: ApiServer;
  let token: string;
  const faults: unknown[] = [];
  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'api-server-'));
    state = await openState(dir);
    const own = apiKey(dir);
    token = await issueToken(aiko, { key: own, nowMs: Date.now(), hours: 1 });
    server = await startApi({
      state,
      key: own,
      content: { policy: DEFAULT_POLICY, perMinute: 1000 },
      port: 0,
      onFault: (error) => faults.push(error),
    });
  });
  afterAll(async () => {
    await server.close();
    await state.close();
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.origin + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
  /** `fetch` sets Host itself. */
  const raw = (headers: Record<string, string>, path = '/v1/me'): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(server.origin);
      httpRequest({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}`, ...headers } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  it('knows who holds a token, and is for nobody else', async () => {
    expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await get('/v1/me')).json()).toEqual({ id: 'aiko', role: 'analyst', clearance: 'AMBER', kind: 'human' });
    expect((await get('/v1/me', { authorization: '' })).status).toBe(401);
    expect((await get('/v1/me', { authorization: `Basic ${token}` })).status).toBe(401);
  });

  it('is not for web pages: neither under another name nor from another origin', async () => {
    expect(await raw({ host: 'attacker.example' })).toBe(403);
    expect(await raw({ origin: 'https://attacker.example' })).toBe(403);
    expect(await raw({ origin: 'null' })).toBe(403);
    expect(await raw({ host: `localhost:${new URL(server.origin).port}` })).toBe(200);
  });

  it('takes no address for a path', async () => {
    expect(await raw({}, 'http://evil.example/v1/me')).toBe(400);
    expect(await raw({}, '//evil.example/v1/me')).not.toBe(500);
    expect(faults).toEqual([]);
  });

  it('says of a body that it is too much, however much it is', async () => {
    for (const size of [70_000, 3_000_000]) {
      const reply = await fetch(`${server.origin}/v1/cases/INC-1234/operations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'if-match': '*',
          'idempotency-key': 'abcdefgh',
        },
        body: 'x'.repeat(size),
      }).catch(() => undefined);
      expect([413, undefined]).toContain(reply?.status);
    }
    expect((await get('/v1/me')).status).toBe(200);
  });
});
