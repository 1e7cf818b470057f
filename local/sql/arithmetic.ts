/** Trino's arithmetic in DuckDB's text: whole-number division, decimal scales, errors where Trino has them. */

import type { SqlRule } from '../../functions/core/sql/tree.ts';
import { refusal } from './parser.ts';
import { asDecimal, BIGINT, DATE, DOUBLE, decimal, familyOf, INTEGER, type SqlType, timestamp } from './sql-type.ts';
import { quoteText, type Typed, typed } from './typed.ts';

interface Operands {
  left: Typed;
  right: Typed;
  operator: string;
  lenient: boolean;
  node: SqlRule;
}

/** `a + b`, `-`, `*`, `/`, `%`. */
export function arithmetic(operands: Operands): Typed {
  const { left, right, operator, node } = operands;
  const families = [familyOf(left.type), familyOf(right.type)];
  if (families.includes('interval') || families.includes('time')) return withTime(operands);
  for (const { type } of [left, right]) {
    if (familyOf(type) !== 'number' && type.kind !== 'null')
      throw refusal(
        `\`${operator}\` does not take ${type.kind}`,
        node,
        type.kind === 'varchar' ? 'CAST it to a number, or join text with ||.' : undefined,
      );
  }
  if (left.type.kind === 'double' || right.type.kind === 'double') return inDoubles(operands);
  if (left.type.kind === 'decimal' || right.type.kind === 'decimal') return inDecimals(operands);
  const type = left.type.kind === 'bigint' || right.type.kind === 'bigint' ? BIGINT : INTEGER;
  if (operator !== '/' && operator !== '%') return typed(`(${left.sql} ${operator} ${right.sql})`, type);
  return typed(unlessZero(operands, `${left.sql} ${operator === '/' ? '//' : '%'} ${right.sql}`), type);
}

/** Trino ends the query at a division by zero. */
function unlessZero({ right, lenient }: Operands, sql: string): string {
  if (typeof right.literal === 'number' && right.literal !== 0) return `(${sql})`;
  return `CASE WHEN ${right.sql} = 0 THEN ${lenient ? 'NULL' : `error(${quoteText('Division by zero')})`} ELSE ${sql} END`;
}

function inDoubles({ left, right, operator }: Operands): Typed {
  const [a, b] = [left, right].map(({ sql, type }) => (type.kind === 'double' ? sql : `CAST(${sql} AS DOUBLE)`));
  return typed(operator === '%' ? `fmod(${a}, ${b})` : `(${a} ${operator} ${b})`, DOUBLE);
}

/** @see Trino documentation, "Decimal functions and operators": precision and scale of results */
function inDecimals(operands: Operands): Typed {
  const { left, right, operator, node } = operands;
  const [a, b] = [asDecimal(left.type), asDecimal(right.type)];
  const [x, y] = [asText(left, a), asText(right, b)];
  if (operator === '*') return typed(`(${x} * ${y})`, fits(a.precision + b.precision, a.scale + b.scale, node));
  const scale = Math.max(a.scale, b.scale);
  if (operator === '/') return dividedDecimals(operands, { a, b, scale });
  if (operator === '%') {
    const precision = Math.min(b.precision - b.scale, a.precision - a.scale) + scale;
    return typed(unlessZero(operands, `${x} % ${y}`), fits(precision, scale, node));
  }
  const precision = Math.min(38, 1 + scale + Math.max(a.precision - a.scale, b.precision - b.scale));
  return typed(`(${x} ${operator} ${y})`, decimal(precision, scale));
}

const asText = (value: Typed, type: { precision: number; scale: number }): string =>
  value.type.kind === 'decimal' ? value.sql : `CAST(${value.sql} AS DECIMAL(${type.precision},${type.scale}))`;

function fits(precision: number, scale: number, node: SqlRule): SqlType {
  if (precision > 38)
    throw refusal(
      `the result needs decimal(${precision}, ${scale}), which is more than 38 digits`,
      node,
      'CAST one side to double.',
    );
  return decimal(precision, scale);
}

interface Scales {
  a: { precision: number; scale: number };
  b: { precision: number; scale: number };
  scale: number;
}

/** In whole numbers, rounded half up as Trino does. */
function dividedDecimals(operands: Operands, { a, b, scale }: Scales): Typed {
  const precision = Math.min(38, a.precision + b.scale + Math.max(0, b.scale - a.scale));
  const shift = scale - a.scale + b.scale;
  if (scale > 8 || a.precision + shift > 36)
    throw refusal('a division of decimals this wide is not translated', operands.node, 'CAST one side to double.');
  const unscaled = (value: Typed, type: { precision: number; scale: number }): string =>
    `trino_decimal_unscaled(${asText(value, type)})`;
  const quotient = `trino_half_up(${unscaled(operands.left, a)} * ${10 ** shift}, ${unscaled(operands.right, b)})`;
  const one = scale === 0 ? '' : ` * CAST('0.${'1'.padStart(scale, '0')}' AS DECIMAL(${scale},${scale}))`;
  const sql = `CAST(CAST(${quotient} AS DECIMAL(30,0))${one} AS DECIMAL(${Math.max(precision, scale + 1)},${scale}))`;
  return typed(unlessZero(operands, sql), decimal(precision, scale));
}

function withTime({ left, right, operator, node }: Operands): Typed {
  const [a, b] = [familyOf(left.type), familyOf(right.type)];
  if (a === 'interval' && b === 'interval' && (operator === '+' || operator === '-') && left.type.kind === right.type.kind) {
    return typed(`(${left.sql} ${operator} ${right.sql})`, left.type);
  }
  if (operator === '*' && a === 'interval' && b === 'number') return typed(`(${left.sql} * ${right.sql})`, left.type);
  if (operator === '*' && a === 'number' && b === 'interval') return typed(`(${right.sql} * ${left.sql})`, right.type);
  if (operator === '+' && a === 'interval' && b === 'time') return moved(right, left, operator);
  if ((operator === '+' || operator === '-') && a === 'time' && b === 'interval') return moved(left, right, operator);
  throw refusal(
    `\`${operator}\` between ${left.type.kind} and ${right.type.kind} is not translated`,
    node,
    "Use date_diff('second', a, b) for differences and INTERVAL '5' MINUTE for shifts.",
  );
}

/** A date moved by an interval is a date; a timestamp then shows milliseconds at least. */
function moved(base: Typed, interval: Typed, operator: string): Typed {
  if (base.type.kind === 'date') return typed(`CAST(${base.sql} ${operator} ${interval.sql} AS DATE)`, DATE);
  const precision = base.type.kind === 'timestamp' ? Math.max(3, base.type.precision) : 3;
  const sql = `(${base.sql} ${operator} ${interval.sql})`;
  return typed(
    sql,
    base.type.kind === 'timestamp' && interval.type.kind === 'interval day to second' ? timestamp(precision) : base.type,
  );
}
