/** Translates queries: WITH, SELECT, joins, UNNEST, grouping, set operations, ordering. */
import { nearest } from '../../functions/core/error.ts';
import { identifierText, spelledName } from './cast.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import { relationOf, type Scope, type ScopeColumn, type ScopeRelation, starColumns } from './scope.ts';
import type { Cte, Place, TranslatedQuery } from './session.ts';
import { BIGINT, type SqlColumn, type SqlType, unify } from './sql-type.ts';
import { childRules, hasToken, ruleOf, rulesOf, type SqlNode, type SqlRule, textOf, unwrapped } from './tree.ts';
import { quoteName, type Typed, typed } from './typed.ts';
import { orderBy } from './window.ts';

/** A term with what ORDER BY may see of it. */
interface Term extends TranslatedQuery {
  outputs?: readonly { name: string | undefined; value: Typed }[];
  inner?: Place;
}

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

/** Result columns may repeat a name; the columns of a relation that a query reads may not in DuckDB. */
function uniqueNames(columns: readonly SqlColumn[]): SqlColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const lower = name.toLowerCase();
    const times = seen.get(lower) ?? 0;
    seen.set(lower, times + 1);
    return { name: times === 0 ? lower : `${lower}\u0001${times}`, type };
  });
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

/** Finds rules of a name at any depth that is not inside another query. */
interface From {
  sql: string;
  scope: Scope;
}

