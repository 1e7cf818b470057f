/** Translates JSON_VALUE, JSON_QUERY and JSON_EXISTS with plain `lax` paths. */

import { childRules, hasToken, ruleOf, type SqlRule } from '../../functions/core/sql/tree.ts';
import { expression } from './expression.ts';
import { duckPath } from './json-path.ts';
import { stringText } from './literal.ts';
import { refusal } from './parser.ts';
import type { Place } from './session.ts';
import { BOOLEAN, VARCHAR } from './sql-type.ts';
import { quoteText, type Typed, typed } from './typed.ts';

/** One of the three forms. */
export function jsonForm(node: SqlRule, place: Place, kind: 'value' | 'query' | 'exists'): Typed {
  const [invocation, more] = childRules(node);
  const value = invocation === undefined ? undefined : ruleOf(invocation, 'JsonValueExpression');
  const path = invocation?.kids.find((kid): kid is SqlRule => kid.rule?.endsWith('StringLiteral') ?? false);
  if (value !== undefined && path !== undefined && kind === 'query' && isItemList(more))
    return typed(`trino_json_items(CAST(${expression(value, place).sql} AS VARCHAR), ${itemPath(path)})`, VARCHAR);
  if (value === undefined || path === undefined || more !== undefined)
    throw refusal(`this form of json_${kind} is not translated`, node, 'Use json_extract_scalar() or json_extract().');
  const text = stringText(path).trim();
  if (!text.startsWith('lax ') || /[*?@(]/.test(text))
    throw refusal(`the JSON path ${quoteText(text)} is not translated`, node, "Use 'lax $.a.b[0]'.");
  const source = `CAST(${expression(value, place).sql} AS VARCHAR)`;
  const at = quoteText(
    duckPath(
      {
        refuse: (what, fix) => {
          throw refusal(what, node, fix);
        },
      },
      text.slice(4),
    ),
  );
  if (kind === 'value') return typed(`trino_json_scalar(${source}, ${at})`, VARCHAR);
  if (kind === 'exists')
    return typed(
      `CASE WHEN json_valid(${source}) THEN json_exists(${source}, ${at}) ELSE CASE WHEN ${source} IS NULL THEN NULL ELSE false END END`,
      BOOLEAN,
    );
  return typed(
    `CASE WHEN json_valid(${source}) AND json_type(${source}, ${at}) IN ('OBJECT', 'ARRAY') THEN CAST(json_extract(${source}, ${at}) AS VARCHAR) END`,
    VARCHAR,
  );
}

/** `WITH UNCONDITIONAL ARRAY WRAPPER`. */
const isItemList = (wrapper: SqlRule | undefined): boolean =>
  wrapper?.rule === 'JsonQueryWrapperBehavior' && hasToken(wrapper, 'KW_WITH') && !hasToken(wrapper, 'KW_CONDITIONAL');

/** `lax $[*]."a"`: members and all items, which is what the engine's own function walks. */
function itemPath(node: SqlRule): string {
  const text = stringText(node).trim();
  const steps = ITEM_PATH.exec(text)?.[1];
  if (steps === undefined)
    throw refusal(`the JSON path ${quoteText(text)} is not translated here`, node, `Use 'lax $."a"[*]."b"'.`);
  return quoteText(steps);
}
const ITEM_PATH = /^lax \$((?:\[\*\]|\."(?:[^"\\]|\\["\\])*"|\.[A-Za-z_][A-Za-z0-9_]*)*)$/;
