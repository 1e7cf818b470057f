import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Alert, alertIdOf, alertOf, mergeAlerts } from '../../functions/core/alert.ts';
import { foldAlerts } from '../../functions/core/alert-fold.ts';
import type { Finding } from '../../functions/core/finding.ts';
import { finding, HOUR, MIN, T0, user } from '../correlate/story.ts';

/** The parts that these findings are stored as. */
function partsOf(findings: readonly Finding[]): Alert[] {
  const parts = new Map<string, Alert>();
  for (const one of findings) {
    const known = parts.get(alertIdOf(one));
    const alert = alertOf(one, T0);
    parts.set(alert.id, known === undefined ? alert : mergeAlerts(known, alert));
  }
  return [...parts.values()];
}
const at = (minutes: number, eventUid = `e${minutes}`): Finding =>
  finding({ rule: 'a', atMs: T0 + minutes * MIN, entities: [user('eve')], eventUid });
const folded = (findings: readonly Finding[]) => foldAlerts(partsOf(findings));
const spans = (findings: readonly Finding[]) =>
  folded(findings).map(({ firstMs, lastMs }) => [(firstMs - T0) / MIN, (lastMs - T0) / MIN]);

test('a burst over a slice boundary is one alert; a gap longer than the window begins another', () => {
  expect(spans([at(55), at(65), at(124)])).toEqual([[55, 124]]);
  expect(spans([at(55), at(116)])).toEqual([
    [55, 55],
    [116, 116],
  ]);
  expect(spans([at(55), at(115)])).toEqual([[55, 115]]);
});

test('an alert lasts a day at most: what goes on then is the next one', () => {
  const steady = Array.from({ length: 60 }, (_, i) => at(i * 50));
  const lengths = folded(steady).map(({ firstMs, lastMs }) => lastMs - firstMs);
  expect(lengths.length).toBe(3);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(24 * HOUR);
  expect(lengths[0]).toBeGreaterThan(22 * HOUR);
});

test('it counts each event once, and names the earliest part', () => {
  const [alert] = folded([at(55), at(65), at(65), at(70)]);
  expect(alert?.eventUids).toEqual(['e55', 'e65', 'e70']);
  expect(alert?.id).toBe(alert?.partIds[0]);
  expect(alert?.partIds.length).toBe(2);
});

test('sliding sessions of single events are what the definition says, in any order, with repetitions', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 60 }),
      fc.infiniteStream(fc.nat()),
      (minutes, numbers) => {
        const ids = [...new Set(minutes)];
        const inOrder = ids.map((minute) => at(minute));
        const random = [...inOrder, ...inOrder.slice(0, 5)]
          .map((one) => ({ one, by: numbers.next().value }))
          .sort((a, b) => a.by - b.by)
          .map(({ one }) => one);
        expect(folded(random)).toEqual(folded(inOrder));
        // Where no session is longer than a day, gaps alone decide.
        const sorted = ids.sort((a, b) => a - b);
        const sessions = sorted.filter((minute, i) => i === 0 || minute - (sorted[i - 1] ?? 0) > 60).length;
        const longest = Math.max(...folded(inOrder).map(({ firstMs, lastMs }) => lastMs - firstMs));
        if (longest < 22 * HOUR) expect(folded(inOrder).length).toBe(sessions);
        expect(folded(inOrder).length).toBeGreaterThanOrEqual(sessions);
      },
    ),
    { numRuns: 200 },
  );
});

test('merging parts again and again changes nothing: it is a union', () => {
  const [a, b, c] = [at(1), at(2), at(3)].map((one) => alertOf(one, T0)) as [Alert, Alert, Alert];
  expect(mergeAlerts(mergeAlerts(a, b), c)).toEqual(mergeAlerts(a, mergeAlerts(c, b)));
  expect(mergeAlerts(a, a)).toEqual(a);
});

const told = (minutes: number, state: 'open' | 'resolved', of: Partial<Finding> = {}): Finding => ({
  ...at(minutes),
  level: state === 'open' ? 'high' : 'informational',
  countedMs: T0,
  dedupWindowMs: 24 * HOUR,
  eventUids: ['gd-1'],
  product: { uid: 'aws-guardduty:gd-1', state, atMs: T0 + minutes * MIN },
  ...of,
});

test("a product's finding is one alert over days of updates, and its newest state is followed", () => {
  const [alert, ...others] = folded([told(9000, 'resolved'), told(0, 'open'), told(4000, 'open')]);
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ level: 'high', products: [{ state: 'resolved' }], eventUids: ['gd-1'] });
  expect(folded([told(0, 'open'), told(4000, 'open'), told(9000, 'resolved')])).toEqual([alert]);
});

test('an update that names more entities, or comes through a hub, still belongs to it', () => {
  const elsewhere = told(3000, 'resolved', { dedupKey: 'other', ruleId: 'b', countedMs: T0 + 3000 * MIN });
  expect(folded([told(0, 'open'), elsewhere]).length).toBe(1);
  const another = { ...elsewhere, product: { uid: 'aws-guardduty:gd-2', state: 'resolved' as const, atMs: T0 } };
  expect(folded([told(0, 'open'), another]).length).toBe(2);
});
