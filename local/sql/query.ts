/** Translates queries: WITH, set operations, VALUES, ordering and limits. */

import { childRules, hasToken, ruleOf, rulesOf, type SqlRule, textOf, unwrapped } from '../../functions/core/sql/tree.ts';
import { identifierText } from './cast.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import { tableRelation, uniqueNames } from './relation.ts';
import { specification, type Term } from './select.ts';
import type { Cte, Place, TranslatedQuery } from './session.ts';
import { type SqlColumn, type SqlType, unify } from './sql-type.ts';
import { quoteName } from './typed.ts';
import { orderBy } from './window.ts';

/** A query anywhere: below a statement, in parentheses, in an expression. The place's scope is the one around it. */
export function query(node: SqlRule, place: Place): TranslatedQuery {
  switch (node.rule) {
    case 'QueryStatement':
      return withQuery(node, place);
    case 'QueryNoWith':
      return ordered(node, place);
    default: {
      const [only, more] = childRules(node);
      if (only === undefined || more !== undefined) throw refusal(`${node.rule} is not translated`, node);
      return query(only, place);
    }
  }
}

function withQuery(node: SqlRule, place: Place): TranslatedQuery {
  const withNode = ruleOf(node, 'With');
  const main = ruleOf(node, 'QueryNoWith');
  if (main === undefined) throw refusal('the query has no SELECT', node);
  if (withNode === undefined) return ordered(main, place);
  if (hasToken(withNode, 'KW_RECURSIVE')) throw refusal('WITH RECURSIVE is not translated', withNode);
  const ctes = new Map<string, Cte>(place.ctes);
  const texts = rulesOf(withNode, 'NamedQuery').map((named) => {
    const [nameNode] = childRules(named);
    const body = ruleOf(named, 'QueryStatement', 'Query') ?? childRules(named).at(-1);
    if (nameNode === undefined || body === undefined) throw refusal('WITH needs a name and a query', named);
    const translated = query(body, { ...place, ctes });
    const columns = renamed(translated.columns, ruleOf(named, 'ColumnAliases'));
    const alias = place.session.fresh('w');
    ctes.set(identifierText(nameNode), { alias, columns });
    return `${alias}(${columns.map(({ name }) => quoteName(name)).join(', ')}) AS (${translated.sql})`;
  });
  const result = ordered(main, { ...place, ctes });
  return { sql: `WITH ${texts.join(', ')} ${result.sql}`, columns: result.columns };
}

function renamed(columns: readonly SqlColumn[], aliases: SqlRule | undefined): readonly SqlColumn[] {
  const unique = uniqueNames(columns);
  if (aliases === undefined) return unique;
  const names = childRules(aliases).map(identifierText);
  if (names.length !== columns.length)
    throw refusal(`there are ${names.length} column names for ${columns.length} columns`, aliases);
  return unique.map((column, index) => ({ name: names[index] ?? column.name, type: column.type }));
}

function ordered(node: SqlRule, place: Place): TranslatedQuery {
  const [termNode] = childRules(node);
  if (termNode === undefined) throw refusal('the query is empty', node);
  if (hasToken(node, 'KW_TIES')) throw refusal('FETCH FIRST … WITH TIES is not translated', node);
  const result = term(termNode, place);
  const items = rulesOf(node, 'SortItem');
  let sql = result.sql;
  if (items.length > 0) sql += ` ORDER BY ${orderBy(items, result.inner ?? place, (item) => sortKey(item, result))}`;
  const limit = rulesOf(node, 'LimitRowCount')[0];
  const counts = rulesOf(node, 'RowCount');
  const offset = hasToken(node, 'KW_OFFSET') ? counts[0] : undefined;
  const fetch = hasToken(node, 'KW_FETCH') ? (counts[offset === undefined ? 0 : 1] ?? '1') : undefined;
  const rows = limit !== undefined && !hasToken(limit, 'KW_ALL') ? limit : fetch;
  if (rows !== undefined) sql += ` LIMIT ${typeof rows === 'string' ? rows : rowCount(rows, place)}`;
  if (offset !== undefined) sql += ` OFFSET ${rowCount(offset, place)}`;
  return { sql, columns: result.columns };
}

