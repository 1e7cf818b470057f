/** Turns an OCSF event into the typed row of its table, with everything that finds no typed place kept as JSON in `ocsf_extra`. */
import { isJsonObject, type Json } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import { AS, isoOf, momentOf } from './moment.ts';
import type { LakeTable } from './tables.ts';
import type { LakeType, ScalarKind } from './types.ts';

export { AS } from './moment.ts';

/** Where the raw record of an event lies: object key, line (from 0), digest and size of the object. */
export interface RawRef {
  key: string;
  line: number;
  sha256: string;
  bytes: number;
}

/** A typed value: bigints and timestamps (epoch ms) as BigInt, maps as entries, a raw record as UTF-8, absent as undefined. */
export type LakeValue = string | number | boolean | bigint | null | Uint8Array | LakeValue[] | { [field: string]: LakeValue };
export type LakeRow = { [column: string]: LakeValue };

export interface RowContext {
  rawRef: RawRef;
  /** The record that rules saw, as compact JSON text. @see raw-text.ts */
  rawRecord?: Uint8Array | undefined;
  /** Epoch ms. */
  ingestTimeMs: number;
}

/** The column of the whole record. */
export const RAW_RECORD = 'raw_record';

/** Columns that are ours: an event's attribute of the same name goes to `ocsf_extra`. */
export const OUR_COLUMNS: ReadonlySet<string> = new Set([
  'ocsf_extra',
  'raw_ref',
  'ingest_time_dt',
  'accountid',
  'region',
  RAW_RECORD,
]);

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
  let rawLeaf = -1;
  for (const { name, type } of table.columns) {
    if (name === RAW_RECORD) rawLeaf = counter.leaves;
    const taken = taker(type, counter);
    if (name !== RAW_RECORD) (OUR_COLUMNS.has(name) ? ours : columns).set(name, taken);
  }
  const compiled: Compiled = { take: structTaker(columns), ours, columns, rawLeaf };
  return { leafCount: counter.leaves, row: (event, context, used) => rowOf(compiled, event, context, used) };
}

interface Compiled {
  take: (value: object, sink: Sink) => LakeRow | undefined;
  ours: ReadonlyMap<string, Take>;
  columns: ReadonlyMap<string, Take>;
  /** The leaf of `raw_record`. */
  rawLeaf: number;
}

function rowOf(table: Compiled, event: OcsfEvent, context: RowContext, used: Uint8Array): LakeRow {
  const sink = new Sink(used);
  const taken = table.take(event, sink) ?? {};
  // Columns are added to the row, never to the event.
  const row = taken === (event as object) ? { ...taken } : taken;
  let rest = isJsonObject(sink.rest) ? sink.rest : undefined;
  const timeDt = timeRest(event, table.columns, row, sink);
  if (timeDt !== undefined) {
    rest ??= Object.create(null) as { [key: string]: Json };
    rest['time_dt'] = timeDt;
  } else if (rest !== undefined) delete rest['time_dt'];
  const cloud = isJsonObject(event['cloud']) ? event['cloud'] : undefined;
  const account = isJsonObject(cloud?.['account']) ? cloud['account']['uid'] : undefined;
  const own: Record<string, Json | undefined> = {
    raw_ref: rawRefOf(context.rawRef),
    ingest_time_dt: isoOf(context.ingestTimeMs),
    accountid: account,
    region: typeof event['region'] === 'string' ? event['region'] : cloud?.['region'],
    ocsf_extra: rest !== undefined && Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined,
  };
  for (const [name, take] of table.ours) {
    const value = own[name];
    const typed = value === undefined ? undefined : take(value, sink);
    if (typed !== undefined) row[name] = typed;
  }
  if (context.rawRecord !== undefined && table.rawLeaf >= 0) {
    row[RAW_RECORD] = context.rawRecord;
    used[table.rawLeaf] = 1;
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

const rawRefOf = ({ key, line, sha256, bytes }: RawRef): Json => ({ key, line, sha256, bytes });

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

/**
 * A struct is typed where any field is; a struct with nothing typed in it is left whole. One that is all typed as it stands, which
 * most are, is its own typed value: nobody changes either.
 */
function structTaker(fields: ReadonlyMap<string, Take>): (value: object, sink: Sink) => LakeRow | undefined {
  return (value, sink) => {
    const items = value as { readonly [key: string]: Json | undefined };
    let typed: LakeRow | undefined;
    let rest: { [key: string]: Json } | undefined;
    let same = 0;
    // An event is JSON: nothing that it inherits is enumerable.
    for (const key in items) {
      const item = items[key];
      if (item === undefined) continue;
      const take = fields.get(key);
      sink.rest = undefined;
      const taken = take === undefined ? refuse(item, sink) : take(item, sink);
      if (typed === undefined && rest === undefined && taken === item && sink.rest === undefined) {
        same++;
        continue;
      }
      if (typed === undefined && rest === undefined && same > 0) typed = firstOf(items, same);
      if (taken !== undefined) {
        typed ??= {};
        typed[key] = taken;
      }
      if (sink.rest === undefined) continue;
      // No prototype: a key of the log may be `__proto__`.
      rest ??= Object.create(null) as { [key: string]: Json };
      rest[key] = sink.rest;
    }
    if (typed === undefined && same > 0) {
      sink.rest = undefined;
      return items as LakeRow;
    }
    sink.rest = typed === undefined ? (value as { [key: string]: Json }) : rest;
    return typed;
  };
}

/** A copy of the first fields that have a value, which were found to be typed as they stand. */
function firstOf(items: { readonly [key: string]: Json | undefined }, count: number): LakeRow {
  const typed: LakeRow = {};
  let left = count;
  for (const key in items) {
    const item = items[key];
    if (item === undefined) continue;
    if (left-- === 0) break;
    typed[key] = item as LakeValue;
  }
  return typed;
}

function listTaker(take: Take, firstLeaf: number): Take {
  return (value, sink) => {
    if (!Array.isArray(value)) return refuse(value, sink);
    let rest: { [index: string]: Json } | undefined;
    let typed: LakeValue[] | undefined;
    for (let i = 0; i < value.length; i++) {
      sink.rest = undefined;
      const item = value[i] ?? null;
      const taken = take(item, sink) ?? null;
      if (typed === undefined && taken !== value[i]) typed = (value as LakeValue[]).slice(0, i);
      typed?.push(taken);
      if (sink.rest === undefined) continue;
      rest ??= {};
      rest[i] = sink.rest;
    }
    sink.used[firstLeaf] = 1;
    sink.rest = rest;
    return typed ?? (value as LakeValue[]);
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
    const moment = typeof value === 'string' ? momentOf(value) : undefined;
    if (moment === undefined) return refuse(value, sink);
    if (moment.rest !== undefined) sink.rest = moment.rest;
    return moment.ms;
  },
};
