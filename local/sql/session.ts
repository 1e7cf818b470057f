/** What one translation carries along: the catalog, fresh names, the query's parameters and the tables that it reads. */

import { SECURITY_LAKE_FIX, securityLakeName } from '../../functions/core/lake/security-lake-views.ts';
import { refusal } from '../../functions/core/sql/parse.ts';
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
  #region: string | undefined;
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

  /**
   * The catalog's name of a table as a query says it: Security Lake's names carry a region, which here is any.
   * @throws YaguraError BadInput for two regions in one query, whose tables would be the same events twice
   */
  tableNamed(said: string, node: SqlRule): string {
    const found = securityLakeName(said);
    if (found === undefined) return said;
    const { region, view, isKnown } = found;
    if (!isKnown) throw refusal(`table \`${said}\` does not exist`, node, SECURITY_LAKE_FIX);
    if (this.#region !== undefined && this.#region !== region)
      throw refusal(
        `the query names tables of ${this.#region} and of ${region}: either holds the events of every region, which would count twice`,
        node,
        'Name one region, and filter by the column region.',
      );
    this.#region = region;
    return this.catalog.has(view) ? view : said;
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
