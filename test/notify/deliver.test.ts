import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quietUntilMs } from '../../functions/core/notify/quiet-hours.ts';
import { deliver, MAX_ATTEMPTS, pauseMs, share } from '../../functions/notify/deliver.ts';
import { deliveriesOf, revive } from '../../functions/notify/outbox.ts';
import { tell } from '../../functions/notify/stage.ts';
import { configOf, HOUR, MIN, notice, type Room, room, T0 } from './room.ts';
import { HOSTS, startVendors, type Vendors } from './vendors.ts';

let vendors: Vendors;
let at: Room;
beforeAll(async () => {
  vendors = await startVendors();
});
afterAll(() => vendors.close());
beforeEach(() => {
  at = room(vendors);
  vendors.calls.length = 0;
  vendors.slackMessages.length = 0;
});

const many = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    notice({
      subject: `INC-${100 + i}`,
      severity: i === 7 ? 'critical' : 'medium',
      title: { en: `Matter ${i}`, ja: `案件 ${i}` },
    }),
  );
const headline = (i: number): string => String(vendors.slackMessages[i]?.body['text']);

describe('the outbox', () => {
  it('tells a change once, however often it is told of', async () => {
    const config = configOf(['slack']);
    const one = notice();
    for (let i = 0; i < 5; i++) await tell(one, at, config);
    await Promise.all([deliver(at, config), deliver(at, config), deliver(at, config)]);
    await tell(one, at, config);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(1);
  });

  it('tells of growth at most once an hour, with the newest', async () => {
    const config = configOf(['slack']);
    for (let minute = 0; minute < 50; minute += 10) {
      at.setNow(T0 + minute * MIN);
      await tell(notice({ kind: 'incident_grew', change: { en: `at ${minute}`, ja: '' } }), at, config);
      await deliver(at, config);
    }
    expect(vendors.slackMessages).toHaveLength(1);
    at.setNow(T0 + HOUR);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(2);
    expect(JSON.stringify(vendors.slackMessages[1]?.body)).toContain('at 40');
  });

  it('keeps what comes while a message is under way', async () => {
    const config = configOf(['slack']);
    await tell(notice({ kind: 'assigned' }), at, config);
    const under = deliver(
      {
        ...at,
        http: {
          request: async (...args) => {
            await tell(notice({ kind: 'assigned', change: { en: 'meanwhile', ja: '' } }), at, config);
            return at.http.request(...args);
          },
        },
      },
      config,
    );
    await under;
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(2);
    expect(JSON.stringify(vendors.slackMessages[1]?.body)).toContain('meanwhile');
  });
});

describe('limits', () => {
  it('sends the gravest alone and folds the rest into one message that says how many more', async () => {
    const config = configOf(['slack'], {}, { perHour: 4 });
    for (const one of many(15)) await tell(one, at, config);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(4);
    expect(headline(0)).toContain('CRITICAL');
    expect(headline(3)).toContain('12 more messages');
    expect(JSON.stringify(vendors.slackMessages[3]?.body)).toContain('+2');
    expect((await deliveriesOf('slack', at.table)).every(({ status }) => status === 'sent')).toBe(true);
    await tell(notice({ subject: 'INC-999' }), at, config);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(4);
    at.setNow(T0 + HOUR + MIN);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(5);
  });

  it('never folds into a tracker: its records wait for the next hour', async () => {
    const config = configOf(['jira'], {}, { perHour: 2 });
    for (const one of many(5)) await tell(one, at, config);
    await deliver(at, config);
    at.setNow(T0 + HOUR + MIN);
    await deliver(at, config);
    expect(vendors.issues).toHaveLength(4);
  });

  it('lets pages through limits and quiet hours, and holds the rest until morning', async () => {
    const routes = [
      { to: ['slack'], minSeverity: 'low' },
      { to: ['slack'], minSeverity: 'critical', page: true },
    ];
    const quietHours = { from: '20:00', to: '07:00', timeZone: 'Asia/Tokyo' };
    const config = configOf(['slack'], { routes }, { quietHours });
    await tell(notice({ subject: 'INC-1', severity: 'critical' }), at, config);
    await tell(notice({ subject: 'INC-2', severity: 'high' }), at, config);
    await deliver(at, config);
    expect(vendors.slackMessages.map(({ body }) => String(body['text']).includes('CRITICAL'))).toEqual([true]);
    at.setNow(Date.UTC(2026, 0, 5, 22, 1));
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(2);
  });

  it.each([
    [5, 5, { alone: 5, folded: 0 }],
    [6, 5, { alone: 4, folded: 2 }],
    [3, 0, { alone: 0, folded: 0 }],
    [0, 5, { alone: 0, folded: 0 }],
  ])('%i messages with room for %i', (count, room_, expected) => {
    const { alone, folded } = share(Array.from({ length: count }), room_, true);
    expect({ alone: alone.length, folded: folded.length }).toEqual(expected);
  });
});

