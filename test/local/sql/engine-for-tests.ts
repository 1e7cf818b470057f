/** Runs SQL in Athena's dialect against a small table, for the tests of the translation. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Json } from '../../../functions/core/json.ts';
import { parseGlueType } from '../../../functions/core/lake/types.ts';
import { duckdbError } from '../../../local/adapters/duckdb-lake.ts';
import { jsonValue } from '../../../local/adapters/duckdb-value.ts';
import { prepareEngine } from '../../../local/sql/engine.ts';
import type { Catalog } from '../../../local/sql/session.ts';
import { fromLakeType, type SqlType } from '../../../local/sql/sql-type.ts';
import { translate } from '../../../local/sql/translate.ts';

const COLUMNS: readonly (readonly [string, string, string])[] = [
  ['id', 'int', 'INTEGER'],
  ['name', 'string', 'VARCHAR'],
  ['amount', 'bigint', 'BIGINT'],
  ['score', 'double', 'DOUBLE'],
  ['ok', 'boolean', 'BOOLEAN'],
  ['time_dt', 'timestamp', 'TIMESTAMP'],
  ['tags', 'array<string>', 'VARCHAR[]'],
  ['labels', 'map<string,string>', 'MAP(VARCHAR, VARCHAR)'],
  [
    'actor',
    'struct<user:struct<name:string,uid:string>,ip:string>',
    'STRUCT("user" STRUCT("name" VARCHAR, uid VARCHAR), ip VARCHAR)',
  ],
  ['resources', 'array<struct<uid:string,type:string>>', 'STRUCT(uid VARCHAR, "type" VARCHAR)[]'],
  ['data', 'string', 'VARCHAR'],
];

export const CATALOG: Catalog = new Map([
  ['t', COLUMNS.map(([name, glue]) => ({ name, type: fromLakeType(parseGlueType(glue)) }))],
  [
    'u',
    [
      { name: 'id', type: { kind: 'integer' } as SqlType },
      { name: 'colour', type: { kind: 'varchar' } as SqlType },
    ],
  ],
]);

const ROWS = `
(1, 'ann', 10, 1.5, true, TIMESTAMP '2026-03-01 10:00:00.250', ['a','b'], MAP {'k': 'v', 'z': ''}, {'user': {'name': 'ann', 'uid': 'U1'}, 'ip': '192.0.2.10'},
  [{'uid': 'r1', 'type': 'bucket'}, {'uid': 'r2', 'type': 'key'}], '{"a":{"b":"x"},"n":5,"list":[1,2],"no":null}'),
(2, 'bob', NULL, 2.5, false, TIMESTAMP '2026-03-01 23:59:59.999', [], MAP {}, {'user': {'name': 'bob', 'uid': 'U2'}, 'ip': '198.51.100.7'}, [], 'not json'),
(3, NULL, 30, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
(4, 'ann', 5, -0.5, true, TIMESTAMP '2026-03-08 00:00:00', ['b', NULL], MAP {'k': 'w'}, {'user': NULL, 'ip': '2001:db8::1'}, [{'uid': 'r1', 'type': NULL}], '[]')`;

export interface TestEngine {
  run(sql: string, parameters?: readonly (string | number)[]): Promise<Json[][]>;
  columns(sql: string): Promise<string[]>;
  close(): void;
}

/** An engine with table `t` of four rows (the third almost all NULL) and table `u`. */
export async function openTestEngine(): Promise<TestEngine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection: DuckDBConnection = await instance.connect();
  await prepareEngine(connection);
  await connection.run(
    `CREATE TABLE t (${COLUMNS.map(([name, , type]) => `"${name}" ${type}`).join(', ')}); INSERT INTO t VALUES ${ROWS}`,
  );
  await connection.run("CREATE TABLE u (id INTEGER, colour VARCHAR); INSERT INTO u VALUES (1, 'red'), (2, 'blue'), (9, 'green')");
  const typeOf = (value: string | number): SqlType => ({ kind: typeof value === 'string' ? 'varchar' : 'integer' });
  return {
    run: async (sql, parameters = []) => {
      const translation = await translate(sql, CATALOG, parameters.map(typeOf));
      try {
        const reader = await connection.runAndReadAll(translation.sql, [...parameters]);
        return reader.getRows().map((row) => translation.columns.map(({ type }, index) => jsonValue(row[index] ?? null, type)));
      } catch (error) {
        throw duckdbError(error);
      }
    },
    columns: async (sql) => (await translate(sql, CATALOG)).columns.map(({ name }) => name),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
