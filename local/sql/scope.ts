/** What names mean at a place of a query: the relations in sight, their columns, and the ones of the query around it. */
import { nearest } from '../../functions/core/error.ts';
import { refusal } from './parser.ts';
import type { SqlType } from './sql-type.ts';
import { quoteName, quoteText, type Typed, typed } from './typed.ts';

export interface ScopeColumn {
  name: string;
  type: SqlType;
  /** DuckDB's text for it. */
  sql: string;
}

export interface ScopeRelation {
  /** The alias or table name, lower case; undefined where nothing can qualify. */
  name: string | undefined;
  columns: readonly ScopeColumn[];
}

export interface Scope {
  relations: readonly ScopeRelation[];
  /** Columns that USING merged: they stand before the relations' own of the same name. */
  merged?: readonly ScopeColumn[];
  parent?: Scope | undefined;
  /** Names of the select list, to explain why an alias is not in sight. */
  aliases?: ReadonlySet<string>;
}

/** A relation under a fresh DuckDB alias. */
export function relationOf(
  name: string | undefined,
  alias: string,
  columns: readonly { name: string; type: SqlType }[],
): ScopeRelation {
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, type: column.type, sql: `${alias}.${quoteName(column.name)}` })),
  };
}

/** All columns that `*` stands for. */
export function starColumns(scope: Scope): ScopeColumn[] {
  const merged = scope.merged ?? [];
  const names = new Set(merged.map(({ name }) => name));
  return [...merged, ...scope.relations.flatMap(({ columns }) => columns.filter(({ name }) => !names.has(name)))];
}

type Place = { line: number; column: number };

/** The column, and below it the fields, that a dotted name means. @throws YaguraError BadInput for an unknown or ambiguous name */
export function resolve(scope: Scope, path: readonly string[], place: Place): Typed {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = resolveHere(at, path, place);
    if (found !== undefined) return found;
  }
  return unknownName(scope, path, place);
}

function resolveHere(scope: Scope, path: readonly string[], place: Place): Typed | undefined {
  const [first = '', second] = path;
  if (second !== undefined) {
    const owners = scope.relations.filter(({ name }) => name === first && name !== undefined);
    const columns = owners.flatMap((owner) => owner.columns.filter(({ name }) => name === second));
    if (columns.length > 0) return below(only(columns, `${first}.${second}`, place), path.slice(2), place);
  }
  const merged = scope.merged?.filter(({ name }) => name === first) ?? [];
  const columns =
    merged.length > 0 ? merged : scope.relations.flatMap((relation) => relation.columns.filter(({ name }) => name === first));
  return columns.length === 0 ? undefined : below(only(columns, first, place), path.slice(1), place);
}

function only(columns: readonly ScopeColumn[], name: string, place: Place): Typed {
  const [column, other] = columns;
  if (column === undefined || other !== undefined)
    throw refusal(`column \`${name}\` is ambiguous`, place, 'Qualify it with the table or its alias.');
  return typed(column.sql, column.type);
}

/** Steps into the fields of a row. */
export function below(base: Typed, path: readonly string[], place: Place): Typed {
  let value = base;
  for (const name of path) {
    if (value.type.kind !== 'row') {
      const fix = value.type.kind === 'array' ? 'UNNEST the array, or use any_match() or transform().' : undefined;
      throw refusal(
        `\`${name}\` is asked of ${value.type.kind === 'null' ? 'NULL' : `a value of type ${value.type.kind}`}, which has no fields`,
        place,
        fix,
      );
    }
    const index = value.type.fields.findIndex((field) => field.name === name);
    const field = value.type.fields[index];
    if (field === undefined) {
      const close = nearest(
        name,
        value.type.fields.flatMap((candidate) => candidate.name ?? []),
      );
      throw refusal(`there is no field \`${name}\``, place, close && `Did you mean \`${close}\`?`);
    }
    value = typed(`struct_extract(${value.sql}, ${quoteText(name)})`, field.type);
  }
  return value;
}

function unknownName(scope: Scope, path: readonly string[], place: Place): never {
  const name = path.join('.');
  if (path.length === 1 && scope.aliases?.has(name)) {
    throw refusal(
      `\`${name}\` is an alias of the select list, which WHERE, GROUP BY and HAVING do not see on Athena`,
      place,
      'Repeat the expression, use its position in GROUP BY, or nest the query.',
    );
  }
  const known = scope.relations.flatMap((relation) => [
    ...(relation.name === undefined ? [] : [relation.name]),
    ...relation.columns.map((column) => column.name),
  ]);
  const close = nearest(path[0] ?? '', known);
  throw refusal(
    `column \`${name}\` cannot be resolved`,
    place,
    close === undefined || close === path[0] ? undefined : `Did you mean \`${close}\`?`,
  );
}
