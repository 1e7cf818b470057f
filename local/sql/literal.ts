/** Translates literals: text, numbers, intervals, and those with a type before them. */

import { childRules, ruleOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { identifierText, typedLiteral } from './cast.ts';
import { refusal } from './parser.ts';
import { BIGINT, DOUBLE, decimal, INTEGER, plain, VARCHAR } from './sql-type.ts';
import { quoteText, type Typed, typed } from './typed.ts';

type Literal = (node: SqlRule) => Typed;

/** The text that a string rule writes. */
export function stringText(node: SqlRule): string {
  const text = textOf(node);
  if (!text.startsWith("'")) throw refusal("U&'…' literals are not translated", node, 'Write the characters themselves.');
  return text.slice(1, -1).replaceAll("''", "'");
}

export const stringLiteral: Literal = (node) => {
  const text = stringText(node);
  if (text.includes('\u0000')) throw refusal('text with a NUL character is not translated', node);
  return { sql: quoteText(text), type: VARCHAR, literal: text };
};

export const integerLiteral: Literal = (node) => {
  const text = textOf(node).replaceAll(' ', '').replaceAll('_', '');
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || BigInt(text) > 2n ** 63n - 1n) throw refusal(`${text} is no bigint`, node);
  const type = Math.abs(value) < 2 ** 31 ? INTEGER : BIGINT;
  return { sql: type === BIGINT ? `CAST(${text} AS BIGINT)` : text, type, literal: value };
};

export const decimalLiteral: Literal = (node) => {
  const text = textOf(node).replaceAll(' ', '').replaceAll('_', '');
  const [whole = '', part = ''] = text.replace('-', '').split('.');
  const digits = whole.replace(/^0+/, '').length + part.length;
  const precision = Math.max(digits, part.length, 1);
  if (precision > 38) throw refusal(`${text} has more than 38 digits`, node);
  return {
    sql: `CAST('${text}' AS DECIMAL(${precision},${part.length}))`,
    type: decimal(precision, part.length),
    literal: Number(text),
  };
};

export const doubleLiteral: Literal = (node) => {
  const text = textOf(node).replaceAll(' ', '');
  return { sql: `CAST('${text}' AS DOUBLE)`, type: DOUBLE, literal: Number(text) };
};

const UNITS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'month', 'year']);

export const interval: Literal = (node) => {
  const inner = node.rule === 'IntervalLiteral' ? ruleOf(node, 'Interval') : node;
  const [text, field, more] = inner === undefined ? [] : childRules(inner);
  if (inner === undefined || text === undefined || field === undefined || more !== undefined)
    throw refusal('an interval of two fields is not translated', node, "Write INTERVAL '90' MINUTE.");
  const [amount, unit] = [stringText(text), textOf(field).toLowerCase()];
  if (!UNITS.has(unit) || !/^[+-]?\d+(\.\d+)?$/.test(amount) || (amount.includes('.') && unit !== 'second'))
    throw refusal(`INTERVAL ${textOf(text)} ${unit} is not translated`, node, "Write INTERVAL '5' MINUTE.");
  const sign = inner.kids.some((kid) => kid.rule === undefined && kid.text === '-') ? '-' : '';
  const type = plain(unit === 'month' || unit === 'year' ? 'interval year to month' : 'interval day to second');
  return typed(`(${sign}INTERVAL '${amount}' ${unit})`, type);
};

export const typeConstructor: Literal = (node) => {
  const text = childRules(node).at(-1);
  const name = childRules(node).length > 1 ? identifierText(childRules(node)[0] ?? node) : 'double';
  if (text === undefined) throw refusal('the literal has no text', node);
  return typedLiteral(name, stringText(text), node);
};
