/** An in-memory DuckDB over the lake's folder: locked down, with one view for each table that a query touches, listing files at that time. */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { YaguraError } from '../../functions/core/error.ts';
import { REPLACED } from '../../functions/core/lake/cut.ts';
import { emptyFile } from '../../functions/core/lake/encode.ts';
import { OBSERVABLE_DAYS, ROLLUP_COLUMNS } from '../../functions/core/lake/rollup.ts';
import { type LakeTable, PARTITION_KEYS, TABLES, tablePrefix } from '../../functions/core/lake/tables.ts';
import { prepareEngine } from '../sql/engine.ts';
import { quoteName, quoteText } from '../sql/typed.ts';
import { type LakePartition, lakePartitions, rollupPartitions } from './lake-files.ts';

export interface DuckdbLakeOptions {
  /** The folder that holds `ocsf/`. It may not exist yet. */
  lakeDir: string;
  /** DuckDB's own limit; more spills to the temporary folder. Default 1024. */
  memoryLimitMiB?: number;
  /** Default 2. */
  threads?: number;
}

export interface DuckdbLake {
  /** Runs work on a connection of its own. */
  use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Makes the view of a table on a connection, over the files that are there now (or the given ones). Returns what lies in it. */
  view(connection: DuckDBConnection, table: LakeTable, partitions?: readonly LakePartition[]): Promise<readonly LakePartition[]>;
  /** A SELECT of each event of a partition once, with only the columns and fields that its files have. */
  stored(connection: DuckDBConnection, table: LakeTable, partition: LakePartition): Promise<string>;
  /** Makes the view `observable_days` on a connection: the rollup, and the hot events that it does not have. Returns what it reads. */
  observableDays(connection: DuckDBConnection): Promise<readonly LakePartition[]>;
  close(): Promise<void>;
}

interface State {
  options: DuckdbLakeOptions;
  instance: DuckDBInstance;
  /** Holds one file without rows for each table, which gives every column its type, and DuckDB's spill. */
  scratch: string;
  typed: Map<string, string>;
  /** By table: which files were last looked through for copies, and DuckDB's table of the copies found, if any. */
  copies: Map<string, { files: string; copies: string | undefined }>;
  copyTables: number;
}

/** Opens the engine; nothing is read until a query asks. */
export function createDuckdbLake(options: DuckdbLakeOptions): DuckdbLake {
  let opened: Promise<State> | undefined;
  const state = (): Promise<State> => {
    opened ??= open(options);
    return opened;
  };
  return {
    use: async (work) => {
      const connection = await (await state()).instance.connect();
      try {
        return await work(connection);
      } finally {
        connection.closeSync();
      }
    },
    view: async (connection, table, partitions) => makeView(await state(), connection, { table, partitions }),
    stored: async (connection, table, partition) => storedText(await state(), connection, { table, partitions: [partition] }),
    observableDays: async (connection) => makeObservableDays(await state(), connection),
    close: async () => {
      if (opened === undefined) return;
      const { instance, scratch } = await opened;
      instance.closeSync();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function open(options: DuckdbLakeOptions): Promise<State> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'yagura-duckdb-')));
  mkdirSync(options.lakeDir, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: String(options.threads ?? 2),
    memory_limit: `${options.memoryLimitMiB ?? 1024}MiB`,
    temp_directory: join(scratch, 'spill'),
    max_temp_directory_size: '20GiB',
  });
  const connection = await instance.connect();
  await prepareEngine(connection);
  const folders = [realpathSync(options.lakeDir), scratch].map((folder) => quoteText(folder)).join(', ');
  await connection.run(
    `SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true; SET GLOBAL allowed_directories = [${folders}]; SET GLOBAL enable_external_access = false; SET GLOBAL lock_configuration = true`,
  );
  connection.closeSync();
  return {
    options: { ...options, lakeDir: realpathSync(options.lakeDir) },
    instance,
    scratch,
    typed: new Map(),
    copies: new Map(),
    copyTables: 0,
  };
}

/** The bytes of an empty file are the same each time, and take longer to make than to write. */
const EMPTY = new Map<string, Uint8Array>();

