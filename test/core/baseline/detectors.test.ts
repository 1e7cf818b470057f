// What each detector must not take for an attack, and what it must not say where it knows too little.
import { describe, expect, it } from 'vitest';
import { parseBaseline } from '../../../functions/core/baseline/baseline.ts';
import { beaconScore } from '../../../functions/core/baseline/detectors/beacon.ts';
import { DETECTORS, detectorById } from '../../../functions/core/baseline/detectors/index.ts';
import { anomalyFinding } from '../../../functions/core/baseline/finding.ts';
import { NO_GEO } from '../../../functions/core/geo/geo.ts';
import type { Json } from '../../../functions/core/json.ts';
import { GEO } from './estate.ts';
import { baselines } from './weeks-lake.ts';

const judge = (id: string, rows: Record<string, Json>[], thresholds: Record<string, Json> = {}) => {
  const detector = detectorById(id);
  if (detector === undefined) throw new Error(id);
  return detector.judge(rows, thresholds, 'test', { geo: GEO });
};
const about = {
  subject: 'aoi@example.com',
  account: '111122223333',
  source: 'okta',
  at_ms: 1_780_000_000_000,
  event_uids: ['e1'],
};

describe('volume', () => {
  const row = (observed: number, history: number[], first_day = '20260401') => ({
    ...about,
    bucket: 'b',
    observed,
    history,
    is_weekend: false,
    first_day,
    judged_day: '20260601',
  });
  const steady = new Array(43).fill(20);

  it('tells growth, not a flat history nor a little more', () => {
    expect(judge('volume', [row(400, steady)]).anomalies).toHaveLength(1);
    expect(judge('volume', [row(24, steady)]).anomalies).toHaveLength(0);
    expect(judge('volume', [row(0, steady)]).anomalies).toHaveLength(0);
  });

  it('stays silent where it has been as high before: a monthly batch', () => {
    expect(judge('volume', [row(400, [...steady, 390])]).anomalies).toHaveLength(0);
  });

  it('gives no verdict about somebody new', () => {
    expect(judge('volume', [row(400, [20, 20], '20260525')])).toMatchObject({ anomalies: [], judged: 0, cold: 1 });
  });

  it('only lets alert what a run of many leaves significant', () => {
    const quiet = Array.from({ length: 5000 }, () => row(20, steady));
    const counts = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    const weak = judge('volume', [row(11, counts), ...quiet], { surprise: 1, overMax: 1 });
    expect(weak.anomalies).toHaveLength(1);
    expect(judge('volume', [row(3000, steady), ...quiet]).anomalies[0]?.isSignal).toBeUndefined();
  });
});

describe('first seen, rarity and peers', () => {
  const cell = (subject: string, value: string, before_days: number, today: number, more: Record<string, Json> = {}) => ({
    ...about,
    subject,
    principal_kind: 'human',
    peer_group: 'team',
    value,
    before_days,
    today,
    first_day: before_days > 0 ? '20260401' : '20260601',
    judged_day: '20260601',
    ...more,
  });
  const team = ['a', 'b', 'c', 'd', 'e'].flatMap((subject) =>
    ['read', 'list', 'write'].map((value) => cell(subject, value, 40, 1)),
  );
  const deeds = ['x', 'y', 'z', 'w'];

  it.each(['first-seen', 'rarity', 'peers'])('%s tells who does several things that nobody does', (id) => {
    const found = judge(id, [...team, ...deeds.map((value) => cell('a', value, 0, 1))], id === 'rarity' ? { bits: 20 } : {});
    expect(found.anomalies.map(({ key }) => key)).toEqual(['a']);
    expect(found.anomalies[0]?.isSignal).toBeUndefined();
  });

  it.each(['first-seen', 'peers'])('%s takes what a workload does for the first time as a signal: a deployment', (id) => {
    const workload = team.map((one) => ({ ...one, principal_kind: 'workload' }));
    const found = judge(id, [...workload, ...deeds.map((value) => cell('a', value, 0, 1, { principal_kind: 'workload' }))]);
    expect(found.anomalies.map(({ isSignal }) => isSignal)).toEqual([true]);
  });

  it('a joiner who does what the team does is nothing', () => {
    const joiner = ['read', 'list', 'write'].map((value) => cell('new', value, 0, 5));
    for (const id of ['first-seen', 'rarity', 'peers']) expect(judge(id, [...team, ...joiner]).anomalies, id).toEqual([]);
  });

  it('nobody is judged before the organization has a history', () => {
    const day1 = team.map((one) => ({ ...one, before_days: 2, first_day: '20260530' }));
    const found = judge('first-seen', [...day1, ...deeds.map((value) => cell('a', value, 0, 1))]);
    expect(found).toMatchObject({ anomalies: [], judged: 0 });
  });
});

