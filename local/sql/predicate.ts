/** Translates comparisons, IN, LIKE, BETWEEN and the other predicates, refusing operands that Athena would not compare. */

import { childRules, hasToken, rulesOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import type { Place } from './session.ts';
import { BOOLEAN, unify } from './sql-type.ts';
import { type Typed, typed } from './typed.ts';

/** The child expressions of a node, translated. */
export const parts = (node: SqlRule, place: Place): Typed[] => childRules(node).map((kid) => expression(kid, place));

/** Both operands of a node. */
export function pair(node: SqlRule, place: Place): [Typed, Typed] {
  const [left, right] = parts(node, place);
  if (left === undefined || right === undefined) throw refusal('an operand is missing', node);
  return [left, right];
}

/** Refuses operands of types that Athena does not compare. */
export function comparable(a: Typed, b: Typed, operator: string, node: SqlRule): void {
  if (a.type.kind === 'zoned' || b.type.kind === 'zoned')
    throw refusal('a comparison after AT TIME ZONE is not translated', node, 'Compare first, or CAST to timestamp.');
  if (unify(a.type, b.type) !== undefined) return;
  const kinds = new Set([a.type.kind, b.type.kind]);
  const fix =
    kinds.has('varchar') && [...kinds].some((kind) => kind.startsWith('timestamp') || kind === 'date')
      ? "Write TIMESTAMP '2026-01-31 00:00:00'."
      : 'CAST one side to the type of the other.';
  throw refusal(`Athena does not apply \`${operator}\` to ${a.type.kind} and ${b.type.kind}`, node, fix);
}

/** A value, with the predicate that may follow it. */
export function predicated(node: SqlRule, place: Place): Typed {
  const [valueNode, predicate] = childRules(node);
  if (valueNode === undefined) throw refusal('the expression is empty', node);
  const value = expression(valueNode, place);
  return predicate === undefined ? value : withPredicate(value, predicate, place);
}

function withPredicate(value: Typed, node: SqlRule, place: Place): Typed {
  const not = hasToken(node, 'KW_NOT') ? 'NOT ' : '';
  switch (node.rule) {
    case 'Comparison': {
      const [operator, right] = childRules(node);
      if (operator === undefined || right === undefined) throw refusal('an operand is missing', node);
      return compared(value, textOf(operator), expression(right, place), node);
    }
    case 'NullPredicate':
      return typed(`(${value.sql} IS ${not}NULL)`, BOOLEAN);
    case 'Between': {
      const [low, high] = pair(node, place);
      comparable(value, low, 'BETWEEN', node);
      comparable(value, high, 'BETWEEN', node);
      return typed(`(${value.sql} ${not}BETWEEN ${low.sql} AND ${high.sql})`, BOOLEAN);
    }
    case 'InList': {
      const items = rulesOf(node, 'Expression').map((kid) => expression(kid, place));
      for (const item of items) comparable(value, item, 'IN', node);
      return typed(`(${value.sql} ${not}IN (${items.map(({ sql }) => sql).join(', ')}))`, BOOLEAN);
    }
    case 'Like':
      return like(value, node, place);
    case 'DistinctFrom': {
      const right = childRules(node).at(-1);
      if (right === undefined) throw refusal('an operand is missing', node);
      const other = expression(right, place);
      comparable(value, other, 'IS DISTINCT FROM', node);
      return typed(`(${value.sql} IS ${not}DISTINCT FROM ${other.sql})`, BOOLEAN);
    }
    default:
      return withQuery(value, node, place);
  }
}

/** `a = b` and the like. */
export function compared(left: Typed, operator: string, right: Typed, node: SqlRule): Typed {
  comparable(left, right, operator, node);
  const ordered = operator !== '=' && operator !== '<>' && operator !== '!=';
  for (const { type } of [left, right]) {
    if (ordered && ['map', 'json', 'ipaddress'].includes(type.kind))
      throw refusal(`\`${operator}\` does not take ${type.kind}`, node);
  }
  return typed(`(${left.sql} ${operator === '!=' ? '<>' : operator} ${right.sql})`, BOOLEAN);
}

function like(value: Typed, node: SqlRule, place: Place): Typed {
  const [pattern, escapeMark] = parts(node, place);
  for (const part of [value, pattern]) {
    if (part !== undefined && part.type.kind !== 'varchar' && part.type.kind !== 'null')
      throw refusal(`LIKE takes varchar, not ${part.type.kind}`, node, 'CAST(x AS varchar).');
  }
  const not = hasToken(node, 'KW_NOT') ? 'NOT ' : '';
  return typed(
    `(${value.sql} ${not}LIKE ${pattern?.sql}${escapeMark === undefined ? '' : ` ESCAPE ${escapeMark.sql}`})`,
    BOOLEAN,
  );
}

function withQuery(value: Typed, node: SqlRule, place: Place): Typed {
  const queryNode = childRules(node).at(-1);
  if (queryNode === undefined) throw refusal('the subquery is missing', node);
  const query = place.subquery(queryNode, place);
  const [column, more] = query.columns;
  if (column === undefined || more !== undefined) throw refusal('the subquery must have one column', node);
  comparable(value, typed('', column.type), 'IN', node);
  if (node.rule === 'InSubquery')
    return typed(`(${value.sql} ${hasToken(node, 'KW_NOT') ? 'NOT ' : ''}IN (${query.sql}))`, BOOLEAN);
  const [operator, quantifier] = childRules(node);
  if (operator === undefined || quantifier === undefined) throw refusal('the comparison is not translated', node);
  return typed(
    `(${value.sql} ${textOf(operator)} ${textOf(quantifier).toUpperCase() === 'ALL' ? 'ALL' : 'ANY'} (${query.sql}))`,
    BOOLEAN,
  );
}
