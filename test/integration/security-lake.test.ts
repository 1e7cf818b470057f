// Queries as published for Amazon Security Lake version 2 on Trino, under Security Lake's own names of database and tables: the rows that the laptop finds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECURITY_LAKE_SHAPES, securityLakeDatabase, securityLakeTable } from '../../functions/core/lake/security-lake-views.ts';
import { boundedQuery } from '../../functions/ports/bounded-query.ts';
import type { Query } from '../../functions/ports/query.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { plantedRows } from '../lake-queries/planted.ts';
import { expected, SECURITY_LAKE_CASES, shown } from '../lake-queries/security-lake-cases.ts';
import { addRows } from '../local/adapters/lake-folder.ts';
import { asTrino } from './trino-dialect.ts';
import { createLake } from './trino-lake.ts';
import { trinoQuery } from './trino-query.ts';
import { startTrino } from './trino-server.ts';

const server = await startTrino();
afterAll(async () => {
  if ('url' in server) await server.stop();
});

const REGION = 'us_east_1';

describe.skipIf('missing' in server)('queries over the tables of Amazon Security Lake on Trino', () => {
  const trino: Query = trinoQuery('url' in server ? server.url : '');
  const query = boundedQuery(
    { run: (sql, options) => trino.run(asTrino(sql), options) },
    { parse: parseSql, clock: { nowMs: Date.now } },
  );

  beforeAll(async () => {
    const folder = 'folder' in server ? server.folder : '';
    addRows(folder, 'b1', plantedRows(Date.now()));
    await createLake(
      trino,
      folder,
      SOURCES.map(({ id }) => id),
    );
    // As the stack of Security Lake's names has them: the text is read in the lake's own schema.
    const schema = `hive.${securityLakeDatabase(REGION)}`;
    await trino.run(`CREATE SCHEMA ${schema}`);
    for (const { table } of SECURITY_LAKE_SHAPES)
      await trino.run(`CREATE VIEW ${schema}.${securityLakeTable(table, REGION)} AS SELECT * FROM security_lake_${table}`);
  });

  it.each(SECURITY_LAKE_CASES.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    expect(shown(one, await query.run(one.sql, { unbounded: true }))).toEqual(expected(one));
  });
});
