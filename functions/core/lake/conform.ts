/** Turns an OCSF event into the typed row of its table, with everything that finds no typed place kept as JSON in `ocsf_extra`. */
import { isJsonObject, type Json } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import type { LakeTable } from './tables.ts';
import type { LakeType, ScalarKind } from './types.ts';

/** Where the raw record of an event lies: object key, line (from 0), digest and size of the object. */
export interface RawRef {
  key: string;
  line: number;
  sha256: string;
  bytes: number;
}

/** A typed value: bigints and timestamps (epoch ms) as BigInt, maps as entries, absent as undefined. */
export type LakeValue = string | number | boolean | bigint | null | LakeValue[] | { [field: string]: LakeValue };
export type LakeRow = { [column: string]: LakeValue };

export interface RowContext {
  rawRef: RawRef;
  /** Epoch ms. */
  ingestTimeMs: number;
}

/** Columns that are ours: an event's attribute of the same name goes to `ocsf_extra`. */
export const OUR_COLUMNS: ReadonlySet<string> = new Set(['ocsf_extra', 'raw_ref', 'ingest_time_dt', 'accountid', 'region']);

/** In `ocsf_extra`, how a typed value must be read to give the event's own back: as JSON, without milliseconds, not at all. */
export const AS = '$as';

/** The dates that a timestamp column can hold: years 1 to 9999. */
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;
const INT_MAX = 2 ** 31 - 1;

/** What one value left behind: `rest` is read and cleared by the caller; `used` marks the leaves that hold anything. */
class Sink {
  rest: Json | undefined = undefined;
  readonly used: Uint8Array;

  constructor(used: Uint8Array) {
    this.used = used;
  }
}

type Take = (value: Json, sink: Sink) => LakeValue | undefined;

/** A table's projection, compiled once. */
export interface Conformer {
  /** Leaf columns of the table, in file order; `used` is as long. */
  leafCount: number;
  row(event: OcsfEvent, context: RowContext, used: Uint8Array): LakeRow;
}

const compiled = new WeakMap<LakeTable, Conformer>();

/** The compiled projection of a table. */
export function conformerFor(table: LakeTable): Conformer {
  const known = compiled.get(table);
  if (known !== undefined) return known;
  const made = compile(table);
  compiled.set(table, made);
  return made;
}

/** The typed row of an event. `restoreEvent` gives the event back from it. */
export function conformRow(table: LakeTable, event: OcsfEvent, context: RowContext): LakeRow {
  const conformer = conformerFor(table);
  return conformer.row(event, context, new Uint8Array(conformer.leafCount));
}

function compile(table: LakeTable): Conformer {
  const counter = { leaves: 0 };
  const columns = new Map<string, Take>();
  const ours = new Map<string, Take>();
  for (const { name, type } of table.columns) (OUR_COLUMNS.has(name) ? ours : columns).set(name, taker(type, counter));
  const take = structTaker(columns);
  return { leafCount: counter.leaves, row: (event, context, used) => rowOf({ take, ours, columns }, event, context, used) };
}

interface Compiled {
  take: (value: object, sink: Sink) => LakeRow | undefined;
  ours: ReadonlyMap<string, Take>;
  columns: ReadonlyMap<string, Take>;
}

function rowOf(table: Compiled, event: OcsfEvent, context: RowContext, used: Uint8Array): LakeRow {
  const sink = new Sink(used);
  const row = table.take(event, sink) ?? {};
  let rest = isJsonObject(sink.rest) ? sink.rest : undefined;
  const timeDt = timeRest(event, table.columns, row, sink);
  if (timeDt !== undefined) {
    rest ??= Object.create(null) as { [key: string]: Json };
    rest['time_dt'] = timeDt;
  } else if (rest !== undefined) delete rest['time_dt'];
  const cloud = isJsonObject(event['cloud']) ? event['cloud'] : undefined;
  const account = isJsonObject(cloud?.['account']) ? cloud['account']['uid'] : undefined;
  const own: Record<string, Json | undefined> = {
    raw_ref: { ...context.rawRef },
    ingest_time_dt: new Date(context.ingestTimeMs).toISOString(),
    accountid: account,
    region: typeof event['region'] === 'string' ? event['region'] : cloud?.['region'],
    ocsf_extra: rest !== undefined && Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined,
  };
  for (const [name, take] of table.ours) {
    const value = own[name];
    const typed = value === undefined ? undefined : take(value, sink);
    if (typed !== undefined) row[name] = typed;
  }
  return row;
}

/**
 * `time_dt` always holds the event's time. An event with the `datetime` profile is expected to say the same itself;
 * whatever else it says (or that it does not) is what this returns for `ocsf_extra`.
 */
function timeRest(event: OcsfEvent, columns: ReadonlyMap<string, Take>, row: LakeRow, sink: Sink): Json | undefined {
  const own = Object.hasOwn(event, 'time_dt') ? event['time_dt'] : undefined;
  const time: unknown = event.time;
  const iso = typeof time === 'number' && Number.isSafeInteger(time) ? isoOf(time) : undefined;
  const typed = iso === undefined ? undefined : columns.get('time_dt')?.(iso, sink);
  if (typed === undefined) delete row['time_dt'];
  else row['time_dt'] = typed;
  const profiles = isJsonObject(event.metadata) ? event.metadata['profiles'] : undefined;
  const expected = typed !== undefined && Array.isArray(profiles) && profiles.includes('datetime');
  if (own === undefined) return expected ? { [AS]: 'absent' } : undefined;
  return expected && own === iso ? undefined : { [AS]: 'value', value: own as Json };
}

