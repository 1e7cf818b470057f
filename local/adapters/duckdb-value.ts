/** Turns DuckDB's values into the JSON of a query result, by Trino's type of the column. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import type { SqlType } from '../sql/sql-type.ts';

/** Whole numbers beyond 2^53 and decimals that a double cannot hold are text. */
export function jsonValue(value: DuckDBValue, type: SqlType): Json {
  if (value === null) return null;
  if (typeof value === 'bigint')
    return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return `${timestampText(value.micros)} UTC`;
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBDecimalValue) return decimalJson(value.toString());
  if (value instanceof DuckDBListValue)
    return value.items.map((item) => jsonValue(item, type.kind === 'array' ? type.element : UNKNOWN));
  if (value instanceof DuckDBStructValue) return structJson(value, type);
  if (value instanceof DuckDBMapValue) return mapJson(value, type);
  if (value instanceof DuckDBBlobValue)
    return Buffer.from(value.bytes)
      .toString('hex')
      .replaceAll(/(..)(?=.)/g, '$1 ');
  return value.toString();
}

const UNKNOWN: SqlType = { kind: 'null' };

/** `YYYY-MM-DD HH:MM:SS.mmm`. */
function timestampText(micros: bigint): string {
  const ms = micros >= 0n ? micros / 1000n : -((999n - micros) / 1000n);
  return new Date(Number(ms)).toISOString().replace('T', ' ').replace('Z', '');
}

function decimalJson(text: string): Json {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length <= 15 ? Number(text) : text;
}

/** Sets a key as an own property, even `__proto__`. */
function put(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function structJson(value: DuckDBStructValue, type: SqlType): Json {
  const object: JsonObject = {};
  const fields = type.kind === 'row' ? type.fields : [];
  for (const [index, [key, item]] of Object.entries(value.entries).entries()) {
    const field = fields.find(({ name }) => name === key) ?? fields[index];
    put(object, key === '' ? `field${index}` : key, jsonValue(item, field?.type ?? UNKNOWN));
  }
  return object;
}

function mapJson(value: DuckDBMapValue, type: SqlType): Json {
  const object: JsonObject = {};
  const [keyType, valueType] = type.kind === 'map' ? [type.key, type.value] : [UNKNOWN, UNKNOWN];
  for (const { key, value: item } of value.entries) put(object, String(jsonValue(key, keyType)), jsonValue(item, valueType));
  return object;
}
