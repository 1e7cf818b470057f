import { describe, expect, it } from 'vitest';
import { addDuration } from '../../../functions/core/case/calendar.ts';
import { durationOf } from '../../../functions/core/case/duration.ts';
import { dutyEvents } from '../../../functions/core/case/duty.ts';
import { casePolicySchema, policyProblems } from '../../../functions/core/case/policy.ts';
import { dutiesBetween, onDuty, uncovered } from '../../../functions/core/case/roster.ts';
import { burning, slaClocks } from '../../../functions/core/case/sla.ts';
import { epochOf, wallTime } from '../../../functions/core/case/zoned.ts';
import { room } from '../../case/desk.ts';
import { HOUR } from '../../correlate/story.ts';

const at = (text: string): number => Date.parse(text);
const calendar = (of: object = {}) => casePolicySchema.parse({ calendar: of }).calendar;
const due = (start: string, text: string, of: object = {}): string =>
  new Date(addDuration(at(start), durationOf(text), calendar(of))).toISOString();

describe('time', () => {
  it.each([
    [
      'an hour that summer time skips is the one after',
      { year: 2026, month: 3, day: 29, minute: 150 },
      '2026-03-29T01:30:00.000Z',
    ],
    ['an hour that comes twice is the first', { year: 2026, month: 10, day: 25, minute: 150 }, '2026-10-25T00:30:00.000Z'],
    ['any other', { year: 2026, month: 7, day: 1, minute: 0 }, '2026-06-30T22:00:00.000Z'],
  ])('%s', (_, wall, expected) => {
    expect(new Date(epochOf(wall, 'Europe/Berlin')).toISOString()).toBe(expected);
  });

  it('comes back from the wall, in every hour of a year', () => {
    for (const zone of ['Asia/Tokyo', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])
      for (let ms = at('2026-01-01T00:00:00Z'); ms < at('2027-01-01T00:00:00Z'); ms += 7 * HOUR) {
        const back = epochOf(wallTime(ms, zone), zone);
        expect([0, HOUR, HOUR / 2]).toContain(Math.abs(back - ms));
      }
  });

  it.each([
    ['elapsed time passes at night', '2026-12-04T23:00:00Z', '4h', {}, '2026-12-05T03:00:00.000Z'],
    ['three business days over a weekend', '2026-12-03T10:00:00Z', '3bd', {}, '2026-12-08T10:00:00.000Z'],
    ['what comes on Saturday counts from Monday', '2026-12-05T10:00:00Z', '1bd', {}, '2026-12-08T09:00:00.000Z'],
    ['what comes after closing counts from the next morning', '2026-12-03T19:00:00Z', '1bd', {}, '2026-12-07T09:00:00.000Z'],
    ['holidays do not count', '2026-12-03T10:00:00Z', '1bd', { holidays: ['2026-12-04'] }, '2026-12-07T10:00:00.000Z'],
    ['business hours go on the next day', '2026-12-04T17:00:00Z', '2bh', {}, '2026-12-07T10:00:00.000Z'],
    ['in the zone of the SOC', '2026-12-04T08:30:00Z', '1bh', { timeZone: 'Asia/Tokyo' }, '2026-12-07T00:30:00.000Z'],
    ['over the change to summer time', '2026-03-27T10:00:00Z', '1bd', { timeZone: 'Europe/Berlin' }, '2026-03-30T09:00:00.000Z'],
  ])('%s', (_, start, text, of, expected) => {
    expect(due(start, text, of)).toBe(expected);
  });
});

