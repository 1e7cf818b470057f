/** A bound query → its parts, where it is of the one shape that several can share a scan in: aggregates over the groups of one table. */
import type { BoundQuery } from '../query-file.ts';
import type { ParseSql } from '../sql/parse.ts';
import { conjuncts, type Piece, PieceCutter, tokenText } from '../sql/piece.ts';
import { scansOf } from '../sql/scans.ts';
import { childRules, ruleOf, rulesOf, type SqlRule, textOf, unwrapped } from '../sql/tree.ts';

/** A column of the result: one of the keys, or an expression over aggregates. */
export interface ShapeItem {
  name: string;
  key?: number;
  aggregate?: Piece;
}

export interface Shape {
  /** The table as the text names it, and what qualifies its columns. */
  table: string;
  label: string;
  /** The conditions of WHERE. */
  where: Piece[];
  keys: Piece[];
  items: ShapeItem[];
  having: Piece | undefined;
}

/** Trino's aggregate functions that content uses; one that is not here makes a query run by itself, no more. */
const AGGREGATES = new Set(
  'count count_if sum avg min max array_agg approx_distinct approx_percentile max_by min_by arbitrary any_value bool_and bool_or every stddev variance map_agg histogram listagg'.split(
    ' ',
  ),
);

/** Undefined for every other shape: such a query is asked as it is written. */
export async function shapeOf({ sql, parameters }: BoundQuery, parse: ParseSql): Promise<Shape | undefined> {
  const root = await parse(sql);
  const select = onlySelect(root);
  if (select === undefined) return undefined;
  const [scan, more] = scansOf(select);
  const from = ruleOf(select, 'RelationDefault');
  if (scan === undefined || more !== undefined || from === undefined || scan.opaque || !isPlainTable(from)) return undefined;
  const leaf = ruleOf(unwrapped(from), 'TableName') ?? unwrapped(from);
  const cut = new PieceCutter(sql, root, parameters);
  const where = ruleOf(select, 'WhereClause');
  const groups = keysOf(ruleOf(select, 'GroupBy'));
  if (where === undefined || groups === undefined || groups.length === 0) return undefined;
  const names = groups.map(tokenText);
  const items = itemsOf(select, names, cut);
  const havingNode = ruleOf(select, 'HavingClause');
  const having = havingNode === undefined ? undefined : childRules(havingNode)[0];
  if (items === undefined || (having !== undefined && !isAggregate(having))) return undefined;
  return {
    table: textOf(leaf).replaceAll(' . ', '.').split(' ')[0] ?? scan.table,
    label: scan.labelText,
    where: conjuncts(childRules(where)[0] ?? where).map((node) => cut.of(node)),
    keys: groups.map((node) => cut.of(node)),
    items,
    having: having === undefined ? undefined : cut.of(having),
  };
}

/** What such a SELECT may have; of these, one each. */
const CLAUSES = new Set(['SelectList', 'RelationDefault', 'WhereClause', 'GroupBy', 'HavingClause']);

/** A name, perhaps with an alias: no sample, no function, no VERSION. */
function isPlainTable(from: SqlRule): boolean {
  const at = unwrapped(from);
  if (at.rule === 'TableRef' || at.rule.endsWith('Identifier') || at.rule === 'NonReserved') return true;
  const name = at.rule === 'AliasedRelation' ? ruleOf(at, 'TableName') : undefined;
  return name !== undefined && ruleOf(name, 'QueryPeriod') === undefined;
}

/** The only SELECT: no WITH, set operation, subquery, ORDER BY, LIMIT, DISTINCT or WINDOW. */
function onlySelect(root: SqlRule): SqlRule | undefined {
  const all = below(root, 'QuerySpecification');
  const [select] = all;
  if (select === undefined || all.length > 1) return undefined;
  const outer = below(root, 'QueryNoWith')[0];
  if (outer === undefined || outer.kids.length > 1 || below(root, 'With', 'SetOperation', 'Over', 'GroupingOperation').length > 0)
    return undefined;
  return childRules(select).every(({ rule }) => CLAUSES.has(rule)) && rulesOf(select, 'RelationDefault').length === 1
    ? select
    : undefined;
}

const below = (node: SqlRule, ...rules: string[]): SqlRule[] => [
  ...(rules.includes(node.rule) ? [node] : []),
  ...childRules(node).flatMap((kid) => below(kid, ...rules)),
];

/** Plain expressions; undefined for positions, CUBE, ROLLUP and sets. */
function keysOf(groupBy: SqlRule | undefined): SqlRule[] | undefined {
  if (groupBy === undefined || ruleOf(groupBy, 'SetQuantifier') !== undefined) return undefined;
  const sets = childRules(groupBy);
  if (sets.some(({ rule }) => rule !== 'SingleGroupingSet')) return undefined;
  const isPlain = sets.every((set) => !/^\s*(\(|\d+\s*$)/.test(textOf(set)));
  return isPlain ? sets : undefined;
}

function itemsOf(select: SqlRule, keys: readonly string[], cut: PieceCutter): ShapeItem[] | undefined {
  const list = ruleOf(select, 'SelectList');
  const items = list === undefined ? [] : rulesOf(list, 'SelectItem').map((item) => itemOf(item, keys, cut));
  return items.length === 0 || items.includes(undefined) ? undefined : items.filter((item) => item !== undefined);
}

function itemOf(item: SqlRule, keys: readonly string[], cut: PieceCutter): ShapeItem | undefined {
  const [value, alias] = childRules(item);
  if (value === undefined || alias === undefined) return undefined;
  const name = textOf(alias).replaceAll('"', '').toLowerCase();
  const key = keys.indexOf(tokenText(value));
  if (key >= 0) return { name, key };
  return isAggregate(value) ? { name, aggregate: cut.of(value) } : undefined;
}

/** True where every column stands inside an aggregate: the value depends on the group's rows alone. */
function isAggregate(node: SqlRule): boolean {
  if (node.rule === 'FunctionCall' && AGGREGATES.has(textOf(ruleOf(node, 'FunctionName') ?? node).toLowerCase())) return true;
  if (['ColumnReference', 'ColumnRef', 'Dereference', 'Lambda'].includes(node.rule)) return false;
  return childRules(node).every(isAggregate);
}
