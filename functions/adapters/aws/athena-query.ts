/** Turns one Athena workgroup into the Query port: start, wait with growing pauses, read all pages, and cancel what takes too long. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  type ResultSet,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { YaguraError } from '../../core/error.ts';
import type { Json } from '../../core/json.ts';
import { scanCostUsd } from '../../core/prices.ts';
import type { Query, QueryColumn, QueryOptions, QueryResult } from '../../ports/query.ts';
import { valueReader } from './athena-value.ts';
import { calling } from './failure.ts';

/** @see Athena GetQueryResults, MaxResults */
const PAGE_ROWS = 1000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export interface AthenaQueryOptions {
  workgroup: string;
  database: string;
  /** A query that runs longer is cancelled. Default 10 min; Athena's own limit for queries is 30 min. */
  timeoutMs?: number;
  /** For tests: how to wait. */
  pauseMs?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

export function createAthenaQuery(client: AthenaClient, options: AthenaQueryOptions): Query {
  return {
    run: async (sql, queryOptions = {}) => {
      if (queryOptions.signal?.aborted === true) throw cancelled('before it began');
      const id = await start(client, options, sql, queryOptions);
      const execution = await finished({ client, options, queryOptions }, id);
      return await results(client, id, execution, queryOptions);
    },
  };
}

/** Athena pastes execution parameters as SQL literals, so a text must be one: quoted, with its quotes doubled. */
export function literal(value: string | number): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (Number.isSafeInteger(value)) return String(value);
  if (Number.isFinite(value)) return `DOUBLE '${value}'`;
  throw new YaguraError('BadInput', `query parameter ${value} (allowed: text and finite numbers)`);
}

async function start(
  client: AthenaClient,
  options: AthenaQueryOptions,
  sql: string,
  { parameters }: QueryOptions,
): Promise<string> {
  const values = (parameters ?? []).map(literal);
  const { QueryExecutionId } = await calling('athena StartQueryExecution', () =>
    client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: options.workgroup,
        QueryExecutionContext: { Database: options.database },
        ...(values.length === 0 ? {} : { ExecutionParameters: values }),
      }),
    ),
  );
  if (QueryExecutionId === undefined) throw new YaguraError('Unavailable', 'athena StartQueryExecution: no id in the answer');
  return QueryExecutionId;
}

interface Waiting {
  client: AthenaClient;
  options: AthenaQueryOptions;
  queryOptions: QueryOptions;
}

async function finished({ client, options, queryOptions }: Waiting, id: string): Promise<QueryExecution> {
  const { signal, budgetBytes = Number.POSITIVE_INFINITY } = queryOptions;
  const wait = options.pauseMs ?? waitUnless;
  const timeoutMs = options.timeoutMs ?? 600_000;
  let waitedMs = 0;
  for (let nextMs = FIRST_PAUSE_MS; ; nextMs = Math.min(nextMs * 1.5, LONGEST_PAUSE_MS)) {
    const { QueryExecution: execution } = await calling('athena GetQueryExecution', () =>
      client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    );
    const state = execution?.Status?.State;
    if (execution !== undefined && state === 'SUCCEEDED') return execution;
    if (state === 'FAILED' || state === 'CANCELLED') throw failure(id, state, execution);
    const scannedBytes = execution?.Statistics?.DataScannedInBytes ?? 0;
    if (signal?.aborted === true || waitedMs >= timeoutMs || scannedBytes > budgetBytes) {
      await stop(client, id);
      if (signal?.aborted === true) throw cancelled(`athena query ${id}, after ${scannedBytes} bytes`, scannedBytes);
      if (scannedBytes > budgetBytes)
        throw new YaguraError(
          'Refused',
          `athena query ${id} stopped: it had scanned ${scannedBytes} bytes of its ${budgetBytes}`,
          { scannedBytes },
        );
      throw new YaguraError('Unavailable', `athena query ${id} cancelled after ${waitedMs} ms`, {
        retryable: false,
        scannedBytes,
      });
    }
    await wait(nextMs, signal);
    waitedMs += nextMs;
  }
}

const stop = (client: AthenaClient, id: string): Promise<unknown> =>
  calling('athena StopQueryExecution', () => client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })));

