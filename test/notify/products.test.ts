import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliver } from '../../functions/notify/deliver.ts';
import { deliveriesOf } from '../../functions/notify/outbox.ts';
import { tell } from '../../functions/notify/stage.ts';
import { verify } from '../../functions/webhook/signature.ts';
import { CHANNELS, configOf, HOUR, MIN, notice, type Room, room, T0 } from './room.ts';
import { HOSTS, startVendors, type Vendors } from './vendors.ts';

let vendors: Vendors;
let at: Room;
beforeAll(async () => {
  vendors = await startVendors();
});
afterAll(() => vendors.close());
beforeEach(() => {
  at = room(vendors);
  for (const list of [vendors.calls, vendors.slackMessages, vendors.issues, vendors.records]) list.length = 0;
  vendors.pagerduty.clear();
});

/** What an attacker writes into a user agent, a bucket's name, a subject. */
const HOSTILE = [
  '<!channel> <https://evil.example|click> <@U0EVIL>',
  '**bold** [click](https://evil.example) {{DATE(2017-02-14T06:00:00Z)}}',
  '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&',
  '[code]<a href="https://evil.example">x</a>[/code]',
  'line\r\nBcc: victim@example.com\u0000\u001b[31m\u202etxt',
  '{"type":"text"}',
].join(' ');
const hostile = () =>
  notice({
    title: { en: HOSTILE, ja: HOSTILE },
    change: { en: HOSTILE, ja: HOSTILE },
    facts: [{ name: { en: 'a', ja: 'a' }, value: { en: HOSTILE, ja: HOSTILE } }],
  });

async function send(config: ReturnType<typeof configOf>, ...notices: ReturnType<typeof notice>[]) {
  for (const one of notices) {
    await tell(one, at, config);
    await deliver(at, config);
  }
}

describe('Slack, as a bot', () => {
  it('opens a message on a matter and goes on in its thread; what must be seen is shown in the channel too', async () => {
    const config = configOf(['slack']);
    await send(
      config,
      notice(),
      notice({ kind: 'incident_grew' }),
      notice({ kind: 'severity_raised', severity: 'critical' }),
      notice({ subject: 'INC-2' }),
    );
    const [first, second, third, fourth] = vendors.slackMessages;
    expect(first?.thread_ts).toBeUndefined();
    expect([second?.thread_ts, third?.thread_ts]).toEqual([first?.ts, first?.ts]);
    expect([second?.body['reply_broadcast'], third?.body['reply_broadcast']]).toEqual([false, true]);
    expect(fourth?.thread_ts).toBeUndefined();
    expect(JSON.stringify(first?.body)).toContain('https://soc.example.com/incidents/INC-0001');
  });

  it('begins anew where the first message was deleted', async () => {
    const config = configOf(['slack']);
    await send(config, notice());
    vendors.slackMessages.length = 0;
    await send(config, notice({ kind: 'assigned' }));
    expect(vendors.slackMessages).toHaveLength(1);
    expect(vendors.slackMessages[0]?.thread_ts).toBeUndefined();
  });

  it('shows log text as plain text: no mention, no link, no control character', async () => {
    await send(configOf(['slack', 'hook']), hostile());
    for (const { body } of vendors.calls.filter(({ host }) => host === HOSTS.slack || host === HOSTS.hook)) {
      expect(String(body['text'])).not.toMatch(/<[!@h]|\u0000|\u202e/);
      const mrkdwn = JSON.stringify(body['blocks']).match(/\{"type":"mrkdwn"[^}]*\}/g) ?? [];
      expect(mrkdwn.join('')).not.toContain('evil');
      expect(JSON.stringify(body)).not.toContain('https://evil');
    }
  });

  it('mentions the person that it is for, by the id of the configuration and no other', async () => {
    const config = configOf(['slack'], { people: [{ name: 'aiko', slack: 'U0AIKO11' }] });
    await send(config, notice({ kind: 'mentioned', people: ['aiko', '<@U0EVIL11>'] }));
    expect(JSON.stringify(vendors.slackMessages[0]?.body)).toContain('<@U0AIKO11>');
    const mrkdwn = JSON.stringify(vendors.slackMessages[0]?.body).match(/\{"type":"mrkdwn"[^}]*\}/g) ?? [];
    expect(mrkdwn.join('')).not.toContain('U0EVIL11');
  });

  it('takes ok: false for what it is: a wrong token is set aside at once, a bad day is tried again', async () => {
    const config = configOf(['slack'], {}, { channel: 'C0000WRONG' });
    await send(config, notice());
    expect((await deliveriesOf('slack', at.table))[0]).toMatchObject({ status: 'dead', why: 'Slack says channel_not_found' });
    vendors.trouble(HOSTS.slack, { status: 200, body: { ok: false, error: 'fatal_error' } });
    await send(configOf(['slack']), notice({ subject: 'INC-3' }));
    expect((await deliveriesOf('slack', at.table)).filter(({ status }) => status === 'due')).toHaveLength(1);
  });
});

