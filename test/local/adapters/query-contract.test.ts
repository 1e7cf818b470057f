import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { queryContract } from '../../contracts/query.contract.ts';

queryContract('DuckDB', async () => {
  const lakeDir = mkdtempSync(join(tmpdir(), 'yagura-lake-'));
  const query = createDuckdbQuery({ lakeDir });
  return {
    query,
    close: async () => {
      await query.close();
      rmSync(lakeDir, { recursive: true });
    },
  };
});
