/** Turns OCSF events into the Parquet files of the lake: one for each class, source and day of a batch. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { YaguraError } from '../error.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import { conformerFor, type LakeRow, type RawRef } from './conform.ts';
import { parquetColumns } from './parquet-schema.ts';
import { type LakeTable, tableForClass, tablePrefix } from './tables.ts';

export interface LakeInput {
  event: OcsfEvent;
  /** The source's id, which becomes a partition value. */
  source: string;
  rawRef: RawRef;
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
  return new Date(sane ? timeMs : ingestTimeMs).toISOString().slice(0, 10).replaceAll('-', '');
}

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
  const { schema, names } = parquetColumns(table, used);
  const columnData: ColumnSource[] = names.map((name) => ({ name, data: rows.map((row) => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ schema, columnData, rowGroupSize: ROW_GROUP_ROWS, createdBy: 'yagura', ...CODEC }));
}

/** zstd where this Node has it (22.15 and later), else gzip. */
const CODEC =
  typeof zstdCompressSync === 'function'
    ? ({ codec: 'ZSTD', compressors: { ZSTD: (input: Uint8Array) => zstdCompressSync(input) } } as const)
    : ({ codec: 'GZIP', compressors: { GZIP: (input: Uint8Array) => gzipSync(input, { level: 4 }) } } as const);
