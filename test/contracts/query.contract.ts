/** What every Query adapter promises, as tests that any adapter can be put through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../functions/ports/query.ts';

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
      expect((await query().run(STATEMENTS.many, { maxRows: 3 })).rows).toEqual([[1], [2], [3]]);
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