describe('impossible travel', () => {
  const hop = (more: Record<string, Json>) => ({
    ...about,
    principal_kind: 'human',
    session_id: 'session-0001',
    from_ms: 1_780_000_000_000,
    from_ip: '198.51.100.20',
    from_lat: null,
    from_long: null,
    from_country: '',
    from_users: 1,
    to_ms: 1_780_000_600_000,
    to_ip: '203.0.113.240',
    to_lat: null,
    to_long: null,
    to_country: '',
    to_users: 1,
    history_days: 10,
    ...more,
  });

  it('is told with its speed', () => {
    const [found] = judge('travel', [hop({})]).anomalies;
    expect(found?.level).toBeUndefined();
    expect(found?.says.en).toContain('km/h');
    expect(found?.says.ja).toContain('分後');
  });

  it('is informational where one end is a VPN, and none to an exit that many share', () => {
    expect(judge('travel', [hop({ to_ip: '192.0.2.5' })]).anomalies[0]?.level).toBe('informational');
    expect(judge('travel', [hop({ to_users: 40 })]).anomalies).toEqual([]);
    expect(judge('travel', [hop({ from_users: 40 })]).anomalies[0]?.level).toBeUndefined();
  });

  it('is none within reach, within the error of the data, or by a service', () => {
    expect(judge('travel', [hop({ to_ms: 1_780_000_000_000 + 20 * 3_600_000 })]).anomalies).toEqual([]);
    const near = { from_lat: 35.6, from_long: 139.7, to_lat: 35.4, to_long: 139.6, to_ip: '198.51.100.21' };
    expect(judge('travel', [hop(near)]).anomalies).toEqual([]);
    expect(judge('travel', [hop({ principal_kind: 'service' })]).judged).toBe(0);
  });

  it('has no verdict where a place is not known', () => {
    expect(detectorById('travel')?.judge([hop({})], {}, 'test', { geo: NO_GEO })).toMatchObject({ anomalies: [], cold: 1 });
  });
});

describe('spray', () => {
  const users = Array.from({ length: 15 }, (_, i) => `u${i}@example.com`);
  const row = (more: Record<string, Json>) => ({
    src_ip: '192.0.2.120',
    source: 'okta',
    at_ms: 1_780_000_000_000,
    failed_users: users,
    fails: 20,
    ok_users: [],
    known_users: 0,
    history_days: 14,
    event_uids: [],
    ...more,
  });

  it('is grave once it got in', () => {
    expect(judge('spray', [row({})]).anomalies[0]?.level).toBeUndefined();
    expect(judge('spray', [row({ ok_users: ['u3@example.com'] })]).anomalies[0]?.level).toBe('high');
  });

  it('is none from an office on the day on which passwords expire', () => {
    expect(judge('spray', [row({ known_users: 12 })]).anomalies).toEqual([]);
    expect(judge('spray', [row({ ok_users: users })]).anomalies).toEqual([]);
  });

  it('is none where one user is guessed at', () => {
    expect(judge('spray', [row({ fails: 400 })]).anomalies).toEqual([]);
  });

  it('is one source by /64 and by the network that announces it', () => {
    const six = users.map((user, i) => row({ src_ip: `2001:db8:1:2::${i + 1}`, failed_users: [user], fails: 1 }));
    expect(judge('spray', six).anomalies.map(({ key }) => key)).toEqual(['2001:db8:1:2::/64']);
    const four = users.map((user, i) => row({ src_ip: `192.0.2.${100 + i}`, failed_users: [user], fails: 1 }));
    expect(judge('spray', four).anomalies.map(({ key }) => key)).toEqual(['AS64511 Example Hosting']);
  });
});

