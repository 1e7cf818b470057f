/** What each type of correlation says of sequences of matches: bounds of windows, groups, order, and duplicates. */
import { describe, expect, it } from 'vitest';
import { correlate } from '../../../../functions/core/sigma/correlation/judge.ts';
import { match, planOf, T0, correlationText as text, told } from './set.ts';

const count = (bounds: string, more = '') =>
  planOf(text(`type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 10m\ncondition: ${bounds}${more}`));

describe('event_count', () => {
  const plan = count('{gte: 3}');

  it('holds when the bound is reached within the timespan, both ends included', () => {
    expect(told(plan, [match('a', 0, { user: 'x' }), match('a', 300, { user: 'x' }), match('a', 600, { user: 'x' })])).toEqual([
      ['x', 600, 3],
    ]);
    expect(told(plan, [match('a', 0, { user: 'x' }), match('a', 300, { user: 'x' }), match('a', 601, { user: 'x' })])).toEqual(
      [],
    );
  });

  it('slides: a burst across any border of clock time counts', () => {
    const late = [3_500, 3_590, 3_700].map((sec) => match('a', sec, { user: 'x' }));
    expect(told(plan, late)).toEqual([['x', 3_700, 3]]);
  });

  it('counts each event once, however often it came', () => {
    const twice = [match('a', 0, { user: 'x' }, 'one'), match('a', 0, { user: 'x' }, 'one'), match('a', 5, { user: 'x' }, 'two')];
    expect(told(plan, [...twice, ...twice])).toEqual([]);
  });

  it('keeps groups apart, and leaves out who has no group', () => {
    expect(
      told(plan, [match('a', 0, { user: 'x' }), match('a', 1, { user: 'y' }), match('a', 2, { user: 'x' }), match('a', 3)]),
    ).toEqual([]);
    const ghosts = [0, 1, 2, 3].map((sec) => match('a', sec));
    expect(told(plan, ghosts)).toEqual([]);
  });

  it('puts an event with several values in each of their groups', () => {
    const many = [0, 1, 2].map((sec) => match('a', sec, { user: ['x', 'y'] }));
    expect(told(plan, many)).toEqual(
      expect.arrayContaining([
        ['x', 2, 3],
        ['y', 2, 3],
      ]),
    );
  });

  it('is not fooled by values that hold separators or names of the prototype', () => {
    const two = planOf(text('type: event_count\nrules: [a]\ngroup-by: [user, __proto__]\ntimespan: 10m\ncondition: {gte: 2}'));
    const odd = (user: string, other: string, sec: number) => ({
      ...match('a', sec),
      fields: Object.fromEntries([
        ['user', [user]],
        ['__proto__', [other]],
      ]),
    });
    expect(told(two, [odd('a\u0000b', 'c', 0), odd('a', 'b\u0000c', 1)])).toEqual([]);
    expect(told(two, [odd('a', 'constructor', 0), odd('a', 'constructor', 1)])).toEqual([['a/constructor', 1, 2]]);
  });

  it('raises once for a group and stretch, with all events of the windows that held', () => {
    const flood = Array.from({ length: 50 }, (_, i) => match('a', i * 20, { user: 'x' }));
    expect(told(plan, flood)).toEqual([['x', 40, 50]]);
    const again = [0, 1, 2, 4_000, 4_001, 4_002].map((sec) => match('a', sec, { user: 'x' }));
    const hits = correlate(plan, again);
    expect(hits.map(({ matchCount }) => matchCount)).toEqual([3, 3]);
    expect(new Set(hits.map(({ uid }) => uid)).size).toBe(2);
  });

  it('has one group where there is no group-by', () => {
    const all = planOf(text('type: event_count\nrules: [a, b]\ntimespan: 1m\ncondition: {gt: 2}'));
    expect(told(all, [match('a', 0), match('b', 1), match('a', 2)])).toEqual([['', 2, 3]]);
  });

  it('caps what a hit names, and tells how many there were', () => {
    const [hit] = correlate(
      plan,
      Array.from({ length: 2_000 }, (_, i) => match('a', i * 0.1, { user: 'x' })),
    );
    expect(hit?.matchCount).toBe(2_000);
    expect(hit?.matches).toHaveLength(500);
    expect(hit?.matches[0]?.timeMs).toBe(T0);
  });
});

