// The measures' queries on Trino over rows of random cases: the same numbers as TypeScript, as on DuckDB.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLake } from '../../functions/core/lake/encode.ts';
import type { Query } from '../../functions/ports/query.ts';
import { bothWays } from '../metrics/both-ways.ts';
import { DAY, randomCases, rowsOf, T0 } from '../metrics/random-cases.ts';
import { createLake } from './trino-lake.ts';
import { trinoQuery } from './trino-query.ts';
import { startTrino } from './trino-server.ts';

const server = await startTrino();
afterAll(async () => {
  if ('url' in server) await server.stop();
});

describe.skipIf('missing' in server)('measures on Trino', () => {
  const trino: Query = trinoQuery('url' in server ? server.url : '');
  const lakeDir = 'folder' in server ? server.folder : '';
  const cases = randomCases(11, 80);
  beforeAll(async () => {
    for (const { key, bytes } of encodeLake(rowsOf(cases), 'cases')) {
      mkdirSync(dirname(join(lakeDir, key)), { recursive: true });
      writeFileSync(join(lakeDir, key), bytes);
    }
    await createLake(trino, lakeDir, ['yagura']);
  }, 300_000);

  it('agree with TypeScript', async () => {
    for (const [name, [sql, ts]] of Object.entries(await bothWays(cases, { fromMs: T0 + 20 * DAY, toMs: T0 + 60 * DAY }, trino)))
      expect({ name, rows: sql }).toEqual({ name, rows: ts });
  });
});