function specification(node: SqlRule, place: Place): Term {
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
  const zoned = outputs.find(({ value }) => value.type.kind === 'zoned');
  if (zoned !== undefined)
    throw refusal(
      'a result of AT TIME ZONE is not translated as a column',
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

function condition(clause: SqlRule, place: Place): string {
  const node = childRules(clause)[0];
  if (node === undefined) throw refusal('the condition is empty', clause);
  const value = expression(node, place);
  if (value.type.kind !== 'boolean' && value.type.kind !== 'null')
    throw refusal(`a condition must be boolean, not ${value.type.kind}`, node);
  return value.sql;
}

const identifierKids = (node: SqlRule): SqlRule[] => childRules(node).filter(({ rule }) => rule.endsWith('Identifier'));

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

/** The FROM clause: relations in order, each seeing the ones before it where it is LATERAL or UNNEST. */
function fromClause(nodes: readonly SqlRule[], place: Place): From {
  let scope: Scope = { relations: [], parent: hasNames(place.scope) ? place.scope : undefined };
  const texts: string[] = [];
  for (const node of nodes) {
    const next = relation(node, place, scope);
    texts.push(next.sql);
    scope = { ...scope, relations: [...scope.relations, ...next.relations], merged: [...(scope.merged ?? []), ...next.merged] };
  }
  return { sql: texts.length === 0 ? '' : ` FROM ${texts.join(', ')}`, scope };
}

const hasNames = (scope: Scope): boolean => scope.relations.length > 0 || scope.parent !== undefined;

interface Joined {
  sql: string;
  relations: readonly ScopeRelation[];
  merged: readonly ScopeColumn[];
}

/** `before` is what stands to the left. */
function relation(node: SqlRule, place: Place, before: Scope): Joined {
  switch (node.rule) {
    case 'JoinRelation':
      return join(node, place, before);
    case 'SampledRelation':
      if (hasToken(node, 'KW_TABLESAMPLE')) throw refusal('TABLESAMPLE is not translated', node);
      return relation(childRules(node)[0] ?? node, place, before);
    case 'PatternRecognition':
      if (hasToken(node, 'KW_MATCH_RECOGNIZE'))
        throw refusal(
          'MATCH_RECOGNIZE is not translated for the embedded engine',
          node,
          'Run it on Athena, or say it with window functions.',
        );
      return relation(childRules(node)[0] ?? node, place, before);
    case 'AliasedRelation':
      return aliased(node, place, before);
    case 'ParenthesizedRelation': {
      const inner = relation(childRules(node)[0] ?? node, place, before);
      return { ...inner, sql: `(${inner.sql})` };
    }
    default: {
      const [only, more] = childRules(node);
      if (only === undefined || more !== undefined) throw refusal(`${textOf(node).slice(0, 60)} is not translated`, node);
      return relation(only, place, before);
    }
  }
}

function join(node: SqlRule, place: Place, before: Scope): Joined {
  const [leftNode, rightNode] = childRules(node).filter(({ rule }) => rule !== 'JoinType' && rule !== 'JoinCriteria');
  if (leftNode === undefined || rightNode === undefined) throw refusal('JOIN needs two tables', node);
  if (hasToken(node, 'KW_NATURAL')) throw refusal('NATURAL JOIN is not translated', node, 'Write JOIN … USING (…).');
  const left = relation(leftNode, place, before);
  const seen: Scope = {
    ...before,
    relations: [...before.relations, ...left.relations],
    merged: [...(before.merged ?? []), ...left.merged],
  };
  const right = relation(rightNode, place, seen);
  const relations = [...left.relations, ...right.relations];
  if (hasToken(node, 'KW_CROSS'))
    return { sql: `${left.sql} CROSS JOIN ${right.sql}`, relations, merged: [...left.merged, ...right.merged] };
  const typeNode = ruleOf(node, 'JoinType');
  const type = ['LEFT', 'RIGHT', 'FULL'].find((word) => typeNode !== undefined && hasToken(typeNode, `KW_${word}`)) ?? 'INNER';
  const criteria = ruleOf(node, 'JoinCriteria');
  if (criteria === undefined) throw refusal('JOIN needs ON or USING', node);
  const head = `${left.sql} ${type} JOIN ${right.sql}`;
  if (hasToken(criteria, 'KW_USING')) return joinedUsing(head, criteria, { left, right });
  const scope: Scope = { ...before, relations: [...before.relations, ...relations], merged: [...left.merged, ...right.merged] };
  return {
    sql: `${head} ON ${onCondition(criteria, { ...place, scope })}`,
    relations,
    merged: [...left.merged, ...right.merged],
  };
}

function onCondition(criteria: SqlRule, place: Place): string {
  const body = childRules(criteria)[0];
  if (body === undefined) throw refusal('ON has no condition', criteria);
  if (body.rule !== 'JoinColumnEquality') return condition({ ...criteria, kids: [body] }, place);
  // The grammar reads `a.b = c.d` as two references of its own.
  const [left, right] = rulesOf(body, 'JoinColumnReference').map((reference) => expression(asPath(reference), place));
  if (left === undefined || right === undefined) throw refusal('ON is incomplete', criteria);
  if (unify(left.type, right.type) === undefined)
    throw refusal(
      `Athena does not apply \`=\` to ${left.type.kind} and ${right.type.kind}`,
      body,
      'CAST one side to the type of the other.',
    );
  return `(${left.sql} = ${right.sql})`;
}

function asPath(reference: SqlRule): SqlRule {
  const kids = childRules(reference).flatMap((kid) =>
    kid.rule === 'ColumnName' ? childRules(ruleOf(kid, 'QualifiedName') ?? kid) : [kid],
  );
  return { rule: 'QualifiedName', kids, line: reference.line, column: reference.column };
}

function joinedUsing(head: string, criteria: SqlRule, { left, right }: { left: Joined; right: Joined }): Joined {
  const names = identifierKids(criteria).map(identifierText);
  const columnIn = (side: Joined, name: string): ScopeColumn => {
    const column = [...side.merged, ...side.relations.flatMap(({ columns }) => columns)].find(
      (candidate) => candidate.name === name,
    );
    if (column === undefined) throw refusal(`column \`${name}\` of USING is not on both sides`, criteria);
    return column;
  };
  const merged = names.map((name) => {
    const [a, b] = [columnIn(left, name), columnIn(right, name)];
    const type = unify(a.type, b.type);
    if (type === undefined) throw refusal(`USING (${name}) joins ${a.type.kind} with ${b.type.kind}`, criteria);
    return { name, type, sql: `coalesce(${a.sql}, ${b.sql})` };
  });
  const on = names.map((name) => `${columnIn(left, name).sql} = ${columnIn(right, name).sql}`).join(' AND ');
  return {
    sql: `${head} ON ${on}`,
    relations: [...left.relations, ...right.relations],
    merged: [...merged, ...left.merged, ...right.merged],
  };
}

function aliased(node: SqlRule, place: Place, before: Scope): Joined {
  const primary = childRules(node)[0];
  if (primary === undefined) throw refusal('the table has no name', node);
  const aliasNode = identifierKids(node)[0];
  const alias = aliasNode === undefined ? undefined : identifierText(aliasNode);
  const names = ruleOf(node, 'ColumnAliases');
  const leaf = unwrappedTo(primary);
  if (aliasNode === undefined && leaf.rule === 'ParenthesizedRelation') return relation(leaf, place, before);
  const source = leaf.rule === 'TableName' ? tableRelation(leaf, place) : derived(leaf, place, before);
  const columns = names === undefined ? source.scope.columns : namedColumns(source.scope.columns, names);
  return { sql: source.sql, relations: [{ name: alias ?? source.scope.name, columns }], merged: [] };
}

function namedColumns(columns: readonly ScopeColumn[], names: SqlRule): ScopeColumn[] {
  const aliases = childRules(names).map(identifierText);
  if (aliases.length !== columns.length)
    throw refusal(`there are ${aliases.length} column names for ${columns.length} columns`, names);
  return columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name }));
}