function emptyBytes(table: LakeTable): Uint8Array {
  const known = EMPTY.get(table.name);
  if (known !== undefined) return known;
  const made = emptyFile(table);
  EMPTY.set(table.name, made);
  return made;
}

/** An empty file with the table's whole schema, below partition folders as the real ones have them. */
function typeFile(state: State, table: LakeTable): string {
  const known = state.typed.get(table.name);
  if (known !== undefined) return known;
  const path = join(state.scratch, tablePrefix(table), 'source=none', 'eventday=00000000', 'types.parquet');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, emptyBytes(table));
  state.typed.set(table.name, path);
  return path;
}

interface ViewRequest {
  table: LakeTable;
  partitions: readonly LakePartition[] | undefined;
}

async function makeView(
  state: State,
  connection: DuckDBConnection,
  { table, partitions }: ViewRequest,
): Promise<readonly LakePartition[]> {
  const found = partitions ?? (await lakePartitions(state.options.lakeDir, table));
  const files = found.flatMap((partition) => partition.files.map(({ path }) => path));
  const copies = await copiesIn(state, connection, { table, found });
  const columns = [...table.columns.map(({ name }) => name), ...PARTITION_KEYS].map(quoteName).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW ${quoteName(table.name)} AS SELECT ${columns} FROM ${scanText([typeFile(state, table), ...files])}${withoutCopies(copies)}`,
  );
  return found;
}

async function storedText(state: State, connection: DuckDBConnection, { table, partitions = [] }: ViewRequest): Promise<string> {
  const files = partitions.flatMap((partition) => partition.files.map(({ path }) => path));
  const copies = await copiesIn(state, connection, { table, found: partitions });
  return `SELECT * EXCLUDE (filename, file_row_number, source, eventday) FROM ${scanText(files)}${withoutCopies(copies)}`;
}

async function makeObservableDays(state: State, connection: DuckDBConnection): Promise<LakePartition[]> {
  const rollup = await rollupPartitions(state.options.lakeDir);
  const partitions = [...rollup];
  const names = [...ROLLUP_COLUMNS.map(({ name }) => name), ...PARTITION_KEYS].join(', ');
  const files = rollup.flatMap((partition) => partition.files.map(({ path }) => path));
  const parts = files.length === 0 ? [] : [`SELECT ${names} FROM ${scanText(files)}`];
  for (const table of TABLES) {
    const found = await lakePartitions(state.options.lakeDir, table);
    const hot = found
      .map((partition) => ({ ...partition, files: partition.files.filter(({ isCold }) => !isCold) }))
      .filter((partition) => partition.files.length > 0);
    if (hot.length === 0) continue;
    partitions.push(...hot);
    const copies = await copiesIn(state, connection, { table, found });
    const scan = scanText([typeFile(state, table), ...hot.flatMap((partition) => partition.files.map(({ path }) => path))]);
    const values = `SELECT source, eventday, time_dt, unnest(observables) AS o FROM ${scan}${withoutCopies(copies)}`;
    parts.push(
      `SELECT ${quoteText(table.name)} AS class_name, o.type_id AS type_id, max(o.type) AS type, o.value AS value, count(*) AS observation_count, min(time_dt) AS first_seen_dt, max(time_dt) AS last_seen_dt, source, eventday FROM (${values}) WHERE o.value IS NOT NULL GROUP BY o.type_id, o.value, source, eventday`,
    );
  }
  const none = `SELECT '' AS class_name, 0 AS type_id, '' AS type, '' AS value, 0::BIGINT AS observation_count, TIMESTAMP '1970-01-01' AS first_seen_dt, TIMESTAMP '1970-01-01' AS last_seen_dt, '' AS source, '' AS eventday WHERE false`;
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${OBSERVABLE_DAYS} AS ${[none, ...parts].join(' UNION ALL ')}`);
  return partitions;
}

/** Files without copies are scanned plainly, and DuckDB pushes filters into the scan. */
const withoutCopies = (copies: string | undefined): string =>
  copies === undefined
    ? ''
    : ` AS stored WHERE NOT EXISTS (SELECT 1 FROM ${copies} AS copy WHERE copy.f = stored.filename AND copy.r = stored.file_row_number)`;

