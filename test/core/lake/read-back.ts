/** Events through the lake's files and back, as rows that readers of Parquet give. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { encodeLake } from '../../../functions/core/lake/encode.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';

export type Row = Record<string, unknown>;

export const CONTEXT = { rawRef: { key: 'raw/a.gz', line: 3, sha256: 'ab', bytes: 10 }, ingestTimeMs: Date.UTC(2026, 6, 1) };

export const readWithHyparquet = async (bytes: Uint8Array): Promise<Row[]> =>
  parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors: { ZSTD: (input) => zstdDecompressSync(input) } });

const folder = mkdtempSync(join(tmpdir(), 'yagura-read-back-'));
let connection: Promise<DuckDBConnection> | undefined;
let files = 0;

export async function readWithDuckdb(bytes: Uint8Array): Promise<Row[]> {
  connection ??= DuckDBInstance.create(':memory:').then((instance) => instance.connect());
  const path = join(folder, `${files++}.parquet`);
  writeFileSync(path, bytes);
  const reader = await (await connection).runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
  return reader.getRowObjectsJS();
}

/** The row of an event. */
export async function rowOf(event: OcsfEvent): Promise<Row> {
  const [file] = encodeLake([{ event, source: 'aws-cloudtrail', ...CONTEXT }], 'b1');
  const [row] = file === undefined ? [] : await readWithDuckdb(file.bytes);
  return row ?? {};
}
