/** Turns OCSF events into the Parquet files of the lake: one for each class, source and day of a batch. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { YaguraError } from '../error.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import { type PhysicalType, writeChunk } from './chunk.ts';
import type { Leaf } from './column.ts';
import { type RowContext, TableColumns } from './conform.ts';
import { parquetColumns } from './parquet-schema.ts';
import { type LakeTable, tableForClass, tablePrefix } from './tables.ts';

export interface LakeInput extends RowContext {
  event: OcsfEvent;
  /** The source's id, which becomes a partition value. */
  source: string;
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
 * The files of one batch, while its events come: an event goes into the columns of its file at once, and is not held.
 * The same batch gives the same bytes under the same keys, so a retry changes nothing.
 */
export class LakeBatch {
  /** By folder. */
  readonly #files = new Map<string, TableFile>();
  #last: { table: LakeTable; source: string; day: string; file: TableFile } | undefined;
  rowCount = 0;

  /** @throws YaguraError BadInput for a source id that cannot be part of a key */
  add(input: LakeInput): void {
    this.#fileOf(input).add(input);
    this.rowCount++;
  }

  #fileOf({ event, source, ingestTimeMs }: LakeInput): TableFile {
    const table = tableForClass(event.class_uid);
    const day = eventDay(event.time, ingestTimeMs);
    const last = this.#last;
    // Neighbours mostly go to one file.
    if (last !== undefined && last.table === table && last.day === day && last.source === source) return last.file;
    if (!SOURCE_ID.test(source)) throw badName('source id', source, SOURCE_ID);
    const folder = `${tablePrefix(table)}source=${source}/eventday=${day}`;
    const file = this.#files.get(folder) ?? new TableFile(table);
    this.#files.set(folder, file);
    this.#last = { table, source, day, file };
    return file;
  }

  /**
   * Once, when all events are there.
   * @throws YaguraError BadInput for a batch id that cannot be part of a key
   */
  *files(batchId: string): Generator<LakeFile> {
    if (!BATCH_ID.test(batchId)) throw badName('batch id', batchId, BATCH_ID);
    for (const [folder, file] of this.#files)
      yield { key: `${folder}/${batchId}.parquet`, table: file.table.name, rowCount: file.rowCount, bytes: file.encode() };
  }
}

/** The files of a batch that is there already. @throws YaguraError BadInput for a source or batch id that cannot be part of a key */
export function encodeLake(rows: readonly LakeInput[], batchId: string): LakeFile[] {
  const batch = new LakeBatch();
  for (const row of rows) batch.add(row);
  return [...batch.files(batchId)];
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

/** A file without rows that has every column of its table. */
export function emptyFile(table: LakeTable): Uint8Array {
  const writer = new ByteWriter();
  new ParquetWriter({ writer, schema: parquetColumns(table).schema, createdBy: 'yagura' }).finish();
  return new Uint8Array(writer.getBuffer());
}

/** One Parquet file; columns that no row uses are left out, which readers by name see as NULL. */
class TableFile {
  readonly table: LakeTable;
  rowCount = 0;
  readonly #groups: TableColumns[] = [];

  constructor(table: LakeTable) {
    this.table = table;
  }

  add(input: LakeInput): void {
    if (this.rowCount % ROW_GROUP_ROWS === 0) this.#groups.push(new TableColumns(this.table));
    this.#groups.at(-1)?.add(input.event, input);
    this.rowCount++;
  }

  encode(): Uint8Array {
    for (const group of this.#groups) group.close();
    const used = usedIn(this.#groups);
    const { schema } = parquetColumns(this.table, used);
    const types = schema.flatMap(({ type, num_children }) => (num_children === undefined ? [type as PhysicalType] : []));
    const writer = new ByteWriter(INITIAL_BYTES);
    const file = new ParquetWriter({ writer, schema, createdBy: 'yagura' });
    for (const group of this.#groups) writeGroup(file, writer, { group, types });
    file.finish();
    return new Uint8Array(writer.getBuffer());
  }
}

const INITIAL_BYTES = 64 * 1024;

/** The leaves that any row group uses: a file has one schema. */
function usedIn(groups: readonly TableColumns[]): Uint8Array {
  const used = new Uint8Array(groups[0]?.leaves.length ?? 0);
  for (const { leaves } of groups) for (let i = 0; i < leaves.length; i++) if (leaves[i]?.isUsed) used[i] = 1;
  for (const { leaves } of groups) for (let i = 0; i < leaves.length; i++) if (used[i] === 1) (leaves[i] as Leaf).isUsed = true;
  return used;
}

function writeGroup(
  file: ParquetWriter,
  writer: ByteWriter,
  { group, types }: { group: TableColumns; types: readonly PhysicalType[] },
): void {
  const offset = writer.offset;
  const columns = [...group.placed()].map(([{ path, values }, placed], index) =>
    writeChunk(writer, { path, values, placed, type: types[index] ?? 'BYTE_ARRAY' }),
  );
  const rowCount = BigInt(group.rowCount);
  file.num_rows += rowCount;
  file.row_groups.push({
    columns,
    total_byte_size: columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
    num_rows: rowCount,
    total_compressed_size: BigInt(writer.offset - offset),
  });
}
