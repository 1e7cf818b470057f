import { describe, expect, it } from 'vitest';
import { translate } from '../../../local/sql/translate.ts';
import { CATALOG } from './engine-for-tests.ts';

const refused = (sql: string, message: RegExp): Promise<void> =>
  expect(translate(sql, CATALOG)).rejects.toMatchObject({ code: 'BadInput', message: expect.stringMatching(message) });

describe('SQL that cannot be read', () => {
  it.each([
    ['SELEC 1', /line 1:1.*`SELEC`/],
    ['SELECT id\nFROM t WHERE', /line 2:\d+.*ends too early/s],
    ['SELECT id FROM t LIMIT 1 OFFSET 2', /OFFSET before LIMIT/],
    ['SELECT `id` FROM t', /double quotes/],
    ['SELECT id::varchar FROM t', /line 1:10/],
    ['', /empty/],
    ['SELECT 1; SELECT 2', /more than one statement/],
    ['SELECT [1, 2]', /line 1:8/],
    ["SELECT id FROM t WHERE name ILIKE 'a'", /ILIKE/],
    ['SELECT * EXCLUDE (id) FROM t', /line 1/],
  ])('%s', refused);
});

describe('a time whose text names its zone', () => {
  const zoned = "from_iso8601_timestamp('2026-01-01T10:00:00+09:00')";
  it.each([
    [`SELECT ${zoned}`, /names its zone/],
    [`SELECT hour(${zoned})`, /names its zone/],
    [`SELECT date_trunc('day', ${zoned})`, /names its zone/],
    [`SELECT CAST(${zoned} AS varchar)`, /names its zone/],
    [`SELECT CAST(${zoned} AS date)`, /names its zone/],
    [`WITH x AS (SELECT ${zoned} AS t) SELECT max(t) FROM x`, /names its zone/],
    ["SELECT hour(TIMESTAMP '2026-01-01 10:00:00 Asia/Tokyo')", /names its zone/],
  ])('%s', refused);
});

describe('a statement that is not a question', () => {
  it.each([
    'DROP TABLE t',
    'DELETE FROM t',
    'INSERT INTO t VALUES (1)',
    'CREATE TABLE x AS SELECT 1',
    'CREATE VIEW x AS SELECT 1',
    'SET SESSION a = 1',
    'USE x',
    'CALL f()',
    'ALTER TABLE t RENAME TO x',
    "COPY t TO '/tmp/x'",
    "ATTACH '/tmp/x'",
    'INSTALL httpfs',
    'PRAGMA database_list',
    "UNLOAD (SELECT 1) TO 's3://x'",
    'MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE',
    'EXPLAIN DELETE FROM t',
  ])('%s', (sql) => refused(sql, /./));
});

