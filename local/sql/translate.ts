/** Turns one statement in Athena's dialect into DuckDB SQL with the same meaning, or refuses it. */
import { nearest } from '../../functions/core/error.ts';
import { hasToken, ruleOf, type SqlRule, textOf, unwrapped } from '../../functions/core/sql/tree.ts';
import { parseSql, refusal } from './parser.ts';
import { query } from './query.ts';
import { type Catalog, type Place, Session } from './session.ts';
import { hasOffset, type SqlColumn, type SqlType, trinoText, VARCHAR } from './sql-type.ts';
import { quoteText } from './typed.ts';

export interface Translation {
  sql: string;
  /** The result's columns with Trino's types. */
  columns: readonly SqlColumn[];
  /** Tables and views of the catalog that the query names. */
  tables: readonly string[];
  parameterCount: number;
}

/** Statements of one process repeat: hunts, scheduled queries, tests. */
const REMEMBERED = 500;
const remembered = new WeakMap<Catalog, Map<string, Translation>>();

/**
 * Translates a query. Every name is resolved against the catalog and every expression is typed as Trino types it, so what Athena would
 * refuse is refused here, and what DuckDB means otherwise is rewritten.
 * @param parameters types of the values for `?`, in order
 * @throws YaguraError BadInput with line, column and what to do
 */
export async function translate(sql: string, catalog: Catalog, parameters: readonly SqlType[] = []): Promise<Translation> {
  const key = `${parameters.map(trinoText).join()}\u0000${sql}`;
  const known = remembered.get(catalog) ?? new Map<string, Translation>();
  remembered.set(catalog, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const translation = await bounded(sql, async () => translated(await parseSql(sql), catalog, parameters));
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, translation);
  return translation;
}

/** @see Athena quotas: a query string has at most 262144 bytes */
const MAX_SQL_BYTES = 262_144;

/** The grammar looks ahead over whole parentheses: its time grows with the square of their depth. */
const MAX_DEPTH = 200;

/** How deep parentheses and brackets nest, outside of quotes. */
function depthOf(sql: string): number {
  let [depth, deepest] = [0, 0];
  for (const [mark] of sql.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()[\]]/g)) {
    if (mark === '(' || mark === '[') depth++;
    else if (mark === ')' || mark === ']') depth--;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

async function bounded(sql: string, work: () => Promise<Translation>): Promise<Translation> {
  if (Buffer.byteLength(sql) > MAX_SQL_BYTES) throw refusal(`the query is longer than ${MAX_SQL_BYTES} bytes`, undefined);
  if (depthOf(sql) > MAX_DEPTH)
    throw refusal(`the query is nested too deeply: more than ${MAX_DEPTH} levels`, undefined, 'Split it with WITH.');
  try {
    return await work();
  } catch (error) {
    // The stack is what nesting uses up.
    if (error instanceof RangeError) throw refusal('the query is nested too deeply', undefined, 'Split it with WITH.');
    throw error;
  }
}

function translated(root: SqlRule, catalog: Catalog, parameters: readonly SqlType[]): Translation {
  const session = new Session(root, catalog, parameters);
  const statement = ruleOf(root, 'SingleStatement')?.kids.find((kid): kid is SqlRule => kid.rule !== undefined) ?? root;
  const { sql, columns } = statementText(statement, session);
  if (parameters.length > session.parameterCount)
    throw refusal(`there are ${parameters.length} parameter values for ${session.parameterCount} placeholders`, undefined);
  return { sql, columns, tables: [...session.tables], parameterCount: session.parameterCount };
}

function statementText(statement: SqlRule, session: Session): { sql: string; columns: readonly SqlColumn[] } {
  switch (statement.rule) {
    case 'StatementDefault': {
      const place: Place = {
        session,
        scope: { relations: [] },
        ctes: new Map(),
        lenient: false,
        windows: new Map(),
        subquery: (node, at) => query(node, at),
      };
      return shown(query(statement, place), statement);
    }
    case 'ShowTables':
      return showTables(statement, session);
    case 'ShowColumns':
      return describe(statement, session);
    case 'Explain': {
      if (statement.kids.some((kid) => kid.rule?.startsWith('Explain')))
        throw refusal('options of EXPLAIN are not translated', statement);
      const inner = statement.kids.find((kid): kid is SqlRule => kid.rule !== undefined);
      if (inner === undefined) throw refusal('EXPLAIN needs a query', statement);
      return {
        sql: `EXPLAIN ${statementText(inner, session).sql}`,
        columns: [
          { name: 'explain_key', type: VARCHAR },
          { name: 'explain_value', type: VARCHAR },
        ],
      };
    }
    default:
      throw refusal(
        `${(textOf(statement).split(' ')[0] ?? '').toUpperCase()} is not allowed: the lake is read only`,
        statement,
        'Use SELECT, WITH, SHOW TABLES, DESCRIBE or EXPLAIN.',
      );
  }
}

/** Trino would show the offset of each time; only its instant is known here. */
function shown(result: { sql: string; columns: readonly SqlColumn[] }, statement: SqlRule): typeof result {
  const zoned = result.columns.find(({ type }) => hasOffset(type));
  if (zoned !== undefined)
    throw refusal(
      `the column ${zoned.name} is a time whose text names its zone`,
      statement,
      "Write x AT TIME ZONE 'UTC' and CAST it.",
    );
  return result;
}

function showTables(statement: SqlRule, session: Session): { sql: string; columns: readonly SqlColumn[] } {
  const pattern = statement.kids.find((kid): kid is SqlRule => kid.rule?.endsWith('StringLiteral') ?? false);
  const names = [...session.catalog.keys()].sort();
  const rows =
    names.length === 0
      ? '(VALUES (NULL)) AS t(name) WHERE false AND'
      : `(VALUES ${names.map((name) => `(${quoteText(name)})`).join(', ')}) AS t(name) WHERE`;
  const like = pattern === undefined ? 'true' : `name LIKE ${textOf(pattern)}`;
  return { sql: `SELECT name AS "Table" FROM ${rows} ${like} ORDER BY 1`, columns: [{ name: 'Table', type: VARCHAR }] };
}

function describe(statement: SqlRule, session: Session): { sql: string; columns: readonly SqlColumn[] } {
  const node = ruleOf(statement, 'TableOrViewName');
  const leaf = node === undefined ? undefined : unwrapped(node);
  const name = leaf === undefined ? '' : (textOf(leaf).split('.').at(-1) ?? '').replaceAll('"', '').trim().toLowerCase();
  const columns = session.catalog.get(session.tableNamed(name, statement));
  if (columns === undefined || hasToken(statement, 'KW_LIKE')) {
    throw refusal(
      columns === undefined ? `table \`${name}\` does not exist` : 'LIKE is not translated here',
      statement,
      nearest(name, [...session.catalog.keys()]),
    );
  }
  const rows = columns.map(
    (column, index) =>
      `(${index}, ${quoteText(column.name)}, ${quoteText(trinoText(column.type))}, ${quoteText(column.name === 'source' || column.name === 'eventday' ? 'partition key' : '')})`,
  );
  const sql = `SELECT name AS "Column", type AS "Type", extra AS "Extra" FROM (VALUES ${rows.join(', ')}) AS t(position, name, type, extra) ORDER BY position`;
  return { sql, columns: ['Column', 'Type', 'Extra'].map((label) => ({ name: label, type: VARCHAR })) };
}
