/** A file of the lake and which of its rows to forget → the same file without them, proven equal in all that stays. */
import { isDeepStrictEqual } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { YaguraError } from '../functions/core/error.ts';
import { RAW_RECORD, type RawRef, RECORD_DIGEST } from '../functions/core/lake/conform.ts';
import { encodeLake, type LakeInput } from '../functions/core/lake/encode.ts';
import { restoreEvent } from '../functions/core/lake/restore.ts';
import { encodeRollup, type RollupLine } from '../functions/core/lake/rollup.ts';
import type { LakeTable } from '../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../functions/core/ocsf/event.ts';

type Row = Record<string, unknown>;

/** One row of a file, as those who judge it see it. */
export interface LakeRow {
  event: OcsfEvent;
  /** The record as it came, where the table keeps it. */
  rawRecord: string | undefined;
  rawRef: RawRef;
  row: Row;
}

async function rowsOf(bytes: Uint8Array): Promise<Row[]> {
  const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };
  return await parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
}

export async function readLakeFile(bytes: Uint8Array, table: LakeTable): Promise<LakeRow[]> {
  return (await rowsOf(bytes)).map((row) => {
    const { key, line, sha256, bytes: sizeBytes } = (row['raw_ref'] ?? {}) as Partial<Record<keyof RawRef, unknown>>;
    return {
      ...{ event: restoreEvent(table, row), row },
      rawRecord: typeof row[RAW_RECORD] === 'string' ? row[RAW_RECORD] : undefined,
      rawRef: { key: String(key), line: Number(line), sha256: String(sha256), bytes: Number(sizeBytes) },
    };
  });
}

/**
 * The file with these rows alone, in their order; undefined where none is left.
 * @throws YaguraError Bug where what was written does not read back as what was to stay: then nothing may be replaced
 */
export async function withRows(rows: readonly LakeRow[], table: LakeTable, source: string): Promise<Uint8Array | undefined> {
  if (rows.length === 0) return undefined;
  const files = encodeLake(
    rows.map((row) => inputOf(row, source)),
    'kept',
  );
  const [file] = files;
  const again = file === undefined ? [] : await readLakeFile(file.bytes, table);
  const same = files.length === 1 && isDeepStrictEqual(again.map(comparable), rows.map(comparable));
  if (file === undefined || !same)
    throw new YaguraError('Bug', `rows of ${table.name} would not stay as they are; nothing was changed`);
  return file.bytes;
}

const comparable = ({ event, rawRecord, rawRef, row }: LakeRow): object => ({
  ...{ event, rawRecord: rawRecord ?? null, rawRef: { ...rawRef } },
  ingested: String(msOf(row['ingest_time_dt'])),
  digest: typeof row[RECORD_DIGEST] === 'string' ? row[RECORD_DIGEST] : null,
});

function inputOf({ event, rawRecord, rawRef, row }: LakeRow, source: string): LakeInput {
  const digest = row[RECORD_DIGEST];
  return {
    ...{ event, source, rawRef, ingestTimeMs: msOf(row['ingest_time_dt']) },
    ...(rawRecord === undefined ? {} : { rawRecord: Buffer.from(rawRecord, 'utf8') }),
    ...(typeof digest === 'string' ? { recordDigest: digest } : {}),
  };
}

const msOf = (value: unknown): number => (value instanceof Date ? value.getTime() : Number(value));

export interface RollupFile {
  table: string;
  cutMs: number;
  lines: RollupLine[];
}

export async function readRollupFile(bytes: Uint8Array): Promise<RollupFile> {
  const rows = await rowsOf(bytes);
  const lines = rows.map((row): RollupLine => {
    const typeId = row['type_id'];
    return {
      typeId: typeof typeId === 'number' ? typeId : undefined,
      type: typeof row['type'] === 'string' ? row['type'] : undefined,
      ...{ value: String(row['value']), count: Number(row['observation_count']) },
      ...{ firstMs: msOf(row['first_seen_dt']), lastMs: msOf(row['last_seen_dt']) },
    };
  });
  return { table: String(rows[0]?.['class_name']), cutMs: msOf(rows[0]?.['cut_dt']), lines };
}

/** @throws YaguraError Bug as above */
export async function withLines(
  lines: readonly RollupLine[],
  { table, cutMs }: Omit<RollupFile, 'lines'>,
): Promise<Uint8Array | undefined> {
  if (lines.length === 0) return undefined;
  const bytes = encodeRollup(lines, { table, cutMs });
  if (!isDeepStrictEqual(await readRollupFile(bytes), { table, cutMs, lines }))
    throw new YaguraError('Bug', 'lines of the rollup would not stay as they are; nothing was changed');
  return bytes;
}
