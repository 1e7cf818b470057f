/** Turns OCSF events into the typed columns of their table, with everything that finds no typed place kept as JSON in `ocsf_extra`. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import {
  Fields,
  Leaf,
  type LeafValue,
  ListNode,
  MapNode,
  type Node,
  type Placed,
  type Read,
  Sink,
  StructNode,
} from './column.ts';
import { rowScope } from './levels.ts';
import { AS, isTimestamp, momentOf } from './moment.ts';
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

export interface RowContext {
  /** Read when the file is written, not before: an archive object has no key until it is whole. */
  rawRef: RawRef;
  /** The record that rules saw, as compact JSON text. @see raw-text.ts */
  rawRecord?: Uint8Array | undefined;
  /** Of the record's content, unless the event's id is that already. @see digest.ts `recordDigest` */
  recordDigest?: string | undefined;
  /** Epoch ms. */
  ingestTimeMs: number;
}

/** The column of the whole record. */
export const RAW_RECORD = 'raw_record';
/** The column of the record's digest: rows are copies of one event where it is the same, and where there is none, where the id is. */
export const RECORD_DIGEST = 'record_digest';

/** Columns that are ours: an event's attribute of the same name goes to `ocsf_extra`. */
export const OUR_COLUMNS: ReadonlySet<string> = new Set([
  'ocsf_extra',
  'raw_ref',
  'ingest_time_dt',
  'accountid',
  'region',
  RAW_RECORD,
  RECORD_DIGEST,
]);
const UNIQUE_COLUMNS: ReadonlySet<string> = new Set([RAW_RECORD, RECORD_DIGEST]);

const INT_MAX = 2 ** 31 - 1;

/** The rows of one file while they come. */
export class TableColumns {
  /** All leaves of the table, in file order. */
  readonly leaves: readonly Leaf[];
  rowCount = 0;
  /** In the order of the table's columns. */
  readonly #columns = new Map<string, Node>();
  /** Those that events fill by themselves. */
  readonly #eventColumns: Fields;
  readonly #timeDt: Leaf | undefined;
  readonly #times: number[] = [];
  readonly #rawRefs: RawRef[] = [];
  readonly #sink = new Sink();

  constructor(table: LakeTable) {
    const eventColumns = new Map<string, Node>();
    for (const { name, type } of table.columns) {
      const node = nodeOf(type, [name]);
      this.#columns.set(name, node);
      if (!OUR_COLUMNS.has(name) && name !== 'time_dt') eventColumns.set(name, node);
    }
    this.#eventColumns = new Fields(eventColumns);
    this.leaves = [...this.#columns.values()].flatMap((node) => node.leaves);
    this.#timeDt = this.#leaf('time_dt');
  }

  #leaf(name: string): Leaf | undefined {
    const node = this.#columns.get(name);
    return node instanceof Leaf ? node : undefined;
  }

  /** Adds an event's row. `restoreEvent` gives the event back from it. */
  add(event: OcsfEvent, context: RowContext): void {
    const slot = this.rowCount++;
    this.#times.push(Number.isFinite(event.time) ? event.time : 0);
    this.#rawRefs.push(context.rawRef);
    const rest = this.#restOf(event, slot);
    const cloud = isJsonObject(event['cloud']) ? event['cloud'] : undefined;
    const account = isJsonObject(cloud?.['account']) ? cloud['account']['uid'] : undefined;
    this.#own('ingest_time_dt', isTimestamp(context.ingestTimeMs) ? context.ingestTimeMs : undefined, slot);
    this.#own('accountid', textOf(account), slot);
    this.#own('region', textOf(event['region']) ?? textOf(cloud?.['region']), slot);
    this.#own('ocsf_extra', rest === undefined ? undefined : JSON.stringify(rest), slot);
    this.#own(RAW_RECORD, context.rawRecord, slot);
    this.#own(RECORD_DIGEST, context.recordDigest, slot);
  }

