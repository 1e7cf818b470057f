// Queries as published for Amazon Security Lake version 2, on the laptop: they bind, and find what was planted.
import { afterAll, describe, expect, it } from 'vitest';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { plantedRows } from '../../lake-queries/planted.ts';
import { expected, SECURITY_LAKE_CASES, shown } from '../../lake-queries/security-lake-cases.ts';
import { addRows, newLake } from './lake-folder.ts';

const lakeDir = newLake();
addRows(lakeDir, 'b1', plantedRows(Date.now()));
const query = createDuckdbQuery({ lakeDir });
afterAll(() => query.close());

describe('queries over the tables of Amazon Security Lake', () => {
  it.each(SECURITY_LAKE_CASES.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    expect(shown(one, await query.run(one.sql))).toEqual(expected(one));
  });
});
