// Google's Reports API behind a service account that acts as an administrator.
import { generateKeyPairSync } from 'node:crypto';
import { googleWorkspace as connector } from '../../../functions/collect/connectors/google-workspace.ts';
import { claimsOf } from './github.ts';
import { msOf, pageOf, refused, type Vendor } from './server.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = {
  type: 'service_account',
  client_email: 'collector@acme.iam.example.com',
  private_key_id: '0a1b2c',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

export const googleWorkspace: Vendor = {
  connector,
  options: { admin: 'admin@example.com' },
  secret: JSON.stringify(KEY),
  feeds: ['login', 'admin', 'drive', 'token'],
  record: ({ id, feed, atMs }) => ({
    kind: 'admin#reports#activity',
    id: { time: new Date(atMs).toISOString(), uniqueQualifier: id, applicationName: feed, customerId: 'C01' },
    actor: { email: 'alice@example.com', profileId: '1' },
    events: [{ type: 'login', name: 'login_success' }],
  }),
  idOf: ({ id }) => (id !== null && typeof id === 'object' && !Array.isArray(id) ? String(id['uniqueQualifier']) : undefined),
  answer({ method, host, path, query, headers, body }, world) {
    if (host === 'oauth2.googleapis.com' && method === 'POST' && path === '/token') {
      const form = new URLSearchParams(body);
      const claims = claimsOf(form.get('assertion') ?? '', publicKey);
      const nowSec = world.nowMs() / 1000;
      const isGood =
        form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
        claims?.['sub'] === 'admin@example.com' &&
        claims['aud'] === 'https://oauth2.googleapis.com/token' &&
        String(claims['scope']).endsWith('admin.reports.audit.readonly') &&
        Number(claims['iat']) <= nowSec + 30 &&
        Number(claims['exp']) > nowSec;
      if (!isGood) return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT' } };
      return { status: 200, body: { access_token: world.issueToken('ya29.'), expires_in: 3599, token_type: 'Bearer' } };
    }
    if (!world.holdsToken(headers.authorization))
      return { status: 401, body: { error: { code: 401, message: 'Invalid Credentials' } } };
    const feed = /^\/admin\/reports\/v1\/activity\/users\/all\/applications\/(\w+)$/.exec(path)?.[1];
    if (host !== 'admin.googleapis.com' || feed === undefined || Number(query.get('maxResults')) > 1000)
      return refused(404, 'Not Found');
    const page = pageOf(world, world.visible(feed), {
      fromMs: msOf(query.get('startTime')),
      toMs: msOf(query.get('endTime')),
      descending: true,
      token: query.get('pageToken'),
    });
    if (page === 'expired') return { status: 400, body: { error: { code: 400, message: 'Invalid value for pageToken' } } };
    // An answer without records has no `items`.
    const items = page.events.length === 0 ? {} : { items: page.events.map(googleWorkspace.record) };
    return {
      status: 200,
      body: { kind: 'admin#reports#activities', ...items, ...(page.next === undefined ? {} : { nextPageToken: page.next }) },
    };
  },
};