describe('beacons', () => {
  const even = Array.from({ length: 288 }, (_, i) => 1_780_012_800 + i * 300);

  it('score near one where they are even, and low where people make them', () => {
    expect(
      beaconScore(
        even,
        even.map(() => 400),
      ).total,
    ).toBeGreaterThan(0.95);
    let at = even[0] ?? 0;
    const human = Array.from({ length: 100 }, (_, i) => {
      at += [1, 2, 2, 3, 400, 5, 1, 2000, 30, 2][i % 10] ?? 1;
      return at;
    });
    expect(
      beaconScore(
        human,
        human.map((_, i) => i * i),
      ).total,
    ).toBeLessThan(0.6);
  });

  it('are told of rare, new destinations alone', () => {
    const row = (more: Record<string, Json>) => ({
      ...about,
      subject: 'i-0a1b2c3d4e5f60010',
      destination: '192.0.2.200',
      port: 443,
      seconds: even,
      sizes: even.map(() => 400),
      destination_hosts: 1,
      all_hosts: 50,
      seen_days: 2,
      history_days: 30,
      ...more,
    });
    expect(judge('beacon', [row({})]).anomalies).toHaveLength(1);
    expect(judge('beacon', [row({ destination_hosts: 40 })]).anomalies).toEqual([]);
    expect(judge('beacon', [row({ seen_days: 29 })]).anomalies).toEqual([]);
    expect(judge('beacon', [row({ port: 123 })]).judged).toBe(0);
    expect(judge('beacon', [row({ history_days: 1 })])).toMatchObject({ judged: 0, cold: 1 });
  });
});

