/** Names, ids, aliases and circles across correlation rules; who stays silent; what is told of what does not fit. */
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../../../functions/core/sigma/correlation/plan.ts';
import { parseSigma } from '../../../../functions/core/sigma/parse.ts';
import { compileTexts, ID, planOf, correlationText as text } from './set.ts';

const EVENT_COUNT = 'type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 10m\ncondition: {gte: 3}';

describe('references', () => {
  it('are names or ids, in any order of documents', () => {
    const plan = planOf(text(`type: temporal\nrules: [b, ${ID.a.toUpperCase()}]\ngroup-by: [user]\ntimespan: 1m`));
    expect([...plan.reads.keys()].sort()).toEqual([ID.a, ID.b]);
  });

  it('cut matches by the group-by fields that every level has, under one path', () => {
    const inner = text(EVENT_COUNT, { n: 50, name: 'inner' });
    const plan = planOf(inner, text('type: temporal\nrules: [inner, b]\ngroup-by: [user]\ntimespan: 1h'));
    expect([...nodesOf(plan.root)]).toHaveLength(2);
    expect(plan.reachMs).toBe(70 * 60_000);
    expect([...plan.reads.values()]).toEqual([
      { paths: ['user'], partition: ['user'] },
      { paths: ['user'], partition: ['user'] },
    ]);
    const aliased = planOf(
      inner,
      text('type: temporal\nrules: [inner, b]\ngroup-by: [who]\ntimespan: 1h\naliases:\n    who: {inner: user, b: target}'),
    );
    expect(aliased.reads.get(ID.b)?.partition).toEqual([]);
  });

  it('give a key that changes with any rule of the family', () => {
    const key = (inner: string, span = '1h') =>
      planOf(text(inner, { n: 50, name: 'inner' }), text(`type: temporal\nrules: [inner, b]\ntimespan: ${span}`)).key;
    expect(key(EVENT_COUNT)).toBe(key(EVENT_COUNT));
    expect(new Set([key(EVENT_COUNT), key(EVENT_COUNT, '2h'), key(EVENT_COUNT.replace('gte: 3', 'gte: 4'))]).size).toBe(3);
  });
});

describe('generate', () => {
  it('decides who raises findings: referred rules and correlations are silent unless somebody says otherwise', () => {
    const quiet = compileTexts([text(EVENT_COUNT)]);
    expect([...quiet.silent]).toEqual([ID.a]);
    const loud = compileTexts([text(EVENT_COUNT), text(`${EVENT_COUNT}\ngenerate: true`, { n: 101 })]);
    expect([...loud.silent]).toEqual([]);
    const nested = [text(EVENT_COUNT, { n: 50, name: 'inner' }), text('type: temporal\nrules: [inner, b]\ntimespan: 1h')];
    expect(compileTexts(nested).plans.map(({ root }) => root.correlation.info.title)).toEqual(['Correlation 100']);
    const both = [nested[0] ?? '', text('type: temporal\nrules: [inner, b]\ntimespan: 1h\ngenerate: true')];
    expect(compileTexts(both).plans).toHaveLength(2);
  });

  it('silences nobody for a correlation that cannot run', () => {
    const broken = compileTexts([text('type: temporal\nrules: [a, nobody]\ntimespan: 1h')]);
    expect(broken.plans).toEqual([]);
    expect([...broken.silent]).toEqual([]);
  });
});

describe('problems', () => {
  const at = (body: string, more: string[] = []) => compileTexts([...more, text(body)]).problems.map((problem) => problem);

  it('place an unknown reference, and guess what was meant', () => {
    const parsed = parseSigma(
      text('type: temporal\nrules:\n    - failed_logins\n    - b\ntimespan: 1h'),
      'queries/correlations/y.yml',
    );
    expect(parsed.correlations[0]?.places?.rules).toEqual(['queries/correlations/y.yml:8:11', 'queries/correlations/y.yml:9:11']);
    const [problem] = at('type: temporal\nrules: [innner, b]\ntimespan: 1h', [text(EVENT_COUNT, { n: 50, name: 'inner' })]);
    expect(problem).toMatchObject({ what: expect.stringContaining('"innner"'), fix: 'write "inner".' });
    expect(problem?.at).toMatch(/^queries\/correlations\/x\.yml:\d+:\d+$/);
  });

  it('tell of circles with their way', () => {
    const { plans, problems } = compileTexts([
      text('type: temporal\nrules: [two, a]\ntimespan: 1h', { n: 51, name: 'one' }),
      text('type: temporal\nrules: [one, b]\ntimespan: 1h', { n: 52, name: 'two' }),
      text(EVENT_COUNT),
    ]);
    expect(problems.map(({ what }) => what).join('\n')).toContain('"Correlation 51" → "Correlation 52" → "Correlation 51"');
    expect(plans.map(({ root }) => root.correlation.info.title)).toEqual(['Correlation 100']);
    expect(at('type: temporal\nrules: [me, a]\ntimespan: 1h', [])[0]?.what).toContain('"me"');
    const self = compileTexts([text('type: temporal\nrules: [me, a]\ntimespan: 1h', { n: 60, name: 'me' })]);
    expect(self.problems[0]?.what).toContain('refers to itself');
  });

  it.each([
    ['type: temporal\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 1h\naliases:\n    ip: {a: src}', 'names no field for "b"'],
    [
      'type: temporal\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 1h\naliases:\n    ip: {a: src, b: dst, d: x}',
      '"d", which the correlation does not refer to',
    ],
    ['type: temporal\nrules: [a, b]\ntimespan: 1h\ncondition: a and d', 'no selection "d"'],
    ['type: event_count\nrules: [a]\ntimespan: 60d\ncondition: {gte: 1}', '60 days'],
  ])('%j', (body, what) => {
    const { plans, problems } = compileTexts([text(body)]);
    expect(plans).toEqual([]);
    expect(problems.map((problem) => problem.what).join()).toContain(what);
    for (const problem of problems) expect(problem.at).toMatch(/:\d+:\d+$/);
  });

  it('refuse names that several rules have, and ids that are taken', () => {
    const twins = compileTexts([
      text(EVENT_COUNT, { n: 50, name: 'twin' }),
      text(EVENT_COUNT, { n: 51, name: 'twin' }),
      text('type: temporal\nrules: [twin, b]\ntimespan: 1h'),
    ]);
    expect(twins.problems[0]).toMatchObject({ what: expect.stringContaining('2 rules are named "twin"'), fix: 'use the id.' });
    expect(compileTexts([text(EVENT_COUNT, { n: 1 })]).problems[0]?.what).toContain('already the id');
    expect(compileTexts([text(EVENT_COUNT, { n: 50 }), text(EVENT_COUNT, { n: 50 })]).plans).toHaveLength(1);
  });

  it('of the condition are told by the parser', () => {
    const of = (condition: string, type: string) =>
      parseSigma(text(`type: ${type}\nrules: [a]\ntimespan: 1h\ncondition: ${condition}`), 'x.yml').problems.map(
        ({ what }) => what,
      );
    expect(of('{field: bytes, gte: 1}', 'value_percentile')).toEqual(['The condition names no percentile']);
    expect(of('{field: bytes, percentile: 101, gte: 1}', 'value_percentile')).toEqual(['101 is no percentile']);
    expect(of('{field: [x, y], gte: 1}', 'value_sum')).toEqual(['A value_sum correlation measures one field, not 2']);
  });
});
