/** Parquet objects of an existing Security Lake: read whatever wrote them, refused within limits where they are broken or lie. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { ByteWriter, ParquetWriter, parquetWriteBuffer } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { encodeLake } from '../../functions/core/lake/encode.ts';
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import { type ParquetItem, parquetRows } from '../../functions/ingest/parquet.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { ocsf } from '../../functions/sources/ocsf/source.ts';
import { arrive, content, world } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'yagura-parquet-'));
const KEY = 'aws/CLOUD_TRAIL_MGMT/2.0/region=ap-northeast-1/accountId=111122223333/eventDay=20250304/0a1b.gz.parquet';

/** A table as Security Lake's version 2 has it: structs, lists, a map, int64, timestamps. */
const SELECT = `
  SELECT {'version': '1.1.0', 'uid': 'e' || i, 'product': {'name': 'CloudTrail', 'vendor_name': 'AWS'}, 'profiles': ['cloud', 'datetime']} AS metadata,
    (1741078800000 + i)::BIGINT AS time, make_timestamp_ms(1741078800000 + i) AS time_dt, 6003::INT AS class_uid, 3::INT AS activity_id, 600303::BIGINT AS type_uid,
    1::INT AS severity_id, {'operation': 'PutObject', 'service': {'name': 's3.amazonaws.com'}} AS api,
    {'user': {'name': CASE WHEN i % 2 = 0 THEN 'aoi.kato' END, 'uid': 'u' || i % 5}} AS actor, {'ip': '192.0.2.' || i % 250} AS src_endpoint,
    {'provider': 'AWS', 'region': 'ap-northeast-1', 'account': {'uid': '111122223333'}} AS cloud,
    [{'uid': 'arn:aws:s3:::b' || i, 'type': 'AWS::S3::Bucket'}] AS resources, MAP {'readOnly': 'false', 'eventType': 'AwsApiCall'} AS unmapped, NULL::VARCHAR AS message
  FROM range(ROWS) t(i)`;

