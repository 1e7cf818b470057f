/** Translates expressions: each becomes DuckDB's text with Trino's type, and refuses what Trino would refuse. */

import { childRules, hasToken, ruleOf, rulesOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { arithmetic } from './arithmetic.ts';
import { functionCall, listAgg } from './call.ts';
import { searchedCase, simpleCase } from './case-form.ts';
import { castTo, identifierText, typeOfNode } from './cast.ts';
import { jsonForm } from './json-form.ts';
import {
  decimalLiteral,
  doubleLiteral,
  integerLiteral,
  interval,
  stringLiteral,
  stringText,
  typeConstructor,
} from './literal.ts';
import { unified } from './number-functions.ts';
import { refusal } from './parser.ts';
import { comparable, pair, parts, predicated } from './predicate.ts';
import { below, resolve } from './scope.ts';
import type { Place } from './session.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DATE,
  duckText,
  NULL,
  type SqlType,
  timestamp,
  timestamptz,
  unify,
  VARBINARY,
  VARCHAR,
} from './sql-type.ts';
import { atTimeZone, fieldOf } from './time-functions.ts';
import { quoteText, type Typed, typed } from './typed.ts';

type Handler = (node: SqlRule, place: Place) => Typed;

/** The translated expression below a node. */
export function expression(node: SqlRule, place: Place): Typed {
  const handler = HANDLERS.get(node.rule);
  if (handler !== undefined) return handler(node, place);
  const [only, more] = node.kids;
  if (only !== undefined && only.rule !== undefined && more === undefined) return expression(only, place);
  throw refusal(
    `\`${textOf(node).slice(0, 80)}\` (${node.rule}) is not translated for the embedded engine`,
    node,
    'Run it on Athena, or say it in other words.',
  );
}

const refuseAt =
  (node: SqlRule) =>
  (what: string, fix?: string): never => {
    throw refusal(what, node, fix);
  };

/** A boolean expression. */
export function condition(node: SqlRule, place: Place): string {
  const value = expression(node, place);
  if (value.type.kind !== 'boolean' && value.type.kind !== 'null')
    throw refusal(`a condition must be boolean, not ${value.type.kind}`, node);
  return value.sql;
}

const logical =
  (word: 'AND' | 'OR'): Handler =>
  (node, place) =>
    typed(
      `(${childRules(node)
        .map((kid) => condition(kid, place))
        .join(` ${word} `)})`,
      BOOLEAN,
    );

const binary: Handler = (node, place) => {
  const [left, right] = pair(node, place);
  const operator = node.kids.find((kid) => kid.rule === undefined);
  return arithmetic({ left, right, operator: operator === undefined ? '+' : textOf(operator), lenient: place.lenient, node });
};

const unary: Handler = (node, place) => {
  const value = parts(node, place)[0];
  if (value === undefined) throw refusal('an operand is missing', node);
  const minus = node.kids.some((kid) => kid.rule === undefined && kid.text === '-');
  if (!minus) return value;
  if (!['integer', 'bigint', 'double', 'decimal', 'interval day to second', 'interval year to month'].includes(value.type.kind))
    throw refusal(`- does not take ${value.type.kind}`, node);
  return { sql: `(-${value.sql})`, type: value.type, ...(typeof value.literal === 'number' && { literal: -value.literal }) };
};

const concatenation: Handler = (node, place) => {
  const [left, right] = pair(node, place);
  if (left.type.kind === 'array' || right.type.kind === 'array') {
    const [a, b] = [left, right].map(({ sql, type }) => (type.kind === 'array' ? sql : `[${sql}]`));
    const element = (value: Typed): SqlType => (value.type.kind === 'array' ? value.type.element : value.type);
    const type = unify(element(left), element(right));
    if (type === undefined) throw refusal('|| joins arrays of different types', node);
    return typed(`(${a} || ${b})`, arrayOf(type));
  }
  for (const { type } of [left, right]) {
    if (!['varchar', 'varbinary', 'null'].includes(type.kind))
      throw refusal(`|| joins varchar, not ${type.kind}`, node, 'CAST(x AS varchar).');
  }
  return typed(`(${left.sql} || ${right.sql})`, left.type.kind === 'varbinary' ? VARBINARY : VARCHAR);
};