describe('bounds that more events could break', () => {
  const burst = (n: number) => Array.from({ length: n }, (_, i) => match('a', i, { user: 'x' }));

  it('are asked of whole windows, not of their beginnings', () => {
    expect(told(count('{eq: 3}'), burst(10))).toEqual([]);
    expect(told(count('{eq: 3}'), burst(3))).toEqual([['x', 2, 3]]);
    expect(told(count('{gt: 4, lte: 10}'), burst(10))).toEqual([['x', 9, 10]]);
    expect(told(count('{gt: 4, lte: 10}'), burst(11))).toEqual([]);
    expect(told(count('{lt: 3}'), burst(5))).toEqual([]);
    expect(told(count('{lt: 3}'), burst(2))).toEqual([['x', 1, 2]]);
    expect(told(count('{neq: 2}'), burst(2))).toEqual([]);
  });

  it('wait until nothing more is expected in the window', () => {
    const plan = count('{eq: 3}');
    expect(plan.rising).toBe(false);
    expect(told(plan, burst(3), { settledBeforeMs: T0 + 600_000 })).toEqual([]);
    expect(told(plan, burst(3), { settledBeforeMs: T0 + 600_001 })).toEqual([['x', 2, 3]]);
  });
});

describe('value_count', () => {
  const plan = planOf(text('type: value_count\nrules: [a]\ngroup-by: [ip]\ntimespan: 10m\ncondition: {field: user, gte: 3}'));
  const from = (user: string, sec: number) => match('a', sec, { ip: '198.51.100.1', user });

  it('counts distinct values, not events', () => {
    expect(told(plan, [from('x', 0), from('x', 1), from('y', 2), from('y', 3), from('x', 4)])).toEqual([]);
    expect(told(plan, [from('x', 0), from('y', 1), from('x', 2), from('z', 3)])).toEqual([['198.51.100.1', 3, 4]]);
  });

  it('forgets a value with the last event that had it', () => {
    expect(told(plan, [from('x', 0), from('y', 300), from('z', 601)])).toEqual([]);
    expect(told(plan, [from('x', 0), from('x', 200), from('y', 300), from('z', 601)])).toEqual([['198.51.100.1', 601, 3]]);
  });

  it('does not count an event without the field as a value', () => {
    expect(told(plan, [from('x', 0), from('y', 1), match('a', 2, { ip: '198.51.100.1' })])).toEqual([]);
  });

  it('counts combinations of several fields', () => {
    const pair = planOf(
      text('type: value_count\nrules: [a]\ngroup-by: [ip]\ntimespan: 10m\ncondition: {field: [user, app], gte: 2}'),
    );
    const one = (user: string, app: string, sec: number) => match('a', sec, { ip: 'i', user, app });
    expect(told(pair, [one('x', 'p', 0), one('x', 'p', 1)])).toEqual([]);
    expect(told(pair, [one('x', 'p', 0), one('x', 'q', 1)])).toEqual([['i', 1, 2]]);
  });
});

