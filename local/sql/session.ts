/** What one translation carries along: the catalog, fresh names, the query's parameters and the tables that it reads. */

import type { SqlNode, SqlRule } from '../../functions/core/sql/tree.ts';
import type { Scope } from './scope.ts';
import type { SqlColumn, SqlType } from './sql-type.ts';

/** Tables and views by name, with the columns that queries see. */
export type Catalog = ReadonlyMap<string, readonly SqlColumn[]>;

export interface Cte {
  /** DuckDB's name for it. */
  alias: string;
  columns: readonly SqlColumn[];
}

/** A query in DuckDB's text with its result columns. */
export interface TranslatedQuery {
  sql: string;
  columns: readonly SqlColumn[];
}

export class Session {
  readonly catalog: Catalog;
  readonly parameters: readonly SqlType[];
  readonly tables = new Set<string>();
  #names = 0;
  readonly #placeholders: readonly string[];

  constructor(root: SqlNode, catalog: Catalog, parameters: readonly SqlType[]) {
    this.#placeholders = placeholdersOf(root);
    this.catalog = catalog;
    this.parameters = parameters;
  }

  /** A name that no query can say. */
  fresh(prefix: string): string {
    this.#names++;
    return `trino_${prefix}${this.#names}`;
  }

  /** The number of a `?`, counted from 1 in the order of the text. */
  parameterAt(place: { line: number; column: number }): number {
    return this.#placeholders.indexOf(`${place.line}:${place.column}`) + 1;
  }

  get parameterCount(): number {
    return this.#placeholders.length;
  }
}

/** The places of every `?` below a node, in the order of the text. */
function placeholdersOf(node: SqlNode): string[] {
  if (node.rule !== undefined) return node.kids.flatMap(placeholdersOf);
  return node.token === 'QUESTION_MARK' ? [`${node.line}:${node.column}`] : [];
}

/** Where an expression stands. */
export interface Place {
  session: Session;
  scope: Scope;
  ctes: ReadonlyMap<string, Cte>;
  /** Inside try(): what would fail gives NULL. */
  lenient: boolean;
  /** WINDOW w AS (…) of the query, by name. */
  windows: ReadonlyMap<string, SqlRule>;
  /** Translates a query that stands inside the expression. */
  subquery(node: SqlRule, place: Place): TranslatedQuery;
}