const columnName: Handler = (node, place) => {
  const path = node.rule === 'QualifiedName' ? node : (ruleOf(node, 'QualifiedName') ?? childRules(node)[0]);
  if (path === undefined) throw refusal('the column has no name', node);
  const name = path.rule === 'QualifiedName' ? path : (ruleOf(path, 'QualifiedName') ?? path);
  const words = childRules(name).map(identifierText);
  // The grammar knows these only with parentheses.
  return resolve(place.scope, words, node);
};

const dereference: Handler = (node, place) => {
  const [base, field] = childRules(node);
  if (base === undefined || field === undefined) throw refusal('the field has no name', node);
  return below(expression(base, place), [identifierText(field)], node);
};

const subscript: Handler = (node, place) => {
  const [value, key] = pair(node, place);
  const missing = (message: string): string => (place.lenient ? 'NULL' : `error(${quoteText(message)})`);
  if (value.type.kind === 'map') {
    comparable(typed('', value.type.key), key, '[]', node);
    const sql = `CASE WHEN ${value.sql} IS NULL OR ${key.sql} IS NULL THEN NULL WHEN map_contains(${value.sql}, ${key.sql}) THEN (${value.sql})[${key.sql}] ELSE ${missing('Key not present in map (use element_at)')} END`;
    return typed(sql, value.type.value);
  }
  if (value.type.kind !== 'array') throw refusal(`[] does not take ${value.type.kind}`, node);
  if (key.type.kind !== 'integer' && key.type.kind !== 'bigint') throw refusal('an array is subscripted by a whole number', node);
  const sql = `CASE WHEN ${value.sql} IS NULL OR ${key.sql} IS NULL THEN NULL WHEN ${key.sql} BETWEEN 1 AND len(${value.sql}) THEN (${value.sql})[${key.sql}] ELSE ${missing('Array subscript out of bounds (use element_at)')} END`;
  return typed(sql, value.type.element);
};

const cast: Handler = (node, place) => {
  const [value, type] = childRules(node);
  if (value === undefined || type === undefined) throw refusal('CAST is incomplete', node);
  return castTo({
    value: expression(value, place),
    to: typeOfNode(type),
    lenient: place.lenient || hasToken(node, 'KW_TRY_CAST'),
    node,
  });
};

const array: Handler = (node, place) => {
  const items = rulesOf(node, 'Expression').map((kid) => expression(kid, place));
  const type = unified({ refuse: refuseAt(node) }, items, 'ARRAY');
  const sql = `[${items.map((item) => item.sql).join(', ')}]`;
  return typed(type.kind === 'null' ? sql : `CAST(${sql} AS ${duckText(type)}[])`, arrayOf(type));
};

const row: Handler = (node, place) => {
  const items = rulesOf(node, 'Expression').map((kid) => expression(kid, place));
  return typed(`row(${items.map(({ sql }) => sql).join(', ')})`, {
    kind: 'row',
    fields: items.map(({ type }) => ({ name: undefined, type })),
  });
};

const parameter: Handler = (node, place) => {
  const number = place.session.parameterAt(node);
  const type = place.session.parameters[number - 1];
  if (type === undefined) throw refusal(`there is no value for parameter ${number}`, node, 'Pass one value for each ?.');
  return typed(`CAST($${number} AS ${duckText(type)})`, type);
};

const extract: Handler = (node, place) => {
  const [field, value] = childRules(node);
  if (field === undefined || value === undefined) throw refusal('EXTRACT is incomplete', node);
  return fieldOf({ refuse: refuseAt(node) }, identifierText(field), expression(value, place));
};

const trim: Handler = (node, place) => {
  const how = ruleOf(node, 'TrimsSpecification');
  const name = how === undefined || hasToken(how, 'KW_BOTH') ? 'trim' : hasToken(how, 'KW_LEADING') ? 'ltrim' : 'rtrim';
  const values = childRules(node).filter((kid) => kid !== how);
  const [first, second] = values.map((kid) => expression(kid, place));
  if (first === undefined) throw refusal('TRIM has no text', node);
  return typed(second === undefined ? `trino_${name}(${first.sql})` : `${name}(${second.sql}, ${first.sql})`, VARCHAR);
};

