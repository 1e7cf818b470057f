// Okta's System Log API: records in the order in which they were stored, and a next link even when there is nothing.
import { okta as connector } from '../../../functions/collect/connectors/okta.ts';
import { refused, type Vendor, type VendorWorld } from './server.ts';

const stored = (world: VendorWorld) =>
  world.visible('system-log').sort((a, b) => a.visibleAtMs - b.visibleAtMs || (a.id < b.id ? -1 : 1));

export const okta: Vendor = {
  connector,
  options: { domain: 'acme.okta.com' },
  secret: '00AbCdEfGhIjKlMnOpQrStUvWxYz0123456789',
  feeds: ['system-log'],
  record: ({ id, atMs }) => ({
    uuid: id,
    published: new Date(atMs).toISOString(),
    eventType: 'user.session.start',
    version: '0',
    severity: 'INFO',
    outcome: { result: 'SUCCESS' },
    actor: { id: '00u1', type: 'User', alternateId: 'alice@example.com', displayName: 'Alice' },
  }),
  idOf: ({ uuid }) => (typeof uuid === 'string' ? uuid : undefined),
  answer({ path, query, headers }, world) {
    if (headers.authorization !== `SSWS ${okta.secret}`)
      return { status: 401, body: { errorCode: 'E0000011', errorSummary: 'Invalid token provided' } };
    if (path !== '/api/v1/logs' || Number(query.get('limit') ?? 100) > 1000) return refused(404, 'no such thing');
    const token = query.get('after')?.split('.');
    if (token !== undefined && token[0] !== String(world.epoch))
      return { status: 400, body: { errorCode: 'E0000001', errorSummary: 'The after parameter is invalid' } };
    const sinceMs = Date.parse(query.get('since') ?? '');
    const all = stored(world).filter(({ visibleAtMs }) => visibleAtMs >= sinceMs);
    const from = Number(token?.[1] ?? 0);
    const isEmpty = world.emptyPages && token !== undefined && token[2] !== 'e';
    const page = isEmpty ? [] : all.slice(Math.max(0, from - (world.repeats ? 1 : 0)), from + world.pageSize);
    const next = isEmpty ? from : Math.min(all.length, from + world.pageSize);
    const body = world.repeats && from >= all.length ? [] : page.map(okta.record);
    const link = `https://acme.okta.com/api/v1/logs?since=${query.get('since')}&limit=1000&after=${world.epoch}.${next}.${isEmpty ? 'e' : ''}`;
    return {
      status: 200,
      headers: { link: `<https://acme.okta.com/api/v1/logs?limit=1000>; rel="self", <${link}>; rel="next"` },
      body,
    };
  },
};
