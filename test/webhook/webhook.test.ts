import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { WebhookConfig } from '../../functions/core/collect-config.ts';
import { MAX_BODY_BYTES, receive, type WebhookPorts, type WebhookRequest } from '../../functions/webhook/stage.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { type MemoryStore, memoryStore } from '../ingest/memory-store.ts';

const NOW_MS = Date.UTC(2026, 2, 10, 12);
const SECRET = 'a secret of forty characters, or so, here';
const ENDPOINTS: WebhookConfig[] = [
  { path: 'gh', source: 'github', signature: 'github', secret: 'yagura/gh' },
  { path: 'sl', source: 'slack', signature: 'slack', secret: 'yagura/sl' },
  { path: 'own', source: 'okta', signature: 'yagura', secret: 'yagura/own' },
];

interface World extends WebhookPorts {
  landing: MemoryStore;
  /** What the store of secrets holds now, and what was read of it before. */
  held: { now: string; read: string };
}

function world(): World {
  const held = { now: SECRET, read: SECRET };
  return {
    held,
    landing: memoryStore(),
    table: createMemoryTable(),
    meter: createMemoryMeter(),
    clock: { nowMs: () => NOW_MS },
    secrets: {
      get: async (_, options) => {
        if (options?.fresh === true) held.read = held.now;
        return held.read;
      },
    },
  };
}

const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
const request = (path: string, body: string, headers: Record<string, string>, method = 'POST'): WebhookRequest => ({
  method,
  path: `/hooks/${path}`,
  headers,
  body: Buffer.from(body),
});
const github = (body: string, { secret = SECRET, delivery = 'd-1' } = {}): WebhookRequest =>
  request('gh', body, { 'x-hub-signature-256': `sha256=${hmac(secret, body)}`, 'x-github-delivery': delivery });
const slack = (body: string, { secret = SECRET, atMs = NOW_MS } = {}): WebhookRequest => {
  const time = String(Math.floor(atMs / 1000));
  return request('sl', body, {
    'x-slack-request-timestamp': time,
    'x-slack-signature': `v0=${hmac(secret, `v0:${time}:${body}`)}`,
  });
};
const own = (body: string, { secrets = [SECRET], atMs = NOW_MS } = {}): WebhookRequest => {
  const time = Math.floor(atMs / 1000);
  const signatures = secrets.map((secret) => `v1=${hmac(secret, `${time}.${body}`)}`);
  return request('own', body, { 'x-yagura-signature': [`t=${time}`, ...signatures].join(',') });
};
const status = async (asked: WebhookRequest, ports = world()): Promise<number> => (await receive(asked, ports, ENDPOINTS)).status;

describe('a request that is signed', () => {
  it.each([
    ['github', github('{"action":"created"}')],
    ['slack', slack('{"a":1}')],
    ['yagura', own('{"a":1}')],
    ['yagura with the secret before too', own('{"a":1}', { secrets: ['the one before', SECRET] })],
  ])('of %s lands word for word, below the prefix of its source', async (_, asked) => {
    const ports = world();
    expect(await receive(asked, ports, ENDPOINTS)).toEqual({ status: 200, body: 'ok' });
    const [key = ''] = ports.landing.keys();
    expect(ports.landing.keys()).toHaveLength(1);
    expect(key).toMatch(/^collect\/(github|slack|okta)\/2026\/03\/10\/hook-/);
    expect(Buffer.from(ports.landing.bytes(key) ?? []).toString()).toBe(Buffer.from(asked.body).toString());
  });

  it('lands once, though it is sent again, with the same signature or the same delivery', async () => {
    const ports = world();
    expect(await status(github('{"n":1}'), ports)).toBe(200);
    const before = ports.landing.keys();
    expect(await status(github('{"n":1}', { delivery: 'd-2' }), ports)).toBe(200);
    expect(await status(github('{"n":2}', { delivery: 'd-1' }), ports)).toBe(200);
    expect(ports.landing.keys()).toEqual(before);
  });

  it('is taken after the secret was rotated', async () => {
    const ports = world();
    ports.held.now = 'the new secret of some forty characters..';
    expect(await status(github('{}', { secret: ports.held.now }), ports)).toBe(200);
    expect(await status(slack('{"b":2}', { secret: SECRET }), ports)).toBe(401);
  });

  it("answers Slack's challenge, and keeps nothing of it", async () => {
    const ports = world();
    const asked = slack('{"type":"url_verification","challenge":"c0ffee"}');
    expect(await receive(asked, ports, ENDPOINTS)).toEqual({ status: 200, body: 'c0ffee' });
    expect(ports.landing.keys()).toEqual([]);
  });
});

describe('a request that is not', () => {
  const changed = (asked: WebhookRequest, body: string): WebhookRequest => ({ ...asked, body: Buffer.from(body) });
  it.each<[string, WebhookRequest, number]>([
    ['of a body that was changed', changed(github('{"n":1}'), '{"n":2}'), 401],
    ['of another secret', github('{}', { secret: 'guess' }), 401],
    ['without a signature', request('gh', '{}', {}), 401],
    ['of the older SHA-1 signature only', request('gh', '{}', { 'x-hub-signature': 'sha1=00' }), 401],
    ['of a signature cut short', request('gh', '{}', { 'x-hub-signature-256': 'sha256=00' }), 401],
    ['signed six minutes ago', slack('{}', { atMs: NOW_MS - 6 * 60_000 }), 401],
    ['signed six minutes from now', own('{}', { atMs: NOW_MS + 6 * 60_000 }), 401],
    ["of one endpoint's form at another", { ...github('{}'), path: '/hooks/sl' }, 401],
    ['to no endpoint', { ...github('{}'), path: '/hooks/other' }, 404],
    ['to a path above', { ...github('{}'), path: '/hooks/../hooks/gh' }, 404],
    ['of another method', { ...github('{}'), method: 'GET' }, 405],
    ['over the limit', github('x'.repeat(MAX_BODY_BYTES + 1)), 413],
  ])('%s is refused, in words that tell nothing, and nothing lands', async (_, asked, expected) => {
    const ports = world();
    const { status: given, body } = await receive(asked, ports, ENDPOINTS);
    expect(given).toBe(expected);
    expect(body).not.toMatch(/secret|signature|stale|hmac/i);
    expect(ports.landing.keys()).toEqual([]);
  });
});

describe('a death between the two writes', () => {
  it('makes the sender send again, and the same object is written over', async () => {
    const ports = world();
    const dying: WebhookPorts = { ...ports, table: { ...ports.table, write: () => Promise.reject(new Error('gone')) } };
    await expect(receive(github('{"n":1}'), dying, ENDPOINTS)).rejects.toThrow('gone');
    expect(await status(github('{"n":1}'), ports)).toBe(200);
    expect(ports.landing.keys()).toHaveLength(1);
  });
});
