/** Translates one SELECT: its items, conditions and grouping, and what ORDER BY may see of them. */

import { childRules, hasToken, ruleOf, rulesOf, type SqlNode, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { identifierText, spelledName } from './cast.ts';
import { condition } from './condition.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import { fromClause, identifierKids, uniqueNames } from './relation.ts';
import { type Scope, type ScopeColumn, starColumns } from './scope.ts';
import type { Place, TranslatedQuery } from './session.ts';
import type { SqlColumn } from './sql-type.ts';
import { quoteName, type Typed, typed } from './typed.ts';

/** A query term with what ORDER BY may see of it. */
export interface Term extends TranslatedQuery {
  outputs?: readonly { name: string | undefined; value: Typed }[];
  inner?: Place;
}

/** One SELECT … FROM … WHERE … GROUP BY … HAVING. */
export function specification(node: SqlRule, place: Place): Term {
  const from = fromClause(relationKids(node), place);
  const windows = new Map(
    rulesOf(node, 'WindowDefinition').map((definition) => [
      identifierText(childRules(definition)[0] ?? node),
      ruleOf(definition, 'WindowSpecification') ?? node,
    ]),
  );
  const items = rulesOf(ruleOf(node, 'SelectList') ?? node, 'SelectItem');
  const scope: Scope = { ...from.scope, aliases: new Set(items.flatMap((item) => aliasOf(item)?.toLowerCase() ?? [])) };
  const inner: Place = { ...place, scope, windows };
  const outputs = items.flatMap((item) => selectItem(item, inner));
  const columns = outputs.map(({ name, value }, index) => ({ name: name ?? `_col${index}`, type: value.type }));
  const zoned = outputs.find(({ value }) => value.type.kind === 'zoned' || value.type.kind.startsWith('interval'));
  if (zoned !== undefined)
    throw refusal(
      'a result of AT TIME ZONE or an interval is not translated as a column',
      node,
      'CAST(x AT TIME ZONE … AS timestamp), or date_format() it.',
    );
  const quantifier = ruleOf(node, 'SetQuantifier');
  const distinct = quantifier !== undefined && hasToken(quantifier, 'KW_DISTINCT') ? 'DISTINCT ' : '';
  let sql = `SELECT ${distinct}${outputs.map(({ value }, index) => `${value.sql} AS ${quoteName(uniqueOutput(columns, index))}`).join(', ')}${from.sql}`;
  const where = ruleOf(node, 'WhereClause');
  if (where !== undefined) sql += ` WHERE ${condition(where, inner)}`;
  const groupBy = ruleOf(node, 'GroupBy');
  if (groupBy !== undefined) sql += ` GROUP BY ${grouping(groupBy, { place: inner, outputs })}`;
  const having = ruleOf(node, 'HavingClause');
  if (having !== undefined) sql += ` HAVING ${condition(having, inner)}`;
  return { sql, columns, outputs, inner: { ...inner, scope: orderScope(scope, outputs) } };
}

const relationKids = (node: SqlRule): SqlRule[] =>
  childRules(node).filter(({ rule }) => rule === 'RelationDefault' || rule === 'JoinRelation');

/** In DuckDB's text names are unique, so that an outer query can read each. */
function uniqueOutput(columns: readonly SqlColumn[], index: number): string {
  return uniqueNames(columns)[index]?.name ?? `_col${index}`;
}

/** Inside expressions of ORDER BY an alias stands for its expression. */
function orderScope(scope: Scope, outputs: NonNullable<Term['outputs']>): Scope {
  const columns: ScopeColumn[] = outputs.flatMap(({ name, value }) =>
    name === undefined ? [] : [{ name: name.toLowerCase(), type: value.type, sql: value.sql }],
  );
  return {
    ...scope,
    merged: [...columns, ...(scope.merged ?? [])].filter(
      (column, index, all) => all.findIndex(({ name }) => name === column.name) === index,
    ),
  };
}

function aliasOf(item: SqlRule): string | undefined {
  const alias = identifierKids(item).at(-1);
  return alias === undefined ? undefined : spelledName(alias);
}

function selectItem(item: SqlRule, place: Place): { name: string | undefined; value: Typed }[] {
  const whole = ruleOf(item, 'TableAllColumns');
  if (whole !== undefined) return wholeTable(whole, item, place);
  if (ruleOf(item, 'SelectAllWithoutTable') !== undefined || hasToken(item, 'ASTERISK')) {
    if (place.scope.relations.length === 0) throw refusal('SELECT * needs a FROM', item);
    return starColumns(place.scope).map((column) => ({ name: column.name, value: typed(column.sql, column.type) }));
  }
  const body = ruleOf(item, 'SelectLiteralColumnName', 'SelectExpressionColumnName');
  if (body === undefined) throw refusal('the select item is empty', item);
  return [{ name: aliasOf(item) ?? columnLabel(body), value: expression(body, place) }];
}

function wholeTable(node: SqlRule, item: SqlRule, place: Place): { name: string; value: Typed }[] {
  if (ruleOf(item, 'ColumnAliases') !== undefined) throw refusal('x.* AS (…) is not translated', item);
  const path = textOf(node)
    .replace(/\s*\.\s*\*$/, '')
    .replaceAll('"', '')
    .replaceAll(' ', '')
    .toLowerCase()
    .split('.');
  const relation = place.scope.relations.find(({ name }) => name === path.at(-1));
  if (relation === undefined)
    throw refusal(
      `${path.join('.')} in ${path.join('.')}.* is no table of this query`,
      item,
      'For the fields of a row, name them.',
    );
  return relation.columns.map((column) => ({ name: column.name, value: typed(column.sql, column.type) }));
}

/** Trino names a result column after the last part of a plain reference, else `_colN`. */
function columnLabel(body: SqlRule): string | undefined {
  let at: SqlRule = body;
  for (;;) {
    if (at.rule === 'QualifiedName') {
      const last = childRules(at).at(-1);
      return last === undefined ? undefined : spelledName(last);
    }
    if (at.rule === 'Dereference') {
      const last = childRules(at).at(-1);
      return last === undefined ? undefined : spelledName(last);
    }
    const [only, more] = at.kids;
    if (only === undefined || only.rule === undefined || more !== undefined) return undefined;
    at = only;
  }
}

interface Grouping {
  place: Place;
  outputs: readonly { value: Typed }[];
}

function grouping(node: SqlRule, context: Grouping): string {
  if (ruleOf(node, 'SetQuantifier') !== undefined) throw refusal('GROUP BY DISTINCT is not translated', node);
  return groupingText(node.kids, context);
}

/** Keeps ROLLUP, CUBE, GROUPING SETS and parentheses as they are and translates the terms. */
function groupingText(kids: readonly SqlNode[], context: Grouping): string {
  return kids
    .map((kid) => {
      if (kid.rule === undefined) return kid.text;
      if (kid.rule !== 'GroupingTerm') return groupingText(kid.kids, context);
      const text = textOf(kid);
      if (/^\d+$/.test(text)) {
        const output = context.outputs[Number(text) - 1];
        if (output === undefined) throw refusal(`GROUP BY position ${text} is not in the select list`, kid);
        return output.value.sql;
      }
      return expression(childRules(kid)[0] ?? kid, context.place).sql;
    })
    .join(' ');
}
