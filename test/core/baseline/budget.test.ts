// The alert budget: the best alert, the rest are signals, and no detector silences the others.
import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../../../functions/core/baseline/anomaly.ts';
import { type Candidate, spend } from '../../../functions/core/baseline/budget.ts';

const candidate = (uid: string, score: number, baseline = 'a', more: Partial<Anomaly> = {}): Candidate => ({
  uid,
  baseline,
  anomaly: {
    entities: [],
    key: uid,
    timeMs: 0,
    source: 's',
    score,
    says: { en: '', ja: '' },
    evidence: { observed: '', expected: '', spread: '', historyDays: 0, peers: 0 },
    eventUids: [],
    ...more,
  },
});
const NONE = { alerts: {} };

describe('the alert budget', () => {
  it('lets the best through, whatever their order', () => {
    const all = ['a', 'b', 'c', 'd'].flatMap((baseline) =>
      Array.from({ length: 20 }, (_, i) => candidate(`${baseline}${i}`, 50 + i, baseline)),
    );
    const { alerting } = spend(all.reverse(), NONE, 20);
    expect(alerting.size).toBeLessThanOrEqual(20);
    expect(alerting.size).toBeGreaterThanOrEqual(15);
    expect([...alerting].every((uid) => Number(uid.slice(1)) >= 15)).toBe(true);
  });

  it('is one for the day: what alerted stays, and a run again spends nothing', () => {
    const first = spend([candidate('x', 60), candidate('y', 70)], NONE, 20);
    const again = spend([candidate('x', 60), candidate('y', 70)], first.spent, 20);
    expect(again).toEqual(first);
  });

  it('is never overspent by many runs', () => {
    let spent: { alerts: Readonly<Record<string, number>> } = NONE;
    for (let run = 0; run < 30; run++) spent = spend([candidate(`r${run}`, 50 + run, `b${run % 5}`)], spent, 20).spent;
    expect(Object.keys(spent.alerts)).toHaveLength(20);
  });

  it('keeps its last quarter for what beats half of what alerted so far', () => {
    let spent: { alerts: Readonly<Record<string, number>> } = NONE;
    for (let run = 0; run < 15; run++) spent = spend([candidate(`r${run}`, 60, `b${run % 5}`)], spent, 20).spent;
    expect(spend([candidate('dull', 55, 'z')], spent, 20).alerting.size).toBe(0);
    expect(spend([candidate('grave', 95, 'z')], spent, 20).alerting.size).toBe(1);
  });

  it('gives one detector at most half of it, and signals nothing', () => {
    const flood = Array.from({ length: 100 }, (_, i) => candidate(`f${i}`, 90, 'flood'));
    const { alerting } = spend(
      [...flood, candidate('other', 51, 'quiet'), candidate('s', 99, 'quiet', { isSignal: true })],
      NONE,
      20,
    );
    expect([...alerting].filter((uid) => uid.startsWith('f'))).toHaveLength(10);
    expect(alerting.has('other')).toBe(true);
    expect(alerting.has('s')).toBe(false);
  });
});
