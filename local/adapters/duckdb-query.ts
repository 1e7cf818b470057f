/** The query port on a laptop: Athena's SQL over the lake's folder, answered by an in-memory DuckDB. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { YaguraError } from '../../functions/core/error.ts';
import { tableNamed } from '../../functions/core/lake/tables.ts';
import { DERIVED_VIEWS, LAKE_VIEWS } from '../../functions/core/lake/views.ts';
import { scanCostUsd } from '../../functions/core/prices.ts';
import type { Query, QueryOptions, QueryResult } from '../../functions/ports/query.ts';
import type { Catalog } from '../sql/session.ts';
import { BIGINT, DOUBLE, fromLakeType, INTEGER, type SqlType, trinoText, VARCHAR } from '../sql/sql-type.ts';
import { type Translation, translate } from '../sql/translate.ts';
import { quoteName } from '../sql/typed.ts';
import { createDuckdbLake, type DuckdbLake, type DuckdbLakeOptions, duckdbError } from './duckdb-lake.ts';
import { jsonValue } from './duckdb-value.ts';
import type { LakePartition } from './lake-files.ts';

/** The tables and views that queries may name, with their columns: the same for every folder. */
export const LAKE_CATALOG: Catalog = new Map(
  LAKE_VIEWS.map(({ name, columns }) => [
    name,
    columns.map((column) => ({ name: column.name, type: fromLakeType(column.type) })),
  ]),
);

/** Opens the lake for queries. `close` gives back its memory and temporary files. */
export function createDuckdbQuery(options: DuckdbLakeOptions): Query & { close(): Promise<void> } {
  const lake = createDuckdbLake(options);
  return {
    run: async (sql, queryOptions = {}) => {
      const parameters = queryOptions.parameters ?? [];
      const translation = await translate(sql, LAKE_CATALOG, parameters.map(typeOfParameter));
      try {
        return await answered({ lake, translation }, queryOptions);
      } catch (error) {
        const known = duckdbError(error);
        if (known.code !== 'Unavailable') throw known;
        // A writer may have replaced a file between the listing and the reading: once more, with a new listing.
        return await answered({ lake, translation }, queryOptions).catch((again: unknown) => {
          throw duckdbError(again);
        });
      }
    },
    close: () => lake.close(),
  };
}

export function typeOfParameter(value: string | number): SqlType {
  if (typeof value === 'string') return VARCHAR;
  if (!Number.isFinite(value)) throw new YaguraError('BadInput', `the parameter ${value} is no number that SQL can hold`);
  if (!Number.isSafeInteger(value)) return DOUBLE;
  return Math.abs(value) < 2 ** 31 ? INTEGER : BIGINT;
}

interface Work {
  lake: DuckdbLake;
  translation: Translation;
}

async function answered({ lake, translation }: Work, options: QueryOptions): Promise<QueryResult> {
  const { signal } = options;
  return await lake.use(async (connection) => {
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      if (signal?.aborted === true) throw cancelled();
      return await answeredOn(connection, { lake, translation }, options);
    } catch (error) {
      throw signal?.aborted === true ? cancelled() : error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  });
}

const cancelled = (): YaguraError => new YaguraError('Cancelled', 'the query was cancelled');

async function answeredOn(
  connection: DuckDBConnection,
  { lake, translation }: Work,
  { budgetBytes = Number.POSITIVE_INFINITY, signal, ...options }: QueryOptions,
): Promise<QueryResult> {
  const partitions = await makeViews({ lake, connection }, translation.tables);
  const values = [...(options.parameters ?? [])];
  const scannedBytes = await estimate(connection, translation, { partitions, values });
  if (scannedBytes > budgetBytes)
    throw new YaguraError('Refused', `the query would scan ${scannedBytes} bytes of its ${budgetBytes}`);
  // An interruption between two statements reaches none of them.
  if (signal?.aborted === true) throw cancelled();
  const limit = options.maxRows ?? Number.POSITIVE_INFINITY;
  const reader = Number.isFinite(limit)
    ? await connection.streamAndReadUntil(translation.sql, limit + 1, values)
    : await connection.runAndReadAll(translation.sql, values);
  const read = reader.getRows();
  return {
    columns: translation.columns.map(({ name, type }) => ({ name, type: trinoText(type) })),
    rows: read
      .slice(0, Number.isFinite(limit) ? limit : undefined)
      .map((row) => translation.columns.map(({ type }, index) => jsonValue(row[index] ?? null, type))),
    scannedBytes,
    costUsd: scanCostUsd(scannedBytes),
    truncated: read.length > limit,
  };
}

interface ViewWork {
  lake: DuckdbLake;
  connection: DuckDBConnection;
}

/** Makes what the query names, and what those views name, innermost first. */
async function makeViews(work: ViewWork, names: readonly string[], made = new Set<string>()): Promise<LakePartition[]> {
  const partitions: LakePartition[] = [];
  for (const name of names) {
    if (made.has(name)) continue;
    made.add(name);
    const view = DERIVED_VIEWS.find((candidate) => candidate.name === name);
    if (view?.isMadeByEngine === true) {
      partitions.push(...(await work.lake.observableDays(work.connection)));
      continue;
    }
    if (view === undefined) {
      const table = tableNamed(name);
      if (table === undefined) throw new YaguraError('Bug', `the catalog has ${name}, which the manifest has not`);
      partitions.push(...(await work.lake.view(work.connection, table)));
      continue;
    }
    partitions.push(...(await makeViews(work, view.reads, made)));
    const text = view.embeddedSql ?? (await translate(view.athenaSql, LAKE_CATALOG)).sql;
    await work.connection.run(`CREATE OR REPLACE TEMP VIEW ${quoteName(name)} AS ${text}`);
  }
  return partitions;
}

interface Estimate {
  partitions: readonly LakePartition[];
  values: (string | number)[];
}

/**
 * The bytes of the files that DuckDB's plan still reads after partition pruning, taking the files of the touched tables as equally
 * large. Athena counts the bytes of the columns that it reads, which is less.
 */
async function estimate(
  connection: DuckDBConnection,
  translation: Translation,
  { partitions, values }: Estimate,
): Promise<number> {
  const total = partitions.reduce(
    (sum, partition) => sum + partition.files.reduce((bytes, file) => bytes + file.sizeBytes, 0),
    0,
  );
  if (total === 0 || translation.sql.startsWith('EXPLAIN')) return 0;
  const plan = await connection.runAndReadAll(`EXPLAIN ${translation.sql}`, values);
  const text = plan.getRows().flat().map(String).join('\n');
  const pruned = [...text.matchAll(/Scanning Files:\s*(\d+)\s*\/\s*(\d+)/g)];
  if (pruned.length === 0) return total;
  const [read, all] = pruned.reduce(([a, b], match) => [a + Number(match[1]), b + Number(match[2])], [0, 0]);
  return Math.round((total * read) / Math.max(1, all));
}
