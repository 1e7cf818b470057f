import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { parquetMetadata, parquetSchema } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { emptyFile, encodeLake, eventDay } from '../../../functions/core/lake/encode.ts';
import { restoreEvent } from '../../../functions/core/lake/restore.ts';
import { tableForClass, tableNamed } from '../../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import { eventOf } from './arbitrary-event.ts';
import { CONTEXT as context, readWithDuckdb, readWithHyparquet } from './read-back.ts';

const folder = mkdtempSync(join(tmpdir(), 'yagura-encode-'));

const event = (more: Record<string, unknown>): OcsfEvent =>
  ({
    class_uid: 6003,
    time: Date.UTC(2026, 5, 30, 23, 59, 59, 999),
    metadata: { version: '1.8.0', uid: 'e1', product: { name: 'p', vendor_name: 'v' } },
    ...more,
  }) as unknown as OcsfEvent;
const input = (value: OcsfEvent, source = 'aws-cloudtrail') => ({ event: value, source, ...context });

/** With keys in one order, at every depth. */
const sorted = (value: unknown): unknown =>
  value === null || typeof value !== 'object'
    ? value
    : Array.isArray(value)
      ? value.map(sorted)
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, sorted(item)]),
        );

const DAY_MS = 86_400_000;
/** The one file of events of one class and day. */
function fileOf(events: readonly OcsfEvent[]): Uint8Array {
  const files = encodeLake(
    events.map((value) => input(value)),
    'b1',
  );
  expect(files).toHaveLength(1);
  return files[0]?.bytes ?? new Uint8Array();
}
/** hyparquet makes objects of maps, and loses such a key, where a text stands under it. */
function withoutProto(value: OcsfEvent): OcsfEvent {
  const copy = structuredClone(value);
  const { unmapped } = copy;
  const own = typeof unmapped === 'object' ? Object.getOwnPropertyDescriptor(unmapped, '__proto__')?.value : undefined;
  if (typeof own === 'string' && own.isWellFormed()) Reflect.deleteProperty(unmapped as object, '__proto__');
  return copy;
}
const READERS: readonly ((bytes: Uint8Array) => Promise<Record<string, unknown>[]>)[] = [readWithHyparquet, readWithDuckdb];

