// Every baseline's SQL on Trino and on DuckDB over the same files: the day of attacks, with weeks before it, has the same rows and the same anomalies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Baseline, baselineQuery, type Stretch } from '../../functions/core/baseline/baseline.ts';
import { runBaseline } from '../../functions/core/baseline/run.ts';
import type { Query } from '../../functions/ports/query.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { ATTACK_DAY, GEO, LAST_DAY } from '../core/baseline/estate.ts';
import { attackOn } from '../core/baseline/judged.ts';
import { baselines, weeksLake } from '../core/baseline/weeks-lake.ts';
import { answersOf } from './both-engines.ts';
import { createLake } from './trino-lake.ts';
import { trinoQuery } from './trino-query.ts';
import { startTrino } from './trino-server.ts';

const HISTORY_DAYS = 24;
const SOURCES = ['aws-cloudtrail', 'okta', 'zeek', 'aws-route53-resolver'];

const server = await startTrino();
afterAll(async () => {
  if ('url' in server) await server.stop();
});

describe.skipIf('missing' in server)('baselines on both engines', () => {
  const trino: Query = trinoQuery('url' in server ? server.url : '');
  const folder = 'folder' in server ? server.folder : '';
  const duckdb = createDuckdbQuery({ lakeDir: folder });
  afterAll(() => duckdb.close());

  beforeAll(async () => {
    const days = Array.from({ length: HISTORY_DAYS + 1 + LAST_DAY - ATTACK_DAY }, (_, i) => ATTACK_DAY - HISTORY_DAYS + i);
    weeksLake(days, folder);
    await createLake(trino, folder, SOURCES);
  });

  const world = { geo: GEO };
  const short = (baseline: Baseline): Baseline => ({ ...baseline, lookbackDays: Math.min(baseline.lookbackDays, HISTORY_DAYS) });

  it.each(baselines().map((baseline) => [baseline.name, short(baseline)] as const))('%s', async (_, baseline) => {
    const stretch: Stretch = attackOn(baseline).stretch;
    const { sql, parameters } = baselineQuery(baseline, stretch);
    const [onTrino, onDuckdb] = [await answersOf(trino, sql, parameters), await answersOf(duckdb, sql, parameters)];
    expect(onDuckdb.columns).toEqual(onTrino.columns);
    expect(onDuckdb.rows).toEqual(onTrino.rows);
    expect(onTrino.rows.length).toBeGreaterThan(0);
    const judge = async (query: Query) =>
      (await runBaseline(baseline, stretch, { query, world })).anomalies.map((one) => JSON.stringify(one)).sort();
    expect(await judge(duckdb)).toEqual(await judge(trino));
  });
});