const isoOf = (ms: number): string | undefined => (ms >= MIN_MS && ms <= MAX_MS ? new Date(ms).toISOString() : undefined);

function taker(type: LakeType, counter: { leaves: number }): Take {
  if (type.kind === 'struct') {
    const fields = new Map<string, Take>();
    for (const field of type.fields) fields.set(field.name, taker(field.type, counter));
    const take = structTaker(fields);
    return (value, sink) => (isJsonObject(value) ? take(value, sink) : refuse(value, sink));
  }
  if (type.kind === 'array') {
    const first = counter.leaves;
    return listTaker(taker(type.element, counter), first);
  }
  const leaf = counter.leaves;
  if (type.kind === 'map') {
    counter.leaves += 2;
    return mapTaker(leaf);
  }
  counter.leaves++;
  return leafTaker(TAKE[type.kind], leaf);
}

function refuse(value: Json, sink: Sink): undefined {
  sink.rest = value;
  return undefined;
}

/** A struct is typed where any field is; a struct with nothing typed in it is left whole. */
function structTaker(fields: ReadonlyMap<string, Take>): (value: object, sink: Sink) => LakeRow | undefined {
  return (value, sink) => {
    let typed: LakeRow | undefined;
    let rest: { [key: string]: Json } | undefined;
    for (const key of Object.keys(value)) {
      const item = (value as { [key: string]: Json | undefined })[key];
      if (item === undefined) continue;
      const take = fields.get(key);
      sink.rest = undefined;
      const taken = take === undefined ? refuse(item, sink) : take(item, sink);
      if (taken !== undefined) {
        typed ??= {};
        typed[key] = taken;
      }
      if (sink.rest === undefined) continue;
      // No prototype: a key of the log may be `__proto__`.
      rest ??= Object.create(null) as { [key: string]: Json };
      rest[key] = sink.rest;
    }
    sink.rest = typed === undefined ? (value as { [key: string]: Json }) : rest;
    return typed;
  };
}

function listTaker(take: Take, firstLeaf: number): Take {
  return (value, sink) => {
    if (!Array.isArray(value)) return refuse(value, sink);
    let rest: { [index: string]: Json } | undefined;
    const typed: LakeValue[] = new Array(value.length);
    for (let i = 0; i < value.length; i++) {
      sink.rest = undefined;
      typed[i] = take(value[i] ?? null, sink) ?? null;
      if (sink.rest === undefined) continue;
      rest ??= {};
      rest[i] = sink.rest;
    }
    sink.used[firstLeaf] = 1;
    sink.rest = rest;
    return typed;
  };
}

function mapTaker(leaf: number): Take {
  return (value, sink) => {
    if (!isJsonObject(value)) return refuse(value, sink);
    let rest: { [key: string]: Json } | undefined;
    const entries: LakeValue[] = [];
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      if (typeof item === 'string' && item.isWellFormed() && key.isWellFormed()) {
        entries.push({ key, value: item });
        continue;
      }
      rest ??= Object.create(null) as { [key: string]: Json };
      rest[key] = item;
    }
    sink.used[leaf] = 1;
    sink.used[leaf + 1] = 1;
    sink.rest = rest;
    return entries;
  };
}

const leafTaker =
  (take: Take, leaf: number): Take =>
  (value, sink) => {
    const typed = take(value, sink);
    if (typed !== undefined) sink.used[leaf] = 1;
    return typed;
  };

function takeText(value: Json, sink: Sink): LakeValue | undefined {
  if (typeof value !== 'string') return refuse(value, sink);
  if (value.isWellFormed()) return value;
  sink.rest = value;
  return value.toWellFormed();
}

const TAKE: Readonly<Record<ScalarKind, Take>> = {
  string: takeText,
  json: (value, sink) => {
    if (value === null || typeof value === 'string') return value === null ? refuse(value, sink) : takeText(value, sink);
    sink.rest = { [AS]: 'json' };
    return JSON.stringify(value);
  },
  int: (value, sink) =>
    typeof value === 'number' && Number.isInteger(value) && value <= INT_MAX && value >= -INT_MAX - 1
      ? value
      : refuse(value, sink),
  bigint: (value, sink) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : refuse(value, sink)),
  double: (value, sink) => (typeof value === 'number' ? value : refuse(value, sink)),
  boolean: (value, sink) => (typeof value === 'boolean' ? value : refuse(value, sink)),
  timestamp: (value, sink) => {
    if (typeof value !== 'string' || !RFC3339.test(value)) return refuse(value, sink);
    const ms = Date.parse(value);
    const iso = Number.isNaN(ms) ? undefined : isoOf(ms);
    if (iso === undefined) return refuse(value, sink);
    if (iso !== value) sink.rest = iso.replace('.000Z', 'Z') === value ? { [AS]: 'seconds' } : value;
    return BigInt(ms);
  },
};

/** @see RFC 3339, section 5.6 */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
