// Slack, Duo, 1Password and Cloudflare.
import { createHash, createHmac } from 'node:crypto';
import { cloudflare as cloudflareConnector } from '../../../functions/collect/connectors/cloudflare.ts';
import { duo as duoConnector } from '../../../functions/collect/connectors/duo.ts';
import { onepassword as onepasswordConnector } from '../../../functions/collect/connectors/onepassword.ts';
import { slack as slackConnector } from '../../../functions/collect/connectors/slack.ts';
import { msOf, pageOf, refused, type Vendor, type VendorRequest, type VendorWorld } from './server.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const slack: Vendor = {
  connector: slackConnector,
  options: {},
  secret: 'xoxp-0000-not-a-token',
  feeds: ['audit-logs'],
  record: ({ id, atMs }) => ({
    id,
    date_create: Math.floor(atMs / 1000),
    action: 'user_login',
    actor: { type: 'user', user: { id: 'W1' } },
  }),
  idOf: ({ id }) => text(id),
  answer({ path, query, headers }, world) {
    if (headers.authorization !== `Bearer ${slack.secret}`) return { status: 401, body: { ok: false, error: 'invalid_auth' } };
    if (path !== '/audit/v1/logs' || Number(query.get('limit')) > 9999) return refused(404, 'Not Found');
    const seconds = (name: string): number => Number(query.get(name)) * 1000;
    const page = pageOf(world, world.visible('audit-logs'), {
      fromMs: seconds('oldest'),
      toMs: seconds('latest') + 1000,
      descending: true,
      token: query.get('cursor'),
    });
    if (page === 'expired') return { status: 400, body: { ok: false, error: 'invalid_cursor' } };
    return { status: 200, body: { entries: page.events.map(slack.record), response_metadata: { next_cursor: page.next ?? '' } } };
  },
};