describe('quiet hours', () => {
  const tokyo = { from: '22:00', to: '07:00', timeZone: 'Asia/Tokyo' };
  it.each([
    ['before they begin', Date.UTC(2026, 0, 5, 12, 59), undefined],
    ['as they begin', Date.UTC(2026, 0, 5, 13, 0), Date.UTC(2026, 0, 5, 22, 0)],
    ['past midnight', Date.UTC(2026, 0, 5, 21, 59), Date.UTC(2026, 0, 5, 22, 0)],
    ['as they end', Date.UTC(2026, 0, 5, 22, 0), undefined],
  ])('%s', (_, nowMs, untilMs) => expect(quietUntilMs(nowMs, tokyo)).toBe(untilMs));

  it('are none where they end as they begin', () => {
    expect(quietUntilMs(T0, { from: '12:00', to: '12:00', timeZone: 'UTC' })).toBeUndefined();
  });
});

describe('failures', () => {
  it('pauses longer each time, gives up in the end, says why, and goes on when a person says so', async () => {
    const config = configOf(['slack']);
    await tell(notice(), at, config);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      vendors.trouble(HOSTS.slack, { status: 502 });
      await deliver(at, config);
      const [delivery] = await deliveriesOf('slack', at.table);
      expect(delivery).toMatchObject({
        attempts: attempt,
        why: 'Slack answered 502',
        status: attempt === MAX_ATTEMPTS ? 'dead' : 'due',
      });
      at.setNow(at.clock.nowMs() + pauseMs(attempt));
    }
    expect(at.counts['NotifyDeadCount']).toBe(1);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(0);
    expect(await revive('slack', { table: at.table, nowMs: at.clock.nowMs() })).toBe(1);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(1);
  });

  it('does not hold other channels up: one that never answers costs its own time alone', async () => {
    const config = configOf(['slack', 'own']);
    const impatient = {
      ...at,
      http: {
        request: (request: Parameters<Room['http']['request']>[0], limits: Parameters<Room['http']['request']>[1]) =>
          at.http.request(request, { ...limits, timeoutMs: 300 }),
      },
    };
    vendors.trouble(HOSTS.slack, 'silence');
    await tell(notice(), at, config);
    const passes = await deliver(impatient, config);
    expect(passes.map(({ channel, sent, retried }) => ({ channel, sent, retried }))).toEqual([
      { channel: 'slack', sent: 0, retried: 1 },
      { channel: 'own', sent: 1, retried: 0 },
    ]);
  });

  it('serves a channel whose sender crashed, once its time is over', async () => {
    const config = configOf(['slack']);
    await tell(notice(), at, config);
    const crash = { ...at, clock: at.clock, secrets: { get: () => Promise.reject(new TypeError('boom')) } };
    const broken = {
      ...crash,
      table: {
        ...at.table,
        write: (writes: Parameters<Room['table']['write']>[0]) =>
          writes.some((one) => 'put' in one && one.put.data['leaseUntilMs'] === 0)
            ? Promise.reject(new Error('dead'))
            : at.table.write(writes),
      },
    };
    await expect(deliver(broken, config)).rejects.toThrow();
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(0);
    at.setNow(T0 + 3 * MIN);
    await deliver(at, config);
    expect(vendors.slackMessages).toHaveLength(1);
  });
});
