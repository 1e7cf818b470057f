import { describe, expect, it } from 'vitest';
import { apiClient, type PlainCall } from '../../functions/core/api/client.ts';
import { openapi } from '../../functions/core/api/openapi.ts';
import { ROUTE_NAMES } from '../../functions/core/api/routes.ts';
import { finding, HOUR, key as keyOf, T0, user } from '../correlate/story.ts';
import { aiko, apiRoom, errorOf, lead, manager, person, viewer } from './room.ts';

const secret = { op: 'set_tlp', tlp: 'RED', reason: 'x' };
const SECOND = finding({ rule: 'z', atMs: T0 + HOUR, entities: [user('mallory'), keyOf('M')], tactics: ['impact'] });

describe('working a case through the API', () => {
  it('shows it with a tag, changes it under that tag, and records both', async () => {
    const { ask, act, id } = await apiRoom();
    const shown = await ask(`/v1/cases/${id}`);
    expect(shown).toMatchObject({ status: 200, body: { case: { incidentId: id, status: 'new' }, withheld: 0 } });
    const etag = shown.headers.get('etag') ?? '';
    const taken = await act({ op: 'acknowledge' }, { seen: etag });
    expect(taken).toMatchObject({
      status: 200,
      body: { events: [{ kind: 'acknowledged', actor: 'aiko', actorKind: 'human' }, { kind: 'assigned' }] },
    });
    expect(taken.headers.get('etag')).toBe(`"${taken.body['seq']}"`);
    const audit = await ask(`/v1/audit/${new Date((await ask('/v1/metrics')).body['to'] as string).toISOString().slice(0, 10)}`, {
      as: manager,
    });
    expect(audit.body['items']).toMatchObject([
      { what: 'asked', actor: 'aiko', op: 'acknowledge' },
      { what: 'answered', status: 200 },
    ]);
  });

  it('tells who was faster, and what they did', async () => {
    const { ask, act, id } = await apiRoom();
    const seen = (await ask(`/v1/cases/${id}`)).headers.get('etag') ?? '';
    expect((await act({ op: 'assign', to: 'bob' }, { seen, as: person('bob') })).status).toBe(200);
    const late = await act({ op: 'assign', to: 'aiko' }, { seen });
    expect(late.status).toBe(412);
    expect(JSON.stringify(errorOf(late)['problems'])).toMatch(/bob/);
    // What only adds is added.
    expect((await act({ op: 'comment', text: 'still here' }, { seen })).status).toBe(200);
  });

  it('opens the case of an incident that was kept, for those who may know of it', async () => {
    const { act, at, hear, told } = await apiRoom();
    await hear(finding({ rule: 'm', atMs: T0, level: 'medium', entities: [user('zoe')], tactics: ['discovery'] }));
    const on = (await at.incidents()).find(({ title }) => title.en.includes('zoe'))?.id ?? '';
    const stranger = await act({ op: 'acknowledge' }, { on, as: person('greta', { clearance: 'GREEN' }) });
    expect([stranger.status, told.some(({ name }) => name === 'IncidentChanged')]).toEqual([404, false]);
    const early = await act({ op: 'acknowledge' }, { on });
    expect([early.status, errorOf(early)['message']]).toEqual([409, expect.stringContaining('send this again')]);
    expect(told).toContainEqual({ name: 'IncidentChanged', detail: { incidentId: on, version: 1, isWanted: true } });
  });

  it('wants to know what the author saw, and a name for the request', async () => {
    const { ask, id } = await apiRoom();
    const path = `/v1/cases/${id}/operations`;
    expect((await ask(path, { body: { op: 'acknowledge' } })).status).toBe(428);
    expect((await ask(path, { body: { op: 'acknowledge' }, headers: { 'if-match': '"1"' } })).status).toBe(428);
    for (const bad of ['1', 'W/"1"', '"1', '"abc"', '"1", "2"'])
      expect(
        (await ask(path, { body: { op: 'acknowledge' }, headers: { 'if-match': bad, 'idempotency-key': 'abcdefgh' } })).status,
        bad,
      ).toBe(428);
  });

  it('does a request once, however often it is sent; its key is no key for another, nor for another person', async () => {
    const { act, events } = await apiRoom();
    const comment = { op: 'comment', text: 'once' };
    const first = await act(comment, { key: 'the-same-key' });
    const again = await act(comment, { key: 'the-same-key' });
    expect(again.body['events']).toEqual(first.body['events']);
    expect((await events()).filter(({ kind }) => kind === 'commented')).toHaveLength(1);
    expect((await act({ op: 'comment', text: 'other' }, { key: 'the-same-key' })).status).toBe(409);
    expect((await act({ op: 'comment', text: 'mine' }, { key: 'the-same-key', as: person('bob') })).status).toBe(200);
  });

  it('pages and filters the queue, and stays in order while it changes', async () => {
    const { ask, hear, act } = await apiRoom();
    await hear(SECOND, finding({ rule: 'y', atMs: T0 + 2 * HOUR, entities: [user('trudy'), keyOf('T')], tactics: ['impact'] }));
    const one = await ask('/v1/cases?limit=2');
    expect((one.body['items'] as unknown[]).length).toBe(2);
    const two = await ask(`/v1/cases?limit=2&cursor=${one.body['next']}`);
    const ids = [...(one.body['items'] as { incidentId: string }[]), ...(two.body['items'] as { incidentId: string }[])].map(
      ({ incidentId }) => incidentId,
    );
    expect(new Set(ids).size).toBe(3);
    expect(two.body['next']).toBeUndefined();
    await act({ op: 'assign', to: 'aiko' });
    expect((await ask('/v1/cases?owner=aiko')).body['items']).toHaveLength(1);
    expect((await ask('/v1/cases?owner=none&severity=high,critical')).body['items']).toHaveLength(2);
    expect((await ask('/v1/incidents')).body['items']).toHaveLength(3);
  });

  it('has a client that knows the types, and failures with a status', async () => {
    const { ask, id } = await apiRoom();
    const client = apiClient(async ({ method, target, headers, body }: PlainCall) => {
      const reply = await ask(target, { method, headers, ...(body === undefined ? {} : { text: body }) });
      return { status: reply.status, headers: Object.fromEntries(reply.headers), body: reply.body };
    });
    const { seq } = await client('changeCase', {
      params: { id },
      body: { op: 'acknowledge' },
      seenSeq: '*',
      key: 'client-key-1',
    });
    expect(seq).toBeGreaterThan(1);
    expect((await client('listCases', { query: { owner: 'aiko' } })).items).toHaveLength(1);
    await expect(client('showCase', { params: { id: 'INC-none' } })).rejects.toMatchObject({
      status: 404,
      message: 'There is no case INC-none',
    });
  });

  it('is described whole: every call, what it takes, and every failure', () => {
    const doc = openapi() as { paths: Record<string, Record<string, { operationId: string; responses: object }>> };
    const calls = Object.values(doc.paths).flatMap((path) => Object.values(path));
    expect(calls.map(({ operationId }) => operationId).sort()).toEqual([...ROUTE_NAMES].sort());
    for (const { responses } of calls)
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '404', '412', '429']));
    expect(JSON.stringify(doc)).toContain('set_verdict');
  });
});

