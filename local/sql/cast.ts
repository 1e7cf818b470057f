/** Trino's types as the SQL text names them, its casts, and its literals with a type before them. */

import { childRules, hasToken, rulesOf, type SqlRule, textOf } from '../../functions/core/sql/tree.ts';
import { refusal } from './parser.ts';
import { castOfRows } from './row-cast.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  duckText,
  familyOf,
  hasOffset,
  INTEGER,
  JSON_TYPE,
  plain,
  type SqlType,
  timestamp,
  timestamptz,
  VARBINARY,
  VARCHAR,
} from './sql-type.ts';
import { refuseOffset, timestampText } from './time-functions.ts';
import { quoteText, type Typed, typed } from './typed.ts';

const NAMED: Readonly<Record<string, SqlType>> = {
  varchar: VARCHAR,
  char: VARCHAR,
  boolean: BOOLEAN,
  tinyint: INTEGER,
  smallint: INTEGER,
  int: INTEGER,
  integer: INTEGER,
  bigint: BIGINT,
  double: DOUBLE,
  real: DOUBLE,
  date: DATE,
  json: JSON_TYPE,
  varbinary: VARBINARY,
  ipaddress: plain('ipaddress'),
  uuid: plain('uuid'),
};

const integers = (node: SqlRule): number[] => rulesOf(node, 'TypeParameter').map((kid) => Number(textOf(kid)));

/** The type that a type rule names. */
export function typeOfNode(node: SqlRule): SqlType {
  switch (node.rule) {
    case 'RowType':
      return {
        kind: 'row',
        fields: rulesOf(node, 'RowField').map((field) => {
          const kids = childRules(field);
          const type = kids.at(-1);
          const name = kids.length > 1 && kids[0] !== undefined ? identifierText(kids[0]) : undefined;
          return { name, type: type === undefined ? VARCHAR : typeOfNode(type) };
        }),
      };
    case 'ArrayType':
    case 'LegacyArrayType': {
      const element = childRules(node)[0];
      return arrayOf(element === undefined ? VARCHAR : typeOfNode(element));
    }
    case 'DoublePrecisionType':
      return DOUBLE;
    case 'DateTimeType': {
      if (!hasToken(node, 'KW_TIMESTAMP')) throw refusal('the type TIME is not translated', node);
      const precision = integers(node)[0] ?? 3;
      return hasToken(node, 'KW_WITH') ? timestamptz(precision) : timestamp(precision);
    }
    case 'GenericType':
      return genericType(node);
    default:
      throw refusal(`the type ${textOf(node)} is not translated`, node);
  }
}

function genericType(node: SqlRule): SqlType {
  const first = childRules(node)[0];
  const name = first === undefined ? '' : identifierText(first);
  const parameters = rulesOf(node, 'TypeParameter');
  if (name === 'array' && parameters[0] !== undefined) return arrayOf(parameterType(parameters[0]));
  if (name === 'map' && parameters[0] !== undefined && parameters[1] !== undefined) {
    return { kind: 'map', key: parameterType(parameters[0]), value: parameterType(parameters[1]) };
  }
  if (name === 'decimal') {
    const [precision = 38, scale = 0] = integers(node);
    return decimal(precision, scale);
  }
  const type = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (type === undefined)
    throw refusal(
      `the type ${textOf(node)} is not translated`,
      node,
      `One of ${Object.keys(NAMED).join(', ')}, decimal, timestamp, array, map, row.`,
    );
  if (name === 'varchar' && parameters.length > 0)
    throw refusal('varchar with a length cuts text on Athena and is not translated', node, 'Use varchar, and substr() to cut.');
  return type;
}

function parameterType(node: SqlRule): SqlType {
  const type = childRules(node)[0];
  if (type === undefined) throw refusal(`${textOf(node)} is no type`, node);
  return typeOfNode(type);
}

/** An identifier's name: what double quotes hold, or the word in lower case. */
export function identifierText(node: SqlRule): string {
  const text = textOf(node);
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"').toLowerCase();
  if (text.startsWith('`')) throw refusal('backquotes do not quote on Athena', node, 'Use double quotes.');
  return text.toLowerCase();
}

/** An identifier as it is spelled, for the names of result columns. */
export const spelledName = (node: SqlRule): string => {
  const text = textOf(node);
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
};

export interface CastRequest {
  value: Typed;
  to: SqlType;
  /** TRY_CAST, or a cast inside try(): NULL instead of an error. */
  lenient: boolean;
  node: SqlRule;
}

const TIMESTAMP_TEXT = "'\\s*\\d+-\\d{1,2}-\\d{1,2}( \\d{1,2}:\\d{1,2}(:\\d{1,2}(\\.\\d+)?)?)?\\s*'";
const TIMESTAMPTZ_TEXT =
  "'\\s*\\d+-\\d{1,2}-\\d{1,2}( \\d{1,2}:\\d{1,2}(:\\d{1,2}(\\.\\d+)?)?)? ?(UTC|Z|[+-]\\d{2}:\\d{2}|[A-Z][A-Za-z_]+/[A-Za-z_]+)?\\s*'";
