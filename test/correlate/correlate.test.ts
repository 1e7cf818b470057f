import { describe, expect, it } from 'vitest';
import type { Entity, Finding } from '../../functions/core/finding.ts';
import { getIncident, listAlerts } from '../../functions/core/incident-store.ts';
import type { Table } from '../../functions/ports/table.ts';
import { DAY, desk, finding, HOUR, ip, key, MIN, resource, roleSession, session, T0, type Told, user } from './story.ts';

const told = (list: readonly Told[]): Finding[] => list.map(finding);

describe('correlation', () => {
  it('folds what one actor does over days, under several rules and addresses, into one incident', async () => {
    const at = desk();
    await at.correlate(
      told([
        { rule: 'a', atMs: T0, entities: [user('eve'), ip('198.51.100.1')], tactics: ['initial-access'], level: 'medium' },
        { rule: 'b', atMs: T0 + 5 * DAY, entities: [user('eve'), ip('198.51.100.2')], tactics: ['persistence'] },
        { rule: 'c', atMs: T0 + 6 * DAY, entities: [user('eve')], tactics: ['exfiltration'] },
        { rule: 'c', atMs: T0 + 6 * DAY, entities: [user('carol')], tactics: ['exfiltration'] },
      ]),
    );
    const incidents = await at.incidents();
    expect(incidents.map(({ timeline }) => timeline.length).sort()).toEqual([1, 3]);
    const whole = incidents.find(({ timeline }) => timeline.length === 3);
    expect(whole).toMatchObject({ tactics: ['initial-access', 'persistence', 'exfiltration'], severity: 'high', firstMs: T0 });
    expect(whole?.title.en).toMatch(/^Data theft, after .* by eve$/);
  });

  it('follows key → session → role over a bridging signal, and to a new key that the attacker made', async () => {
    const at = desk();
    const [k, s] = [key('FIRST'), session('ROLE')];
    await at.correlate(
      told([
        {
          rule: 'made-key',
          atMs: T0 + 3 * HOUR,
          entities: [roleSession('Admin', 's'), s, key('SECOND', 'target'), user('backup', 'target')],
        },
        { rule: 'probe', atMs: T0, level: 'medium', entities: [user('dev'), k], tactics: ['discovery'] },
        { rule: 'exfil', atMs: T0 + 3 * DAY, entities: [user('backup'), key('SECOND')], tactics: ['exfiltration'] },
        {
          rule: 'assume',
          atMs: T0 + HOUR,
          level: 'informational',
          entities: [user('dev'), k, session('ROLE', 'target'), roleSession('Admin', 's', 'target')],
        },
      ]),
    );
    const incidents = await at.incidents();
    expect(incidents.length).toBe(1);
    expect(incidents[0]?.timeline.map(({ ruleId }) => ruleId)).toEqual(['probe', 'assume', 'made-key', 'exfil']);
    expect(incidents[0]?.explanation.some(({ en }) => en.includes('issued in one alert and used in another'))).toBe(true);
  });

  it('links two actors by a rare address, and nobody by a NAT address, a shared bucket or the account', async () => {
    const rare = desk();
    await rare.correlate(
      told([
        { rule: 'a', atMs: T0, entities: [user('u1'), ip('203.0.113.9')] },
        { rule: 'b', atMs: T0 + HOUR, entities: [user('u2'), ip('203.0.113.9')] },
      ]),
    );
    expect((await rare.incidents()).length).toBe(1);
    const nat = desk();
    const people = Array.from({ length: 30 }, (_, i) => user(`n${i}`));
    await nat.correlate(
      people.map((who, i) =>
        finding({ rule: 'a', atMs: T0 + i * MIN, entities: [who, ip('203.0.113.9'), resource('arn:aws:s3:::shared')] }),
      ),
    );
    expect((await nat.incidents()).length).toBe(30);
  });

  it('links an address to whom it works for, whatever else it attacked by itself', async () => {
    const at = desk();
    const attacked = (last: number): Entity => ({ type: 'ip', id: `192.0.2.${last}`, part: 'target' });
    await at.correlate(
      told([
        { rule: 'exploit', atMs: T0, entities: [ip('203.0.113.9'), attacked(1), attacked(2), attacked(3)] },
        { rule: 'use', atMs: T0 + HOUR, entities: [user('web'), ip('203.0.113.9')] },
      ]),
    );
    expect((await at.incidents()).length).toBe(1);
  });

  it('takes apart what an address held together once it turns out to be a NAT', async () => {
    const at = desk();
    const from = (name: string, i: number): Finding =>
      finding({ rule: 'a', atMs: T0 + i * MIN, entities: [user(name), ip('203.0.113.9')] });
    await at.correlate([from('u0', 0), from('u1', 1)]);
    expect((await at.incidents()).length).toBe(1);
    for (let i = 2; i < 20; i++) await at.correlate([from(`u${i}`, i)]);
    const incidents = await at.incidents();
    expect(incidents.length).toBe(20);
    expect(new Set(incidents.flatMap(({ alertIds }) => alertIds)).size).toBe(20);
  });

  it('keeps a busy CI role from gluing unrelated sessions, but one rule that repeats on it is one incident', async () => {
    const at = desk();
    const ci = roleSession('ci', 'run');
    const runs = Array.from({ length: 120 }, (_, i) =>
      finding({ rule: 'noise', level: 'informational', atMs: T0 + i * MIN, entities: [ci, session(`R${i}`)] }),
    );
    await at.correlate(runs);
    await at.correlate(
      told([
        { rule: 'x', atMs: T0 + 10 * MIN, level: 'medium', entities: [ci, session('R10')] },
        { rule: 'y', atMs: T0 + 90 * MIN, entities: [ci, session('R90')], tactics: ['impact'] },
        { rule: 'x', atMs: T0 + 5 * HOUR, level: 'medium', entities: [ci, session('R119')] },
      ]),
    );
    expect(
      (await at.incidents())
        .map(({ timeline }) => timeline.filter(({ isSupport }) => !isSupport).map(({ ruleId }) => ruleId))
        .sort(),
    ).toEqual([['x', 'x'], ['y']]);
  });

  it('shows signals with the incident of their actor, and alone only where they are enough', async () => {
    const at = desk();
    await at.correlate(
      told([
        { rule: 'list', atMs: T0 - HOUR, level: 'informational', entities: [user('eve')], tactics: ['discovery'] },
        { rule: 'b', atMs: T0, entities: [user('eve')] },
        { rule: 'list', atMs: T0 - 3 * DAY, level: 'informational', entities: [user('eve')], tactics: ['discovery'] },
        {
          rule: 'list',
          atMs: T0,
          level: 'informational',
          entities: [user('bob')],
          tactics: ['discovery', 'persistence', 'impact'],
        },
        { rule: 'l1', atMs: T0, level: 'low', entities: [user('mallory')], tactics: ['discovery'] },
        { rule: 'l2', atMs: T0 + HOUR, level: 'low', entities: [user('mallory')], tactics: ['persistence'] },
      ]),
    );
    expect((await at.incidents()).map(({ timeline }) => timeline.map(({ ruleId, isSupport }) => [ruleId, isSupport]))).toEqual([
      [
        ['list', true],
        ['b', false],
      ],
    ]);
    await at.correlate(
      told([{ rule: 'l3', atMs: T0 + 2 * HOUR, level: 'low', entities: [user('mallory')], tactics: ['credential-access'] }]),
    );
    const risen = (await at.incidents()).find(({ title }) => title.en.includes('mallory'));
    expect(risen).toMatchObject({ severity: 'medium', tactics: ['persistence', 'credential-access', 'discovery'] });
    // A grave alert afterwards takes it over; the first id still leads there.
    await at.correlate(told([{ rule: 'h', atMs: T0 + 3 * HOUR, level: 'critical', entities: [user('mallory')] }]));
    const grown = await getIncident(at.table, risen?.id ?? '');
    expect(grown).toMatchObject({ severity: 'critical', status: 'new' });
    expect(grown?.id).not.toBe(risen?.id);
    expect((await at.incidents()).length).toBe(2);
  });

  it('merges into the older incident, and the one that was merged away points to it', async () => {
    const at = desk();
    await at.correlate(told([{ rule: 'a', atMs: T0, entities: [user('u1'), key('K')] }]));
    await at.correlate(told([{ rule: 'b', atMs: T0 + HOUR, entities: [user('u2'), key('L')] }]));
    const [older, younger] = (await at.incidents()).sort((a, b) => a.firstMs - b.firstMs);
    await at.correlate(told([{ rule: 'c', atMs: T0 + 2 * HOUR, entities: [key('K'), key('L')] }]));
    const [only, ...others] = await at.incidents();
    expect(others).toEqual([]);
    expect(only?.id).toBe(older?.id);
    expect((await getIncident(at.table, younger?.id ?? ''))?.id).toBe(older?.id);
    expect(at.published.map(({ detail }) => ('incidentId' in detail ? detail.incidentId : '')).at(-1)).toMatch(/^INC-/);
  });

  it('counts each event once however often it arrives, and keeps every id of a very large alert', async () => {
    const at = desk();
    const many = Array.from({ length: 3000 }, (_, i) =>
      finding({ rule: 'loop', atMs: T0 + (i % 50) * 1000, entities: [user('eve')], eventUid: `provider-event-${i}` }),
    );
    await at.correlate(many.slice(0, 300));
    await at.correlate(many);
    await at.correlate(many.slice(100, 900));
    const alerts = await listAlerts(at.table);
    expect(alerts.length).toBe(1);
    expect(alerts[0]?.eventUids.length).toBe(3000);
    expect((await at.incidents())[0]).toMatchObject({ eventCount: 3000 });
    expect((await at.incidents())[0]?.eventIds.length).toBe(3000);
    expect(at.counts['AlertCreatedCount']).toBe(1);
  });

  it('separates windows of one dedup key, and lets a finding that names nobody stand alone', async () => {
    const at = desk();
    await at.correlate(
      told([
        { rule: 'a', atMs: T0, entities: [] },
        { rule: 'a', atMs: T0, entities: [] },
        { rule: 'b', atMs: T0, level: 'low', entities: [] },
      ]),
    );
    expect((await listAlerts(at.table)).length).toBe(3);
    expect((await at.incidents()).length).toBe(2);
  });

  it('publishes again when a batch is delivered again, and writes nothing new', async () => {
    const at = desk();
    const batch = told([{ rule: 'a', atMs: T0, entities: [user('eve')] }]);
    await at.correlate(batch);
    const before = await at.incidents();
    await at.correlate(batch);
    expect(await at.incidents()).toEqual(before);
    expect(at.published.length).toBe(2);
    expect(at.published[1]).toEqual(at.published[0]);
  });

  it('survives findings with hostile times, ids and names', async () => {
    const at = desk();
    const hostile = { type: 'principal', id: '__proto__', part: 'actor', name: 'constructor' } as const;
    await at.correlate(
      told([
        { rule: '__proto__', atMs: Number.NaN, entities: [hostile] },
        { rule: 'x'.repeat(5000), atMs: 1e300, entities: [{ ...hostile, id: 'y'.repeat(512) }], eventUid: 'z'.repeat(500_000) },
      ]),
    );
    expect((await at.incidents()).length).toBe(2);
  });

  it('takes thousands of informational findings in few calls of the table, and makes no incident of them', async () => {
    let calls = 0;
    const counted = (table: Table): Table => ({
      ...table,
      write: (writes) => {
        calls++;
        return table.write(writes);
      },
    });
    const at = desk(counted);
    const noise = Array.from({ length: 5000 }, (_, i) =>
      finding({
        rule: `r${i % 20}`,
        level: 'informational',
        atMs: T0 + (i % 1440) * MIN,
        tactics: [['discovery', 'persistence', 'impact'][i % 3] ?? 'discovery'],
        entities: [
          roleSession(`role${i % 40}`, 'run'),
          session(`S${i % 200}`),
          ip('203.0.113.1'),
          resource(`arn:aws:s3:::b${i % 30}`),
        ],
      }),
    );
    await at.correlate(noise);
    expect(await at.incidents()).toEqual([]);
    expect(calls).toBeLessThan(250);
    expect(at.published).toEqual([]);
  });
});