describe('change point', () => {
  const days = Array.from({ length: 40 }, (_, i) =>
    new Date(Date.UTC(2026, 3, 1 + i)).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const isWeekend = (i: number) => [0, 6].includes(new Date(Date.UTC(2026, 3, 1 + i)).getUTCDay());
  const series = (count: (i: number) => number) => ({
    subject: 'okta',
    account: '',
    source: 'okta',
    at_ms: 1,
    days,
    counts: days.map((_, i) => count(i)),
    today: days.at(-1) ?? '',
  });
  const rhythm = (i: number) => (isWeekend(i) ? 100 : 1000) + (i % 7) * 10;

  it('knows weekends and a day off from a change', () => {
    expect(judge('change-point', [series(rhythm)]).anomalies).toEqual([]);
    expect(judge('change-point', [series((i) => (i === 39 ? 5 : rhythm(i)))]).anomalies).toEqual([]);
  });

  it('tells a source that falls silent, and one that doubles, on the second day', () => {
    expect(judge('change-point', [series((i) => (i >= 38 ? 0 : rhythm(i)))]).anomalies[0]?.says.en).toContain('fell');
    expect(judge('change-point', [series((i) => (i >= 37 ? 4 : 1) * rhythm(i))]).anomalies[0]?.says.en).toContain('rose');
  });

  it('takes a long weekend for one, and a fifth quiet weekday for a source that is silent', () => {
    const office = (i: number) => (isWeekend(i) ? 0 : 200 + (i % 5));
    const weekdays = days.flatMap((_, i) => (isWeekend(i) ? [] : [i]));
    const quietFrom = (count: number) => {
      const last = weekdays.slice(-count);
      const to = last.at(-1) ?? 0;
      const one = series((i) => (i >= (last[0] ?? 0) ? 0 : office(i)));
      return { ...one, days: one.days.slice(0, to + 1), counts: one.counts.slice(0, to + 1), today: days[to] ?? '' };
    };
    expect(judge('change-point', [quietFrom(3)]).anomalies).toEqual([]);
    expect(judge('change-point', [quietFrom(5)]).anomalies).toHaveLength(1);
  });

  it('judges no series of a week', () => {
    const short = { ...series(rhythm), days: days.slice(-7), counts: days.slice(-7).map(() => 5) };
    expect(judge('change-point', [short])).toMatchObject({ judged: 0, cold: 1 });
  });
});

describe('generated domains', () => {
  const words =
    'acme bright cedar delta ember falcon garden harbor indigo jasper kettle lumen maple nectar orchid pepper quartz river silver timber'.split(
      ' ',
    );
  const kinds = ['cloud', 'works', 'media', 'shop', 'travel', 'health', 'tools'];
  const row = (domain: string, more: Record<string, Json>) => ({
    ...{
      subject: '',
      account: '',
      source: 'dns',
      at_ms: 1_780_000_000_000,
      hour: '2026060109',
      domain,
      is_history: false,
      hosts: 1,
      queries: 5,
      absent: 0,
    },
    ...{ history_days: 30, event_uids: [], ...more },
  });
  const history = words.flatMap((word) => kinds.map((kind) => row(`${word}${kind}.com`, { is_history: true })));
  const asked = (names: readonly string[], absent: number) =>
    names.map((name) => row(`${name}.com`, { subject: 'i-0a1b2c3d4e5f60010', absent }));
  const strange = ['xk3jq9vz7wpl', 'qz8fhw2kxj4r', 'vb7xqk0zjw3m', 'jx5zqv9kwf2p'];

  it('are told where several strange names do not exist, and are not where people mistype', () => {
    expect(judge('dga', [...history, ...asked(strange, 1)]).anomalies).toHaveLength(1);
    expect(judge('dga', [...history, ...asked(strange, 0)]).anomalies).toEqual([]);
    expect(judge('dga', [...history, ...asked(['ambershop', 'silvertool', 'mapletravl'], 1)]).anomalies).toEqual([]);
    expect(judge('dga', [...history.slice(0, 50), ...asked(strange, 1)])).toMatchObject({ anomalies: [], cold: 1 });
  });

  it('are judged the same in whatever order an engine gives its rows', () => {
    const rows = [...history, ...asked(strange, 1)];
    expect(judge('dga', [...rows].reverse())).toEqual(judge('dga', rows));
  });
});

describe('baseline files', () => {
  it('each have a detector, texts in both languages and a first test of their form', () => {
    const all = baselines();
    expect(all.length).toBeGreaterThanOrEqual(19);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ detector }) => detector))).toEqual(new Set(DETECTORS.map(({ id }) => id)));
    for (const { title } of all) expect(title.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  });

  it('say what is wrong with them, where, and what is allowed', () => {
    const text = (more: string) => `/*
id: 6f9619ff-8b86-4d01-b42d-00cf4fc964ff
title: { en: a, ja: b }
detector: volume
every: day
lookbackDays: 30
level: medium
budgetBytes: 10000000
nextSteps: { en: a, ja: b }
${more}
*/
SELECT 1 FROM identity_activity WHERE eventday BETWEEN :from_day AND :to_day`;
    expect(parseBaseline('x.sql', text('')).problems).toEqual([]);
    expect(parseBaseline('x.sql', text('thresholds: { zz: 3 }')).problems[0]).toMatchObject({
      what: 'unknown threshold "zz"',
      allowed: expect.stringContaining('minDays'),
    });
    expect(parseBaseline('x.sql', text('thresholds: { z: 0 }')).problems[0]?.at).toContain('thresholds.z');
    expect(parseBaseline('x.sql', text('').replace('volume', 'volumes')).problems).toHaveLength(1);
    expect(parseBaseline('x.sql', text('').replace('every: day', 'every: hour')).problems[0]?.what).toContain('judge_from');
    expect(() => judge('volume', [{ subject: 5 }])).toThrow(/column subject/);
  });

  it('make findings on the path of every other: low where they may not alert', () => {
    const baseline = baselines().find(({ name }) => name === 'sign_in_travel');
    const anomaly = judge('travel', [
      {
        ...about,
        principal_kind: 'human',
        session_id: 's',
        from_ms: 1,
        from_ip: '198.51.100.20',
        from_lat: null,
        from_long: null,
        from_country: '',
        from_users: 1,
        to_ms: 600_001,
        to_ip: '203.0.113.240',
        to_lat: null,
        to_long: null,
        to_country: '',
        to_users: 1,
        history_days: 3,
      },
    ]).anomalies[0];
    if (baseline === undefined || anomaly === undefined) throw new Error('nothing to make a finding of');
    const of = { baseline, anomaly, stretch: { fromMs: 0, toMs: 3_600_000 } };
    const alert = anomalyFinding({ ...of, isAlerting: true });
    expect(alert).toMatchObject({
      level: 'medium',
      analyticOf: 'yagura',
      ruleId: baseline.id,
      tactics: expect.arrayContaining(['initial-access']),
    });
    expect(alert.entities[0]).toMatchObject({ type: 'principal', id: 'aoi@example.com' });
    expect(anomalyFinding({ ...of, isAlerting: false })).toMatchObject({ level: 'low', uid: alert.uid });
    expect(anomalyFinding({ ...of, anomaly: { ...anomaly, key: 'other' }, isAlerting: true }).uid).not.toBe(alert.uid);
  });
});
