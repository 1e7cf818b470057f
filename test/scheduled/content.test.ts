import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '../../functions/core/json.ts';
import { missingColumns, rowFinding } from '../../functions/core/scheduled/finding.ts';
import { boundedQuery } from '../../functions/ports/bounded-query.ts';
import type { Query, QueryResult } from '../../functions/ports/query.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { readScheduled } from '../../local/scheduled.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { boundAtEnd, writeLogs } from './lake.ts';
import { END_MS, type Logged, SCENARIOS } from './scenarios.ts';

const queries = await readScheduled();
const folders: string[] = [];
const closings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closings) await close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function lakeOf(logs: readonly Logged[]): Query {
  const lakeDir = mkdtempSync(join(tmpdir(), 'yagura-scheduled-'));
  folders.push(lakeDir);
  writeLogs(lakeDir, logs);
  const engine = createDuckdbQuery({ lakeDir, threads: 1 });
  closings.push(() => engine.close());
  return boundedQuery(engine, { parse: parseSql, clock: { nowMs: () => END_MS } });
}

const column = ({ columns, rows }: QueryResult, names: readonly string[]): Json[][] =>
  rows.map((row) => names.map((name) => row[columns.findIndex((one) => one.name === name)] ?? null));

it('each scheduled query has scenarios, and each scenario a query', () => {
  expect(queries.map(({ id }) => id)).toEqual(Object.keys(SCENARIOS).sort());
  expect(queries.length).toBeGreaterThanOrEqual(10);
});

describe.each(queries)('$id', (query) => {
  const { fires, silent } = SCENARIOS[query.id] ?? { fires: { logs: [], dedup: [] }, silent: {} };
  const { sql, parameters } = boundAtEnd(query);

  it('finds what it is for, with what a finding needs', async () => {
    const result = await lakeOf(fires.logs).run(sql, { parameters });
    expect(column(result, query.meta.dedup)).toEqual(fires.dedup);
    const columns = result.columns.map(({ name }) => name);
    expect(missingColumns(query, columns)).toEqual([]);
    const [values] = result.rows;
    const finding = rowFinding(query, { columns, values: values ?? [] });
    expect(finding.entities.length).toBeGreaterThan(0);
    expect(finding.eventUids.length).toBeGreaterThan(0);
    expect(finding.summary).not.toMatch(/[{}]|undefined/);
    expect(finding.timeMs).toBeLessThanOrEqual(END_MS);
    expect(finding.dedupKey).not.toBe(`scheduled/${query.id}`);
  });

  it.each(Object.entries(silent))('is silent for %s', async (_, logs) => {
    expect((await lakeOf(logs).run(sql, { parameters })).rows).toEqual([]);
  });

  it('finds it also when it came late, and not what was judged long ago', async () => {
    const late = fires.logs.map((log) => ({ ...log, timeMs: log.timeMs, ingestMs: Math.max(log.timeMs, END_MS - 30 * 60_000) }));
    expect((await lakeOf(late).run(sql, { parameters })).rows.length).toBe(fires.dedup.length);
    const old = fires.logs.map((log) => ({ ...log, ingestMs: END_MS - query.meta.lookback * 60_000 - 1 }));
    expect((await lakeOf(old).run(sql, { parameters })).rows).toEqual([]);
  });
});
