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
}

export interface QueryOptions {
  /** Values for `?` placeholders. User and log text goes here, never into the SQL. */
  parameters?: readonly (string | number)[];
  /** Stop after so many rows. */
  maxRows?: number;
}

export interface Query {
  /** @throws YaguraError BadInput for SQL that Athena would refuse or that cannot be translated exactly */
  run(sql: string, options?: QueryOptions): Promise<QueryResult>;
}