  #own(name: string, value: LeafValue | undefined, slot: number): void {
    if (value !== undefined) this.#leaf(name)?.put(value, slot);
  }

  /** Types what has a column. Returns what is left of the event, or undefined. */
  #restOf(event: OcsfEvent, slot: number): JsonObject | undefined {
    const sink = this.#sink;
    this.#eventColumns.take(event as { readonly [key: string]: Json | undefined }, slot, sink);
    const timeDt = this.#timeRest(event, slot);
    let rest = sink.rest as JsonObject | undefined;
    sink.rest = undefined;
    if (timeDt !== undefined) {
      rest ??= Object.create(null) as JsonObject;
      rest['time_dt'] = timeDt;
    } else if (rest !== undefined) delete rest['time_dt'];
    return rest !== undefined && Object.keys(rest).length > 0 ? rest : undefined;
  }

  /**
   * `time_dt` always holds the event's time. An event with the `datetime` profile is expected to say the same itself;
   * whatever else it says (or that it does not) is what this returns for `ocsf_extra`.
   */
  #timeRest(event: OcsfEvent, slot: number): Json | undefined {
    const own = Object.hasOwn(event, 'time_dt') ? event['time_dt'] : undefined;
    const time: unknown = event.time;
    const ms = typeof time === 'number' && Number.isSafeInteger(time) && isTimestamp(time) ? time : undefined;
    if (ms !== undefined) this.#timeDt?.put(ms, slot);
    const profiles = isJsonObject(event.metadata) ? event.metadata['profiles'] : undefined;
    const expected = ms !== undefined && Array.isArray(profiles) && profiles.includes('datetime');
    if (own === undefined) return expected ? { [AS]: 'absent' } : undefined;
    const moment = expected && typeof own === 'string' ? momentOf(own) : undefined;
    return moment !== undefined && moment.ms === ms && moment.rest === undefined
      ? undefined
      : { [AS]: 'value', value: own as Json };
  }

  /** Where the values of each leaf stand that is used, rows in the order of their time. Nothing is added afterwards. */
  placed(): Map<Leaf, Placed> {
    const out = new Map<Leaf, Placed>();
    const scope = rowScope(this.rowCount, orderOf(this.#times));
    for (const node of this.#columns.values()) node.place(scope, 0, out);
    return out;
  }

  /** The rows are complete, and so are the archive objects that they name. */
  close(): void {
    const node = this.#columns.get('raw_ref');
    for (let slot = 0; slot < this.#rawRefs.length; slot++) {
      const ref = this.#rawRefs[slot];
      if (ref !== undefined) node?.take({ key: ref.key, line: ref.line, sha256: ref.sha256, bytes: ref.bytes }, slot, this.#sink);
    }
    this.#rawRefs.length = 0;
  }
}

/** Rows in the order of these times; undefined where they are in it already. */
function orderOf(times: readonly number[]): Int32Array | undefined {
  if (times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0))) return undefined;
  return Int32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value.toWellFormed() : undefined);

function nodeOf(type: LakeType, path: readonly string[]): Node {
  if (type.kind === 'struct')
    return new StructNode(new Map(type.fields.map((field) => [field.name, nodeOf(field.type, [...path, field.name])])));
  if (type.kind === 'array') return new ListNode(nodeOf(type.element, [...path, 'list', 'element']));
  if (type.kind !== 'map') return new Leaf(path, READ[type.kind], { isUnique: UNIQUE_COLUMNS.has(path[0] ?? '') });
  const entry = [...path, 'key_value'];
  return new MapNode(new Leaf([...entry, 'key'], READ.string, { isRequired: true }), new Leaf([...entry, 'value'], READ.string));
}

const readText: Read = (value, sink) => {
  if (typeof value !== 'string' || value.isWellFormed()) return typeof value === 'string' ? value : undefined;
  sink.rest = value;
  return value.toWellFormed();
};

/** How each kind reads a value: undefined for one that it cannot hold. */
const READ: Readonly<Record<ScalarKind, Read>> = {
  string: readText,
  json: (value, sink) => {
    if (value === null) return undefined;
    if (typeof value === 'string') return readText(value, sink);
    sink.rest = { [AS]: 'json' };
    return JSON.stringify(value);
  },
  int: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value <= INT_MAX && value >= -INT_MAX - 1 ? value : undefined,
  bigint: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined),
  double: (value) => (typeof value === 'number' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  timestamp: (value, sink) => {
    const moment = typeof value === 'string' ? momentOf(value) : undefined;
    if (moment === undefined) return undefined;
    if (moment.rest !== undefined) sink.rest = moment.rest;
    return moment.ms;
  },
};
