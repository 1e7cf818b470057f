/** SQL of rules: partition bounds, nothing of a rule outside literals, long lists, refusals with their reasons. */
import { describe, expect, it } from 'vitest';
import { YaguraError } from '../../../../functions/core/error.ts';
import type { SigmaRule } from '../../../../functions/core/sigma/ast.ts';
import { parseSigma } from '../../../../functions/core/sigma/parse.ts';
import { compileSql, lakeMapsOf, verdictSql } from '../../../../functions/core/sigma/sql/compile.ts';
import { regexSql } from '../../../../functions/core/sigma/sql/regex-sql.ts';
import { SOURCES } from '../../../../functions/sources/index.ts';
import { LAKE_CATALOG } from '../../../../local/adapters/duckdb-query.ts';
import { translate } from '../../../../local/sql/translate.ts';

const window = { fromDay: '20261101', toDay: '20261130' };

function ruleOf(detection: unknown, logsource: object = { product: 'aws', service: 'cloudtrail' }): SigmaRule {
  const text = JSON.stringify({
    title: 'A rule',
    id: '5b3b7c1e-4f0a-4a51-9f6e-0a1b2c3d4e5f',
    status: 'test',
    level: 'low',
    logsource,
    detection,
  });
  const { rules, problems } = parseSigma(text, 'rule.yml');
  const [rule] = rules;
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}
const compiled = (selection: unknown): string => {
  const { sql, problems } = compileSql(ruleOf({ selection, condition: 'selection' }), { window });
  expect(problems).toEqual([]);
  return sql ?? '';
};
const reasons = (selection: unknown): string[] =>
  compileSql(ruleOf({ selection, condition: 'selection' }), { window }).problems.map(({ what }) => what);

/** The statement with its string literals taken out: what is left is ours alone. */
const skeleton = (sql: string): string => sql.replace(/'(?:[^']|'')*'/g, 'TEXT');

