/** The types of Trino SQL: how they unify, which may be compared, and how Trino and DuckDB write them. */
import type { LakeType } from '../../functions/core/lake/types.ts';

export type PlainKind =
  | 'varchar'
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'double'
  | 'date'
  | 'time'
  | 'varbinary'
  | 'json'
  | 'ipaddress'
  | 'uuid'
  | 'interval day to second'
  | 'interval year to month'
  /** Of the literal NULL. */
  | 'null'
  /** A timestamp moved into a zone: only its local fields mean the same on both engines. */
  | 'zoned';

export interface SqlField {
  name: string | undefined;
  type: SqlType;
}

export type SqlType =
  | { kind: PlainKind }
  | { kind: 'decimal'; precision: number; scale: number }
  /** `offset`: its fields are those of a zone that a text named, and DuckDB keeps the instant only. */
  | { kind: 'timestamp' | 'timestamptz'; precision: number; offset?: true }
  | { kind: 'array'; element: SqlType }
  | { kind: 'map'; key: SqlType; value: SqlType }
  | { kind: 'row'; fields: readonly SqlField[] };

export interface SqlColumn {
  name: string;
  type: SqlType;
}

export const plain = (kind: PlainKind): SqlType => ({ kind });
export const VARCHAR = plain('varchar');
export const BOOLEAN = plain('boolean');
export const INTEGER = plain('integer');
export const BIGINT = plain('bigint');
export const DOUBLE = plain('double');
export const DATE = plain('date');
export const NULL = plain('null');
export const JSON_TYPE = plain('json');
export const VARBINARY = plain('varbinary');
export const timestamp = (precision = 3): SqlType => ({ kind: 'timestamp', precision });
export const timestamptz = (precision = 3): SqlType => ({ kind: 'timestamptz', precision });
/** An instant whose text may name any zone: it compares, but its fields are not known. */
export const OFFSET_TIME: SqlType = { kind: 'timestamptz', precision: 3, offset: true };
export const hasOffset = (type: SqlType): boolean => type.kind === 'timestamptz' && type.offset === true;
export const arrayOf = (element: SqlType): SqlType => ({ kind: 'array', element });
export const decimal = (precision: number, scale: number): SqlType => ({ kind: 'decimal', precision, scale });

/** The SQL type of a lake column. */
export function fromLakeType(type: LakeType): SqlType {
  switch (type.kind) {
    case 'string':
    case 'json':
      return VARCHAR;
    case 'int':
      return INTEGER;
    case 'timestamp':
      return timestamp();
    case 'array':
      return arrayOf(fromLakeType(type.element));
    case 'map':
      return { kind: 'map', key: fromLakeType(type.key), value: fromLakeType(type.value) };
    case 'struct':
      return { kind: 'row', fields: type.fields.map(({ name, type: of }) => ({ name, type: fromLakeType(of) })) };
    default:
      return plain(type.kind);
  }
}

/** As Trino writes it. */
export function trinoText(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return `timestamp(${type.precision})`;
    case 'timestamptz':
      return `timestamp(${type.precision}) with time zone`;
    case 'array':
      return `array(${trinoText(type.element)})`;
    case 'map':
      return `map(${trinoText(type.key)}, ${trinoText(type.value)})`;
    case 'row':
      return `row(${type.fields.map(({ name, type: of }) => (name === undefined ? '' : `"${name}" `) + trinoText(of)).join(', ')})`;
    case 'null':
      return 'unknown';
    default:
      return type.kind;
  }
}

const DUCK: Readonly<Record<PlainKind, string>> = {
  varchar: 'VARCHAR',
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  varbinary: 'BLOB',
  json: 'JSON',
  ipaddress: 'VARCHAR',
  uuid: 'UUID',
  'interval day to second': 'INTERVAL',
  'interval year to month': 'INTERVAL',
  null: 'INTEGER',
  zoned: 'TIMESTAMP',
};

/** As DuckDB writes it. */
export function duckText(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'timestamp':
      return 'TIMESTAMP';
    case 'timestamptz':
      return 'TIMESTAMPTZ';
    case 'array':
      return `${duckText(type.element)}[]`;
    case 'map':
      return `MAP(${duckText(type.key)}, ${duckText(type.value)})`;
    case 'row':
      return `STRUCT(${type.fields.map(({ name, type: of }, index) => `"${name ?? `field${index}`}" ${duckText(of)}`).join(', ')})`;
    default:
      return DUCK[type.kind];
  }
}

export type Family = 'number' | 'time' | 'interval' | PlainKind | 'array' | 'map' | 'row';

/** Types of one family can be compared. */
export function familyOf(type: SqlType): Family {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
      return 'number';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'time';
    case 'interval day to second':
    case 'interval year to month':
      return 'interval';
    default:
      return type.kind;
  }
}

const asDecimal = (type: SqlType): { precision: number; scale: number } => {
  if (type.kind === 'decimal') return type;
  return type.kind === 'integer' ? { precision: 10, scale: 0 } : { precision: 19, scale: 0 };
};

export { asDecimal };

function wider(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'double' || b.kind === 'double') return DOUBLE;
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return a.kind === 'bigint' || b.kind === 'bigint' ? BIGINT : INTEGER;
  const [x, y] = [asDecimal(a), asDecimal(b)];
  const scale = Math.max(x.scale, y.scale);
  return decimal(Math.min(38, Math.max(x.precision - x.scale, y.precision - y.scale) + scale), scale);
}

function later(a: SqlType, b: SqlType): SqlType {
  const precision = Math.max('precision' in a ? a.precision : 0, 'precision' in b ? b.precision : 0);
  if (hasOffset(a) || hasOffset(b)) return { kind: 'timestamptz', precision, offset: true };
  if (a.kind === 'timestamptz' || b.kind === 'timestamptz') return timestamptz(precision);
  return a.kind === 'date' && b.kind === 'date' ? DATE : timestamp(precision);
}

/** The type that both coerce to without a cast, or undefined where Trino would refuse. */
export function unify(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  if (familyOf(a) !== familyOf(b)) return undefined;
  if (familyOf(a) === 'number') return wider(a, b);
  if (familyOf(a) === 'time') return later(a, b);
  if (a.kind === 'array' && b.kind === 'array') {
    const element = unify(a.element, b.element);
    return element && arrayOf(element);
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const [key, value] = [unify(a.key, b.key), unify(a.value, b.value)];
    return key && value && { kind: 'map', key, value };
  }
  if (a.kind === 'row' && b.kind === 'row') return unifyRows(a.fields, b.fields);
  return a.kind === b.kind ? a : undefined;
}

function unifyRows(a: readonly SqlField[], b: readonly SqlField[]): SqlType | undefined {
  if (a.length !== b.length) return undefined;
  const fields: SqlField[] = [];
  for (const [index, field] of a.entries()) {
    const other = b[index];
    const type = other && unify(field.type, other.type);
    if (type === undefined) return undefined;
    fields.push({ name: field.name === other?.name ? field.name : undefined, type });
  }
  return { kind: 'row', fields };
}