describe('Teams', () => {
  it('sends a card under the limit, whose log text is in runs without Markdown and functions', async () => {
    const facts = Array.from({ length: 12 }, () => ({
      name: { en: 'x', ja: 'x' },
      value: { en: `${HOSTILE}${'あ'.repeat(300)}`, ja: '' },
    }));
    await send(configOf(['teams']), { ...hostile(), facts });
    const [call] = vendors.calls;
    expect((await deliveriesOf('teams', at.table))[0]?.status).toBe('sent');
    expect(Buffer.byteLength(call?.text ?? '')).toBeLessThan(28_000);
    const body = JSON.stringify(call?.body);
    expect(body).not.toContain('"TextBlock"');
    expect(body).not.toContain('FactSet');
    expect(body).not.toContain('{{');
    expect(body).toContain('"version":"1.4"');
  });
});

describe('e-mail', () => {
  it('threads by matter, escapes in HTML, and has no header that log text could add', async () => {
    await send(configOf(['email']), hostile(), notice({ kind: 'assigned' }));
    const [first, second] = at.letters.map(({ mime }) => Buffer.from(mime).toString('utf8'));
    const [head = '', ...rest] = (first ?? '').split('\r\n\r\n');
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head).toMatch(/^Auto-Submitted: auto-generated/m);
    const decoded = rest.join('').replaceAll(/=\r\n/g, '').split('text/html')[1] ?? '<script>';
    expect(decoded).not.toContain('<script>');
    expect(decoded).not.toContain('<img src=x');
    const thread = (mime: string | undefined) => /^In-Reply-To: (\S+)/m.exec(mime ?? '')?.[1];
    expect(thread(first)).toBe(thread(second));
    expect(/^Message-ID: (\S+)/m.exec(first ?? '')?.[1]).not.toBe(/^Message-ID: (\S+)/m.exec(second ?? '')?.[1]);
  });

  it('reaches the person alone, in their language and clearance; who has no address is told in the channel', async () => {
    const people = [{ name: 'aiko', email: 'aiko@example.com', locale: 'ja', clearance: 'GREEN' }];
    const config = configOf(['email'], { people });
    await send(config, notice({ kind: 'assigned', people: ['aiko'], tlp: 'AMBER' }));
    expect(at.letters.map(({ to }) => to)).toEqual([['aiko@example.com']]);
    const mime = Buffer.from(at.letters[0]?.mime ?? []).toString('utf8');
    expect(mime).not.toContain('eve');
    expect(/lang=3D"ja"|lang="ja"/.test(mime) || mime.includes(Buffer.from('lang="ja"').toString('base64').slice(0, 8))).toBe(
      true,
    );
    await send(config, notice({ kind: 'mentioned', people: ['aiko', 'bob'] }));
    expect(at.letters.slice(1).map(({ to }) => to)).toEqual([['aiko@example.com'], ['soc@example.com']]);
  });
});

describe('PagerDuty', () => {
  it('is one alert for a matter; an acknowledged one still rings for what has an alert of its own; closing ends them all', async () => {
    const config = configOf(['pager']);
    await send(config, notice(), notice({ kind: 'incident_grew' }), notice({ kind: 'assigned' }));
    expect([...vendors.pagerduty]).toEqual([['yagura:INC-0001', { status: 'acknowledged', events: 2 }]]);
    await send(config, notice({ kind: 'sla_breached' }));
    expect(vendors.pagerduty.get('yagura:INC-0001:sla_breached')?.status).toBe('triggered');
    await send(config, notice({ kind: 'incident_closed' }));
    expect([...vendors.pagerduty.values()].map(({ status }) => status)).toEqual(['resolved', 'resolved']);
  });
});