describe('the Parquet files', () => {
  it.each([6003, 2004, 4001])('give back every event through DuckDB and through hyparquet, class %i', async (classUid) => {
    const table = tableForClass(classUid);
    const day = Date.UTC(2026, 0, 1);
    const events = fc
      .sample(eventOf(table), { numRuns: 400, seed: 7 })
      .map((value) => ({ ...value, time: day + (value.time % DAY_MS) }));
    const bytes = fileOf(events);
    for (const read of READERS) {
      const expected = events
        .map((value) => (read === readWithHyparquet ? withoutProto(value) : value))
        .sort((a, b) => a.time - b.time);
      const rows = await read(bytes);
      expect(rows).toHaveLength(events.length);
      expect(rows.map((row) => restoreEvent(table, row))).toEqual(expected);
    }
  });

  it('hold many pages, several row groups, columns that repeat and columns that never do', async () => {
    const events = Array.from({ length: 50_050 }, (_, n) =>
      event({
        time: Date.UTC(2026, 5, 30) + n,
        metadata: { version: '1.8.0', uid: `e${n}`, product: { name: 'p', vendor_name: 'v' } },
        is_alert: n % 3 === 0,
        count: n % 5 === 0 ? n - 25_000 : undefined,
        duration: n % 7 === 0 ? -n * 1e11 : undefined,
        message: n % 11 === 0 ? `m${n % 400} \u{1F600} 日本` : undefined,
        status_detail: n % 2 === 0 ? `${'x'.repeat(n % 97)}${n}` : undefined,
        // A leaf that only the second group has.
        ...(n === 50_020 && { src_endpoint: { intermediate_ips: ['a', 'b'], location: { lat: -0.5 } } }),
        resources: Array.from({ length: n % 4 }, (__, i) => ({ uid: `r${(n * i) % 1000}`, labels: Array(i).fill('l') })),
      }),
    );
    const bytes = fileOf(events);
    const expected = events.map((value) => JSON.parse(JSON.stringify(value)));
    for (const read of READERS) {
      const rows = (await read(bytes)).map((row) => restoreEvent(tableForClass(6003), row));
      expect(rows).toHaveLength(expected.length);
      // One comparison of all: `toEqual` over 50,000 objects takes minutes to tell nothing.
      const differing = rows.findIndex((row, index) => JSON.stringify(sorted(row)) !== JSON.stringify(sorted(expected[index])));
      if (differing >= 0) expect(rows[differing]).toEqual(expected[differing]);
    }
  });

  it('let a reader skip by time and account: smallest and largest values of the columns', async () => {
    const account = (uid: string) => ({ cloud: { account: { uid } } });
    const bytes = fileOf([event({ ...account('222'), time: 7 }), event({ ...account('111'), time: 5 }), event({ time: 6 })]);
    const { row_groups } = parquetMetadata(new Uint8Array(bytes).buffer);
    const statistics = (name: string) =>
      row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === name)?.meta_data?.statistics;
    expect(statistics('time')).toMatchObject({ min_value: 5n, max_value: 7n, null_count: 0n });
    expect(statistics('accountid')).toMatchObject({ null_count: 1n });
    const path = join(folder, 'statistics.parquet');
    writeFileSync(path, bytes);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT count(*) AS n FROM read_parquet('${path}') WHERE time >= 6 AND accountid = '222'`,
    );
    expect(reader.getRowObjectsJS()).toEqual([{ n: 1n }]);
    connection.closeSync();
    instance.closeSync();
  });

  it('keep NULL, empty lists and empty maps apart', async () => {
    const table = tableForClass(6003);
    const events = [
      event({ resources: [] }),
      event({ resources: [{ labels: [] }] }),
      event({ resources: [{}, { labels: ['a', 'b'] }, { uid: 'u' }] }),
      event({ unmapped: {} }),
      event({ unmapped: { a: '' } }),
      event({}),
    ];
    const bytes = fileOf(events);
    for (const read of READERS) expect((await read(bytes)).map((row) => restoreEvent(table, row))).toEqual(events);
  });

  it('hold no rows where there are none, in every column', async () => {
    const table = tableForClass(3002);
    const bytes = emptyFile(table);
    expect(await readWithDuckdb(bytes)).toEqual([]);
    expect(await readWithHyparquet(bytes)).toEqual([]);
    const schema = parquetSchema(parquetMetadata(new Uint8Array(bytes).buffer));
    expect(schema.children.map(({ element }) => element.name)).toEqual(table.columns.map(({ name }) => name));
    expect(encodeLake([], 'b1')).toEqual([]);
  });

  it('keep int64 values that a double cannot, and times as timestamps', async () => {
    const bytes = fileOf([event({ class_uid: 4001, traffic: { bytes: Number.MAX_SAFE_INTEGER } })]);
    const [row] = await readWithDuckdb(bytes);
    expect(row?.['traffic']).toEqual({ bytes: 9_007_199_254_740_991n });
    expect(row?.['time_dt']).toEqual(new Date('2026-06-30T23:59:59.999Z'));
  });

  it('are the same bytes for the same input, and sorted by time', async () => {
    const batch = [event({ time: 3 }), event({ time: 1 }), event({ time: 2 })].map((value) => input(value));
    const [first, second] = [encodeLake(batch, 'b1'), encodeLake(batch, 'b1')];
    expect(first).toEqual(second);
    const rows = await readWithHyparquet(first[0]?.bytes ?? new Uint8Array());
    expect(rows.map((row) => row['time'])).toEqual([1n, 2n, 3n]);
  });
});

describe('the keys', () => {
  it('name table, source, UTC day and batch', () => {
    const files = encodeLake([input(event({})), input(event({ class_uid: 9999 })), input(event({}), 'aws-guardduty')], 'run-1');
    expect(files.map(({ key, rowCount }) => [key, rowCount])).toEqual([
      ['ocsf/api_activity/source=aws-cloudtrail/eventday=20260630/run-1.parquet', 1],
      ['ocsf/base_event/source=aws-cloudtrail/eventday=20260630/run-1.parquet', 1],
      ['ocsf/api_activity/source=aws-guardduty/eventday=20260630/run-1.parquet', 1],
    ]);
    expect(tableNamed('base_event')?.classUid).toBe(0);
  });

  it.each(['../x', 'a/b', '', '.', 'A=b', 'a'.repeat(64), 'a\u0000', 'a%2f'])('refuse the source id %j', (source) => {
    expect(() => encodeLake([input(event({}), source)], 'b')).toThrow(expect.objectContaining({ code: 'BadInput' }));
  });

  it.each(['../x', 'a/b', '', '.hidden', 'a b'])('refuse the batch id %j', (batchId) => {
    expect(() => encodeLake([], batchId)).toThrow(expect.objectContaining({ code: 'BadInput' }));
  });

  it.each([Number.NaN, -1, 1e300, Number.POSITIVE_INFINITY, 253_402_300_800_000])(
    'take the day of ingest for the time %d',
    (time) => {
      expect(eventDay(time, context.ingestTimeMs)).toBe('20260701');
      const [file] = encodeLake([input(event({ time }))], 'b');
      expect(file?.key).toBe('ocsf/api_activity/source=aws-cloudtrail/eventday=20260701/b.parquet');
    },
  );
});