const cancelled = (what: string, scannedBytes = 0): YaguraError =>
  new YaguraError('Cancelled', `the query was cancelled: ${what}`, { scannedBytes });

/** Ends early where the signal says so; what that means is looked at by whoever waits. */
const waitUnless = (milliseconds: number, signal?: AbortSignal): Promise<unknown> =>
  pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);

/**
 * Athena says whose fault it was: 1 system, 2 user, 3 other. It charges for what a cancelled query had scanned, and nothing for a failed one.
 * @see Athena API Reference, "AthenaError"; Amazon Athena pricing
 */
function failure(id: string, state: string, execution: QueryExecution | undefined): YaguraError {
  const reason = execution?.Status?.StateChangeReason ?? 'no reason given';
  const message = `athena query ${id} ${state.toLowerCase()}: ${reason}`;
  const error = execution?.Status?.AthenaError;
  const scannedBytes = state === 'CANCELLED' ? (execution?.Statistics?.DataScannedInBytes ?? 0) : 0;
  if (/bytes scanned limit|exceeded.*(limit|cutoff)/i.test(reason)) return new YaguraError('Refused', message, { scannedBytes });
  if (/throttl|slow ?down|rate exceeded/i.test(reason)) return new YaguraError('Throttled', message);
  if (state === 'CANCELLED') return new YaguraError('Unavailable', message, { retryable: false, scannedBytes });
  const isUsers =
    error?.ErrorCategory === 2 ||
    (error === undefined && /SYNTAX_ERROR|TYPE_MISMATCH|_NOT_FOUND|INVALID_|mismatched input/.test(reason));
  if (/AccessDenied|insufficient permissions|not authorized/i.test(reason)) return new YaguraError('Refused', message);
  // Compaction deleted a file between the listing and the reading: asked again, the query sees the file that has its rows now.
  if (/HIVE_FILE_NOT_FOUND|NoSuchKey|FileNotFound/.test(reason)) return new YaguraError('Unavailable', message);
  return isUsers
    ? new YaguraError('BadInput', message)
    : new YaguraError('Unavailable', message, { retryable: error?.Retryable ?? true });
}

async function results(
  client: AthenaClient,
  id: string,
  execution: QueryExecution,
  { maxRows = Number.POSITIVE_INFINITY, signal }: QueryOptions,
): Promise<QueryResult> {
  const rows: Json[][] = [];
  let columns: QueryColumn[] | undefined;
  let token: string | undefined;
  do {
    if (signal?.aborted === true) throw cancelled(`athena query ${id} had ended, its result was not read to the end`);
    const page = await calling('athena GetQueryResults', () =>
      client.send(
        new GetQueryResultsCommand({
          QueryExecutionId: id,
          MaxResults: PAGE_ROWS,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    const isFirst = columns === undefined;
    columns ??= columnsOf(page.ResultSet);
    rows.push(...rowsOf(page.ResultSet, columns, isFirst && execution.StatementType !== 'UTILITY'));
    token = page.NextToken;
  } while (token !== undefined && rows.length < maxRows);
  const scannedBytes = execution.Statistics?.DataScannedInBytes ?? 0;
  return {
    columns: columns ?? [],
    rows: rows.slice(0, maxRows),
    scannedBytes,
    costUsd: scanCostUsd(scannedBytes),
    truncated: rows.length > maxRows || token !== undefined,
  };
}

const columnsOf = (set: ResultSet | undefined): QueryColumn[] =>
  (set?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({ name: Name ?? '', type: Type ?? 'varchar' }));

function rowsOf(set: ResultSet | undefined, columns: readonly QueryColumn[], mayHaveHeader: boolean): Json[][] {
  const raw = (set?.Rows ?? []).map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue));
  // The first row of the first page repeats the names of the columns (not for DDL).
  const isHeader = mayHaveHeader && raw[0] !== undefined && columns.every(({ name }, i) => raw[0]?.[i] === name);
  const readers = columns.map(({ type }) => valueReader(type));
  return (isHeader ? raw.slice(1) : raw).map((row) => readers.map((read, i) => read(row[i])));
}
