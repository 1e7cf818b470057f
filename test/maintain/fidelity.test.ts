// What compaction writes holds exactly what it read: every value of every column, of random and of hostile events.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { tableForClass } from '../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { maintain } from '../../functions/maintain/stage.ts';
import { exportEvents } from '../../local/adapters/export-events.ts';
import { createFolderCuts } from '../../local/adapters/folder-cuts.ts';
import { createFolderObjectStore } from '../../local/adapters/folder-object-store.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { eventOf } from '../core/lake/arbitrary-event.ts';
import { addBatch, DAY_MS, event, newLake, TIME } from '../local/adapters/lake-folder.ts';
import { batchFiles, lakeWorld } from './lake-world.ts';

const compact = (lakeDir: string, nowMs: number) =>
  maintain(
    {
      lake: createFolderObjectStore(lakeDir),
      cuts: createFolderCuts(createFolderObjectStore(lakeDir)),
      table: createMemoryTable(),
      clock: { nowMs: () => nowMs },
      meter: { count: () => undefined },
    },
    { cutMs: nowMs, effectMs: 0, graceMs: 0 },
  );

async function exported(lakeDir: string): Promise<OcsfEvent[]> {
  const events: OcsfEvent[] = [];
  for await (const one of exportEvents({ lakeDir })) events.push(one);
  return events.sort((a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1));
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => join(folder, name));

describe('cold files', () => {
  it('give back random events of every class exactly, merged from files with other columns each', async () => {
    const lakeDir = newLake();
    const original = [6003, 3002, 2004, 4001, 1007, 424242].flatMap((classUid) =>
      fc.sample(eventOf(tableForClass(classUid)), { numRuns: 60, seed: classUid }).map((one, n) => ({
        ...one,
        class_uid: classUid,
        time: TIME + (one.time % (DAY_MS / 4)),
        metadata: { ...one.metadata, uid: `${classUid}-${n}` },
      })),
    ) as OcsfEvent[];
    for (let batch = 0; batch < 12; batch++)
      addBatch(
        lakeDir,
        `b${batch}`,
        original.filter((_, n) => n % 12 === batch),
      );
    const before = await exported(lakeDir);
    expect(before).toHaveLength(original.length);
    const report = await compact(lakeDir, TIME + 2 * DAY_MS);
    expect(report).toMatchObject({ outcome: 'done', rows: original.length, problems: [] });
    expect(await exported(lakeDir)).toEqual(before);
    // The hot files go with this run; what is left is what compaction wrote.
    expect((await compact(lakeDir, TIME + 2 * DAY_MS + 1)).outcome).toBe('idle');
    expect(filesBelow(join(lakeDir, 'ocsf'))).toEqual([]);
    expect(await exported(lakeDir)).toEqual(before);
  });

  it('have the same cells as the hot ones, as another reader sees them', async () => {
    const lakeDir = newLake();
    const events = fc
      .sample(eventOf(tableForClass(6003)), { numRuns: 200, seed: 3 })
      .map((one, n) => ({ ...one, time: TIME + (n % 7), metadata: { ...one.metadata, uid: `u${n}` } }));
    for (let batch = 0; batch < 5; batch++)
      addBatch(
        lakeDir,
        `b${batch}`,
        events.filter((_, n) => n % 5 === batch),
        { rawRecord: Buffer.from('{"a":"é"}') },
      );
    const hotFiles = filesBelow(join(lakeDir, 'ocsf')).map((path) => `'${path}'`);
    // Both at once: nothing is deleted before the grace period ends.
    const lake = createFolderObjectStore(lakeDir);
    const ports = { lake, cuts: createFolderCuts(lake), table: createMemoryTable(), meter: { count: () => undefined } };
    await maintain({ ...ports, clock: { nowMs: () => TIME + 2 * DAY_MS } }, { cutMs: TIME + 2 * DAY_MS, effectMs: 0 });
    const coldFiles = filesBelow(join(lakeDir, 'cold')).map((path) => `'${path}'`);
    expect(coldFiles).toHaveLength(1);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = (files: string[]) => `read_parquet([${files.join(', ')}], union_by_name = true)`;
    for (const [a, b] of [
      [hotFiles, coldFiles],
      [coldFiles, hotFiles],
    ] as const) {
      const names = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${read(a)}`);
      const columns = names
        .getRows()
        .map(([name]) => `"${String(name)}"`)
        .sort();
      const differing = await connection.runAndReadAll(
        `SELECT count(*) FROM (SELECT ${columns.join(', ')} FROM ${read(a)} EXCEPT ALL SELECT ${columns.join(', ')} FROM ${read(b)})`,
      );
      expect(differing.getRows()).toEqual([[0n]]);
    }
    connection.closeSync();
    instance.closeSync();
  });

  it('are in the order of time, with row groups that a reader can skip by it', async () => {
    const world = lakeWorld(Date.UTC(2026, 10, 3));
    const day = Date.UTC(2026, 10, 1);
    for (let batch = 0; batch < 3; batch++) {
      const events = Array.from({ length: 40_000 }, (_, n) => ({
        uid: `${batch}-${n}`,
        timeMs: day + ((n * 7919 + batch) % 86_400) * 1000,
        source: 'aws-cloudtrail',
      }));
      for (const { key, bytes } of batchFiles(events, { batch: `b${batch}`, ingestMs: day + batch })) world.put(key, bytes);
    }
    expect(await maintain(world.ports)).toMatchObject({ outcome: 'done', rows: 120_000, files: { in: 3, out: 1 } });
    const [bytes] = [...(world.states.at(-1)?.objects ?? [])].filter(([key]) => key.startsWith('cold/')).map(([, file]) => file);
    const { row_groups } = parquetMetadata(new Uint8Array(bytes ?? []).buffer);
    const ranges = row_groups.map(({ columns }) => {
      const time = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === 'time')?.meta_data?.statistics;
      return [Number(time?.min_value), Number(time?.max_value)] as const;
    });
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([50_000, 50_000, 20_000]);
    ranges.forEach(([min, max], i) => {
      expect(min).toBeLessThanOrEqual(max);
      if (i > 0) expect(min).toBeGreaterThanOrEqual(ranges[i - 1]?.[1] ?? 0);
    });
  });

  it('take many small files as one', async () => {
    const lakeDir = newLake();
    for (let batch = 0; batch < 50; batch++) addBatch(lakeDir, `b${batch}`, [event(`e${batch}`, { time: TIME + batch })]);
    const report = await compact(lakeDir, TIME + 2 * DAY_MS);
    expect(report.files).toEqual({ in: 50, out: 1 });
    expect(report.bytes.out).toBeLessThan(report.bytes.in / 10);
    expect((await exported(lakeDir)).map(({ metadata }) => metadata.uid)).toHaveLength(50);
  });
});
