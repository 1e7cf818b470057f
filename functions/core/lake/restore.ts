/** Turns a row of the lake back into the OCSF event that it was made from. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import { isoText } from '../timestamp.ts';
import { AS, OUR_COLUMNS } from './conform.ts';
import type { LakeTable } from './tables.ts';
import type { LakeType } from './types.ts';

/** Sets a key as an own property, even `__proto__`. */
function put(target: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/**
 * The event of a row, equal to what was ingested. Takes rows as readers of the files give them:
 * timestamps as BigInt, number or Date, maps as entries, Map or object, absent as null or undefined.
 */
export function restoreEvent(table: LakeTable, row: Readonly<Record<string, unknown>>): OcsfEvent {
  const extra = row['ocsf_extra'];
  const parsed: unknown = typeof extra === 'string' ? JSON.parse(extra) : undefined;
  const rest = isJsonObject(parsed) ? parsed : {};
  const event: JsonObject = {};
  for (const { name, type } of table.columns) {
    if (OUR_COLUMNS.has(name) || name === 'time_dt') continue;
    const value = restored(type, row[name], own(rest, name));
    if (value !== undefined) put(event, name, value);
  }
  restoreTime(event, row, own(rest, 'time_dt'));
  for (const key of Object.keys(rest)) {
    if (!Object.hasOwn(event, key) && key !== 'time_dt') put(event, key, rest[key] ?? null);
  }
  return event as OcsfEvent;
}

function restoreTime(event: JsonObject, row: Readonly<Record<string, unknown>>, rest: Json | undefined): void {
  if (isJsonObject(rest)) {
    if (rest[AS] === 'value') put(event, 'time_dt', rest['value'] ?? null);
    return;
  }
  const profiles = isJsonObject(event['metadata']) ? event['metadata']['profiles'] : undefined;
  const ms = epochMs(row['time_dt']);
  if (ms !== undefined && Array.isArray(profiles) && profiles.includes('datetime')) event['time_dt'] = isoText(ms);
}

const own = (rest: JsonObject, key: string): Json | undefined => (Object.hasOwn(rest, key) ? rest[key] : undefined);

/** The JSON value of a typed one and what it left behind; undefined where the event had nothing. */
function restored(type: LakeType, typed: unknown, rest: Json | undefined): Json | undefined {
  if (typed === null || typed === undefined) return rest;
  if (type.kind === 'struct') return restoredStruct(type.fields, typed, rest);
  if (type.kind === 'array') return restoredList(type.element, typed, rest);
  if (type.kind === 'map') return restoredMap(typed, rest);
  return restoredLeaf(type, typed, rest);
}

function restoredStruct(fields: readonly { name: string; type: LakeType }[], typed: unknown, rest: Json | undefined): Json {
  const value: JsonObject = {};
  const extra = isJsonObject(rest) ? rest : {};
  const from = typed as Readonly<Record<string, unknown>>;
  for (const field of fields) {
    const item = restored(field.type, from[field.name], own(extra, field.name));
    if (item !== undefined) put(value, field.name, item);
  }
  for (const key of Object.keys(extra)) if (!Object.hasOwn(value, key)) put(value, key, extra[key] ?? null);
  return Object.keys(value).length === 0 && rest !== undefined ? rest : value;
}

function restoredList(element: LakeType, typed: unknown, rest: Json | undefined): Json {
  if (!Array.isArray(typed)) return [];
  const extra = isJsonObject(rest) ? rest : {};
  return typed.map((item: unknown, index) => restored(element, item, own(extra, String(index))) ?? null);
}

function restoredMap(typed: unknown, rest: Json | undefined): Json {
  const value: JsonObject = {};
  for (const [key, item] of mapEntries(typed)) put(value, key, item);
  const extra = isJsonObject(rest) ? rest : {};
  for (const key of Object.keys(extra)) put(value, key, extra[key] ?? null);
  return value;
}

function mapEntries(typed: unknown): (readonly [string, string])[] {
  if (typed instanceof Map) return [...typed].map(([key, value]) => [String(key), String(value)]);
  if (!Array.isArray(typed)) return Object.entries(typed as object).map(([key, value]) => [key, String(value)]);
  return typed.map((entry: { key: unknown; value: unknown }) => [String(entry.key), String(entry.value)]);
}

function restoredLeaf(type: LakeType, typed: unknown, rest: Json | undefined): Json {
  const as = isJsonObject(rest) ? rest[AS] : undefined;
  if (as === 'json') return JSON.parse(String(typed)) as Json;
  if (rest !== undefined && as === undefined) return rest;
  if (type.kind === 'timestamp') {
    const ms = epochMs(typed) ?? 0;
    return as === 'millis' ? new Date(ms).toISOString() : isoText(ms);
  }
  return typeof typed === 'bigint' ? Number(typed) : (typed as Json);
}

function epochMs(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
}