describe('a query', () => {
  it('bounds the partitions of every table that it reads', () => {
    const sql = compiled({ eventName: 'GetUser' });
    const tables = [...sql.matchAll(/FROM (\w+) WHERE (.*)/g)];
    expect(tables.map(([, table]) => table)).toEqual(['api_activity', 'authentication', 'account_change']);
    for (const [, , where] of tables)
      expect(where).toContain("source = 'aws-cloudtrail' AND eventday BETWEEN '20261101' AND '20261130'");
  });

  it('refuses a window that is no window', () => {
    for (const fromDay of ["2026' OR '1'='1", '2026-11-01', ''])
      expect(() =>
        compileSql(ruleOf({ s: { eventName: 'x' }, condition: 's' }), { window: { fromDay, toDay: '20261130' } }),
      ).toThrow(YaguraError);
  });

  it('says the columns that a finding needs', async () => {
    const rule = ruleOf({ s: { eventName: 'x' }, condition: 's' });
    const { sql = '', columns } = compileSql(rule, { window });
    const translation = await translate(sql, LAKE_CATALOG);
    expect(translation.columns.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
  });
});

const HOSTILE = [
  "x' OR '1'='1",
  "'; DROP TABLE api_activity; --",
  "\\' OR 1=1 --",
  "''''",
  '") UNION SELECT 1 FROM incident_finding --',
  "a\n' --",
  '$.["a"]',
  '%_\\%',
  "x'/ /",
];

const selectionsOf = (text: string): object[] => [
  { eventName: text, userAgent: [text, 'b'] },
  { 'eventName|contains': [text, 'b'] },
  { 'eventName|startswith': Array.from({ length: 20 }, (_, index) => `${text}${index}`) },
  { 'eventName|re': `a${text.replace(/[^A-Za-z' ;-]/g, '.')}` },
  { [`x${text}`]: 'v' },
  { [`x${text}|exists`]: true },
  { 'eventName|fieldref': `y${text}` },
];

describe('hostile text of a rule', () => {
  it.each(HOSTILE)('changes nothing of the statement but the literals: %j', async (text) => {
    const harmless = selectionsOf('harmless').map((selection) => skeleton(compiled(selection)));
    for (const [index, selection] of selectionsOf(text).entries()) {
      const sql = compiled(selection);
      expect(skeleton(sql)).toBe(harmless[index]);
      await translate(sql, LAKE_CATALOG);
    }
  });

  it.each(HOSTILE)('is quoted in JSON paths too, or refused: %j', async (text) => {
    const step = text.replaceAll('.', '');
    const { sql, problems } = compileSql(ruleOf({ s: { [`requestParameters.${step}`]: 'v' }, condition: 's' }), { window });
    if (/["\\\n]/.test(step)) expect(problems[0]?.what).toMatch(/no JSON path/);
    else await translate(sql ?? '', LAKE_CATALOG);
  });

  it('with a NUL character is refused: engines cut it off', () => {
    expect(reasons({ eventName: 'a\u0000b' })[0]).toMatch(/NUL/);
    expect(reasons({ 'a\u0000b': 'x' })[0]).toMatch(/NUL/);
  });
});

describe('long lists', () => {
  const texts = Array.from({ length: 5_000 }, (_, index) => `value-${index}`);

  it('are IN lists in pieces, each written once', () => {
    const sql = compiled({ eventName: texts });
    expect(sql.match(/ IN \('value-/g)).toHaveLength(5);
    expect(sql.match(/'value-4999'/g)).toHaveLength(1);
    expect(sql.split(' OR ').length).toBeLessThan(60);
  });

  it('of substrings are searched as arrays of at most 254 items', () => {
    const sql = compiled({ 'userAgent|contains': texts.slice(0, 1_000) });
    expect(sql.match(/any_match\(ARRAY\['value-/g)).toHaveLength(5);
  });

  it('that Athena would not take are refused with the size', () => {
    const long = Array.from({ length: 9_000 }, (_, index) => `${'x'.repeat(30)}${index}`);
    expect(reasons({ eventName: long })[0]).toMatch(/the query has \d+ bytes, and Athena takes 262144/);
  });
});

describe('what the lake cannot answer exactly is refused with the reason', () => {
  it.each([
    [{ 'requestParameters.items.0.name': 'x' }, /the step "0"/],
    [{ 'eventName|re': '[[:alpha:]]x' }, /POSIX/],
    [{ 'eventName|re': 'a(?i)b' }, /flags inside/],
    [{ 'eventTime|week': 3 }, /week/],
  ])('%j', (selection, reason) => {
    expect(reasons(selection)[0]).toMatch(reason);
  });

  it('and so are rules of other log sources', () => {
    const of = (logsource: object): string | undefined =>
      compileSql(ruleOf({ s: { a: 'x' }, condition: 's' }, logsource), { window }).problems[0]?.what;
    expect(of({ product: 'windows', category: 'process_creation' })).toMatch(
      /no map of the fields of log source windows\/\*\/process_creation/,
    );
    expect(of({ product: 'aws', service: 'guardduty' })).toMatch(/guardduty/);
  });

  it('beside rules that can be asked', () => {
    const [good, bad] = [
      ruleOf({ s: { eventName: 'x' }, condition: 's' }),
      ruleOf({ s: { 'eventTime|week': 3 }, condition: 's' }),
    ];
    const { sql, rules } = verdictSql([bad, good], { window });
    expect(rules.map(({ column }) => column)).toEqual([undefined, 'v1']);
    expect(sql).toContain('AS v1');
  });
});

describe('what no column tells', () => {
  it.each([[['needle']], [{ 'resources.ARN': 'x' }], [{ userIdentity: 'x' }], [{ 'userIdentity.sessionContext|exists': true }]])(
    'is read from the text of the whole record: %j',
    async (selection) => {
      const sql = compiled(selection);
      expect(sql).toContain('raw_record AS raw_text');
      expect(sql).toContain('raw_text IS NULL');
      await translate(sql, LAKE_CATALOG);
    },
  );

  it('is all that is read of a source without a map of its own', () => {
    const rule = ruleOf(
      { s: { 'actor.alternateId|endswith': '@example.com' }, condition: 's' },
      { product: 'okta', service: 'okta' },
    );
    const okta = { id: 'okta', logsources: [{ product: 'okta', service: 'okta' }], classes: [3002, 6003, 9999, 9998] };
    const { sql = '' } = compileSql(rule, { window, lakeMaps: lakeMapsOf([okta]) });
    expect(sql).not.toContain('unmapped');
    // Classes without a table of their own share one.
    expect(sql.match(/FROM \w+ WHERE source = 'okta'/g)).toHaveLength(3);
  });

  it('is not read where columns tell all', () => {
    expect(compiled({ eventName: 'x', 'requestParameters.userName': 'y' })).not.toContain('raw_record');
  });
});

describe('a rule over OCSF events', () => {
  const of = (selection: unknown, logsource: object = {}): ReturnType<typeof compileSql> => {
    const rule: SigmaRule = { ...ruleOf({ selection, condition: 'selection' }), taxonomy: 'ocsf', logsource };
    return compileSql(rule, { window, lakeMaps: lakeMapsOf(SOURCES) });
  };

  it('reads the tables of every class and source that there are, or those that it names', async () => {
    const { sql = '', problems } = of({ 'actor.user.name': 'kato', 'resources.uid|contains': 'prod', 'unmapped.a.b': 'x' });
    expect(problems).toEqual([]);
    expect(sql).toMatch(/source IN \('aws-cloudtrail', 'aws-guardduty'/);
    expect(sql).not.toContain('raw_record');
    await translate(sql, LAKE_CATALOG);
    const one = of({ status_id: 2 }, { product: 'aws', service: 'guardduty' }).sql ?? '';
    expect(one).toContain("FROM detection_finding WHERE source = 'aws-guardduty'");
    expect(one).not.toContain('api_activity');
  });

  it.each([
    [{ 'actor.user': 'x' }, /parts in columns/],
    [{ time_dt: 'x' }, /test time/],
    [{ 'src_endpoint.location.lat|gt': 1 }, /fractions/],
    [{ 'resources.color': 'x' }, /no column of the list resources/],
    [['needle'], /keyword/],
  ])('is refused where the lake cannot tell: %j', (selection, why) => {
    expect(of(selection).problems[0]?.what).toMatch(why);
  });
});

describe('regular expressions', () => {
  it.each([
    ['^a$', '', '\\Aa\\z'],
    ['^a$', 'm', '(?m)^a$'],
    ['a\\s[\\s\\d]', 'i', '(?i)a[\\t\\n\\f\\r ][\\t\\n\\f\\r 0-9]'],
    ['[*+?^]', '', '[\\*\\+\\?\\^]'],
    ['[]x]', '', '[\\]x]'],
    ['(?P<name>a)(?:b)', '', '(?:a)(?:b)'],
    ['(?i)a', '', '(?i)a'],
    ['[^^]\\x41', '', '[^\\^]\\x41'],
  ])('%s with flags "%s" is written %s', (source, flags, pattern) => {
    expect(regexSql({ source, flags })).toEqual({ pattern });
  });
});
