/** Trino's functions over numbers and conditions, as DuckDB says them. */
import type { Call, ScalarSpec, ScalarTable } from './function-spec.ts';
import { BIGINT, BOOLEAN, DOUBLE, type SqlType, unify, VARCHAR } from './sql-type.ts';
import { byCount, simple } from './text-functions.ts';
import { type Typed, typed } from './typed.ts';

const at = (call: Call, index: number): Typed => call.args[index] ?? call.refuse(`${call.name}() has no argument ${index + 1}`);

export function unified(call: Pick<Call, 'refuse'>, values: readonly Typed[], what: string): SqlType {
  let type: SqlType = { kind: 'null' };
  for (const value of values) {
    type = unify(type, value.type) ?? call.refuse(`${what} mixes ${type.kind} and ${value.type.kind}`, 'CAST them to one type.');
  }
  return type;
}

/** The type of the argument back. */
const same = (takes: string, name: string): ScalarSpec => ({
  takes,
  build: (call) => typed(`${name}(${call.args.map(({ sql }) => sql).join(', ')})`, at(call, 0).type),
});
const real = (takes: string, template: string): ScalarSpec => simple(takes, template, DOUBLE);

/** NULL where any argument is NULL, which DuckDB's own skip. */
const extreme = (name: string): ScalarSpec => ({
  takes: 'xx*',
  build: (call) => {
    const type = unified(call, call.args, `${name}()`);
    const nulls = call.args.map(({ sql }) => `${sql} IS NULL`).join(' OR ');
    return typed(`CASE WHEN ${nulls} THEN NULL ELSE ${name}(${call.args.map(({ sql }) => sql).join(', ')}) END`, type);
  },
});

const round: ScalarSpec = {
  takes: 'ni?',
  build: (call) => {
    const [value, digits] = call.args;
    if (value?.type.kind === 'integer' || value?.type.kind === 'bigint') {
      return digits === undefined
        ? value
        : typed(`CAST(round(${value.sql}, CAST(${digits.sql} AS INTEGER)) AS ${value.type.kind})`, value.type);
    }
    if (value?.type.kind === 'decimal') return decimalRound(call, value, digits);
    return typed(`round(${value?.sql}${digits === undefined ? '' : `, CAST(${digits.sql} AS INTEGER)`})`, DOUBLE);
  },
};

function decimalRound(call: Call, value: Typed, digits: Typed | undefined): Typed {
  const type = value.type.kind === 'decimal' ? value.type : undefined;
  if (type === undefined) return call.refuse('round() takes a number');
  if (digits === undefined)
    return typed(`CAST(round(${value.sql}) AS DECIMAL(${Math.min(38, type.precision - type.scale + 1)},0))`, {
      kind: 'decimal',
      precision: Math.min(38, type.precision - type.scale + 1),
      scale: 0,
    });
  if (typeof digits.literal !== 'number') return call.refuse('the digits of round() of a decimal must be a literal');
  const wide = Math.min(38, type.precision + 1);
  return typed(`CAST(round(${value.sql}, ${digits.literal}) AS DECIMAL(${wide},${type.scale}))`, {
    kind: 'decimal',
    precision: wide,
    scale: type.scale,
  });
}

const conditional: ScalarSpec = {
  takes: 'bxx?',
  build: (call) => {
    const [condition, then, otherwise] = call.args;
    const type = unified(call, call.args.slice(1), 'if()');
    return typed(`CASE WHEN ${condition?.sql} THEN ${then?.sql} ELSE ${otherwise?.sql ?? 'NULL'} END`, type);
  },
};

