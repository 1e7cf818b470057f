// Queries as published for Amazon Security Lake version 2, on the laptop: they bind, and find what was planted.
import { afterAll, describe, expect, it } from 'vitest';
import { boundedQuery } from '../../../functions/ports/bounded-query.ts';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { parseSql } from '../../../local/sql/parser.ts';
import { plantedRows } from '../../lake-queries/planted.ts';
import { expected, SECURITY_LAKE_CASES, shown } from '../../lake-queries/security-lake-cases.ts';
import { addRows, newLake } from './lake-folder.ts';

const nowMs = Date.now();
const lakeDir = newLake();
addRows(lakeDir, 'b1', plantedRows(nowMs));
const duckdb = createDuckdbQuery({ lakeDir });
const query = boundedQuery(duckdb, { parse: parseSql, clock: { nowMs: () => Date.now() } });
afterAll(() => duckdb.close());

const FLOWS = 'amazon_security_lake_table_eu_west_1_vpc_flow_2_0';

describe('queries over the tables of Amazon Security Lake', () => {
  // Some have no condition on time, or one that AND binds more closely than OR.
  it.each(SECURITY_LAKE_CASES.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    expect(shown(one, await query.run(one.sql, { unbounded: true }))).toEqual(expected(one));
  });
});

describe('the tables of Amazon Security Lake', () => {
  const count = async (from: string): Promise<number> => Number((await duckdb.run(`SELECT count(*) FROM ${from}`)).rows[0]?.[0]);

  it('bind by the name of any region, with its database, in any case, and without a region', async () => {
    const all = await count('security_lake_vpc_flow_2_0');
    expect(all).toBe(7);
    expect(await count(FLOWS)).toBe(all);
    expect(await count(`"amazon_security_lake_glue_db_eu_west_1"."${FLOWS.toUpperCase()}"`)).toBe(all);
    expect(
      await count(`awsdatacatalog.amazon_security_lake_glue_db_us_gov_west_1.${FLOWS.replace('eu_west', 'us_gov_west')}`),
    ).toBe(all);
  });

  it('qualify their columns by the name that was said', async () => {
    const { rows } = await duckdb.run(`SELECT max(${FLOWS}.traffic.packets) FROM ${FLOWS}`);
    expect(rows).toEqual([[25]]);
  });

  it('are described under either name', async () => {
    const said = await duckdb.run(`DESCRIBE "amazon_security_lake_glue_db_eu_west_1"."${FLOWS}"`);
    expect(said.rows).toEqual((await duckdb.run('DESCRIBE security_lake_vpc_flow_2_0')).rows);
  });

  it('of two regions are not counted twice: the query is refused', async () => {
    const both = `SELECT 1 FROM ${FLOWS} UNION ALL SELECT 1 FROM ${FLOWS.replace('eu_west', 'us_east')}`;
    await expect(duckdb.run(both)).rejects.toMatchObject({ code: 'BadInput', message: expect.stringContaining('twice') });
  });

  it.each([FLOWS.replace('_2_0', '_1_0'), FLOWS.replace('vpc_flow_2_0', 'ext_mine')])('do not have %s', async (name) => {
    for (const one of [duckdb, query])
      await expect(one.run(`SELECT 1 FROM ${name} WHERE eventday > '20260101'`)).rejects.toMatchObject({
        code: 'BadInput',
        problems: [
          expect.objectContaining({
            what: expect.stringContaining('does not exist'),
            fix: expect.stringContaining('source version 2'),
          }),
        ],
      });
  });

  it('are read of the days that the condition on time implies', async () => {
    const where = "time_dt > CURRENT_TIMESTAMP - INTERVAL '1' DAY";
    const [all, day] = [
      await duckdb.run(`SELECT metadata.uid FROM ${FLOWS}`),
      await query.run(`SELECT metadata.uid FROM ${FLOWS} WHERE ${where}`),
    ];
    expect(day.rows).toHaveLength(6);
    expect(day.scannedBytes).toBeLessThan(all.scannedBytes);
    await expect(query.run(`SELECT 1 FROM ${FLOWS}`)).rejects.toMatchObject({ code: 'Refused' });
  });
});

describe('UNNEST', () => {
  const of = (text: string): Promise<unknown[][]> => duckdb.run(text).then(({ rows }) => rows);

  it('gives whole items, each with a name, and says so where a query takes their fields for columns', async () => {
    const rows = 'CAST(ARRAY[ROW(1, 2), NULL] AS ARRAY(ROW(a integer, b integer)))';
    expect(await of(`SELECT x.b FROM UNNEST(${rows}) AS t(x)`)).toEqual([[2], [null]]);
    expect(await of(`SELECT x.a, n FROM UNNEST(${rows}) WITH ORDINALITY AS t(x, n) ORDER BY n`)).toEqual([
      [1, 1],
      [null, 2],
    ]);
    expect(
      await of(`SELECT x.a, k, v FROM UNNEST(${rows}, MAP(ARRAY['k'], ARRAY['v'])) AS t(x, k, v) ORDER BY k NULLS LAST`),
    ).toEqual([
      [1, 'k', 'v'],
      [null, null, null],
    ]);
    for (const text of ['SELECT t.a FROM UNNEST($) AS t', 'SELECT a FROM UNNEST($)', 'SELECT x FROM UNNEST($) AS t(x, y)'])
      await expect(of(text.replace('$', rows)), text).rejects.toMatchObject({
        code: 'BadInput',
        problems: [{ fix: expect.stringMatching(/Write UNNEST\(…\) AS t\(item\), then item\.a\./) }],
      });
  });
});