describe('who may not', () => {
  it('a stranger learns nothing, not even which calls there are', async () => {
    const { ask, act, id } = await apiRoom();
    const told = new Set<string>();
    for (const path of [`/v1/cases/${id}`, '/v1/cases', '/v1/nothing', '/v1/audit/2026-01-01']) {
      const { status, text } = await ask(path, { as: undefined });
      told.add(`${status} ${text.replace(/request-\d+/, '')}`);
    }
    expect((await act({ op: 'acknowledge' }, { as: undefined })).status).toBe(401);
    expect([...told]).toEqual([expect.stringMatching(/^401 .*"Unauthenticated"/)]);
    expect((await act({ op: 'acknowledge' })).status).toBe(200);
  });

  it.each([
    ['a viewer acknowledges', viewer, { op: 'acknowledge' }],
    ['an analyst merges', aiko, { op: 'merge', into: 'INC-other', reason: 'x' }],
    ['an analyst lifts a marking', aiko, { op: 'set_tlp', tlp: 'CLEAR', reason: 'x' }],
  ])('%s: refused, and recorded', async (_, as, operation) => {
    const { act, ask, events, now } = await apiRoom();
    const before = (await events()).length;
    const reply = await act(operation, { as, headers: { 'x-role': 'admin', authorization: 'Bearer admin' } });
    expect(reply.status).toBe(403);
    expect(errorOf(reply)).toMatchObject({
      code: 'Refused',
      problems: [{ at: 'role', allowed: expect.stringMatching(/and above/) }],
    });
    expect((await events()).length).toBe(before);
    const audit = await ask(`/v1/audit/${new Date(now.ms).toISOString().slice(0, 10)}`, { as: manager });
    expect(audit.body['items']).toMatchObject([
      { actor: as.id, role: as.role },
      { what: 'answered', status: 403 },
    ]);
  });

  it('the record of calls is for managers', async () => {
    const { ask } = await apiRoom();
    for (const as of [viewer, aiko, lead]) expect((await ask('/v1/audit/2026-01-01', { as })).status).toBe(403);
  });

  it('a model proposes and does not decide, whatever its role', async () => {
    const { act } = await apiRoom();
    const model = person('model', { kind: 'ai', role: 'admin' });
    expect((await act({ op: 'comment', text: 'looks bad' }, { as: model })).status).toBe(200);
    expect((await act({ op: 'close', reason: 'x' }, { as: model })).status).toBe(403);
  });
});