const TEXT_FORMS: ReadonlyMap<string, string> = new Map([
  ['integer', "'[+-]?\\d+'"],
  ['bigint', "'[+-]?\\d+'"],
  ['boolean', "'(?i)(true|false|t|f|1|0)'"],
  ['date', "'\\s*\\d+-\\d{1,2}-\\d{1,2}\\s*'"],
  ['timestamp', TIMESTAMP_TEXT],
  ['timestamptz', TIMESTAMPTZ_TEXT],
]);

/** CAST with Trino's rules: which text is a number or time, how halves round, how a timestamp is written. */
export function castTo(request: CastRequest): Typed {
  const { value, to, node } = request;
  const refuse = (what: string, fix?: string): never => {
    throw refusal(what, node, fix);
  };
  const cast = request.lenient ? 'TRY_CAST' : 'CAST';
  const direct = typed(`${cast}(${value.sql} AS ${duckText(to)})`, to);
  const from = value.type;
  if (from.kind === 'null' || sameShape(from, to)) return from.kind === 'null' ? direct : typed(direct.sql, to);
  const rows = castOfRows(request, castTo);
  if (rows !== undefined) return rows;
  if (to.kind === 'ipaddress')
    return from.kind === 'varchar'
      ? typed(`trino_ip(${value.sql}, ${request.lenient})`, to)
      : refuse('only varchar can be cast to ipaddress');
  if (from.kind === 'varchar') return fromText(request, direct);
  if (to.kind === 'varchar') return toText(value, refuse);
  if (from.kind === 'json') return fromJson(direct, refuse);
  if (to.kind === 'json') return typed(`to_json(${value.sql})`, to);
  if (from.kind === 'double' && (to.kind === 'integer' || to.kind === 'bigint'))
    return typed(`${cast}(round(${value.sql}) AS ${duckText(to)})`, to);
  if (familyOf(from) === 'number' && (familyOf(to) === 'number' || to.kind === 'boolean')) return direct;
  if (from.kind === 'boolean' && familyOf(to) === 'number') return direct;
  if (from.kind === 'zoned' && (to.kind === 'date' || to.kind === 'timestamp')) return direct;
  if (hasOffset(from) && (to.kind === 'date' || to.kind === 'timestamp')) return refuseOffset(refuse);
  if (from.kind === 'timestamptz' && (to.kind === 'date' || to.kind === 'timestamp'))
    return typed(`${cast}((${value.sql} AT TIME ZONE 'UTC') AS ${duckText(to)})`, to);
  if (familyOf(from) === 'time' && familyOf(to) === 'time') return typed(precise(direct.sql, from, to), to);
  if (from.kind === 'array' && to.kind === 'array' && simpleCast(from.element, to.element)) return direct;
  if (from.kind === 'uuid' || to.kind === 'uuid') return direct;
  return refuse(`a cast from ${from.kind} to ${to.kind} is not translated`);
}

/** Cutting digits of the second rounds on both, but only milliseconds and seconds are kept apart here. */
function precise(sql: string, from: SqlType, to: SqlType): string {
  const digits = to.kind === 'timestamp' || to.kind === 'timestamptz' ? to.precision : 3;
  const had = from.kind === 'timestamp' || from.kind === 'timestamptz' ? from.precision : 0;
  return digits === 0 && had > 0 ? `date_trunc('second', ${sql} + INTERVAL 500 MILLISECOND)` : sql;
}

const simpleCast = (from: SqlType, to: SqlType): boolean =>
  from.kind === 'null' ||
  familyOf(from) === familyOf(to) ||
  (to.kind === 'varchar' && ['integer', 'bigint', 'boolean'].includes(from.kind));

function sameShape(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'array' && b.kind === 'array') return sameShape(a.element, b.element);
  if (a.kind === 'map' && b.kind === 'map') return sameShape(a.key, b.key) && sameShape(a.value, b.value);
  return a.kind === b.kind && !['row', 'decimal', 'timestamp', 'timestamptz'].includes(a.kind);
}

function fromText({ value, to, lenient, node }: CastRequest, direct: Typed): Typed {
  if (to.kind === 'varbinary') return typed(`encode(${value.sql})`, to);
  if (to.kind === 'json') return typed(`to_json(${value.sql})`, to);
  if (!['number', 'time', 'boolean', 'uuid'].includes(familyOf(to)))
    throw refusal(`a cast from varchar to ${to.kind} is not translated`, node);
  const form = TEXT_FORMS.get(to.kind);
  if (form === undefined) return direct;
  const fits = `regexp_full_match(${value.sql}, ${form})`;
  const otherwise = lenient
    ? 'NULL'
    : `error('Cannot cast ' || coalesce(${quoteText("'")} || ${value.sql} || ${quoteText("'")}, 'NULL') || ' to ${to.kind}')`;
  return typed(`CASE WHEN ${value.sql} IS NULL THEN NULL WHEN ${fits} THEN ${direct.sql} ELSE ${otherwise} END`, to);
}

