/** What every Query adapter promises, as tests that any adapter can be put through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanCostUsd } from '../../functions/core/prices.ts';
import { boundedQuery } from '../../functions/ports/bounded-query.ts';
import type { Query } from '../../functions/ports/query.ts';
import { parseSql } from '../../local/sql/parser.ts';

export interface QueryUnderTest {
  query: Query;
  close?: () => Promise<void> | void;
}

/** The statements of the suite: an adapter over a double knows the answers of these alone. */
export const STATEMENTS = {
  scalars:
    "SELECT 1 AS n, CAST(9007199254740993 AS bigint) AS big, 1.5e0 AS d, 'text, with ''quotes''' AS t, true AS b, CAST(NULL AS varchar) AS nothing, TIMESTAMP '2026-01-02 03:04:05.678' AS at",
  nested: "SELECT ARRAY[1, 2] AS list, CAST(ROW('192.0.2.1', 443) AS ROW(ip varchar, port integer)) AS endpoint",
  parameters: 'SELECT ? AS a, ? AS b',
  many: 'SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n) ORDER BY n',
  none: 'SELECT 1 AS n WHERE false',
  header: "SELECT 'n' AS n",
  broken: 'SELEC 1',
  long: 'SELECT count(*) AS n FROM UNNEST(sequence(1, 9999)) AS a (x) CROSS JOIN UNNEST(sequence(1, 9999)) AS b (y) CROSS JOIN UNNEST(sequence(1, 999)) AS c (z) WHERE x * y % 7 = z % 5',
} as const;
/** Text that would end a literal, a statement or a comment. */
export const HOSTILE = "O'Hara'; DROP TABLE x; -- 櫓";

/** Runs the suite against one adapter. `make` is called once. */
export function queryContract(name: string, make: () => Promise<QueryUnderTest>): void {
  describe(`query: ${name}`, () => {
    let made: QueryUnderTest | undefined;
    const query = (): Query => {
      if (made === undefined) throw new Error('not made');
      return made.query;
    };
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.close?.();
    });

    it('gives values by their types: numbers where exact, text where not, null for nothing', async () => {
      const { columns, rows, scannedBytes } = await query().run(STATEMENTS.scalars);
      expect(columns.map((column) => column.name)).toEqual(['n', 'big', 'd', 't', 'b', 'nothing', 'at']);
      expect(rows).toEqual([[1, '9007199254740993', 1.5, "text, with 'quotes'", true, null, '2026-01-02 03:04:05.678']]);
      expect(scannedBytes).toBeGreaterThanOrEqual(0);
    });

    it('gives arrays as arrays and rows as objects', async () => {
      expect((await query().run(STATEMENTS.nested)).rows).toEqual([[[1, 2], { ip: '192.0.2.1', port: 443 }]]);
    });

    it('passes parameters as values, whatever they contain', async () => {
      const { rows } = await query().run(STATEMENTS.parameters, { parameters: [HOSTILE, 42] });
      expect(rows).toEqual([[HOSTILE, 42]]);
    });

    it('reads all pages of a result', async () => {
      const { rows } = await query().run(STATEMENTS.many);
      expect(rows.length).toBe(2500);
      expect(rows.at(-1)).toEqual([2500]);
    });

    it('stops at the asked number of rows', async () => {
      expect(await query().run(STATEMENTS.many, { maxRows: 3 })).toMatchObject({ rows: [[1], [2], [3]], truncated: true });
      expect(await query().run(STATEMENTS.many, { maxRows: 2500 })).toMatchObject({ truncated: false });
    });

    it('tells what the scanned bytes cost', async () => {
      const { scannedBytes, costUsd } = await query().run(STATEMENTS.many);
      expect(costUsd).toBe(scanCostUsd(scannedBytes));
    });

    it('stops when it is told to', async () => {
      const stop = new AbortController();
      const running = query().run(STATEMENTS.long, { signal: stop.signal });
      setTimeout(() => stop.abort(), 300);
      await expect(running).rejects.toMatchObject({ name: 'Cancelled', retryable: false });
      await expect(query().run(STATEMENTS.none, { signal: stop.signal })).rejects.toMatchObject({ name: 'Cancelled' });
      expect((await query().run(STATEMENTS.header)).rows).toEqual([['n']]);
    });

    it('keeps a row that says what the header says, and an empty result empty', async () => {
      expect((await query().run(STATEMENTS.header)).rows).toEqual([['n']]);
      const none = await query().run(STATEMENTS.none);
      expect(none.rows).toEqual([]);
      expect(none.columns.map((column) => column.name)).toEqual(['n']);
    });

    it('says BadInput for what is no SQL', async () => {
      await expect(query().run(STATEMENTS.broken)).rejects.toMatchObject({ name: 'BadInput' });
    });
  });
}

/** Scans of the lake, with how the engine must be asked so that it skips the other days. */
export const SCANS = {
  implied: {
    sql: "SELECT count(*) AS n FROM api_activity WHERE time_dt >= TIMESTAMP '2026-06-30 12:00:00'",
    asked:
      "SELECT count(*) AS n FROM api_activity WHERE (time_dt >= TIMESTAMP '2026-06-30 12:00:00' AND api_activity.eventday >= '20260630')",
  },
  said: {
    sql: "SELECT count(*) AS n FROM api_activity WHERE eventday = '20260630'",
    asked: "SELECT count(*) AS n FROM api_activity WHERE eventday = '20260630'",
  },
  whole: { sql: 'SELECT count(*) AS n FROM api_activity', asked: 'SELECT count(*) AS n FROM api_activity' },
} as const;

/** Runs the suite of what stands before every engine: no scan of the lake without a first day. */
export function boundedQueryContract(name: string, make: () => Promise<QueryUnderTest & { lakeRows: number }>): void {
  describe(`bounded query: ${name}`, () => {
    const asked: string[] = [];
    let made: (QueryUnderTest & { lakeRows: number }) | undefined;
    let query: Query;
    beforeAll(async () => {
      const engine = await make();
      made = engine;
      const watched: Query = {
        run: (sql, options) => {
          asked.push(sql);
          return engine.query.run(sql, options);
        },
      };
      query = boundedQuery(watched, { parse: parseSql, clock: { nowMs: () => Date.UTC(2026, 6, 1) } });
    });
    afterAll(async () => {
      await made?.close?.();
    });

    it.each([SCANS.implied, SCANS.said])('asks the engine for the days: $sql', async ({ sql, asked: text }) => {
      const { rows } = await query.run(sql);
      expect(asked.at(-1)).toBe(text);
      expect(Number(rows[0]?.[0])).toBe(made?.lakeRows);
    });

    it('never asks the engine for the whole history, unless a person says so', async () => {
      const before = asked.length;
      await expect(query.run(SCANS.whole.sql)).rejects.toMatchObject({ code: 'Refused', problems: [{ at: 'line 1:27' }] });
      expect(asked.length).toBe(before);
      expect(Number((await query.run(SCANS.whole.sql, { unbounded: true })).rows[0]?.[0])).toBe(made?.lakeRows);
    });

    it('passes on what the engine is told beside the SQL', async () => {
      await expect(query.run(SCANS.said.sql, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Cancelled' });
    });

    it('says what is no SQL before the engine does', async () => {
      const before = asked.length;
      await expect(query.run(STATEMENTS.broken)).rejects.toMatchObject({ name: 'BadInput' });
      expect(asked.length).toBe(before);
    });
  });
}
