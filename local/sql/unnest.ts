/** Translates UNNEST: arrays and maps → items of a SELECT with a row for each of theirs. */
import type { YaguraError } from '../../functions/core/error.ts';
import { hasToken, rulesOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import type { ScopeColumn } from './scope.ts';
import type { Place } from './session.ts';
import { BIGINT } from './sql-type.ts';

/**
 * Rows of arrays and maps, side by side, the shorter ones filled with NULL. An item of a list of rows is one column, as it is, which only an
 * alias can name (Athena: `UNNEST(resources) AS t(resource)`); Trino's own form, which makes columns of its fields, fails on Athena.
 * @param alias under which the items will stand
 * @param count how many names the columns are given
 * @returns items of a SELECT of DuckDB, and the columns that they are
 * @see Athena User Guide, "Filter arrays using UNNEST"; Trino documentation, "UNNEST"
 */
export function unnested(
  node: SqlRule,
  place: Place,
  { alias, count }: { alias: string; count: number | undefined },
): { items: string[]; columns: ScopeColumn[] } {
  const values = rulesOf(node, 'Expression').map((argument) => ({ argument, value: expression(argument, place) }));
  const hasOrdinality = hasToken(node, 'KW_ORDINALITY');
  const width = values.reduce((sum, { value }) => sum + (value.type.kind === 'map' ? 2 : 1), hasOrdinality ? 1 : 0);
  const items: string[] = [];
  const lengths: string[] = [];
  const columns: ScopeColumn[] = [];
  const add = (sql: string): string => {
    const name = `c${items.length}`;
    items.push(`unnest(${sql}) AS ${name}`);
    return `${alias}.${name}`;
  };
  for (const { argument, value } of values) {
    const { type } = value;
    if (type.kind === 'map') {
      lengths.push(`cardinality(${value.sql})::BIGINT`);
      columns.push({ name: `key${columns.length}`, type: type.key, sql: add(`map_keys(${value.sql})`) });
      columns.push({ name: `value${columns.length}`, type: type.value, sql: add(`map_values(${value.sql})`) });
      continue;
    }
    if (type.kind !== 'array') throw refusal(`UNNEST takes arrays and maps, not ${type.kind}`, argument);
    if (type.element.kind === 'row' && count !== width) throw namelessItems(argument, type.element.fields[0]?.name);
    lengths.push(`len(${value.sql})`);
    columns.push({ name: `_col${columns.length}`, type: type.element, sql: add(value.sql) });
  }
  if (hasOrdinality)
    columns.push({ name: 'ordinality', type: BIGINT, sql: add(`range(1, 1 + greatest(${lengths.join(', ')}, 0))`) });
  return { items, columns };
}

function namelessItems(argument: SqlRule, field = 'field'): YaguraError {
  const text = textOf(argument).replaceAll(/\s*\.\s*/g, '.');
  const list = /^[\w."]{1,80}$/.test(text) ? text : '…';
  return refusal(
    'on Athena UNNEST of a list of rows gives each item whole, in one column that needs a name; its fields are no columns',
    argument,
    `Write UNNEST(${list}) AS t(item), then item.${field}.`,
  );
}
