/** Turns OCSF events into the Parquet files of the lake: one for each class, source and day of a batch. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { YaguraError } from '../error.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import { conformerFor, type LakeRow, RAW_RECORD, type RawRef } from './conform.ts';
import { parquetColumns } from './parquet-schema.ts';
import { type LeafColumn, shred } from './shred.ts';
import { type LakeTable, tableForClass, tablePrefix } from './tables.ts';

export interface LakeInput {
  event: OcsfEvent;
  /** The source's id, which becomes a partition value. */
  source: string;
  rawRef: RawRef;
  /** The record that rules saw, as compact JSON text; absent for what has no raw record of its own. */
  rawRecord?: Uint8Array | undefined;
  /** Epoch ms. */
  ingestTimeMs: number;
}

export interface LakeFile {
  /** `ocsf/<table>/source=<source>/eventday=<yyyyMMdd>/<batchId>.parquet` */
  key: string;
  table: string;
  rowCount: number;
  bytes: Uint8Array;
}

/** Rows a row group; at some 100 bytes a row, a group is a few MB, and a query skips groups by time. */
const ROW_GROUP_ROWS = 50_000;
const PAGE_BYTES = 1024 * 1024;
const SOURCE_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const BATCH_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/;

/**
 * The files of one batch; the same batch gives the same bytes under the same keys, so a retry changes nothing.
 * @throws YaguraError BadInput for a source or batch id that cannot be part of a key
 */
export function encodeLake(rows: readonly LakeInput[], batchId: string): LakeFile[] {
  if (!BATCH_ID.test(batchId)) throw badName('batch id', batchId, BATCH_ID);
  const groups = new Map<string, { table: LakeTable; inputs: LakeInput[] }>();
  for (const input of rows) {
    if (!SOURCE_ID.test(input.source)) throw badName('source id', input.source, SOURCE_ID);
    const table = tableForClass(input.event.class_uid);
    const folder = `${tablePrefix(table)}source=${input.source}/eventday=${eventDay(input.event.time, input.ingestTimeMs)}`;
    const group = groups.get(folder);
    if (group === undefined) groups.set(folder, { table, inputs: [input] });
    else group.inputs.push(input);
  }
  return [...groups].map(([folder, { table, inputs }]) => ({
    key: `${folder}/${batchId}.parquet`,
    table: table.name,
    rowCount: inputs.length,
    bytes: encodeTable(table, inputs),
  }));
}

function badName(what: string, value: string, allowed: RegExp): YaguraError {
  const problem = { what: `${what} ${JSON.stringify(value.slice(0, 100))} cannot be part of a key`, allowed: allowed.source };
  return new YaguraError('BadInput', problem.what, { problems: [problem] });
}

/** The UTC day of an event as yyyyMMdd; of its ingest where the event's time is no time of the years 1970 to 9999. */
export function eventDay(timeMs: number, ingestTimeMs: number): string {
  const sane = Number.isFinite(timeMs) && timeMs >= 0 && timeMs < 253_402_300_800_000;
  const dayMs = Math.floor((sane ? timeMs : ingestTimeMs) / DAY_MS) * DAY_MS;
  const known = days.get(dayMs);
  if (known !== undefined) return known;
  const day = new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '');
  if (days.size >= DAYS) days.clear();
  days.set(dayMs, day);
  return day;
}

const DAY_MS = 86_400_000;
const DAYS = 1_024;
const days = new Map<number, string>();

/** One Parquet file: rows in the order of their time; columns that no row uses are left out, which readers by name see as NULL. */
export function encodeTable(table: LakeTable, inputs: readonly Omit<LakeInput, 'source'>[]): Uint8Array {
  const conformer = conformerFor(table);
  const used = new Uint8Array(conformer.leafCount);
  const ordered = [...inputs].sort((a, b) => orderTime(a.event) - orderTime(b.event));
  const rows = ordered.map((input) => conformer.row(input.event, input, used));
  return encodeRows(table, rows, used);
}

const orderTime = (event: OcsfEvent): number => (Number.isFinite(event.time) ? event.time : 0);

/** Rows that were conformed before, as one file with the leaf columns of `used` (default: all). */
export function encodeRows(table: LakeTable, rows: readonly LakeRow[], used?: Uint8Array): Uint8Array {
  const { schema } = parquetColumns(table, used);
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema, createdBy: 'yagura', ...CODEC });
  for (let start = 0; start < rows.length; start += ROW_GROUP_ROWS)
    writeGroup(file, rows.length <= ROW_GROUP_ROWS ? rows : rows.slice(start, start + ROW_GROUP_ROWS));
  file.finish();
  return new Uint8Array(writer.getBuffer());
}

/**
 * One row group. The library's own `write` walks every row once for each of its leaves, which takes longer than all the rest of
 * writing; here a row is walked once for all of them.
 */
function writeGroup(file: ParquetWriter, rows: readonly LakeRow[]): void {
  const { writer } = file;
  const offset = writer.offset;
  const columns = shred(file.schema, rows).map((leaf) => {
    const result = writeColumn({ writer, column: columnOf(file, leaf), pageData: leaf });
    file.pendingIndexes.push(result);
    return result.chunk;
  });
  const rowCount = BigInt(rows.length);
  file.num_rows += rowCount;
  file.row_groups.push({
    columns,
    total_byte_size: columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
    num_rows: rowCount,
    total_compressed_size: BigInt(writer.offset - offset),
  });
}

type ColumnEncoder = Parameters<typeof writeColumn>[0]['column'];

function columnOf(file: ParquetWriter, { path }: LeafColumn): ColumnEncoder {
  const schemaPath = [...path];
  const isWhole = schemaPath.length === 2 && path[1]?.name === RAW_RECORD;
  const element = schemaPath.at(-1);
  if (element === undefined) throw new TypeError('a leaf without a schema');
  return {
    columnName: schemaPath
      .slice(1)
      .map(({ name }) => name)
      .join('.'),
    element,
    schemaPath,
    codec: file.codec,
    compressors: CODEC.compressors,
    // Smallest and largest value let a query skip a file by time or account; inside structs there is nothing that it could skip by.
    stats: schemaPath.length === 2 && !isWhole,
    // No two records are the same text: a dictionary of them would only be built and thrown away.
    ...(isWhole ? { encoding: 'PLAIN' as const } : {}),
    pageSize: PAGE_BYTES,
    columnIndex: false,
    offsetIndex: true,
  };
}

/** zstd where this Node has it (22.15 and later), else gzip. */
const CODEC =
  typeof zstdCompressSync === 'function'
    ? ({ codec: 'ZSTD', compressors: { ZSTD: (input: Uint8Array) => zstdCompressSync(input) } } as const)
    : ({ codec: 'GZIP', compressors: { GZIP: (input: Uint8Array) => gzipSync(input, { level: 4 }) } } as const);
