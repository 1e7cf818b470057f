/** Correlation rules and filters: parsed into typed values; filters narrow the rules that they name. */
import { describe, expect, test } from 'vitest';
import { applyFilters } from '../../../functions/core/sigma/filter.ts';
import { parseSigma } from '../../../functions/core/sigma/parse.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';
import { rule } from './rule-text.ts';

const FILE = 'queries/correlations/x.yml';
const correlation = (body: string) =>
  `title: Many failed logins\nid: 0d8d6a52-2f57-4b8e-8d8a-6f0a53a5e9f1\nstatus: test\nlevel: high\ncorrelation:\n${body
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`;

describe('correlation rules', () => {
  test('event_count', () => {
    const text = correlation(
      'type: event_count\nrules: [failed_login]\ngroup-by: [user, host]\ntimespan: 90m\ncondition: {gt: 100, lte: 200}\ngenerate: true',
    );
    const { rules, correlations, problems } = parseSigma(text, FILE);
    expect(problems).toEqual([]);
    expect(rules).toEqual([]);
    expect(correlations[0]).toMatchObject({
      kind: 'correlation',
      type: 'event_count',
      rules: ['failed_login'],
      groupBy: ['user', 'host'],
      timespanSec: 5_400,
      bounds: [
        { compare: 'lte', value: 200 },
        { compare: 'gt', value: 100 },
      ].sort((a, b) => (a.compare < b.compare ? 1 : -1)),
      generate: true,
      info: { level: 'high', path: 'correlations/x' },
    });
  });

  test('value_percentile, temporal_ordered with aliases', () => {
    const percentile = parseSigma(
      correlation('type: value_percentile\nrules: [a]\ntimespan: 1d\ncondition: {field: bytes, percentile: 95, gte: 1000}'),
      FILE,
    );
    expect(percentile.correlations[0]).toMatchObject({
      type: 'value_percentile',
      field: ['bytes'],
      percentile: 95,
      timespanSec: 86_400,
    });
    const ordered = parseSigma(
      correlation(
        'type: temporal_ordered\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 30s\naliases:\n    ip: {a: src.ip, b: dst.ip}',
      ),
      FILE,
    );
    expect(ordered.problems).toEqual([]);
    expect(ordered.correlations[0]?.aliases).toEqual([
      {
        alias: 'ip',
        fields: [
          { rule: 'a', field: 'src.ip' },
          { rule: 'b', field: 'dst.ip' },
        ],
      },
    ]);
  });

  test.each([
    ['type: event_cuont\nrules: [a]\ntimespan: 1h\ncondition: {gt: 1}', '6:11', 'Unknown type "event_cuont"', 'event_count'],
    ['rules: [a]\ntimespan: 1h\ncondition: {gt: 1}', '6:5', 'no type', 'temporal'],
    ['type: event_count\ntimespan: 1h\ncondition: {gt: 1}', '6:5', 'names no rules', ''],
    ['type: event_count\nrules: [a]\ncondition: {gt: 1}', '6:5', 'no timespan', '90m'],
    ['type: event_count\nrules: [a]\ntimespan: 1 hour\ncondition: {gt: 1}', '8:15', '"1 hour" is no timespan', '12h'],
    ['type: event_count\nrules: [a]\ntimespan: 1h', '6:5', 'needs a condition', 'gte'],
    ['type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {more: 1}', '9:17', 'Unknown key "more"', 'gt'],
    ['type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gt: many}', '9:21', '"gt" is no number', 'a number'],
    ['type: value_count\nrules: [a]\ntimespan: 1h\ncondition: {gt: 1}', '9:5', 'needs a field', ''],
    ['type: event_count\nrules: [a]\ntimespan: 1h\ngroupby: [x]\ncondition: {gt: 1}', '9:5', 'Unknown key "groupby"', 'group-by'],
  ])('%j', (body, place, what, allowed) => {
    const { correlations, problems } = parseSigma(correlation(body), 'x.yml');
    expect(correlations).toEqual([]);
    const found = problems.find((problem) => problem.what.includes(what));
    expect([found?.at, found?.allowed ?? '']).toEqual([`x.yml:${place}`, expect.stringContaining(allowed)]);
  });
});

describe('filters', () => {
  const filterText = (rules: string, condition = 'not selection', product = 'aws') =>
    `title: Deployment role\nid: 9f6c1d7e-0b0e-4c9e-9d3b-1a5b6c7d8e9f\nlogsource: {product: ${product}}\nfilter:\n    rules: ${rules}\n    selection: {user|startswith: deploy-}\n    condition: ${condition}\n`;
  const filterOf = (text: string) => {
    const { filters, problems } = parseSigma(text, 'filters/x.yml');
    expect(problems).toEqual([]);
    return filters;
  };
  const base = rule('selection: {f: x}', 'name: base_rule\n');

  test.each([[`[${base.info.id}]`], ['[base_rule]'], ['any']])('a filter for %s takes its events out of the rule', (named) => {
    const { rules, problems } = applyFilters([base], filterOf(filterText(named)));
    expect(problems).toEqual([]);
    const [narrow] = rules;
    if (!narrow) throw new Error('the rule is gone');
    expect(evaluate(narrow, { f: 'x', user: 'deploy-1' })).toBe('no_match');
    expect(evaluate(narrow, { f: 'x', user: 'mallory' })).toBe('match');
    expect(evaluate(narrow, { f: 'x' })).toBe('match');
    expect(narrow.info.version).not.toBe(base.info.version);
  });

  test('a filter for another rule or log source changes nothing and says so', () => {
    for (const text of [filterText('[someone-else]'), filterText('any', 'not selection', 'azure')]) {
      const { rules, problems } = applyFilters([base], filterOf(text));
      expect(rules).toEqual([base]);
      expect(problems[0]?.what).toContain('fits no rule');
    }
  });

  test('a filter that keeps instead of taking out gets a note', () => {
    expect(parseSigma(filterText('any', 'selection'), 'x.yml').notes.map(({ what }) => what)).toEqual([
      expect.stringContaining('keeps only'),
    ]);
  });

  test('a filter without rules is a problem', () => {
    const { filters, problems } = parseSigma(filterText('[]'), 'x.yml');
    expect(filters).toEqual([]);
    expect(problems[0]).toMatchObject({ at: 'x.yml:4:1', what: 'The filter names no rules' });
  });
});
