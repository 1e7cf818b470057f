/** Translates FROM: tables, joins, subqueries, LATERAL and UNNEST. */
import { nearest } from '../../functions/core/error.ts';
import { childRules, hasToken, ruleOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { identifierText } from './cast.ts';
import { onCondition } from './condition.ts';
import { refusal } from './parser.ts';
import { relationOf, type Scope, type ScopeColumn, type ScopeRelation } from './scope.ts';
import type { Place } from './session.ts';
import { type SqlColumn, unify } from './sql-type.ts';
import { quoteName } from './typed.ts';
import { unnested } from './unnest.ts';

/** Result columns may repeat a name; the columns of a relation that a query reads may not in DuckDB. */
export function uniqueNames(columns: readonly SqlColumn[]): SqlColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const lower = name.toLowerCase();
    const times = seen.get(lower) ?? 0;
    seen.set(lower, times + 1);
    return { name: times === 0 ? lower : `${lower}\u0001${times}`, type };
  });
}

/** The identifiers among a node's children. */
export const identifierKids = (node: SqlRule): SqlRule[] => childRules(node).filter(({ rule }) => rule.endsWith('Identifier'));

interface From {
  sql: string;
  scope: Scope;
}

/** The FROM clause: relations in order, each seeing the ones before it where it is LATERAL or UNNEST. */
export function fromClause(nodes: readonly SqlRule[], place: Place): From {
  let scope: Scope = { relations: [], parent: hasNames(place.scope) ? place.scope : undefined };
  const texts: string[] = [];
  for (const node of nodes) {
    const list = texts.length > 0 && scope.parent === undefined ? unnestIn(node) : undefined;
    if (list !== undefined) {
      const left = { sql: texts.join(', '), relations: scope.relations, merged: scope.merged ?? [] };
      const { sql, ...names } = crossUnnest(left, list, place);
      texts.splice(0, texts.length, sql);
      scope = { ...scope, ...names };
      continue;
    }
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
  const list = hasToken(node, 'KW_CROSS') && !hasNames(before) && before.parent === undefined ? unnestIn(rightNode) : undefined;
  if (list !== undefined) return crossUnnest(left, list, place);
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
  const count = names === undefined ? undefined : childRules(names).length;
  const source = leaf.rule === 'TableName' ? tableRelation(leaf, place) : derived(leaf, place, { before, count });
  const columns = names === undefined ? source.scope.columns : namedColumns(source.scope.columns, names);
  return { sql: source.sql, relations: [{ name: alias ?? source.scope.name, columns }], merged: [] };
}

/** The relation, where it is an UNNEST. */
function unnestIn(node: SqlRule): SqlRule | undefined {
  let at = node;
  while (at.rule !== 'AliasedRelation') {
    const [only, more] = childRules(at);
    if (only === undefined || more !== undefined || hasToken(at, 'KW_TABLESAMPLE')) return undefined;
    at = only;
  }
  const primary = childRules(at)[0];
  return primary !== undefined && unwrappedTo(primary).rule === 'Unnest' ? at : undefined;
}

/**
 * What stands to the left with a row for each item, in one SELECT: DuckDB joins a LATERAL with all that is to its left again as soon as
 * a condition stands on it, and reads every day of the table for that.
 */
function crossUnnest(left: Joined, list: SqlRule, place: Place): Joined {
  const alias = place.session.fresh('t');
  const [primary] = childRules(list);
  const names = ruleOf(list, 'ColumnAliases');
  const scope: Scope = { relations: left.relations, merged: left.merged };
  const around = { alias, count: names === undefined ? undefined : childRules(names).length };
  const { items, columns } = unnested(unwrappedTo(primary ?? list), { ...place, scope }, around);
  const kept = new Map<string, string>();
  const renamed = (column: ScopeColumn): ScopeColumn => {
    const name = kept.get(column.sql) ?? `k${kept.size}`;
    kept.set(column.sql, name);
    return { ...column, sql: `${alias}.${name}` };
  };
  const relations = left.relations.map((relation) => ({ ...relation, columns: relation.columns.map(renamed) }));
  const merged = left.merged.map(renamed);
  const aliasNode = identifierKids(list)[0];
  const own: ScopeRelation = {
    name: aliasNode === undefined ? undefined : identifierText(aliasNode),
    columns: names === undefined ? columns : namedColumns(columns, names),
  };
  const selected = [...[...kept].map(([sql, name]) => `${sql} AS ${name}`), ...items];
  return { sql: `(SELECT ${selected.join(', ')} FROM ${left.sql}) AS ${alias}`, relations: [...relations, own], merged };
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
export function tableRelation(node: SqlRule, place: Place): Source {
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
  const stored = place.session.tableNamed(name, node);
  const columns = place.session.catalog.get(stored);
  if (columns === undefined || path.length > 3) {
    const close = nearest(name, [...place.session.catalog.keys(), ...place.ctes.keys()]);
    throw refusal(
      `table \`${path.join('.')}\` does not exist`,
      node,
      close === undefined ? 'SHOW TABLES lists the tables.' : `Did you mean \`${close}\`?`,
    );
  }
  place.session.tables.add(stored);
  return { sql: `${quoteName(stored)} AS ${alias}`, scope: relationOf(name, alias, columns) };
}

interface Around {
  before: Scope;
  /** How many names its columns are given. */
  count: number | undefined;
}

/** A subquery or UNNEST. */
function derived(node: SqlRule, place: Place, { before, count }: Around): Source {
  const alias = place.session.fresh('t');
  if (node.rule === 'Unnest') {
    const { items, columns } = unnested(node, { ...place, scope: before }, { alias, count });
    return { sql: `LATERAL (SELECT ${items.join(', ')}) AS ${alias}`, scope: { name: undefined, columns } };
  }
  const lateral = node.rule === 'Lateral';
  const body = childRules(node)[0];
  if (body === undefined || (!lateral && node.rule !== 'SubqueryRelation'))
    throw refusal(`${textOf(node).slice(0, 60)} is not translated as a table`, node);
  const around: Scope = lateral ? before : (before.parent ?? { relations: [] });
  const result = place.subquery(body, { ...place, scope: around });
  const columns = uniqueNames(result.columns);
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  return {
    sql: `${lateral ? 'LATERAL ' : ''}(${result.sql}) AS ${alias}(${names})`,
    scope: relationOf(undefined, alias, columns),
  };
}