const KEYS = { integrationKey: 'DI0123456789ABCDEFGH', secretKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCD' };
const EMPTY = createHash('sha512').update('').digest('hex');

function isSignedByDuo({ method, host, path, target, headers }: VendorRequest, world: VendorWorld): boolean {
  const date = String(headers.date);
  // Duo takes a date that is at most five minutes off.
  if (Math.abs(msOf(date) - world.nowMs()) > 5 * 60_000) return false;
  const canonical = [date, method, host, path, target.split('?')[1] ?? '', EMPTY, EMPTY].join('\n');
  const signature = createHmac('sha512', KEYS.secretKey).update(canonical).digest('hex');
  return headers.authorization === `Basic ${Buffer.from(`${KEYS.integrationKey}:${signature}`).toString('base64')}`;
}

export const duo: Vendor = {
  connector: duoConnector,
  options: { host: 'api-0a1b2c3d.duosecurity.com' },
  secret: JSON.stringify(KEYS),
  feeds: ['authentication', 'administrator'],
  record: ({ id, feed, atMs }) =>
    feed === 'authentication'
      ? { txid: id, timestamp: Math.floor(atMs / 1000), event_type: 'authentication', result: 'success', factor: 'duo_push' }
      : { timestamp: Math.floor(atMs / 1000), action: 'user_update', username: 'Alice', object: id, description: '{}' },
  idOf: ({ txid, object }) => text(txid) ?? text(object),
  answer(request, world) {
    const { path, query, headers } = request;
    if (!isSignedByDuo(request, world))
      return {
        status: 401,
        body: {
          code: 40103,
          message: 'Invalid signature in request credentials',
          message_detail: String(headers.authorization),
          stat: 'FAIL',
        },
      };
    if (path === '/admin/v1/logs/administrator') {
      const from = Number(query.get('mintime')) * 1000;
      const records = world.visible('administrator').filter(({ atMs }) => Math.floor(atMs / 1000) * 1000 >= from);
      return { status: 200, body: { stat: 'OK', response: records.slice(0, 1000).map(duo.record) } };
    }
    if (path !== '/admin/v2/logs/authentication' || query.get('sort') !== 'ts:asc' || Number(query.get('limit')) > 1000)
      return refused(404, 'Resource not found');
    const token = query.get('next_offset')?.split(',');
    const page = pageOf(world, world.visible('authentication'), {
      fromMs: Number(query.get('mintime')),
      toMs: Number(query.get('maxtime')),
      token: token?.[1],
    });
    if (page === 'expired')
      return {
        status: 400,
        body: { code: 40002, message: 'Invalid request parameters', message_detail: 'next_offset', stat: 'FAIL' },
      };
    const next = page.next === undefined ? null : [String(page.events.at(-1)?.atMs ?? 0), page.next];
    return {
      status: 200,
      body: {
        stat: 'OK',
        response: { authlogs: page.events.map(duo.record), metadata: { next_offset: next, total_objects: 9 } },
      },
    };
  },
};

export const onepassword: Vendor = {
  connector: onepasswordConnector,
  options: { host: 'events.1password.eu' },
  secret: 'eyJhbGciOiJFUzI1NiJ9.not-a-token.signature',
  feeds: ['signinattempts', 'itemusages', 'auditevents'],
  record: ({ id, atMs }) => ({ uuid: id, timestamp: new Date(atMs).toISOString(), category: 'success', type: 'credentials_ok' }),
  idOf: ({ uuid }) => text(uuid),
  answer({ method, path, headers, body }, world) {
    if (headers.authorization !== `Bearer ${onepassword.secret}`)
      return { status: 401, body: { Error: { Message: 'Unauthorized' } } };
    const feed = /^\/api\/v2\/(\w+)$/.exec(path)?.[1] ?? '';
    if (method !== 'POST' || !onepassword.feeds.includes(feed)) return refused(404, 'Not Found');
    const ask = JSON.parse(body) as { cursor?: string; start_time?: string; end_time?: string; limit?: number };
    if ((ask.cursor === undefined) === (ask.start_time === undefined) || (ask.limit ?? 1) > 1000)
      return refused(400, 'either a cursor or a reset cursor');
    const window = ask.cursor === undefined ? { fromMs: msOf(ask.start_time), toMs: msOf(ask.end_time) } : { fromMs: 0, toMs: 0 };
    const page = pageOf(world, world.visible(feed), { ...window, token: ask.cursor });
    if (page === 'expired') return refused(400, 'cursor expired');
    return {
      status: 200,
      body: { cursor: page.next ?? 'the-end', has_more: page.next !== undefined, items: page.events.map(onepassword.record) },
    };
  },
};

export const cloudflare: Vendor = {
  connector: cloudflareConnector,
  options: { account: '0123456789abcdef0123456789abcdef' },
  secret: 'cf-not-a-token-0123456789',
  feeds: ['audit-logs'],
  record: ({ id, atMs }) => ({
    id,
    action: { time: new Date(atMs).toISOString(), type: 'update', result: 'success' },
    actor: { email: 'alice@example.com' },
  }),
  idOf: ({ id }) => text(id),
  answer({ path, query, headers }, world) {
    const failed = (status: number, message: string) => ({
      status,
      body: { success: false, errors: [{ code: 1, message }], result: null },
    });
    if (headers.authorization !== `Bearer ${cloudflare.secret}`) return failed(401, 'Authentication error');
    if (
      path !== `/client/v4/accounts/${cloudflare.options['account']}/logs/audit` ||
      query.get('direction') !== 'asc' ||
      Number(query.get('limit')) > 1000
    )
      return failed(404, 'not found');
    const page = pageOf(world, world.visible('audit-logs'), {
      fromMs: msOf(query.get('since')),
      toMs: msOf(query.get('before')),
      token: query.get('cursor'),
    });
    if (page === 'expired') return failed(400, 'invalid cursor');
    return {
      status: 200,
      body: {
        success: true,
        errors: [],
        result: page.events.map(cloudflare.record),
        result_info: { count: page.events.length, cursor: page.next ?? '' },
      },
    };
  },
};
