import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../functions/core/json.ts';
import { groupsOf } from '../../functions/core/scheduled/group.ts';
import { merged } from '../../functions/core/scheduled/merge.ts';
import { type Shape, shapeOf } from '../../functions/core/scheduled/shape.ts';
import { boundedQuery } from '../../functions/ports/bounded-query.ts';
import type { Query } from '../../functions/ports/query.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { readScheduled } from '../../local/scheduled.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { boundAtEnd, writeLogs } from './lake.ts';
import { END_MS, SCENARIOS } from './scenarios.ts';

const queries = await readScheduled();
const texts = (rows: readonly (readonly Json[])[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
const shapeOfSql = (sql: string, parameters: (string | number)[] = []): Promise<Shape | undefined> =>
  shapeOf({ sql, parameters }, parseSql);

/** Queries that a run at the end asks together. */
const groups = (
  await groupsOf(
    queries.map((query) => ({ query, windows: [{ fromMs: END_MS - query.meta.lookback * 60_000, toMs: END_MS }] })),
    parseSql,
  )
).filter((group) => group.queries.length > 1);

describe('queries that share a scan', () => {
  const lakeDir = mkdtempSync(join(tmpdir(), 'yagura-merge-'));
  const engine = createDuckdbQuery({ lakeDir });
  let query: Query;
  beforeAll(() => {
    for (const [id, { fires, silent }] of Object.entries(SCENARIOS))
      writeLogs(lakeDir, [...fires.logs, ...Object.values(silent).flat()], id);
    query = boundedQuery(engine, { parse: parseSql, clock: { nowMs: () => END_MS } });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(lakeDir, { recursive: true });
  });

  it('are those over one table and window', () => {
    expect(groups.map((group) => group.queries.map(({ id }) => id).sort())).toEqual([
      [
        'aws_denied_widely_then_change_of_iam',
        'aws_many_secrets_by_one_principal',
        'aws_s3_volume_out_by_principal',
        'github_many_repositories_cloned',
      ],
    ]);
  });

  it.each(groups)('find the same rows as each alone, for the bytes of one', async ({ queries: together }) => {
    const bound = together.map(boundAtEnd);
    const shapes = await Promise.all(bound.map((one) => shapeOf(one, parseSql)));
    const one = merged(shapes.filter((shape) => shape !== undefined));
    if (one === undefined) throw new Error('not merged');
    const result = await query.run(one.sql, { parameters: one.parameters });
    const parts = one.split(
      result.columns.map(({ name }) => name),
      result.rows,
    );
    let scanned = 0;
    for (const [i, { sql, parameters }] of bound.entries()) {
      const alone = await query.run(sql, { parameters });
      expect(alone.rows.length).toBeGreaterThan(0);
      expect(parts[i]?.columns).toEqual(alone.columns.map(({ name }) => name));
      expect(texts(parts[i]?.rows ?? [])).toEqual(texts(alone.rows));
      scanned = Math.max(scanned, alone.scannedBytes);
    }
    // Parts are of one row each at least; the bytes are those of the dearest alone, not of all.
    expect(result.scannedBytes).toBeLessThanOrEqual(scanned * 1.3);
  });

  it('keep their values with their marks, whatever the order', async () => {
    const sql = (least: string) =>
      `SELECT source AS s, count(*) + ? AS n, max(time_dt) AS time FROM events e WHERE eventday >= ? AND e.source = ? GROUP BY source HAVING count(*) > ${least}`;
    const shapes = [
      await shapeOfSql(sql('?'), [100, '20260101', 'github', 0]),
      await shapeOfSql(sql('1'), [200, '20260101', 'okta']),
    ];
    const one = merged(shapes.filter((shape) => shape !== undefined));
    const { columns, rows } = await query.run(one?.sql ?? '', { parameters: one?.parameters ?? [] });
    const [github, okta] =
      one?.split(
        columns.map(({ name }) => name),
        rows,
      ) ?? [];
    const count = async (source: string): Promise<number> =>
      Number(
        (await query.run("SELECT count(*) FROM events WHERE eventday >= '20260101' AND source = ?", { parameters: [source] }))
          .rows[0]?.[0],
      );
    expect(github?.rows.map(([s, n]) => [s, n])).toEqual([['github', 100 + (await count('github'))]]);
    expect(okta?.rows.map(([s, n]) => [s, n])).toEqual([['okta', 200 + (await count('okta'))]]);
  });
});

describe('a query is asked alone', () => {
  const from = "FROM events WHERE eventday = '20260101'";
  it.each([
    ['without groups', `SELECT count(*) AS n ${from}`],
    ['with a column outside of aggregates', `SELECT source AS s, lower(source) AS l, count(*) AS n ${from} GROUP BY source`],
    ['with a column in HAVING', `SELECT source AS s, count(*) AS n ${from} GROUP BY source HAVING source > 'a'`],
    ['with a column without a name', `SELECT source, count(*) AS n ${from} GROUP BY source`],
    ['with positions', `SELECT source AS s, count(*) AS n ${from} GROUP BY 1`],
    ['with ROLLUP', `SELECT source AS s, count(*) AS n ${from} GROUP BY ROLLUP (source)`],
    ['with a limit', `SELECT source AS s, count(*) AS n ${from} GROUP BY source LIMIT 5`],
    ['with DISTINCT', `SELECT DISTINCT source AS s, count(*) AS n ${from} GROUP BY source`],
    [
      'with a join',
      `SELECT a.source AS s, count(*) AS n FROM events a JOIN events b ON a.source = b.source WHERE a.eventday = '20260101' GROUP BY a.source`,
    ],
    [
      'with UNNEST',
      `SELECT source AS s, count(*) AS n FROM events, UNNEST(ARRAY[1]) AS u (x) WHERE eventday = '20260101' GROUP BY source`,
    ],
    [
      'with a sample',
      `SELECT source AS s, count(*) AS n FROM events TABLESAMPLE BERNOULLI (10) WHERE eventday = '20260101' GROUP BY source`,
    ],
    [
      'with a subquery',
      `SELECT source AS s, count(*) AS n FROM events WHERE eventday = '20260101' AND source IN (SELECT 'x') GROUP BY source`,
    ],
    ['with WITH', `WITH w AS (SELECT 1 AS x) SELECT x AS s, count(*) AS n FROM w WHERE x = 1 GROUP BY x`],
    ['with a window', `SELECT source AS s, count(*) AS n, sum(count(*)) OVER () AS t ${from} GROUP BY source`],
    ['with a union', `SELECT source AS s, count(*) AS n ${from} GROUP BY source UNION ALL SELECT 'x', 1`],
  ])('%s', async (_, sql) => {
    expect(await shapeOfSql(sql)).toBeUndefined();
  });

  it('where tables differ', async () => {
    const shape = (table: string) =>
      shapeOfSql(`SELECT source AS s, count(*) AS n FROM ${table} WHERE eventday = '20260101' GROUP BY source`);
    const shapes = [await shape('events'), await shape('api_activity')].filter((one) => one !== undefined);
    expect(shapes).toHaveLength(2);
    expect(merged(shapes)).toBeUndefined();
    expect(merged(shapes.slice(0, 1))).toBeUndefined();
  });
});