describe('numbers', () => {
  const of = (condition: string, type: string) =>
    planOf(text(`type: ${type}\nrules: [a]\ngroup-by: [user]\ntimespan: 10m\ncondition: ${condition}`));
  const bytes = (values: readonly (number | string)[], stepSec = 1) =>
    values.map((value, i) => match('a', i * stepSec, { user: 'x', bytes: String(value) }));

  it('value_sum adds each event once and forgets what leaves', () => {
    const plan = of('{field: bytes, gte: 100}', 'value_sum');
    expect(told(plan, bytes([40, 40]))).toEqual([]);
    expect(told(plan, bytes([40, 40, 20]))).toEqual([['x', 2, 3]]);
    expect(told(plan, bytes([60, 0, 60], 301))).toEqual([]);
    const [one] = bytes([60]);
    expect(told(plan, one ? [one, one] : [])).toEqual([]);
    expect(told(of('{field: bytes, eq: 0.3}', 'value_sum'), bytes([0.1, 0.2]))).toHaveLength(1);
  });

  it('value_avg, value_median and value_percentile look at whole windows', () => {
    expect(told(of('{field: bytes, gt: 10}', 'value_avg'), bytes([100, 1, 1, 1]))).toEqual([['x', 3, 4]]);
    expect(told(of('{field: bytes, gt: 30}', 'value_avg'), bytes([100, 1, 1, 1]))).toEqual([]);
    expect(told(of('{field: bytes, gte: 3}', 'value_median'), bytes([9, 1, 5, 1]))).toEqual([['x', 3, 4]]);
    expect(told(of('{field: bytes, gt: 3}', 'value_median'), bytes([9, 1, 5, 1]))).toEqual([]);
    const hundred = bytes(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(told(of('{field: bytes, percentile: 95, gte: 95}', 'value_percentile'), hundred)).toHaveLength(1);
    expect(told(of('{field: bytes, percentile: 95, gt: 95}', 'value_percentile'), hundred)).toEqual([]);
  });

  it('leave texts out that are no numbers', () => {
    const plan = of('{field: bytes, lt: 5}', 'value_avg');
    expect(told(plan, bytes(['', 'many', 'Infinity', '0x10', 'NaN']))).toEqual([]);
    expect(told(plan, bytes(['many', 4]))).toHaveLength(1);
  });
});

describe('temporal', () => {
  const plan = planOf(text('type: temporal\nrules: [a, b, c]\ngroup-by: [user]\ntimespan: 5m'));
  const did = (rule: 'a' | 'b' | 'c', sec: number, user = 'x') => match(rule, sec, { user });

  it('needs every rule, in any order, in one group and one window', () => {
    expect(told(plan, [did('c', 0), did('a', 100), did('b', 300)])).toEqual([['x', 300, 3]]);
    expect(told(plan, [did('c', 0), did('a', 100), did('b', 301)])).toEqual([]);
    expect(told(plan, [did('c', 0), did('a', 1), did('a', 2)])).toEqual([]);
    expect(told(plan, [did('c', 0), did('a', 1, 'y'), did('b', 2)])).toEqual([]);
  });

  it('takes a count of rules, or a condition over their names', () => {
    const two = planOf(text('type: temporal\nrules: [a, b, c]\ngroup-by: [user]\ntimespan: 5m\ncondition: {gte: 2}'));
    expect(told(two, [did('c', 0), did('a', 1)])).toEqual([['x', 1, 2]]);
    const either = planOf(text('type: temporal\nrules: [a, b, c]\ngroup-by: [user]\ntimespan: 5m\ncondition: a and (b or c)'));
    expect(either.rising).toBe(true);
    expect(told(either, [did('a', 0), did('c', 1)])).toHaveLength(1);
    expect(told(either, [did('b', 0), did('c', 1)])).toEqual([]);
    const without = planOf(text('type: temporal\nrules: [a, b]\ngroup-by: [user]\ntimespan: 5m\ncondition: a and not b'));
    expect(without.rising).toBe(false);
    expect(told(without, [did('a', 0)])).toHaveLength(1);
    expect(told(without, [did('a', 0), did('b', 299)])).toEqual([]);
  });

  it('reads a group through aliases', () => {
    const body = 'type: temporal\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 10s\naliases:\n    ip: {a: src.ip, b: dst.ip}';
    const aliased = planOf(text(body));
    expect(
      told(aliased, [match('a', 0, { 'src.ip': '192.0.2.1' }), match('b', 1, { 'dst.ip': '192.0.2.1', 'src.ip': 'z' })]),
    ).toEqual([['192.0.2.1', 1, 2]]);
    expect(told(aliased, [match('a', 0, { 'src.ip': '192.0.2.1' }), match('b', 1, { 'src.ip': '192.0.2.1' })])).toEqual([]);
  });
});

describe('temporal_ordered', () => {
  const plan = planOf(text('type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [user]\ntimespan: 5m'));
  const did = (rule: 'a' | 'b' | 'c', sec: number, uid?: string) => match(rule, sec, { user: 'x' }, uid);

  it('needs the order of the rules', () => {
    expect(told(plan, [did('a', 0), did('b', 1), did('c', 2)])).toEqual([['x', 2, 3]]);
    expect(told(plan, [did('b', 0), did('a', 1), did('c', 2)])).toEqual([]);
    expect(told(plan, [did('b', 0), did('a', 1), did('c', 2), did('b', 3), did('c', 4)])).toEqual([['x', 4, 5]]);
  });

  it('takes one second as in order, but never one event for two steps', () => {
    expect(told(plan, [did('c', 5), did('b', 5), did('a', 5)])).toHaveLength(1);
    expect(told(plan, [did('a', 5, 'same'), did('b', 5, 'same'), did('c', 6)])).toEqual([]);
    // x may be the first step or the second; y only the first: y, x, z is the way.
    expect(told(plan, [did('a', 5, 'x'), did('b', 5, 'x'), did('a', 5, 'y'), did('c', 6, 'z')])).toHaveLength(1);
  });

  it('can count how many steps came in order', () => {
    const two = planOf(text('type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [user]\ntimespan: 5m\ncondition: {gte: 2}'));
    expect(told(two, [did('c', 0), did('b', 1), did('a', 2)])).toEqual([]);
    expect(told(two, [did('a', 0), did('c', 1)])).toHaveLength(1);
  });
});

describe('a correlation of correlations', () => {
  const failures = text('type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 10m\ncondition: {gte: 3}', {
    n: 50,
    name: 'many_failures',
  });
  const plan = planOf(failures, text('type: temporal_ordered\nrules: [many_failures, b]\ngroup-by: [user]\ntimespan: 1h'));
  const fail = (sec: number, user = 'x', host = 'h1') => match('a', sec, { user, host });

  it('orders what the inner one said with what happened next, and names all events', () => {
    expect(told(plan, [fail(0), fail(1), fail(2), match('b', 60, { user: 'x' })])).toEqual([['x', 60, 4]]);
    expect(told(plan, [fail(0), fail(1), match('b', 60, { user: 'x' })])).toEqual([]);
    expect(told(plan, [fail(0), fail(1), fail(2), match('b', 60, { user: 'y' })])).toEqual([]);
    expect(told(plan, [match('b', 0, { user: 'x' }), fail(1), fail(2), fail(3)])).toEqual([]);
    expect(told(plan, [fail(0), fail(1), fail(2), match('b', 3_603, { user: 'x' })])).toEqual([]);
  });

  it('may group by another field than the inner one: it is read from the events', () => {
    const byHost = planOf(
      text('type: event_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10m\ncondition: {gte: 3}', {
        n: 50,
        name: 'many_failures',
      }),
      text('type: temporal_ordered\nrules: [many_failures, b]\ngroup-by: [user]\ntimespan: 1h'),
    );
    expect([...byHost.reads.values()].map(({ partition }) => partition)).toEqual([[], []]);
    expect(told(byHost, [fail(0, 'x'), fail(1, 'y'), fail(2, 'z'), match('b', 60, { user: 'y' })])).toEqual([['y', 60, 4]]);
    expect(told(byHost, [fail(0, 'x'), fail(1, 'y'), fail(2, 'z'), match('b', 60, { user: 'w' })])).toEqual([]);
  });

  it('counts a group that goes on as one', () => {
    const spread = planOf(failures, text('type: event_count\nrules: [many_failures]\ntimespan: 1h\ncondition: {gte: 2}'));
    expect(
      told(
        spread,
        Array.from({ length: 9 }, (_, i) => fail(i)),
      ),
    ).toEqual([]);
    expect(
      told(
        spread,
        [0, 1, 2].flatMap((sec) => [fail(sec, 'x'), fail(sec, 'y')]),
      ),
    ).toHaveLength(1);
  });
});