const scalarQuery: Handler = (node, place) => {
  const query = childRules(node)[0];
  if (query === undefined) throw refusal('the subquery is empty', node);
  const { sql, columns } = place.subquery(query, place);
  const [column, more] = columns;
  if (column === undefined || more !== undefined) throw refusal('a subquery that stands for a value must have one column', node);
  return typed(`(${sql})`, column.type);
};

const exists: Handler = (node, place) => {
  const query = childRules(node)[0];
  if (query === undefined) throw refusal('the subquery is empty', node);
  return typed(`EXISTS (${place.subquery(query, place).sql})`, BOOLEAN);
};

const zone: Handler = (node, place) => {
  const [value, specifier] = childRules(node);
  const text = specifier === undefined ? undefined : childRules(specifier)[0];
  if (value === undefined || text === undefined || !textOf(text).startsWith("'"))
    throw refusal('AT TIME ZONE needs the name of a zone', node);
  return atTimeZone({ refuse: refuseAt(node) }, expression(value, place), quoteText(stringText(text)));
};

const substring: Handler = (node, place) => {
  const [text, from, length] = parts(node, place);
  if (text?.type.kind !== 'varchar' && text?.type.kind !== 'null') throw refusal('SUBSTRING takes varchar', node);
  return typed(
    length === undefined
      ? `trino_substr(${text.sql}, ${from?.sql})`
      : `trino_substr_length(${text.sql}, ${from?.sql}, ${length.sql})`,
    VARCHAR,
  );
};

const grouping: Handler = (node, place) =>
  typed(
    `CAST(GROUPING(${rulesOf(node, 'QualifiedName')
      .map((name) => columnName(name, place).sql)
      .join(', ')}) AS BIGINT)`,
    BIGINT,
  );

/** Times of the session, whose zone is UTC; milliseconds, as Trino's default precision. */
const NOW = "date_trunc('millisecond', current_timestamp)";

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['And', logical('AND')],
  ['Or', logical('OR')],
  ['LogicalNot', (node, place) => typed(`(NOT ${condition(childRules(node)[0] ?? node, place)})`, BOOLEAN)],
  ['Predicated', (node, place) => predicated(node, place)],
  ['ArithmeticBinary', binary],
  ['ArithmeticUnary', unary],
  ['Concatenation', concatenation],
  ['ParenthesizedExpression', (node, place) => expression(childRules(node)[0] ?? node, place)],
  ['NullLiteral', () => typed('NULL', NULL)],
  ['BooleanLiteral', (node) => typed(textOf(node).toLowerCase(), BOOLEAN)],
  ['StringLiteral', (node) => stringLiteral(node)],
  ['IntegerLiteral', (node) => integerLiteral(node)],
  ['DecimalLiteral', (node) => decimalLiteral(node)],
  ['DoubleLiteral', (node) => doubleLiteral(node)],
  ['IntervalLiteral', (node) => interval(node)],
  ['TypeConstructor', (node) => typeConstructor(node)],
  ['ColumnReference', columnName],
  ['ColumnRef', columnName],
  ['QualifiedName', columnName],
  ['Dereference', dereference],
  ['Subscript', subscript],
  ['FunctionCall', functionCall],
  ['ListAgg', listAgg],
  ['SearchedCase', searchedCase],
  ['SimpleCase', simpleCase],
  ['Cast', cast],
  ['ArrayConstructor', array],
  ['RowConstructor', row],
  ['Parameter', parameter],
  ['Extract', extract],
  ['Trim', trim],
  ['Substring', substring],
  [
    'Position',
    (node, place) => {
      const [needle, text] = pair(node, place);
      return typed(`instr(${text.sql}, ${needle.sql})`, BIGINT);
    },
  ],
  ['JsonValue', (node, place) => jsonForm(node, place, 'value')],
  ['JsonQuery', (node, place) => jsonForm(node, place, 'query')],
  ['JsonExists', (node, place) => jsonForm(node, place, 'exists')],
  ['SubqueryExpression', scalarQuery],
  ['Exists', exists],
  ['AtTimeZone', zone],
  ['GroupingOperation', grouping],
  ['CurrentDate', () => typed("CAST(current_timestamp AT TIME ZONE 'UTC' AS DATE)", DATE)],
  ['CurrentTimestamp', () => typed(NOW, timestamptz())],
  ['LocalTimestamp', () => typed(`(${NOW} AT TIME ZONE 'UTC')`, timestamp())],
]);
