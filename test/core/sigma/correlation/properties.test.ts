/** What holds for any matches: order and repetition change nothing, and more matches only add where conditions rise. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlate } from '../../../../functions/core/sigma/correlation/judge.ts';
import type { Match } from '../../../../functions/core/sigma/correlation/match.ts';
import type { CorrelationPlan } from '../../../../functions/core/sigma/correlation/plan.ts';
import { match, planOf, shape, correlationText as text } from './set.ts';

const group = 'group-by: [user]\ntimespan: 1m';
const inner = text(`type: event_count\nrules: [a]\n${group}\ncondition: {gte: 2}`, { n: 50, name: 'inner' });
const PLANS: Readonly<Record<string, CorrelationPlan>> = {
  event_count: planOf(text(`type: event_count\nrules: [a, b]\n${group}\ncondition: {gte: 3}`)),
  event_count_eq: planOf(text(`type: event_count\nrules: [a]\n${group}\ncondition: {eq: 2}`)),
  value_count: planOf(text(`type: value_count\nrules: [a]\n${group}\ncondition: {field: value, gt: 2}`)),
  value_sum: planOf(text(`type: value_sum\nrules: [a]\n${group}\ncondition: {field: value, gte: 10}`)),
  value_avg: planOf(text(`type: value_avg\nrules: [a]\n${group}\ncondition: {field: value, gte: 4}`)),
  value_percentile: planOf(
    text(`type: value_percentile\nrules: [a]\n${group}\ncondition: {field: value, percentile: 80, gte: 5}`),
  ),
  temporal: planOf(text(`type: temporal\nrules: [a, b, c]\n${group}`)),
  temporal_not: planOf(text(`type: temporal\nrules: [a, b, c]\n${group}\ncondition: a and b and not c`)),
  temporal_ordered: planOf(text(`type: temporal_ordered\nrules: [a, b, c]\n${group}`)),
  nested: planOf(inner, text(`type: temporal_ordered\nrules: [inner, b]\n${group}`)),
};

const anyMatch = fc
  .record({
    rule: fc.constantFrom('a' as const, 'b' as const, 'c' as const),
    sec: fc.integer({ min: 0, max: 240 }),
    user: fc.constantFrom('x', 'y'),
    value: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ rule, sec, user, value }) => match(rule, sec, { user, value: String(value) }));
const anyMatches = fc.array(anyMatch, { maxLength: 30 });

/** The windows that hold by the definition itself, the slow way. */
function slowWindows(matches: readonly Match[], spanMs: number, holds: (window: readonly Match[]) => boolean): string[] {
  const found = new Set<string>();
  for (const user of ['x', 'y']) {
    const own = matches.filter(({ fields }) => fields['user']?.[0] === user);
    for (const end of own) {
      const window = own.filter(({ timeMs }) => timeMs <= end.timeMs && timeMs >= end.timeMs - spanMs);
      if (holds(window)) for (const one of window) found.add(one.eventUid);
    }
  }
  return [...found].sort();
}

describe.each(Object.entries(PLANS))('%s', (_, plan) => {
  it('says the same of the matches in any order, with any of them repeated', () => {
    const shuffled = anyMatches.chain((matches) =>
      fc.tuple(fc.constant(matches), fc.shuffledSubarray([...matches, ...matches], { minLength: 2 * matches.length }), fc.nat()),
    );
    fc.assert(
      fc.property(shuffled, ([matches, other, n]) => {
        expect(shape(correlate(plan, [...other, ...matches.slice(0, n % 7)]))).toEqual(shape(correlate(plan, matches)));
      }),
      { numRuns: 150 },
    );
  });

  it('only adds hits and events to hits with more matches, where the condition rises', () => {
    if (!plan.rising) return;
    fc.assert(
      fc.property(anyMatches, anyMatches, (some, more) => {
        const all = new Map(
          correlate(plan, [...some, ...more]).map((hit) => [hit.uid, new Set(hit.matches.map(({ eventUid }) => eventUid))]),
        );
        for (const { uid, matches } of correlate(plan, some))
          for (const { eventUid } of matches) expect(all.get(uid)?.has(eventUid)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the sliding window', () => {
  const uids = (plan: CorrelationPlan, matches: readonly Match[]) =>
    [...new Set(correlate(plan, matches).flatMap((hit) => hit.matches.map(({ eventUid }) => eventUid)))].sort();
  const of = (rule: 'a' | 'b' | 'c', window: readonly Match[]) => window.filter(({ ruleId }) => ruleId === match(rule, 0).ruleId);

  it.each<[string, (window: readonly Match[]) => boolean, readonly ('a' | 'b' | 'c')[]]>([
    ['event_count', (window) => window.length >= 3, ['a', 'b']],
    ['value_count', (window) => new Set(window.map(({ fields }) => fields['value']?.[0])).size > 2, ['a']],
    ['value_sum', (window) => window.reduce((sum, { fields }) => sum + Number(fields['value']?.[0]), 0) >= 10, ['a']],
    ['temporal', (window) => (['a', 'b', 'c'] as const).every((rule) => of(rule, window).length > 0), ['a', 'b', 'c']],
    [
      'temporal_ordered',
      (window) =>
        of('a', window).some((a) =>
          of('b', window).some((b) => b.timeMs >= a.timeMs && of('c', window).some((c) => c.timeMs >= b.timeMs)),
        ),
      ['a', 'b', 'c'],
    ],
  ])('of %s finds what a look at every window finds', (name, holds, rules) => {
    const plan = PLANS[name];
    if (plan === undefined) throw new Error(name);
    fc.assert(
      fc.property(anyMatches, (matches) => {
        const fed = matches.filter(({ ruleId }) => rules.some((rule) => match(rule, 0).ruleId === ruleId));
        expect(uids(plan, matches)).toEqual(slowWindows(fed, plan.root.spanMs, holds));
      }),
      { numRuns: 300 },
    );
  });
});