function rowCount(node: SqlRule, place: Place): string {
  const text = textOf(node);
  if (text === '?') return expression({ rule: 'Parameter', kids: [], line: node.line, column: node.column }, place).sql;
  if (!/^\d+$/.test(text)) throw refusal(`${text} is no number of rows`, node);
  return text;
}

/** A result column by its name or number; else undefined, and the key is an expression over the tables. */
function sortKey(item: SqlRule, result: Term): string | undefined {
  const key = childRules(item)[0];
  const text = key === undefined ? '' : textOf(key);
  if (/^\d+$/.test(text)) {
    if (Number(text) < 1 || Number(text) > result.columns.length)
      throw refusal(`ORDER BY position ${text} is not in the select list`, item);
    return text;
  }
  if (key === undefined) return undefined;
  const leaf = unwrapped(key);
  const name = leaf.rule.endsWith('Identifier') || leaf.rule === 'NonReserved' ? identifierText(leaf) : undefined;
  const index = name === undefined ? -1 : result.columns.findIndex((column) => column.name.toLowerCase() === name);
  if (index >= 0) return String(index + 1);
  if (result.inner === undefined) throw refusal('ORDER BY after a set operation names result columns', item);
  return undefined;
}

function term(node: SqlRule, place: Place): Term {
  switch (node.rule) {
    case 'SetOperation':
      return setOperation(node, place);
    case 'QuerySpecification':
      return specification(node, place);
    case 'Subquery': {
      const inner = childRules(node)[0];
      if (inner === undefined) throw refusal('the query is empty', node);
      const result = query(inner, place);
      return { sql: `(${result.sql})`, columns: result.columns };
    }
    case 'InlineTable':
      return inlineTable(node, place);
    case 'Table': {
      const relation = tableRelation(node, place);
      const columns = relation.scope.columns;
      return { sql: `SELECT ${columns.map((column) => column.sql).join(', ')} FROM ${relation.sql}`, columns };
    }
    default: {
      const [only, more] = childRules(node);
      if (only === undefined || more !== undefined) throw refusal(`${node.rule} is not translated`, node);
      return term(only, place);
    }
  }
}

function setOperation(node: SqlRule, place: Place): Term {
  const [left, right] = childRules(node).filter((kid) => kid.rule !== 'SetQuantifier');
  const word = ['UNION', 'INTERSECT', 'EXCEPT'].find((candidate) => hasToken(node, `KW_${candidate}`)) ?? 'UNION';
  if (left === undefined || right === undefined) throw refusal(`${word} needs two queries`, node);
  const [a, b] = [term(left, place), term(right, place)];
  if (a.columns.length !== b.columns.length)
    throw refusal(`${word} has ${a.columns.length} columns on the left and ${b.columns.length} on the right`, node);
  const columns = a.columns.map((column, index) => {
    const other = b.columns[index];
    const type = other && unify(column.type, other.type);
    if (type === undefined)
      throw refusal(
        `column ${index + 1} of ${word} is ${column.type.kind} on the left and ${other?.type.kind} on the right`,
        node,
        'CAST one to the type of the other.',
      );
    return { name: column.name, type };
  });
  const quantifier = ruleOf(node, 'SetQuantifier');
  const all = quantifier !== undefined && hasToken(quantifier, 'KW_ALL') ? ' ALL' : '';
  return { sql: `(${a.sql}) ${word}${all} (${b.sql})`, columns };
}

function inlineTable(node: SqlRule, place: Place): Term {
  const rows = rulesOf(node, 'Expression').map((item) => {
    const inner = unwrapped(item);
    return inner.rule === 'RowConstructor'
      ? rulesOf(inner, 'Expression').map((kid) => expression(kid, place))
      : [expression(item, place)];
  });
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw refusal('the rows of VALUES differ in length', node);
  const columns = Array.from({ length: width }, (_, index) => {
    let type: SqlType = { kind: 'null' };
    for (const row of rows) {
      const next = unify(type, row[index]?.type ?? type);
      if (next === undefined) throw refusal(`column ${index + 1} of VALUES mixes types`, node);
      type = next;
    }
    return { name: `_col${index}`, type };
  });
  return { sql: `VALUES ${rows.map((row) => `(${row.map(({ sql }) => sql).join(', ')})`).join(', ')}`, columns };
}
