import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actorsBefore, habitActor, type RuleDays, repeatsOf, withActors, withSightings } from '../../functions/core/habit.ts';
import { MAX_REPEATS } from '../../functions/core/risk.ts';
import { ip, key, roleSession, user } from '../correlate/story.ts';

const DAY = 86_400_000;

describe('who has a habit', () => {
  const actor = (...entities: Parameters<typeof habitActor>[0]['entities']) => habitActor({ entities });

  it('is the role of a pipeline, whatever its session is called', () => {
    const role = { type: 'role', id: 'arn:aws:iam::111122223333:role/deploy', part: 'actor' } as const;
    expect(actor(roleSession('deploy', 'run-1'), role)).toBe(actor(roleSession('deploy', 'run-2'), role));
  });

  it('is the person behind a single sign-on, not the role that all share', () => {
    const role = { type: 'role', id: 'arn:aws:iam::111122223333:role/sso', part: 'actor' } as const;
    const of = (email: string) => actor(roleSession('sso', email), role, { type: 'principal', id: email, part: 'actor' });
    expect(of('ann@example.com')).not.toBe(of('bob@example.com'));
  });

  it('is the principal before its key or address, and nobody where nobody and nothing is named', () => {
    expect(actor(user('ann'), key('A'), ip('192.0.2.1'))).toBe(actor(user('ann')));
    expect(actor(ip('192.0.2.1'))).toBeDefined();
    expect(actor()).toBeUndefined();
  });
});

describe('habits', () => {
  const at = (alertId: string, day: number, hour = 0) => ({ alertId, timeMs: day * DAY + hour * 3_600_000 });

  it('counts what the rule said of the actor in the fortnight before the day, never on the day itself, up to the cap', () => {
    const list = withSightings(undefined, [at('a', 1), at('b', 1, 1), at('c', 14), at('d', 15)]);
    if (list === undefined) throw new Error('no list');
    expect(repeatsOf(at('a', 1), list)).toBe(1);
    expect(repeatsOf(at('b', 1, 1), list)).toBe(1);
    expect(repeatsOf(at('c', 14), list)).toBe(3);
    expect(repeatsOf(at('d', 15), list)).toBe(2);
    const full = withSightings(
      undefined,
      Array.from({ length: 20 }, (_, i) => at(`x${i}`, 2, i)),
    );
    expect(full?.alerts).toHaveLength(MAX_REPEATS);
    if (full !== undefined) expect(repeatsOf(at('x19', 2, 19), full)).toBe(MAX_REPEATS + 1);
  });

  it('knows that others must be judged anew where an alert came in before them, and only there', () => {
    const first = withSightings(undefined, [at('b', 1, 2)]);
    expect(first?.isPending).toBe(false);
    expect(withSightings(first, [at('c', 1, 3)])?.isPending).toBe(false);
    expect(withSightings(first, [at('a', 1, 1)])?.isPending).toBe(true);
    expect(withSightings(first, [at('b', 1, 2)])).toBeUndefined();
  });

  it('counts the actors of the week before the day, never the day itself', () => {
    const days: RuleDays = new Map([
      [10, { actors: ['a', 'b'], judged: null }],
      [16, { actors: ['b', 'c'], judged: null }],
      [17, { actors: ['d', 'e', 'f'], judged: null }],
    ]);
    expect(actorsBefore(17, days)).toBe(3);
    expect(actorsBefore(18, days)).toBe(5);
  });

  it('ends the same in any order and however often it hears of an alert', () => {
    const sighting = fc.record({
      alertId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
      timeMs: fc.nat(3 * DAY),
    });
    fc.assert(
      fc.property(fc.array(sighting, { minLength: 1, maxLength: 30 }), fc.infiniteStream(fc.nat(1000)), (told, keys) => {
        const once = new Map(told.map(({ alertId, timeMs }) => [alertId, timeMs]));
        const all = [...once].map(([alertId, timeMs]) => ({ alertId, timeMs }));
        const mixed = all.map((one) => ({ one, key: keys.next().value })).sort((a, b) => a.key - b.key);
        let list = withSightings(undefined, []);
        for (const { one } of [...mixed, ...mixed]) list = withSightings(list, [one]) ?? list;
        expect(list?.alerts).toEqual(withSightings(undefined, all)?.alerts);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the smallest names of a day that has too many', () => {
    const names = Array.from({ length: 300 }, (_, i) => String(i).padStart(4, '0'));
    const whole = withActors(undefined, names);
    const bitwise = [...names].reverse().reduce((day, name) => withActors(day, [name]) ?? day, withActors(undefined, []));
    expect(bitwise?.actors).toEqual(whole?.actors);
    expect(withActors(whole, ['0001'])).toBeUndefined();
  });
});
