import { describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../../functions/core/metrics/names.ts';
import { poisson90, summarize, wilson } from '../../functions/core/metrics/statistic.ts';
import { metricLine } from '../../functions/core/metrics/text.ts';
import type { Verdict } from '../../functions/core/verdict.ts';
import { measured } from './both-ways.ts';
import { Case, DAY, HOUR, MIN, T0 } from './random-cases.ts';

const PERIOD = { fromMs: T0, toMs: T0 + 30 * DAY };
const aiko = { id: 'aiko', kind: 'human' as const };

/** Detected on day k; occurred 10·k min before; first look k min after it was shown; half an hour on hold; an hour to the verdict. */
function confirmed(k: number): Case {
  const detectMs = T0 + k * DAY;
  const ackMs = detectMs + MIN + k * MIN;
  const one = new Case(`INC-TP-${k}`).open(detectMs + MIN, {
    severity: 'high',
    firstMs: detectMs - k * 10 * MIN,
    detectedAtMs: detectMs,
    alerts: 2,
  });
  one.act(ackMs, aiko, { op: 'acknowledge' });
  // Nobody contained the fifth; a rule acted ten minutes after the alert.
  if (k === 5)
    one.add(detectMs + 11 * MIN, 'yagura', 'rule', {
      kind: 'response',
      data: { runId: 'r', outcome: 'done', startedAtMs: detectMs + 10 * MIN, mode: 'auto' },
    });
  one.act(ackMs + 10 * MIN, aiko, { op: 'pause', reason: 'x', waitingFor: 'owner' });
  one.act(ackMs + 40 * MIN, aiko, { op: 'resume' });
  one.act(ackMs + 60 * MIN, aiko, { op: 'set_verdict', verdict: 'true_positive', reason: 'x' });
  if (k < 5) one.act(ackMs + 10 * HOUR, aiko, { op: 'record_timestamp', name: 'contain', occurredAtMs: detectMs + k * HOUR });
  return one;
}

function judged(name: string, verdict: Verdict, day: number): Case {
  return new Case(name)
    .open(T0 + day * DAY, { severity: 'low', firstMs: T0 + day * DAY, detectedAtMs: T0 + day * DAY, alerts: 1 })
    .act(T0 + day * DAY + HOUR, aiko, { op: 'set_verdict', verdict, reason: 'x' });
}

const CASES = [
  ...[1, 2, 3, 4, 5].map(confirmed),
  ...[11, 12, 13].map((day) => judged(`INC-FP-${day}`, 'false_positive', day)),
  ...[14, 15].map((day) => judged(`INC-BTP-${day}`, 'benign_true_positive', day)),
];
const rows = measured(CASES, PERIOD);
const row = (id: string, by = 'all') => rows.find((one) => one.id === id && one.by === by);
const min = (...minutes: number[]): number[] => minutes.map((one) => one * MIN);

describe('measures that were computed by hand', () => {
  it('MTTD is from the first malicious event to the first alert, over what was confirmed', () => {
    expect(row('mttd')).toMatchObject({
      n: 5,
      mean: 30 * MIN,
      p50: 30 * MIN,
      p90: 50 * MIN,
      p95: 50 * MIN,
      points: null,
      pausedMs: 0,
    });
  });
  it('MTTA is from shown to the first look, split by who looked; ten cases were looked at', () => {
    expect(row('mtta')).toMatchObject({ n: 10, mean: ((1 + 2 + 3 + 4 + 5 + 5 * 60) / 10) * MIN, p50: 5 * MIN, p90: 60 * MIN });
    expect(row('mtta_human')).toMatchObject({ n: 10 });
    expect(row('mtta_ai')).toMatchObject({ n: 0, points: [] });
    expect(row('mtta', 'high')).toMatchObject({ n: 5, mean: 3 * MIN });
  });
  it('MTTI leaves out the half hour on hold and tells it', () => {
    expect(row('mtti', 'high')).toMatchObject({ n: 5, mean: 30 * MIN, pausedMs: 150 * MIN });
  });
  it('MTTC has four cases: points, and no mean', () => {
    expect(row('mttc')).toMatchObject({ n: 4, mean: null, p50: null, points: min(30, 90, 150, 210), pausedMs: 120 * MIN });
  });
  it('MTTRespond takes the first action where nothing was contained', () => {
    expect(row('mttrespond')).toMatchObject({ n: 5, mean: 98 * MIN, p50: 90 * MIN, p90: 210 * MIN, pausedMs: 120 * MIN });
    expect(row('first_action')).toMatchObject({ n: 1, points: min(10) });
  });
  it('precision is 5 of 8 with its Wilson interval, the FP share 3 of 10', () => {
    expect(row('precision')).toMatchObject({ count: 5, of: 8, ratio: 0.625 });
    const { interval } = row('precision') as { interval: { low: number; high: number } };
    expect(interval.low).toBeCloseTo(0.3057, 4);
    expect(interval.high).toBeCloseTo(0.8632, 4);
    expect(row('fp_share')).toMatchObject({ count: 3, of: 10 });
    expect(row('right_detections')).toMatchObject({ count: 7, of: 10 });
  });
  it('MTBC is thirty days over five, within the Poisson interval of five', () => {
    expect(row('mtbc')).toMatchObject({ value: 6 * DAY });
    const { interval } = row('mtbc') as { interval: { low: number; high: number } };
    expect(interval.low / DAY).toBeCloseTo(2.854, 3);
    expect(interval.high / DAY).toBeCloseTo(15.228, 2);
    expect(row('mtbc', 'low')).toMatchObject({ kind: 'unknown' });
  });
  it('SLA of the first look: five P2 within 30 min, five P4 within 8 h, all met', () => {
    expect(row('sla_acknowledge')).toMatchObject({ count: 10, of: 10 });
    expect(row('attended')).toMatchObject({ count: 15, of: 15 });
    expect(row('cases')).toMatchObject({ value: 10 });
    expect(row('backlog')).toMatchObject({ value: 10 });
  });
  it('what nobody can know in production has a reason instead of a number', () => {
    for (const id of ['true_positive_rate', 'false_positive_rate', 'utilization', 'raw_to_case'])
      expect(row(id)).toMatchObject({ kind: 'unknown', why: { en: expect.stringMatching(/\w{5}/) } });
  });
  it('a verdict of the next month does not change the report of this one', () => {
    const later = CASES.map(({ id, told }) =>
      Object.assign(new Case(id), { told: { events: [...told.events], states: [...told.states] } }),
    );
    for (const one of later) one.act(PERIOD.toMs + HOUR, aiko, { op: 'set_verdict', verdict: 'false_positive', reason: 'x' });
    expect(measured(later, PERIOD)).toEqual(rows);
  });
  it('counts two cases at once as one minute of one analyst', () => {
    const at = (id: string) => new Case(id).open(T0, { severity: 'low', firstMs: T0, detectedAtMs: T0, alerts: 1 });
    const work = (one: Case, who: string, from: number, to: number) =>
      one.act(T0 + DAY, { id: who, kind: 'human' }, { op: 'log_work', startMs: T0 + from * MIN, stopMs: T0 + to * MIN });
    const cases = [work(work(at('a'), 'aiko', 0, 60), 'bob', 0, 30), work(at('b'), 'aiko', 30, 90)];
    expect(measured(cases, PERIOD).find(({ id }) => id === 'worked_hours')).toMatchObject({ value: 2 });
  });
  it('times that end before they begin are told and not averaged', () => {
    const one = confirmed(6).act(T0 + 8 * DAY, aiko, { op: 'record_timestamp', name: 'contain', occurredAtMs: T0 + 2 * DAY });
    const wrong = measured([one], PERIOD);
    expect(wrong.find(({ id }) => id === 'mttc')).toMatchObject({ n: 0 });
  });
  it('every measure has a name in both languages, and none is called MTTR', () => {
    for (const { id } of rows) expect(METRIC_NAMES[id], id).toBeDefined();
    expect(JSON.stringify(METRIC_NAMES)).not.toMatch(/MTTR\b/);
    const lines = rows.map((one) => metricLine(one, 'ja'));
    expect(lines.find(({ id }) => id === 'mttc')).toMatchObject({
      n: '4',
      value: '5 件未満、各値',
      detail: '30.0 min, 90.0 min, 2.5 h, 3.5 h; 保留 2.0 h',
    });
    expect(lines.find(({ id }) => id === 'precision')).toMatchObject({ n: '5/8', value: '62.5 %', detail: '30.6 %–86.3 %' });
  });
});

describe('statistics', () => {
  it.each([
    [0, 0, 2.9957],
    [3, 0.8177, 7.7537],
    [10, 5.4254, 16.9622],
    [100, 84.1389, 118.0794],
  ])('the Poisson interval of %i is %f to %f', (count, low, high) => {
    expect(poisson90(count).low).toBeCloseTo(low, 3);
    expect(poisson90(count).high).toBeCloseTo(high, 3);
  });
  it('Wilson of nothing of ten and all of ten stays within 0 and 1', () => {
    expect(wilson(0, 10)?.low).toBe(0);
    expect(wilson(0, 10)?.high).toBeCloseTo(0.2775, 4);
    expect(wilson(10, 10)?.low).toBeCloseTo(0.7225, 4);
    expect(wilson(0, 0)).toBeNull();
  });
  it('percentiles are values that were measured', () => {
    expect(summarize([5, 1, 4, 2, 3, 6, 7, 8, 9, 10])).toEqual({ n: 10, mean: 5.5, p50: 5, p90: 9, p95: 10, points: null });
    expect(summarize([2, 1])).toEqual({ n: 2, mean: null, p50: null, p90: null, p95: null, points: [1, 2] });
  });
});
