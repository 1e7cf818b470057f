import { describe, expect, it } from 'vitest';
import { busHandler } from '../../functions/adapters/aws/handlers.ts';
import { APPROVAL_SK, approvalPk } from '../../functions/core/approval.ts';
import { parseConfig } from '../../functions/core/config.ts';
import { addressees } from '../../functions/core/notify/route.ts';
import { arrivalItem } from '../../functions/core/source-arrivals.ts';
import { deliveriesOf } from '../../functions/notify/outbox.ts';
import { notify } from '../../functions/notify/stage.ts';
import { CHANNELS, configOf, HOUR, notice, room, T0 } from './room.ts';

const approval = {
  ...{ approvalId: 'a'.repeat(32), runId: 'run-1', incidentId: 'INC-0001', playbook: 'disable-access-key', kind: 'respond' },
  ...{ planHash: 'f'.repeat(64), tier: 2, needed: 2, requester: 'aiko', createdAtMs: T0, expiresAtMs: T0 + 900_000 },
  ...{ status: 'pending', votes: [], delivered: false },
};
const finding = {
  ...{
    uid: 'f1',
    ruleId: 'rule_error',
    ruleVersion: '1',
    title: 'A query fails',
    level: 'medium' as const,
    attack: [],
    tactics: [],
  },
  ...{ source: 'yagura', analyticOf: 'yagura', eventUids: [], timeMs: T0, entities: [], summary: 'no such column' },
  ...{ dedupKey: 'rule_error|scheduled/x', dedupWindowMs: 60_000 },
};

describe('the notify stage', () => {
  it('asks people about a plan once, with what they need to decide', async () => {
    const at = room({ standIns: {} });
    await at.table.write([{ put: { pk: approvalPk(approval.approvalId), sk: APPROVAL_SK, data: approval } }]);
    const asked = { name: 'ApprovalAsked' as const, detail: { approvalId: approval.approvalId, incidentId: 'INC-0001' } };
    await notify([asked, asked], at, configOf(['email']));
    await notify([asked], at, configOf(['email']));
    expect(at.letters).toHaveLength(1);
    const text = Buffer.from(at.letters[0]?.mime ?? []).toString('utf8');
    for (const word of ['disable-access-key', 'aiko', '12:15', approval.approvalId]) expect(text).toContain(word);
  });

  it('does not ask about what was answered meanwhile', async () => {
    const at = room({ standIns: {} });
    await at.table.write([
      { put: { pk: approvalPk(approval.approvalId), sk: APPROVAL_SK, data: { ...approval, status: 'rejected' } } },
    ]);
    await notify(
      [{ name: 'ApprovalAsked', detail: { approvalId: approval.approvalId, incidentId: 'INC-0001' } }],
      at,
      configOf(['email']),
    );
    expect(at.letters).toEqual([]);
  });

  it('tells that a rule fails, once a day as it is raised, and leaves other findings to incidents', async () => {
    const at = room({ standIns: {} });
    await notify(
      [{ name: 'FindingsRaised', detail: { findings: [finding, finding, { ...finding, ruleId: 'other' }] } }],
      at,
      configOf(['email']),
    );
    expect(at.letters).toHaveLength(1);
    expect((await deliveriesOf('email', at.table))[0]?.notice.subject).toBe('rule scheduled/x');
  });

  it('writes nothing where nobody is to be told', async () => {
    const at = room({ standIns: {} });
    await notify([{ name: 'FindingsRaised', detail: { findings: [finding] } }], at, configOf([], { routes: [] }));
    expect(await deliveriesOf('email', at.table)).toEqual([]);
  });
});

describe('silence', () => {
  const arrived = (at: ReturnType<typeof room>, source: string, lastMs: number) =>
    at.table.write([{ put: arrivalItem({ source, lastMs }) }]);

  it('of a source is told once, by the clock alone, after the hours that fit it', async () => {
    const at = room({ standIns: {} });
    await arrived(at, 'okta', T0);
    await arrived(at, 'duo', T0);
    await arrived(at, 'weekly-feed', T0);
    const config = configOf(['email'], { silentAfterHours: { sources: { duo: 48, 'weekly-feed': 0 } } });
    await notify([], at, config);
    expect(at.letters).toEqual([]);
    at.setNow(T0 + 25 * HOUR);
    for (let minute = 0; minute < 3; minute++) await notify([], at, config);
    expect(at.letters.map(({ mime }) => Buffer.from(mime).toString('utf8').includes('okta'))).toEqual([true]);
    at.setNow(T0 + 49 * HOUR);
    await notify([], at, config);
    expect(at.letters).toHaveLength(2);
    await arrived(at, 'okta', T0 + 50 * HOUR);
    at.setNow(T0 + 80 * HOUR);
    await notify([], at, config);
    expect(at.letters).toHaveLength(3);
  });
});