describe('what may not be seen', () => {
  it('is not there: in lists, filters, counts, errors, changes, links and merges alike', async () => {
    const { ask, act, id, hear, at } = await apiRoom();
    await hear(SECOND);
    const other = (await at.incidents()).map((incident) => incident.id).find((one) => one !== id) ?? '';
    expect((await act(secret, { as: lead, on: other })).status).toBe(200);
    const never = 'INC-0000000000000000';
    const texts = async (path: (which: string) => string): Promise<[string, string]> => [
      (await ask(path(other))).text,
      (await ask(path(never))).text,
    ];
    const same = ([hidden, absent]: [string, string]) =>
      expect(hidden.replaceAll(other, 'X').replaceAll(/request-\d+/g, 'R')).toBe(
        absent.replaceAll(never, 'X').replaceAll(/request-\d+/g, 'R'),
      );
    for (const path of ['', '/events']) same(await texts((which) => `/v1/cases/${which}${path}`));
    same(await texts((which) => `/v1/incidents/${which}`));
    for (const path of [
      '/v1/cases',
      '/v1/cases?severity=high,critical,medium,low',
      '/v1/cases?owner=none&limit=1',
      '/v1/incidents',
    ])
      expect((await ask(path)).text).not.toContain(other);
    const counted = (await ask('/v1/cases?limit=1')).body;
    expect(counted['next']).toBeUndefined();
    for (const operation of [{ op: 'comment', text: 'x' }, { op: 'nonsense' }]) {
      const [hidden, absent] = [await act(operation, { on: other }), await act(operation, { on: never })];
      expect(hidden.status).toBe(absent.status);
      same([hidden.text, absent.text]);
    }
    const leadLow = person('lee', { role: 'lead', clearance: 'AMBER' });
    for (const [a, b] of [
      [
        { op: 'merge', into: other, reason: 'x' },
        { op: 'merge', into: never, reason: 'x' },
      ],
      [
        { op: 'link', to: other },
        { op: 'link', to: never },
      ],
    ]) {
      const [hidden, absent] = [await act(a, { as: leadLow }), await act(b, { as: leadLow })];
      expect(hidden.status).toBe(404);
      same([hidden.text, absent.text]);
    }
    expect((await ask(`/v1/cases/${other}`, { as: lead })).status).toBe(200);
  });

  it('is left out of a case that may be seen, with a number of how much', async () => {
    const { ask, act, id } = await apiRoom();
    await act({ op: 'comment', text: 'informer-name', tlp: 'RED' }, { as: lead });
    await act({ op: 'add_observable', type: 'ip', value: '203.0.113.77', tlp: 'AMBER+STRICT' }, { as: lead });
    for (const path of [`/v1/cases/${id}`, `/v1/cases/${id}/events`]) {
      const reply = await ask(path);
      expect(reply.text).not.toMatch(/informer-name|203\.0\.113\.77/);
      expect(reply.body['withheld']).toBe(2);
      expect((await ask(path, { as: lead })).text).toMatch(/informer-name/);
    }
  });

  it('is not in the answer to one’s own change either', async () => {
    const { act } = await apiRoom();
    const reply = await act({ op: 'comment', text: 'too-much', tlp: 'RED' });
    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain('too-much');
  });
});

