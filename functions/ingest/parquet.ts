/** A Parquet object → its rows as JSON records, row group by row group, within limits that its own footer cannot lift. */
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { isoText } from '../core/timestamp.ts';
import type { RejectReason } from './arrival.ts';

/** `PAR1`. */
export const PARQUET_MAGIC = '50415231';

/** Writers of logs make files of some MB. */
export const PARQUET_LIMITS = {
  /** It is read from its end, and so held whole. */
  fileBytes: 128 * 1024 * 1024,
  /** Uncompressed; as records it is several times as much. */
  groupBytes: 128 * 1024 * 1024,
  pageBytes: 64 * 1024 * 1024,
  /** Values of a column in a row group. */
  values: 4_000_000,
  /** Rows that are made into records at a time. */
  rows: 50_000,
} as const;

export type ParquetItem = { row: JsonObject } | { reason: RejectReason; detail: string };

/** Never throws for what is in the file: it ends with the reason. */
export async function* parquetRows(bytes: Uint8Array): AsyncGenerator<ParquetItem> {
  try {
    const file = new Uint8Array(bytes).buffer;
    const metadata = parquetMetadata(file);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const excess = excessOf(group, file);
      if (excess !== undefined) {
        yield { reason: 'parquet_too_large', detail: `row group from row ${rowStart}: ${excess}` };
        return;
      }
      for (let from = rowStart; from < rowEnd; from += PARQUET_LIMITS.rows) {
        const to = Math.min(rowEnd, from + PARQUET_LIMITS.rows);
        const rows = await parquetReadObjects({
          file,
          metadata,
          rowStart: from,
          rowEnd: to,
          compressors: COMPRESSORS,
          utf8: false,
        });
        for (const row of rows) yield { row: recordOf(row) };
      }
      rowStart = rowEnd;
    }
  } catch (error) {
    yield { reason: 'corrupt_parquet', detail: error instanceof Error ? error.message : String(error) };
  }
}

type RowGroup = FileMetaData['row_groups'][number];

/** What a row group claims beyond the limits, in its footer or in its pages: a page of a few bytes may claim any number of values. */
function excessOf(group: RowGroup, file: ArrayBuffer): string | undefined {
  if (group.num_rows > PARQUET_LIMITS.values) return `${group.num_rows} rows`;
  let groupBytes = 0;
  for (const { meta_data } of group.columns) {
    if (meta_data === undefined) continue;
    const name = meta_data.path_in_schema.join('.');
    if (meta_data.num_values > PARQUET_LIMITS.values) return `${meta_data.num_values} values of ${name}`;
    const start = Number(meta_data.dictionary_page_offset ?? meta_data.data_page_offset);
    const reader = { view: new DataView(file, start, Number(meta_data.total_compressed_size)), offset: 0 };
    let values = 0;
    while (reader.offset < reader.view.byteLength - 1) {
      const header = parquetHeader(reader);
      const plainBytes = Number(header.uncompressed_page_size);
      groupBytes += plainBytes;
      if (!(plainBytes >= 0 && plainBytes <= PARQUET_LIMITS.pageBytes)) return `a page of ${plainBytes} bytes in ${name}`;
      const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
      values += Number(v1?.num_values ?? v2?.num_values ?? 0);
      const entries = Number(dictionary?.num_values ?? 0);
      if (!(values >= 0 && values <= PARQUET_LIMITS.values && entries <= PARQUET_LIMITS.values))
        return `${values + entries} values of ${name}`;
      if (!(header.compressed_page_size >= 0)) throw new Error(`a page of ${name} has no size`);
      reader.offset += header.compressed_page_size;
    }
  }
  return groupBytes > PARQUET_LIMITS.groupBytes ? `${groupBytes} bytes` : undefined;
}

/** The size that a page claims is the most that it may have. */
const most = (bytes: number): { maxOutputLength: number } => ({
  maxOutputLength: Math.max(1, Math.min(bytes, PARQUET_LIMITS.pageBytes)),
});
const gunzip = (input: Uint8Array, bytes: number): Uint8Array =>
  input[0] === 0x1f ? gunzipSync(input, most(bytes)) : inflateSync(input, most(bytes));

/** Snappy is the library's own. */
const COMPRESSORS: Compressors = {
  GZIP: gunzip,
  ZSTD: (input, bytes) => zstdDecompressSync(input, most(bytes)),
  BROTLI: (input, bytes) => brotliDecompressSync(input, most(bytes)),
};

/** A row as its producer would have written it as JSON; what is null is absent. */
function recordOf(row: Record<string, unknown>): JsonObject {
  const json = jsonOf(row);
  return isJsonObject(json) ? json : {};
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function jsonOf(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'bigint':
      return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? undefined : objectOf(value);
    default:
      return undefined;
  }
}

function objectOf(value: object): Json | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : isoText(value.getTime());
  if (value instanceof Uint8Array) return textOf(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as ArrayLike<unknown>, (item) => jsonOf(item) ?? null);
  const object: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const json = jsonOf(item);
    if (json === undefined) continue;
    Object.defineProperty(object, key, { value: json, enumerable: true, writable: true, configurable: true });
  }
  return object;
}

function textOf(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}
