import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { boundedQueryContract, queryContract } from '../../contracts/query.contract.ts';
import { addBatch, DAY_MS, event, newLake, TIME } from './lake-folder.ts';

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

boundedQueryContract('DuckDB', async () => {
  const lakeDir = newLake();
  const timed = (uid: string, time: number) => event(uid, { time, time_dt: new Date(time).toISOString() });
  addBatch(lakeDir, 'first', [timed('a', TIME), timed('b', TIME + 60_000), timed('c', TIME + 3_600_000)]);
  const query = createDuckdbQuery({ lakeDir });
  return {
    query,
    lakeRows: 3,
    close: async () => {
      await query.close();
      rmSync(lakeDir, { recursive: true });
    },
  };
});

describe('DuckDB and bytes', () => {
  const lakeDir = newLake();
  const query = createDuckdbQuery({ lakeDir });
  afterAll(async () => {
    await query.close();
    rmSync(lakeDir, { recursive: true });
  });

  it('refuses what would scan more than its budget, before it reads', async () => {
    for (let day = 0; day < 4; day++) {
      const time = TIME - day * DAY_MS;
      addBatch(lakeDir, `day-${day}`, [event(`e${day}`, { time, time_dt: new Date(time).toISOString() })]);
    }
    const one = await query.run("SELECT message FROM api_activity WHERE eventday = '20260630'");
    expect(one.scannedBytes).toBeGreaterThan(0);
    expect(one.costUsd).toBe(0.00005);
    const whole = 'SELECT message FROM api_activity';
    expect((await query.run(whole)).scannedBytes).toBeGreaterThanOrEqual(3 * one.scannedBytes);
    await expect(query.run(whole, { budgetBytes: one.scannedBytes })).rejects.toMatchObject({ code: 'Refused' });
    expect((await query.run(whole, { budgetBytes: 1_000_000 })).rows).toHaveLength(4);
  });
});