describe('a name that DuckDB would take', () => {
  it.each([
    ["SELECT * FROM read_parquet('/etc/passwd')", /./],
    ["SELECT * FROM '/etc/passwd'", /./],
    ['SELECT * FROM "/etc/passwd"', /does not exist/],
    ['SELECT * FROM duckdb_settings()', /./],
    ['SELECT * FROM information_schema.tables', /does not exist/],
    ["SELECT read_text('/etc/passwd')", /read_text\(\) is not one of Athena's/],
    ["SELECT getenv('HOME')", /getenv/],
    ["SELECT strftime(time_dt, '%Y') FROM t", /strftime/],
    ['SELECT list_filter(tags, x -> true) FROM t', /list_filter/],
    ['SELECT trino_ip(name, true) FROM t', /trino_ip/],
    ["SELECT error('x')", /error/],
    ['SELECT cardinalty(tags) FROM t', /Did you mean cardinality/],
    ['SELECT nmae FROM t', /`nmae` cannot be resolved.*Did you mean `name`/s],
    ['SELECT actor.user.nme FROM t', /Did you mean `name`/],
    ['SELECT * FROM tt', /`tt` does not exist/],
    ['SELECT id FROM t, u', /ambiguous/],
    ['SELECT resources.uid FROM t', /UNNEST/],
  ])('%s', refused);
});

describe('what DuckDB allows and Athena does not', () => {
  it.each([
    ["SELECT upper(name) AS up FROM t WHERE up = 'ANN'", /alias of the select list/],
    ['SELECT upper(name) AS up, count(*) FROM t GROUP BY up', /alias of the select list/],
    ['SELECT name, count(*) AS n FROM t GROUP BY name HAVING n > 1', /alias of the select list/],
    ["SELECT id FROM t WHERE id = '1'", /`=` to integer and varchar/],
    ["SELECT id FROM t WHERE time_dt > '2026-01-01'", /TIMESTAMP '/],
    ["SELECT id FROM t WHERE time_dt BETWEEN '2026-01-01' AND '2026-01-02'", /BETWEEN/],
    ["SELECT id FROM t WHERE id IN ('1')", /IN/],
    ["SELECT 'a' || 1", /joins varchar/],
    ["SELECT concat('a', 1)", /varchar/],
    ["SELECT '1' + 1", /does not take varchar/],
    ['SELECT id FROM t WHERE id', /must be boolean/],
    ["SELECT coalesce(id, 'x') FROM t", /mixes/],
    ["SELECT CASE WHEN ok THEN 1 ELSE 'x' END FROM t", /mixes/],
    ['SELECT id FROM t UNION ALL SELECT colour FROM u', /column 1 of UNION/],
    ['SELECT id, name FROM t UNION ALL SELECT id FROM u', /2 columns/],
    ['SELECT length(tags) FROM t', /cardinality/],
    ['SELECT lower(id) FROM t', /argument 1 of lower/],
    ["SELECT id FROM t WHERE id LIKE '1%'", /LIKE/],
    ['SELECT time_dt - time_dt FROM t', /date_diff/],
    ['SELECT id FROM t ORDER BY 5', /position 5/],
    ['SELECT t.id FROM t WHERE id = (SELECT id, colour FROM u)', /one column/],
    ["SELECT TIMESTAMP '2026-01-01T00:00:00'", /no timestamp/],
    ['SELECT element_at(labels, 1) FROM t', /compares varchar with integer/],
    ['SELECT row_number() FROM t', /needs OVER/],
  ])('%s', refused);
});

describe('what cannot be said exactly', () => {
  it.each([
    ['SELECT * FROM t TABLESAMPLE BERNOULLI (10)', /TABLESAMPLE/],
    ['SELECT * FROM t MATCH_RECOGNIZE (ORDER BY id MEASURES 1 AS x PATTERN (A) DEFINE A AS true)', /MATCH_RECOGNIZE/],
    ["SELECT regexp_like(name, '(?=a)') FROM t", /regular expression/],
    ["SELECT regexp_like(name, '(a)\\1') FROM t", /regular expression/],
    ["SELECT json_extract_scalar(data, '$..a') FROM t", /JSON path/],
    ['SELECT CAST(score AS varchar) FROM t', /1.5E0/],
    ['SELECT avg(1.5) FROM t', /decimal/],
    ["SELECT time_dt AT TIME ZONE 'Asia/Tokyo' FROM t", /AT TIME ZONE/],
    ['SELECT approx_most_frequent(1, name, 1) FROM t', /approx_most_frequent/],
    ["SELECT date_format(time_dt, '%U') FROM t", /%U/],
    ['WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x', /RECURSIVE/],
    ['SELECT id FROM t WHERE id = ?', /no value for parameter 1/],
  ])('%s', refused);

  it('survives deep nesting and endless text', async () => {
    await refused(`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, /nested too deeply/);
    await refused(`SELECT '${'x'.repeat(300_000)}'`, /longer than/);
  });

  it('counts the values for placeholders', async () => {
    await expect(translate('SELECT ?', CATALOG, [{ kind: 'varchar' }, { kind: 'varchar' }])).rejects.toMatchObject({
      message: expect.stringMatching(/2 parameter values for 1/),
    });
  });
});