export const NUMBER_FUNCTIONS: ScalarTable = {
  abs: same('n', 'abs'),
  ceil: { takes: 'n', build: (call) => whole(call, 'ceil') },
  ceiling: { takes: 'n', build: (call) => whole(call, 'ceil') },
  floor: { takes: 'n', build: (call) => whole(call, 'floor') },
  round,
  truncate: { takes: 'n', build: (call) => whole(call, 'trunc') },
  sign: {
    takes: 'n',
    build: (call) =>
      typed(`CAST(sign(${at(call, 0).sql}) AS ${at(call, 0).type.kind === 'double' ? 'DOUBLE' : 'INTEGER'})`, at(call, 0).type),
  },
  mod: {
    takes: 'nn',
    build: (call) =>
      typed(
        `CASE WHEN ${at(call, 1).sql} = 0 THEN ${call.fail('Division by zero')} ELSE ${at(call, 0).sql} % ${at(call, 1).sql} END`,
        unified(call, call.args, 'mod()'),
      ),
  },
  sqrt: real('n', "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END"),
  cbrt: real('n', 'cbrt({0})'),
  power: real('nn', 'pow({0}, {1})'),
  pow: real('nn', 'pow({0}, {1})'),
  exp: real('n', 'exp({0})'),
  ln: real('n', 'trino_ln({0})'),
  log2: real('n', '(trino_ln({0}) / ln(2))'),
  log10: real('n', 'CASE WHEN {0} > 0 THEN log10({0}) ELSE trino_ln({0}) END'),
  log: real('nn', '(trino_ln({1}) / trino_ln({0}))'),
  sin: real('n', 'sin({0})'),
  cos: real('n', 'cos({0})'),
  tan: real('n', 'tan({0})'),
  asin: real('n', 'asin({0})'),
  acos: real('n', 'acos({0})'),
  atan: real('n', 'atan({0})'),
  atan2: real('nn', 'atan2({0}, {1})'),
  radians: real('n', 'radians({0})'),
  degrees: real('n', 'degrees({0})'),
  pi: real('', 'pi()'),
  e: real('', 'exp(1.0)'),
  nan: real('', "CAST('NaN' AS DOUBLE)"),
  infinity: real('', "CAST('Infinity' AS DOUBLE)"),
  is_nan: simple('n', 'isnan(CAST({0} AS DOUBLE))', BOOLEAN),
  is_finite: simple('n', 'isfinite(CAST({0} AS DOUBLE))', BOOLEAN),
  is_infinite: simple('n', 'isinf(CAST({0} AS DOUBLE))', BOOLEAN),
  random: byCount('', DOUBLE, { 0: 'random()' }),
  rand: byCount('', DOUBLE, { 0: 'random()' }),
  bitwise_and: simple('ii', '(CAST({0} AS BIGINT) & CAST({1} AS BIGINT))', BIGINT),
  bitwise_or: simple('ii', '(CAST({0} AS BIGINT) | CAST({1} AS BIGINT))', BIGINT),
  bitwise_xor: simple('ii', 'xor(CAST({0} AS BIGINT), CAST({1} AS BIGINT))', BIGINT),
  greatest: extreme('greatest'),
  least: extreme('least'),
  coalesce: {
    takes: 'xx*',
    build: (call) => typed(`coalesce(${call.args.map(({ sql }) => sql).join(', ')})`, unified(call, call.args, 'coalesce()')),
  },
  nullif: {
    takes: 'xx',
    build: (call) => {
      unified(call, call.args, 'nullif()');
      return typed(`nullif(${at(call, 0).sql}, ${at(call, 1).sql})`, at(call, 0).type);
    },
  },
  if: conditional,
  to_base: {
    takes: 'ii',
    build: (call) =>
      at(call, 1).literal === 16
        ? typed(`lower(to_base(${at(call, 0).sql}, 16))`, VARCHAR)
        : typed(`lower(to_base(${at(call, 0).sql}, CAST(${at(call, 1).sql} AS INTEGER)))`, VARCHAR),
  },
};

function whole(call: Call, name: string): Typed {
  const value = at(call, 0);
  if (value.type.kind === 'integer' || value.type.kind === 'bigint') return value;
  if (value.type.kind === 'double') return typed(`${name}(${value.sql})`, DOUBLE);
  if (value.type.kind !== 'decimal') return call.refuse(`${call.name}() takes a number`);
  const precision = Math.min(38, value.type.precision - value.type.scale + 1);
  return typed(`CAST(${name}(${value.sql}) AS DECIMAL(${precision},0))`, { kind: 'decimal', precision, scale: 0 });
}