function unwrappedTo(node: SqlRule): SqlRule {
  let at = node;
  while (!['TableName', 'Unnest', 'SubqueryRelation', 'Lateral', 'ParenthesizedRelation'].includes(at.rule)) {
    const only = childRules(at)[0];
    if (only === undefined || childRules(at).length > 1) return at;
    at = only;
  }
  return at;
}

interface Source {
  sql: string;
  scope: ScopeRelation;
}

/** A table, view or WITH query by name. */
function tableRelation(node: SqlRule, place: Place): Source {
  const reference = ruleOf(node, 'TableOrViewName') ?? node;
  const path = textOf(reference)
    .replace(/^table /i, '')
    .split(/\s*\.\s*/)
    .map((part) => part.replaceAll('"', '').trim().toLowerCase());
  if (ruleOf(node, 'QueryPeriod') !== undefined) throw refusal('FOR TIMESTAMP AS OF is not translated', node);
  const name = path.at(-1) ?? '';
  const alias = place.session.fresh('t');
  const cte = path.length === 1 ? place.ctes.get(name) : undefined;
  if (cte !== undefined) return { sql: `${cte.alias} AS ${alias}`, scope: relationOf(name, alias, cte.columns) };
  const columns = place.session.catalog.get(name);
  if (columns === undefined || path.length > 3) {
    const close = nearest(name, [...place.session.catalog.keys(), ...place.ctes.keys()]);
    throw refusal(
      `table \`${path.join('.')}\` does not exist`,
      node,
      close === undefined ? 'SHOW TABLES lists the tables.' : `Did you mean \`${close}\`?`,
    );
  }
  place.session.tables.add(name);
  return { sql: `${quoteName(name)} AS ${alias}`, scope: relationOf(name, alias, columns) };
}

/** A subquery or UNNEST. */
function derived(node: SqlRule, place: Place, before: Scope): Source {
  const alias = place.session.fresh('t');
  if (node.rule === 'Unnest') return unnest(node, { ...place, scope: before }, alias);
  const lateral = node.rule === 'Lateral';
  const body = childRules(node)[0];
  if (body === undefined || (!lateral && node.rule !== 'SubqueryRelation'))
    throw refusal(`${textOf(node).slice(0, 60)} is not translated as a table`, node);
  const around: Scope = lateral ? before : (before.parent ?? { relations: [] });
  const result = query(body, { ...place, scope: around });
  const columns = uniqueNames(result.columns);
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  return {
    sql: `${lateral ? 'LATERAL ' : ''}(${result.sql}) AS ${alias}(${names})`,
    scope: relationOf(undefined, alias, columns),
  };
}

/** Rows of arrays and maps, side by side, the shorter ones filled with NULL; a row's fields become columns. */
function unnest(node: SqlRule, place: Place, alias: string): Source {
  const items: string[] = [];
  const lengths: string[] = [];
  const columns: ScopeColumn[] = [];
  const add = (sql: string): string => {
    const name = `c${items.length}`;
    items.push(`unnest(${sql}) AS ${name}`);
    return `${alias}.${name}`;
  };
  for (const argument of rulesOf(node, 'Expression')) {
    const value = expression(argument, place);
    const { type } = value;
    if (type.kind === 'map') {
      lengths.push(`cardinality(${value.sql})::BIGINT`);
      columns.push({ name: `key${columns.length}`, type: type.key, sql: add(`map_keys(${value.sql})`) });
      columns.push({ name: `value${columns.length}`, type: type.value, sql: add(`map_values(${value.sql})`) });
      continue;
    }
    if (type.kind !== 'array') throw refusal(`UNNEST takes arrays and maps, not ${type.kind}`, argument);
    lengths.push(`len(${value.sql})`);
    const { element } = type;
    const column = add(value.sql);
    if (element.kind !== 'row') columns.push({ name: `_col${columns.length}`, type: element, sql: column });
    else
      for (const [index, field] of element.fields.entries())
        columns.push({
          name: field.name ?? `field${index}`,
          type: field.type,
          sql:
            field.name === undefined ? `struct_extract(${column}, ${index + 1})` : `struct_extract(${column}, '${field.name}')`,
        });
  }
  if (hasToken(node, 'KW_ORDINALITY'))
    columns.push({ name: 'ordinality', type: BIGINT, sql: add(`range(1, 1 + greatest(${lengths.join(', ')}, 0))`) });
  return { sql: `LATERAL (SELECT ${items.join(', ')}) AS ${alias}`, scope: { name: undefined, columns } };
}
