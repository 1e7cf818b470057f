/** Translates ORDER BY lists and OVER clauses. */

import { childRules, hasToken, ruleOf, rulesOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { identifierText } from './cast.ts';
import { expression } from './expression.ts';
import { refusal } from './parser.ts';
import type { Place } from './session.ts';

/** `x DESC NULLS LAST, …`: Trino puts NULLs last whatever the direction. */
export function orderBy(items: readonly SqlRule[], place: Place, keyOf?: (item: SqlRule) => string | undefined): string {
  return items
    .map((item) => {
      const key = childRules(item)[0];
      const sql = keyOf?.(item) ?? (key === undefined ? '1' : expression(key, place).sql);
      const nulls = hasToken(item, 'KW_FIRST') ? 'FIRST' : 'LAST';
      return `${sql} ${hasToken(item, 'KW_DESC') ? 'DESC' : 'ASC'} NULLS ${nulls}`;
    })
    .join(', ');
}

/** `(PARTITION BY … ORDER BY … frame)`. */
export function overClause(over: SqlRule, place: Place): string {
  const specification = ruleOf(over, 'WindowSpecification');
  if (specification !== undefined) return windowText(specification, place);
  const name = childRules(over)[0];
  const named = name === undefined ? undefined : place.windows.get(identifierText(name));
  if (named === undefined) throw refusal('the window is not defined', over);
  return windowText(named, place);
}

function windowText(node: SqlRule, place: Place): string {
  if (node.kids.some((kid) => kid.rule?.endsWith('Identifier')))
    throw refusal('a window that builds on another is not translated', node);
  const partitions = rulesOf(node, 'PartitionBy').flatMap((kid) => childRules(kid));
  const items = rulesOf(node, 'SortItem');
  const frame = ruleOf(node, 'WindowFrame');
  const parts = [
    partitions.length === 0 ? '' : `PARTITION BY ${partitions.map((kid) => expression(kid, place).sql).join(', ')}`,
    items.length === 0 ? '' : `ORDER BY ${orderBy(items, place)}`,
    frame === undefined ? '' : frameText(frame, place),
  ];
  return `(${parts.filter((part) => part !== '').join(' ')})`;
}

function frameText(frame: SqlRule, place: Place): string {
  const extent = ruleOf(frame, 'FrameExtent');
  if (extent === undefined || childRules(frame).length !== 1) throw refusal('row pattern matching is not translated', frame);
  const kind = ['ROWS', 'RANGE', 'GROUPS'].find((word) => hasToken(extent, `KW_${word}`)) ?? 'ROWS';
  const [start, end] = childRules(extent).map((bound) => boundText(bound, place));
  return end === undefined ? `${kind} ${start}` : `${kind} BETWEEN ${start} AND ${end}`;
}

function boundText(bound: SqlRule, place: Place): string {
  const amount = ruleOf(bound, 'Expression');
  if (amount === undefined) return textOf(bound);
  return `${expression(amount, place).sql} ${hasToken(bound, 'KW_PRECEDING') ? 'PRECEDING' : 'FOLLOWING'}`;
}
