// GitHub's audit log of an organization, with a token, or as an App that exchanges a signed JWT for one.
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { github as connector } from '../../../functions/collect/connectors/github.ts';
import { msOf, pageOf, refused, type Vendor, withParameter } from './server.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const APP = { appId: '4711', installationId: '815', privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };

/** The claims of a JWT that this key signed. */
export function claimsOf(jwt: string, key: typeof publicKey): Record<string, unknown> | undefined {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const isSigned = createVerify('RSA-SHA256').update(`${head}.${body}`).verify(key, Buffer.from(signature, 'base64url'));
  return isSigned ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>) : undefined;
}

export const github: Vendor = {
  connector,
  options: { org: 'acme', host: 'api.github.com' },
  secret: JSON.stringify(APP),
  feeds: ['audit-log'],
  record: ({ id, atMs }) => ({
    '@timestamp': atMs,
    _document_id: id,
    action: 'org.add_member',
    actor: 'alice',
    org: 'acme',
    created_at: atMs,
    user: 'bob',
  }),
  idOf: ({ _document_id: id }) => (typeof id === 'string' ? id : undefined),
  answer({ method, path, query, headers }, world) {
    const nowSec = world.nowMs() / 1000;
    if (method === 'POST' && path === `/app/installations/${APP.installationId}/access_tokens`) {
      const claims = claimsOf(headers.authorization?.replace('Bearer ', '') ?? '', publicKey);
      const isGood =
        claims?.['iss'] === APP.appId &&
        Number(claims['iat']) <= nowSec &&
        Number(claims['exp']) > nowSec &&
        Number(claims['exp']) - Number(claims['iat']) <= 600;
      if (!isGood) return refused(401, 'A JSON web token could not be decoded');
      return {
        status: 201,
        body: { token: world.issueToken('ghs_'), expires_at: new Date(world.nowMs() + 3_600_000).toISOString() },
      };
    }
    if (!world.holdsToken(headers.authorization)) return refused(401, 'Bad credentials');
    if (path !== '/orgs/acme/audit-log') return refused(404, 'Not Found');
    const since = /^created:>=(\S+)$/.exec(query.get('phrase') ?? '')?.[1];
    if (query.get('include') !== 'all' || query.get('order') !== 'asc' || Number(query.get('per_page')) > 100)
      return refused(422, 'Validation Failed');
    const page = pageOf(world, world.visible('audit-log'), {
      fromMs: msOf(since),
      toMs: Number.MAX_SAFE_INTEGER,
      token: query.get('after'),
    });
    if (page === 'expired') return refused(422, 'invalid cursor');
    const link =
      page.next === undefined
        ? undefined
        : `<https://api.github.com/orgs/acme/audit-log?${withParameter(query, 'after', page.next)}&before=>; rel="next"`;
    return { status: 200, ...(link === undefined ? {} : { headers: { link } }), body: page.events.map(github.record) };
  },
};