describe('clocks of a case', () => {
  it('runs from when it was shown, stops where it was met, and leaves pauses out', async () => {
    const { as, state, policy, now } = await room({ policy: { defaultAssetTier: 2 } });
    const opened = now.ms;
    const clocks = async () => slaClocks(await state(), policy, now.ms);
    // High on assets of tier 2: P2, 30 minutes, 2, 8 hours, 3 days.
    expect((await clocks()).map(({ clock, leftMs }) => [clock, leftMs / HOUR])).toEqual([
      ['acknowledge', 0.5],
      ['escalate', 2],
      ['contain', 8],
      ['resolve', 72],
    ]);
    await as('alice')({ op: 'acknowledge' });
    await as('alice')({ op: 'pause', reason: 'asked the owner', waitingFor: 'owner' });
    now.ms += 5 * HOUR;
    expect((await clocks())[2]).toMatchObject({ isPaused: true, leftMs: 8 * HOUR - 2 * 60_000 });
    await as('alice')({ op: 'resume' });
    now.ms += HOUR;
    const [acknowledge, escalate, contain] = await clocks();
    expect(acknowledge).toMatchObject({ metMs: opened + 60_000, isBreached: false });
    expect(escalate).toMatchObject({ isBreached: false });
    expect((contain?.dueMs ?? 0) - opened).toBe(8 * HOUR + 5 * HOUR + 60_000);
    expect(burning(await clocks())?.clock).toBe('escalate');
    await as('alice')({ op: 'set_verdict', verdict: 'false_positive', rootCause: 'rule_logic', reason: 'a backup' });
    expect(burning(await clocks())?.clock).toBe('resolve');
  });

  it('keeps the moment of a breach, however long it is paused after it', async () => {
    const { as, state, policy, now } = await room({ policy: { defaultAssetTier: 2 } });
    const contain = async () => slaClocks(await state(), policy, now.ms).find(({ clock }) => clock === 'contain');
    await as('alice')({ op: 'acknowledge' });
    await as('alice')({ op: 'pause', reason: 'asked the owner', waitingFor: 'owner' });
    now.ms += HOUR;
    await as('alice')({ op: 'resume' });
    now.ms += 9 * HOUR;
    const breached = await contain();
    expect(breached).toMatchObject({ isBreached: true });
    await as('alice')({ op: 'pause', reason: 'asked again', waitingFor: 'owner' });
    now.ms += 30 * HOUR;
    expect(await contain()).toMatchObject({ dueMs: breached?.dueMs, isBreached: true, isPaused: true });
    await as('alice')({ op: 'resume' });
    now.ms += HOUR;
    const later = await contain();
    expect(later?.dueMs).toBe(breached?.dueMs);
    expect(later?.leftMs).toBe((breached?.dueMs ?? 0) - now.ms);
    // Used time leaves both pauses out: an hour of work more than at the breach.
    expect((later?.usedRatio ?? 0) - (breached?.usedRatio ?? 0)).toBeCloseTo(1 / 8, 1);
  });

  it('changes with priority, from the same start', async () => {
    const { as, state, policy, now } = await room();
    const opened = now.ms;
    await as('alice')({ op: 'set_severity', to: 'critical', reason: 'the root user' });
    const [acknowledge] = slaClocks(await state(), policy, now.ms);
    expect((acknowledge?.dueMs ?? 0) - opened).toBe(HOUR / 4);
  });
});

describe('duty', () => {
  it('says each mark once, and escalates what nobody takes', async () => {
    const { state, policy, now } = await room({ policy: { defaultAssetTier: 2 } });
    const kinds = async () =>
      dutyEvents(await state(), policy, now.ms).map(({ kind, data }) => [kind, 'percent' in data ? data.percent : '']);
    expect(await kinds()).toEqual([]);
    now.ms += 20 * 60_000;
    expect(await kinds()).toEqual([['sla_alarmed', 50]]);
    now.ms += 20 * 60_000;
    expect(await kinds()).toEqual([
      ['sla_alarmed', 100],
      ['escalated', ''],
    ]);
  });
});

const roster = casePolicySchema.parse({
  calendar: { timeZone: 'Asia/Tokyo' },
  people: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }],
  shifts: [
    { name: 'day', from: '09:00', to: '21:00', teams: [['a'], ['b']], rotationStart: '2026-11-30' },
    { name: 'night', from: '21:00', to: '09:00', teams: [['c']] },
  ],
  absences: [
    { who: 'a', from: '2026-12-02', to: '2026-12-02', cover: 'd' },
    { who: 'c', from: '2026-12-03', to: '2026-12-03' },
  ],
});

describe('the roster', () => {
  const who = (text: string): string[] => onDuty(roster, at(text)).flatMap(({ people }) => people);

  it('knows who is on duty, past midnight too, by turns, and who stands in', () => {
    expect(who('2026-12-01T03:00:00Z')).toEqual(['a']);
    expect(who('2026-12-01T17:00:00Z')).toEqual(['c']);
    expect(who('2026-12-02T03:00:00Z')).toEqual(['d']);
    expect(who('2026-12-08T03:00:00Z')).toEqual(['b']);
    expect(dutiesBetween(roster, at('2026-12-01T00:00:00Z'), at('2026-12-02T00:00:00Z')).map(({ shift }) => shift)).toEqual([
      'day',
      'night',
    ]);
  });

  it('names the hours in which nobody is', () => {
    const gaps = uncovered(roster, at('2026-12-01T00:00:00Z'), at('2026-12-06T00:00:00Z'));
    expect(gaps.map(({ fromMs, toMs }) => [new Date(fromMs).toISOString(), new Date(toMs).toISOString()])).toEqual([
      ['2026-12-03T12:00:00.000Z', '2026-12-04T00:00:00.000Z'],
    ]);
    expect(uncovered(casePolicySchema.parse({}), 0, HOUR)).toEqual([{ fromMs: 0, toMs: HOUR }]);
  });

  it('refuses people and tiers that are not declared', () => {
    const bad = casePolicySchema.parse({
      people: [{ id: 'a', tier: 'tier9' }],
      shifts: [{ name: 'x', from: '09:00', to: '10:00', teams: [['z']] }],
      calendar: { from: '18:00', to: '09:00' },
    });
    expect(policyProblems(bad).map(({ at: where }) => where)).toEqual([
      'cases.people.0.tier',
      'cases.shifts.0.teams',
      'cases.calendar',
    ]);
  });
});