describe('routes', () => {
  it('tell each channel once, by kind and severity; a page on one route is a page', () => {
    const config = configOf(['slack', 'pager'], {
      routes: [
        { to: ['slack'], minSeverity: 'low' },
        { to: ['slack', 'pager'], kinds: ['incident_opened'], minSeverity: 'high', page: true },
      ],
    });
    const to = (more: Parameters<typeof notice>[0]) =>
      addressees(notice(more), config).map(({ channel, page }) => [channel.name, page]);
    expect(to({ severity: 'high' })).toEqual([
      ['slack', true],
      ['pager', true],
    ]);
    expect(to({ severity: 'medium' })).toEqual([['slack', false]]);
    expect(to({ severity: 'high', kind: 'assigned' })).toEqual([['slack', false]]);
    expect(to({ severity: 'informational' })).toEqual([]);
    expect(to({ severity: 'high', kind: 'test' })).toEqual([]);
  });
});

describe('the configuration', () => {
  const check = (notifyInput: unknown) => () => parseConfig({ notify: notifyInput }, { sources: [], stages: [] });
  const slack = CHANNELS.slack;
  it.each([
    ['a channel that no route reaches', { channels: [slack] }, /no route leads to the channel "slack"/],
    ['a route to nowhere', { channels: [slack], routes: [{ to: ['slakc', 'slack'] }] }, /did you mean "slack"/],
    ['two channels of one name', { channels: [slack, slack], routes: [{ to: ['slack'] }] }, /"slack" is there twice/],
    [
      'a secret in place of its name',
      { channels: [{ ...slack, secret: 'https://hooks.slack.com/x?y' }], routes: [{ to: ['slack'] }] },
      /never the secret itself/,
    ],
    ['an unknown option', { channels: [{ ...slack, chanel: 'x' }], routes: [{ to: ['slack'] }] }, /chanel/],
    [
      'a webhook to another port',
      { channels: [{ ...CHANNELS.own, url: 'https://soc.example.com:8443/' }], routes: [{ to: ['own'] }] },
      /https URL without user, password and port/,
    ],
    [
      'a time zone that is none',
      {
        channels: [{ ...slack, quietHours: { from: '22:00', to: '07:00', timeZone: 'Asia/Tokio' } }],
        routes: [{ to: ['slack'] }],
      },
      /time zone/,
    ],
  ])('refuses %s', (_, input, message) => expect(check(input)).toThrow(message));
});

describe('the clock’s ticks in the stage’s queue', () => {
  const tick = { messageId: 't', body: JSON.stringify({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }) };
  const asked = {
    messageId: 'a',
    body: JSON.stringify({ source: 'yagura', 'detail-type': 'ApprovalAsked', detail: { approvalId: 'x', incidentId: '' } }),
  };
  const strange = { messageId: 's', body: '{"source":"somebody"}' };
  const run = async (...messages: { messageId: string; body: string }[]) => {
    const calls: string[][] = [];
    const handler = busHandler(
      async (events) => calls.push(events.map(({ name }) => name)),
      () => {},
    );
    const answer = await handler({ Records: messages } as unknown as Parameters<typeof handler>[0]);
    return { calls, failed: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
  };

  it('call the stage with nothing, are no call of their own beside events, and are never poison', async () => {
    expect(await run(tick, { ...tick, messageId: 't2' })).toEqual({ calls: [[]], failed: [] });
    expect(await run(tick, asked)).toEqual({ calls: [['ApprovalAsked']], failed: [] });
    expect(await run(strange, tick)).toEqual({ calls: [[]], failed: ['s'] });
    expect(await run(strange)).toEqual({ calls: [], failed: ['s'] });
  });
});