/** Fields that a file lacks are NULL: the type file comes first and has them all. */
function scanText(files: readonly string[]): string {
  return `read_parquet([${files.map(quoteText).join(', ')}], union_by_name = true, filename = true, file_row_number = true, hive_partitioning = true, hive_types = {'source': VARCHAR, 'eventday': VARCHAR})`;
}

interface CopySearch {
  table: LakeTable;
  found: readonly LakePartition[];
}

/**
 * Rows that are an older copy of an event (same source, day, and record or, where none is told, metadata.uid). Output names derive from the inputs, so there are few, and
 * compaction leaves none: only partitions with hot files, or with events that came again after it, are searched. A list of files is
 * searched once.
 */
async function copiesIn(state: State, connection: DuckDBConnection, { table, found }: CopySearch): Promise<string | undefined> {
  const folder = join(state.options.lakeDir, REPLACED, table.name);
  // Where a run noted events that came again, cold files have copies too.
  const cameAgain = ({ source, eventday }: LakePartition): boolean =>
    existsSync(join(folder, `source=${source}`, `eventday=${eventday}`));
  const searched = found.filter((partition) => partition.files.some(({ isCold }) => !isCold) || cameAgain(partition));
  const infos = searched.flatMap(({ files }) => files);
  const files = infos.map(({ path, sizeBytes }) => `${path}\u0000${sizeBytes}`).join('\u0001');
  if (files === '') return undefined;
  const known = state.copies.get(table.name);
  if (known?.files === files) return known.copies;
  const scan = scanText([typeFile(state, table), ...infos.map(({ path }) => path)]);
  const some = await connection.runAndReadAll(
    `SELECT count(*) FROM (SELECT 1 FROM ${scan} WHERE metadata.uid IS NOT NULL GROUP BY ${EVENT_KEY} HAVING count(*) > 1)`,
  );
  const copies = Number(some.getRows()[0]?.[0] ?? 0) === 0 ? undefined : await olderCopies(state, connection, scan);
  state.copies.set(table.name, { files, copies });
  return copies;
}

/** What makes two rows the same event: the content of their record, else their id. */
const EVENT_KEY = 'source, eventday, coalesce(record_digest, metadata.uid)';

/** A table of its own, because queries that run beside this one may still read an earlier one. */
async function olderCopies(state: State, connection: DuckDBConnection, scan: string): Promise<string> {
  state.copyTables++;
  const name = `trino_copies_${state.copyTables}`;
  const order = 'ingest_time_dt DESC, filename DESC, file_row_number DESC';
  await connection.run(
    `CREATE TABLE ${name} AS SELECT filename AS f, file_row_number AS r FROM (SELECT filename, file_row_number, row_number() OVER (PARTITION BY ${EVENT_KEY} ORDER BY ${order}) AS n FROM ${scan} WHERE metadata.uid IS NOT NULL) WHERE n > 1`,
  );
  return name;
}

/** What DuckDB throws, as ours: a broken file or disk is Unavailable, everything else is the query's fault. */
export function duckdbError(error: unknown): YaguraError {
  if (error instanceof YaguraError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const head = message.split('\nLINE ')[0]?.trim() ?? message;
  if (/^(IO Error|HTTP Error|Fatal Error|Internal Error|INTERNAL Error)|No magic bytes|Could not read|corrupt/i.test(head)) {
    return new YaguraError('Unavailable', `the lake could not be read: ${head}`, { cause: error });
  }
  const plain = head.replace(
    /^(Invalid Input|Conversion|Binder|Catalog|Parser|Out of Range|Not implemented|Constraint) Error: /,
    '',
  );
  if (head.startsWith('Out of Memory')) {
    return new YaguraError('BadInput', 'the query needs more memory than the embedded engine may use', {
      problems: [{ what: plain, fix: 'Select fewer columns, or a shorter time.' }],
      cause: error,
    });
  }
  return new YaguraError('BadInput', `the query failed: ${plain}`, { cause: error });
}
