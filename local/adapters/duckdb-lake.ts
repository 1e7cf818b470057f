/** An in-memory DuckDB over the lake's folder: locked down, with one view for each table that a query touches, listing files at that time. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { YaguraError } from '../../functions/core/error.ts';
import { encodeRows } from '../../functions/core/lake/encode.ts';
import { type LakeTable, PARTITION_KEYS, tablePrefix } from '../../functions/core/lake/tables.ts';
import { prepareEngine } from '../sql/engine.ts';
import { quoteName, quoteText } from '../sql/typed.ts';
import { type LakePartition, lakePartitions } from './lake-files.ts';

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
  close(): Promise<void>;
}

interface State {
  options: DuckdbLakeOptions;
  instance: DuckDBInstance;
  /** Holds one file without rows for each table, which gives every column its type, and DuckDB's spill. */
  scratch: string;
  typed: Map<string, string>;
  /** By table: which files were last looked through for copies, and the copies found. */
  copies: Map<string, { files: string; rows: readonly Copy[] }>;
}

interface Copy {
  file: string;
  row: bigint;
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
  };
}

/** An empty file with the table's whole schema, below partition folders as the real ones have them. */
function typeFile(state: State, table: LakeTable): string {
  const known = state.typed.get(table.name);
  if (known !== undefined) return known;
  const path = join(state.scratch, tablePrefix(table), 'source=none', 'eventday=00000000', 'types.parquet');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, encodeRows(table, []));
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
  const scan = scanText([typeFile(state, table), ...files]);
  const copies = await copiesIn(state, connection, { table, scan, found });
  const columns = [...table.columns.map(({ name }) => name), ...PARTITION_KEYS].map(quoteName).join(', ');
  // UNIQUE files have no copies at all; then the scan stays plain, and DuckDB pushes filters into it.
  const kept =
    copies.length === 0
      ? ''
      : ` WHERE NOT EXISTS (SELECT 1 FROM (VALUES ${copies.map((copy) => `(${quoteText(copy.file)}, ${copy.row})`).join(', ')}) AS copy(f, r) WHERE copy.f = filename AND copy.r = file_row_number)`;
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${quoteName(table.name)} AS SELECT ${columns} FROM ${scan}${kept}`);
  return found;
}

/** Fields that a file lacks are NULL: the type file comes first and has them all. */
function scanText(files: readonly string[]): string {
  return `read_parquet([${files.map(quoteText).join(', ')}], union_by_name = true, filename = true, file_row_number = true, hive_partitioning = true, hive_types = {'source': VARCHAR, 'eventday': VARCHAR})`;
}

interface CopySearch {
  table: LakeTable;
  scan: string;
  found: readonly LakePartition[];
}

/**
 * Rows that are an older copy of an event (same source, day and metadata.uid). Output names derive from the inputs, so there are few;
 * a list of files is searched once.
 */
async function copiesIn(
  state: State,
  connection: DuckDBConnection,
  { table, scan, found }: CopySearch,
): Promise<readonly Copy[]> {
  const files = found
    .flatMap((partition) => partition.files.map(({ path, sizeBytes }) => `${path}\u0000${sizeBytes}`))
    .join('\u0001');
  if (files === '') return [];
  const known = state.copies.get(table.name);
  if (known?.files === files) return known.rows;
  const keys = 'source, eventday, metadata.uid';
  const some = await connection.runAndReadAll(
    `SELECT count(*) FROM (SELECT 1 FROM ${scan} WHERE metadata.uid IS NOT NULL GROUP BY ${keys} HAVING count(*) > 1)`,
  );
  const rows = Number(some.getRows()[0]?.[0] ?? 0) === 0 ? [] : await olderCopies(connection, scan, keys);
  state.copies.set(table.name, { files, rows });
  return rows;
}

async function olderCopies(connection: DuckDBConnection, scan: string, keys: string): Promise<Copy[]> {
  const order = 'ingest_time_dt DESC, filename DESC, file_row_number DESC';
  const reader = await connection.runAndReadAll(
    `SELECT filename, file_row_number FROM (SELECT filename, file_row_number, row_number() OVER (PARTITION BY ${keys} ORDER BY ${order}) AS n FROM ${scan} WHERE metadata.uid IS NOT NULL) WHERE n > 1`,
  );
  return reader
    .getRows()
    .map(([file, row]) => ({ file: String(file), row: typeof row === 'bigint' ? row : BigInt(String(row)) }));
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