describe('trackers', () => {
  it('Jira has one issue for a matter, with comments, and log text is text', async () => {
    const config = configOf(['jira']);
    await send(config, hostile(), notice({ kind: 'assigned' }), notice({ kind: 'incident_grew' }));
    expect(vendors.issues).toHaveLength(1);
    expect(vendors.issues[0]?.comments).toHaveLength(2);
    expect(vendors.issues[0]?.fields['labels']).toEqual(['yagura', 'yagura-INC-0001']);
  });

  it.each([
    ['jira', HOSTS.jira, () => vendors.issues],
    ['snow', HOSTS.servicenow, () => vendors.records],
  ] as const)('%s makes no second record where the answer of the first attempt was lost', async (name, host, records) => {
    const config = configOf([name]);
    vendors.trouble(host, 'lost');
    await send(config, notice());
    expect(records()).toHaveLength(1);
    at.setNow(T0 + MIN);
    await deliver(at, config);
    expect(records()).toHaveLength(1);
    expect((await deliveriesOf(name, at.table))[0]?.status).toBe('sent');
    await send(config, notice({ kind: 'assigned' }));
    expect(records()).toHaveLength(1);
  });

  it('ServiceNow gets work notes without HTML, and impact and urgency of the severity', async () => {
    await send(configOf(['snow']), hostile(), { ...hostile(), kind: 'assigned' });
    const [record] = vendors.records;
    expect(record?.fields).toMatchObject({ impact: '1', urgency: '1', correlation_id: 'yagura:INC-0001' });
    expect(record?.notes).toHaveLength(1);
    expect(`${record?.notes}${record?.fields['description']}`).not.toMatch(/\[\/?code\]/i);
  });
});

describe('a webhook of one’s own', () => {
  it('is signed so that our own scheme accepts it, and tells a repeated delivery by its id', async () => {
    vendors.trouble(HOSTS.webhook, { status: 503 });
    const config = configOf(['own']);
    await send(config, notice());
    at.setNow(T0 + MIN);
    await deliver(at, config);
    const [first, second] = vendors.calls;
    const signed = { headers: second?.headers ?? {}, body: Buffer.from(second?.text ?? ''), nowMs: T0 + MIN };
    expect(verify('yagura', { ...signed, secret: 'shared-key' })).toMatchObject({ isGood: true });
    expect(verify('yagura', { ...signed, secret: 'other' })).toMatchObject({ isGood: false });
    expect(first?.headers['x-yagura-delivery']).toBe(second?.headers['x-yagura-delivery']);
  });
});

describe('every product', () => {
  const all = Object.keys(CHANNELS) as (keyof typeof CHANNELS)[];

  it('is told what it may know and no word more: neither title, nor facts, nor logs above its clearance', async () => {
    const secret = { en: 'zebra-password', ja: 'zebra-password' };
    const grave = notice({ tlp: 'RED', title: secret, change: secret, facts: [{ name: secret, value: secret }] });
    await send(configOf(all), grave);
    const told = [...vendors.calls.map(({ text }) => text), ...at.letters.map(({ mime }) => Buffer.from(mime).toString('utf8'))];
    expect(told).toHaveLength(all.length);
    expect(told.filter((text) => text.includes('zebra'))).toEqual([]);
    expect(told.filter((text) => text.includes('INC-0001') && text.includes('TLP:RED'))).toHaveLength(all.length);
  });

  it('keeps its secret out of what is remembered of failures', async () => {
    for (const host of Object.values(HOSTS)) vendors.trouble(host, { status: 500, body: 'sig=verysecret xoxb-secret' });
    await send(configOf(all), notice());
    const kept = JSON.stringify(await Promise.all(all.map((name) => deliveriesOf(name, at.table))));
    for (const secret of ['xoxb-secret', 'verysecret', 'topsecret', 'R0123', 'shared-key']) expect(kept).not.toContain(secret);
    expect(at.counts).toMatchObject({ NotifyRetriedCount: all.length - 1, NotifySentCount: 1 });
  });

  it('is asked for patience once and gets it: Retry-After in seconds or as a date holds the whole channel', async () => {
    const config = configOf(['slack']);
    vendors.trouble(HOSTS.slack, { status: 429, headers: { 'retry-after': '1800' } });
    await tell(notice(), at, config);
    await tell(notice({ subject: 'INC-9', severity: 'low' }), at, config);
    await deliver(at, config);
    expect(vendors.calls).toHaveLength(1);
    at.setNow(T0 + 29 * MIN);
    await deliver(at, config);
    expect(vendors.calls).toHaveLength(1);
    at.setNow(T0 + 31 * MIN);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(2);
    vendors.trouble(HOSTS.slack, { status: 503, headers: { 'retry-after': new Date(T0 + HOUR).toUTCString() } });
    await send(config, notice({ kind: 'assigned' }));
    expect((await deliveriesOf('slack', at.table)).find(({ status }) => status === 'due')?.dueAtMs).toBe(T0 + HOUR);
  });
});
