/** How history is asked: SQL in Athena's dialect over the lake. */
import type { Json } from '../core/json.ts';

export interface QueryColumn {
  name: string;
  /** Trino's type text: `varchar`, `bigint`, `row(ip varchar)`. */
  type: string;
}

export interface QueryResult {
  columns: QueryColumn[];
  /** Timestamps as `YYYY-MM-DD HH:MM:SS.mmm` text, rows and maps as objects, arrays as arrays, bigints as numbers where exact. */
  rows: Json[][];
  scannedBytes: number;
  /** What Athena charges for that at list price, US dollars; on a laptop, what it would. @see core/prices.ts */
  costUsd: number;
  /** True where `maxRows` cut the rows off. */
  truncated: boolean;
}

export interface QueryOptions {
  /** Values for `?` placeholders. User and log text goes here, never into the SQL. */
  parameters?: readonly (string | number)[];
  /** Stop after so many rows. */
  maxRows?: number;
  /** Stops the query where it runs; what it scanned until then is charged. */
  signal?: AbortSignal;
  /** A query that scans more is stopped as soon as that is known. The engine's own cut-off holds beside it. */
  budgetBytes?: number;
  /** Read the whole history where the query has no first day. For people who know what that costs; content never sets it. */
  unbounded?: boolean;
}

export interface Query {
  /**
   * @throws YaguraError BadInput for SQL that Athena would refuse or that cannot be translated exactly; Refused for a scan without a first
   * day, and for one above the budget or the engine's cut-off; Cancelled where the signal stopped it; Unavailable, Throttled
   */
  run(sql: string, options?: QueryOptions): Promise<QueryResult>;
}
