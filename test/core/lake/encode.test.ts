import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { conformRow } from '../../../functions/core/lake/conform.ts';
import { encodeLake, encodeRows, encodeTable, eventDay } from '../../../functions/core/lake/encode.ts';
import { restoreEvent } from '../../../functions/core/lake/restore.ts';
import { tableForClass, tableNamed } from '../../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import { eventOf } from './arbitrary-event.ts';

const context = { rawRef: { key: 'raw/a.gz', line: 3, sha256: 'ab', bytes: 10 }, ingestTimeMs: Date.UTC(2026, 6, 1) };
const folder = mkdtempSync(join(tmpdir(), 'yagura-encode-'));

const readWithHyparquet = async (bytes: Uint8Array): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors: { ZSTD: (input) => zstdDecompressSync(input) } });

async function readWithDuckdb(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const path = join(folder, `${bytes.length}-${Math.abs(bytes.reduce((hash, byte) => (hash * 31 + byte) | 0, 7))}.parquet`);
  writeFileSync(path, bytes);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
  const rows = reader.getRowObjectsJS();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const event = (more: Record<string, unknown>): OcsfEvent =>
  ({
    class_uid: 6003,
    time: Date.UTC(2026, 5, 30, 23, 59, 59, 999),
    metadata: { version: '1.8.0', uid: 'e1', product: { name: 'p', vendor_name: 'v' } },
    ...more,
  }) as unknown as OcsfEvent;
const input = (value: OcsfEvent, source = 'aws-cloudtrail') => ({ event: value, source, ...context });

describe('the Parquet files', () => {
  it.each([6003, 2004])('give back every event through DuckDB and through hyparquet, class %i', async (classUid) => {
    const table = tableForClass(classUid);
    const events = fc.sample(eventOf(table), { numRuns: 60, seed: 7 }).sort((a, b) => a.time - b.time);
    const bytes = encodeTable(
      table,
      events.map((value) => input(value)),
    );
    const expected = events.map((value) => structuredClone(value));
    for (const rows of [await readWithHyparquet(bytes), await readWithDuckdb(bytes)]) {
      expect(rows).toHaveLength(events.length);
      expect(rows.map((row) => restoreEvent(table, row))).toEqual(expected);
    }
  });

  it('keep NULL, empty lists and empty maps apart, with every column of the table', async () => {
    const table = tableForClass(6003);
    const events = [
      event({ resources: [] }),
      event({ resources: [{ labels: [] }] }),
      event({ unmapped: {} }),
      event({ unmapped: { a: '' } }),
      event({}),
    ];
    const bytes = encodeRows(
      table,
      events.map((value) => conformRow(table, value, context)),
    );
    for (const rows of [await readWithHyparquet(bytes), await readWithDuckdb(bytes)]) {
      expect(rows.map((row) => restoreEvent(table, row))).toEqual(events);
      expect(Object.keys(rows[0] ?? {})).toEqual(table.columns.map(({ name }) => name));
    }
  });

  it('hold no rows where there are none', async () => {
    const table = tableForClass(3002);
    const bytes = encodeRows(table, []);
    expect(await readWithDuckdb(bytes)).toEqual([]);
    expect(await readWithHyparquet(bytes)).toEqual([]);
    expect(encodeLake([], 'b1')).toEqual([]);
  });

  it('keep int64 values that a double cannot, and times as timestamps', async () => {
    const bytes = encodeTable(tableForClass(4001), [
      input(event({ class_uid: 4001, traffic: { bytes: Number.MAX_SAFE_INTEGER } })),
    ]);
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