describe('requests that are not good', () => {
  it.each([
    ['an id that climbs', '/v1/cases/..%2f..%2fapi-key', 400],
    ['an id with a null', '/v1/cases/INC-%00', 400],
    ['an id of another alphabet', '/v1/cases/INC-\u202ex', 400],
    ['a parameter that is none', '/v1/cases?limt=5', 400],
    ['a limit that is too large', '/v1/cases?limit=100000', 400],
    ['a status that is none', "/v1/cases?status=new,'--", 400],
    ['a cursor of somebody else', '/v1/cases?cursor=eyJhIjoxfQ', 400],
    ['a day that is none', '/v1/metrics?from=2026-02-40', 400],
    ['a path that is none', '/v1/secrets', 404],
    ['another method', '/v1/me', 404, 'DELETE'],
  ])('%s', async (_, path, status, method = 'GET') => {
    const { ask } = await apiRoom();
    const reply = await ask(path, { method });
    expect(reply.status).toBe(status);
    expect(errorOf(reply)).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
      requestId: expect.stringMatching(/^request-/),
    });
    if (status === 400) expect((errorOf(reply)['problems'] as object[]).length).toBeGreaterThan(0);
  });

  it.each([
    ['too large', { text: JSON.stringify({ op: 'comment', text: 'x'.repeat(70_000) }) }, 413],
    ['no JSON', { text: '{"op":' }, 400],
    ['of another type', { text: 'op=acknowledge', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['an operation that is none', { body: { op: 'drop_table' } }, 400],
    ['with a field that is none', { body: { op: 'acknowledge', role: 'admin' } }, 400],
    ['that pollutes prototypes', { text: '{"op":"comment","text":"x","__proto__":{"role":"admin"}}' }, 400],
  ])('a body %s', async (_, asking, status) => {
    const { ask, id, events } = await apiRoom();
    const before = (await events()).length;
    const reply = await ask(`/v1/cases/${id}/operations`, {
      method: 'POST',
      ...asking,
      headers: { 'if-match': '*', 'idempotency-key': 'abcdefgh', ...('headers' in asking ? asking.headers : {}) },
    });
    expect(reply.status).toBe(status);
    expect((await events()).length).toBe(before);
  });

  it('too many of one person wait; others do not', async () => {
    const { ask } = await apiRoom();
    for (let i = 0; i < 100; i++) expect((await ask('/v1/me')).status).toBe(200);
    const over = await ask('/v1/me');
    expect(over.status).toBe(429);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('/v1/me', { as: viewer })).status).toBe(200);
  });

  it('a fault of ours is told to us, and to nobody else', async () => {
    const { ask, faults, ports } = await apiRoom();
    const table = { ...ports.table, queryIndex: () => Promise.reject(new TypeError('password=hunter2 at /srv')) };
    const reply = await ask('/v1/cases', {}, { table });
    expect(reply.status).toBe(500);
    expect(reply.text).not.toMatch(/hunter2|srv|TypeError/);
    expect(String(faults[0])).toContain('hunter2');
  });

  it('every answer keeps browsers from doing more with it', async () => {
    const { ask } = await apiRoom();
    for (const path of ['/v1/me', '/v1/none']) {
      const { headers } = await ask(path, { headers: { origin: 'https://evil.example' } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('strict-transport-security')).toContain('max-age');
      expect(headers.get('x-request-id')).toMatch(/^request-/);
    }
  });

  it('a call that cannot be recorded is not made', async () => {
    const { act, ports, events, ask, id } = await apiRoom();
    const before = (await events()).length;
    const write: typeof ports.table.write = async (writes) =>
      writes.some((one) => 'put' in one && one.put.pk.startsWith('audit#')) ? false : ports.table.write(writes);
    const reply = await ask(
      `/v1/cases/${id}/operations`,
      { body: { op: 'acknowledge' }, headers: { 'if-match': '*', 'idempotency-key': 'abcdefgh' } },
      { table: { ...ports.table, write } },
    );
    expect(reply.status).toBe(409);
    expect((await events()).length).toBe(before);
    expect((await act({ op: 'acknowledge' })).status).toBe(200);
  });
});