function toText(value: Typed, refuse: (what: string, fix?: string) => never): Typed {
  switch (value.type.kind) {
    case 'double':
      return refuse(
        'text of a double (1.5E0 on Athena) is not translated',
        'CAST it to decimal(18, 3) or bigint first, or leave it a number.',
      );
    case 'timestamp':
    case 'timestamptz':
      return typed(timestampText(value, refuse), VARCHAR);
    case 'json':
      return typed(`json_extract_string(${value.sql}, '$')`, VARCHAR);
    case 'varbinary':
      return typed(`decode(${value.sql})`, VARCHAR);
    case 'integer':
    case 'bigint':
    case 'boolean':
    case 'decimal':
    case 'date':
    case 'uuid':
    case 'ipaddress':
      return typed(`CAST(${value.sql} AS VARCHAR)`, VARCHAR);
    default:
      return refuse(
        `a cast from ${value.type.kind} to varchar is not possible`,
        'json_format(CAST(x AS json)) writes structures as text.',
      );
  }
}

function fromJson(direct: Typed, refuse: (what: string, fix?: string) => never): Typed {
  const scalar = (type: SqlType): boolean => ['varchar', 'integer', 'bigint', 'double', 'boolean'].includes(type.kind);
  const { type: to } = direct;
  if (
    scalar(to) ||
    (to.kind === 'array' && (scalar(to.element) || to.element.kind === 'json')) ||
    (to.kind === 'map' && to.key.kind === 'varchar' && scalar(to.value))
  )
    return direct;
  return refuse(`a cast from json to ${to.kind} of structures is not translated`, 'json_extract() the parts.');
}

/** `DATE '…'`, `TIMESTAMP '…'`, `IPADDRESS '…'`, `JSON '…'` and the like. */
export function typedLiteral(name: string, text: string, node: SqlRule): Typed {
  const quoted = quoteText(text);
  switch (name) {
    case 'date':
      if (!/^\d{4,}-\d{1,2}-\d{1,2}$/.test(text.trim())) throw refusal(`${quoted} is no date`, node, "Write DATE '2026-01-31'.");
      return typed(`DATE ${quoted}`, DATE);
    case 'timestamp':
      return timestampLiteral(text, node);
    case 'ipaddress':
      return typed(`trino_ip(${quoted}, false)`, plain('ipaddress'));
    case 'json':
      return typed(`CAST(${quoted} AS JSON)`, JSON_TYPE);
    case 'decimal': {
      const [, whole = '', part = ''] = /^[+-]?(\d*)\.?(\d*)$/.exec(text.trim()) ?? [];
      if (whole + part === '') throw refusal(`${quoted} is no decimal`, node);
      return typed(
        `CAST(${quoted} AS DECIMAL(${Math.max(1, whole.length + part.length)},${part.length}))`,
        decimal(Math.max(1, whole.length + part.length), part.length),
      );
    }
    case 'varchar':
      return { sql: quoted, type: VARCHAR, literal: text };
    case 'bigint':
    case 'integer':
    case 'double':
      return castTo({ value: { sql: quoted, type: VARCHAR }, to: NAMED[name] ?? VARCHAR, lenient: false, node });
    default:
      throw refusal(`${name} literals are not translated`, node);
  }
}

function timestampLiteral(text: string, node: SqlRule): Typed {
  const match =
    /^\s*(\d{4,}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,12}))?)?))?( ?(?:UTC|Z|[+-]\d{1,2}(?::?\d{2})?)| [A-Z][\w+-]*\/[\w/+-]+)?\s*$/.exec(
      text,
    );
  if (match === null)
    throw refusal(`${quoteText(text)} is no timestamp`, node, "Write TIMESTAMP '2026-01-31 23:59:59.000' with a space, not a T.");
  const [, , , fraction = '', zone] = match;
  if (fraction.length > 6) throw refusal('timestamps finer than microseconds are not translated', node);
  const precision = fraction.length;
  if (zone === undefined) return typed(`TIMESTAMP ${quoteText(text.trim())}`, timestamp(precision));
  const isUtc = /^ ?(?:UTC|Z|[+-]0{1,2}(?::?00)?)$/.test(zone);
  const type: SqlType = isUtc ? timestamptz(precision) : { kind: 'timestamptz', precision, offset: true };
  return typed(`TIMESTAMPTZ ${quoteText(text.trim())}`, type);
}