async function written(rows: number, options: string): Promise<Uint8Array> {
  const path = join(folder, `${rows}-${options.replace(/\W/g, '')}.parquet`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${SELECT.replace('ROWS', String(rows))}) TO '${path}' (FORMAT parquet, ${options})`);
  connection.closeSync();
  instance.closeSync();
  return readFileSync(path);
}

async function ingested(bytes: Uint8Array) {
  const { ports } = world({ [KEY]: bytes });
  return ingest(arrive(KEY), ports, content);
}

async function read(bytes: Uint8Array): Promise<{ rows: JsonObject[]; reasons: string[] }> {
  const rows: JsonObject[] = [];
  const reasons: string[] = [];
  for await (const item of parquetRows(bytes)) {
    if ('row' in item) rows.push(item.row);
    else reasons.push(item.reason);
  }
  return { rows, reasons };
}

async function all(bytes: Uint8Array): Promise<ParquetItem[]> {
  const items: ParquetItem[] = [];
  for await (const item of parquetRows(bytes)) items.push(item);
  return items;
}

/** A file of one column and one page, whose header says what is asked. */
function lying(claim: { num_values?: number; uncompressed_page_size?: number }): Uint8Array {
  const writer = new ByteWriter();
  const schema = [
    { name: 'root', num_children: 1 },
    { name: 'a', type: 'INT32', repetition_type: 'REQUIRED' },
  ] as const;
  const file = new ParquetWriter({ writer, schema: [...schema], codec: 'UNCOMPRESSED' });
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: claim.uncompressed_page_size ?? 4,
    compressed_page_size: 4,
    data_page_header_v2: {
      num_values: claim.num_values ?? 1,
      num_nulls: 0,
      num_rows: 1,
      encoding: 'PLAIN',
      definition_levels_byte_length: 0,
      repetition_levels_byte_length: 0,
      is_compressed: false,
    },
  });
  writer.appendInt32(7);
  const size = BigInt(writer.offset - start);
  const meta_data = {
    type: 'INT32' as const,
    encodings: ['PLAIN' as const],
    path_in_schema: ['a'],
    codec: 'UNCOMPRESSED' as const,
    num_values: 1n,
    total_compressed_size: size,
    total_uncompressed_size: size,
    data_page_offset: BigInt(start),
  };
  file.num_rows = 1n;
  file.row_groups.push({ columns: [{ file_offset: BigInt(start), meta_data }], total_byte_size: size, num_rows: 1n });
  file.finish();
  return new Uint8Array(writer.getBuffer());
}

describe('Parquet objects', () => {
  it.each(['zstd', 'gzip', 'snappy', 'brotli', 'uncompressed'])(
    'are read from %s, every row an event of its class',
    async (codec) => {
      const bytes = await written(300, `CODEC '${codec}', ROW_GROUP_SIZE 100`);
      const report = await ingested(bytes);
      expect(report.problems).toEqual([]);
      expect(report).toMatchObject({ in: 300, out: 300, bySource: { ocsf: 300 }, byClass: { 6003: 300 } });
      const { rows } = await read(bytes);
      const event = ocsf.toOcsf(rows[7] ?? {}, { nowMs: 0 });
      expect(validateEvent(event).filter(({ isWarning }) => !isWarning)).toEqual([]);
      expect(event).toMatchObject({
        time: 1741078800007,
        metadata: { uid: 'e7' },
        src_endpoint: { ip: '192.0.2.7' },
        actor: { user: { uid: 'u2' } },
        resources: [{ uid: 'arn:aws:s3:::b7' }],
        unmapped: { readOnly: 'false', eventType: 'AwsApiCall' },
      });
      expect(rows[7]).not.toHaveProperty('message');
    },
  );

  it('are read back from our own lake', async () => {
    const original = ocsf.toOcsf(
      { class_uid: 3002, time: 1741078800000, metadata: { version: '1.8.0', uid: 'x' }, user: { name: 'n' } },
      { nowMs: 0 },
    );
    const rawRef = { key: 'k', line: 0, sha256: '', bytes: 1 };
    const [file] = encodeLake([{ event: original, source: 'ocsf', rawRef, ingestTimeMs: 0 }], 'b');
    const { rows } = await read(file?.bytes ?? new Uint8Array());
    expect(ocsf.recognizes(rows[0] ?? {})).toBe(true);
    expect(ocsf.toOcsf(rows[0] ?? {}, { nowMs: 0 })).toMatchObject({
      class_uid: 3002,
      user: { name: 'n' },
      metadata: { uid: 'x' },
    });
  });

  it('keep whole numbers that a double cannot hold, bytes and times', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'big', data: [2n ** 62n + 1n], type: 'INT64' },
        { name: 'small', data: [-5n], type: 'INT64' },
        { name: 'raw', data: [new Uint8Array([0xff, 0xfe])], type: 'BYTE_ARRAY' },
        { name: 'at', data: [new Date(1741078800123)], type: 'TIMESTAMP' },
      ],
    });
    const { rows } = await read(new Uint8Array(bytes));
    expect(rows).toEqual([{ big: '4611686018427387905', small: -5, raw: '//4=', at: '2025-03-04T09:00:00.123Z' }]);
  });

  it('that are broken anywhere end with a reason, and with the rows before it', async () => {
    const whole = await written(60, "CODEC 'zstd', ROW_GROUP_SIZE 20");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), async (at, byte, isCut) => {
        const bytes = isCut ? whole.subarray(0, at) : Uint8Array.from(whole, (own, i) => (i === at ? byte : own));
        const { rows, reasons } = await read(bytes);
        expect(reasons.length).toBeLessThanOrEqual(1);
        if (isCut) expect(reasons).toHaveLength(1);
        for (const row of rows) ocsf.toOcsf(row, { nowMs: 0 });
      }),
      { numRuns: 250 },
    );
    const report = await ingested(whole.subarray(0, 900));
    expect(report).toMatchObject({ in: 1, out: 0, quarantined: 1, quarantinedByReason: { corrupt_parquet: 1 } });
    expect(report.problems[0]).toMatchObject({ at: KEY, fix: expect.stringContaining('copy the object again') });
  });

  it.each([
    ['values', { num_values: 2_000_000_000 }, /2000000000 values of a/],
    ['bytes', { uncompressed_page_size: 2_000_000_000 }, /a page of 2000000000 bytes in a/],
  ])('whose pages claim more %s than they may are not unpacked', async (_, claim: Record<string, number>, detail) => {
    const items = await all(lying(claim));
    expect(items).toEqual([{ reason: 'parquet_too_large', detail: expect.stringMatching(detail) }]);
  });

  it('whose one page tells the truth are read', async () => {
    expect(await all(lying({}))).toEqual([{ row: { a: 7 } }]);
  });

  it('leave Iceberg metadata alone', () => {
    expect(ocsf.judgeKey('lake/metadata/00001-abc.metadata.json')).toEqual({ skip: 'iceberg_metadata' });
    expect(ocsf.judgeKey(KEY)).toBe('own');
    expect(ocsf.judgeKey('ext/my-sso/region=eu-west-1/accountId=111122223333/eventDay=20250304/x.parquet')).toBe('own');
    expect(ocsf.judgeKey('other/x.parquet')).toBeUndefined();
  });
});
