/** A translated expression: DuckDB's text, Trino's type, and the value where it is a literal. */
import type { SqlType } from './sql-type.ts';

export interface Typed {
  sql: string;
  type: SqlType;
  /** Text or number of a literal. */
  literal?: string | number;
}

export const typed = (sql: string, type: SqlType): Typed => ({ sql, type });

/** A DuckDB string literal. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A DuckDB identifier. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Fills `{0}`, `{1}` … with the arguments' text, which is not searched again. */
export const fill = (template: string, parts: readonly string[]): string =>
  template.replace(/\{(\d)\}/g, (_, index: string) => parts[Number(index)] ?? 'NULL');
