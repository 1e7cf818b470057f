/** Turns a record and the names of fields into texts, reading each field at most once an event. */
import { type FieldMap, pathsOf } from './field-map.ts';
import { jsonText } from './json-text.ts';
import { fold } from './pattern.ts';

/** The texts of a field: one, several (arrays, several paths), or none where it is absent or null. */
export type Texts = string | readonly string[] | undefined;

interface Key {
  name: string;
  /** True for names that every object inherits (`constructor`): only an own property counts. */
  inherited: boolean;
}
/**
 * Item `from`, entry `length - 1`: the segments from `from` on, joined by dots, for records whose keys contain dots. A path without
 * dots is one item with one entry.
 */
type Path = readonly (readonly Key[])[];

// Arrays inside arrays, deeper than any log nests them: an attack on the reader.
const MAX_ARRAY_DEPTH = 32;

/** `items[].name`, `items{}.name` and `items[0].name` are spellings of paths through arrays; plain dots suffice. */
export function parsePath(field: string): Path {
  const bare = field.replace(/(?:\[\*?\]|\{\})(?=\.|$)/g, '').replace(/\[(\d+)\](?=\.|\[|$)/g, '.$1');
  const segments = bare.split('.');
  return segments.map((_, from) =>
    segments.slice(from).map((__, index) => {
      const name = segments.slice(from, from + index + 1).join('.');
      return { name, inherited: name in Object.prototype };
    }),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => value !== null && typeof value === 'object';

/** Collects what a path finds in a record. Own properties only, so that `__proto__` and `constructor` are keys like any other. */
class Collector {
  present = false;
  texts: string | string[] | undefined;

  walk(node: unknown, path: Path, from: number, depth: number): void {
    const keys = path[from];
    if (keys === undefined) this.leaf(node, depth);
    else if (Array.isArray(node)) this.items(node, path, from, depth);
    else if (isObject(node)) {
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index];
        if (key === undefined || (key.inherited && !Object.hasOwn(node, key.name))) continue;
        const value = node[key.name];
        if (value !== undefined) this.walk(value, path, from + index + 1, depth);
      }
    }
  }

  private items(list: readonly unknown[], path: Path, from: number, depth: number): void {
    if (depth > MAX_ARRAY_DEPTH) return;
    const own = path[from]?.[0]?.name ?? '';
    if (/^\d+$/.test(own) && Number(own) < list.length) this.walk(list[Number(own)], path, from + 1, depth + 1);
    for (const item of list) if (typeof item === 'object') this.walk(item, path, from, depth + 1);
  }

  private leaf(node: unknown, depth: number): void {
    if (node === undefined) return;
    this.present = true;
    if (node === null) return;
    if (typeof node === 'string') this.add(node);
    else if (Array.isArray(node)) {
      if (depth > MAX_ARRAY_DEPTH) this.add(jsonText(node));
      else for (const item of node) this.leaf(item, depth + 1);
    } else this.add(typeof node === 'object' ? jsonText(node) : String(node));
  }

  private add(text: string): void {
    if (this.texts === undefined) this.texts = text;
    else if (typeof this.texts === 'string') this.texts = [this.texts, text];
    else this.texts.push(text);
  }
}

/**
 * The quick way to the common case: one path through objects, without dotted keys, to one text. Null: surely absent. Undefined: look
 * properly.
 */
function plainText(record: unknown, paths: readonly Path[]): string | null | undefined {
  const path = paths[0];
  if (path === undefined || paths.length > 1) return undefined;
  let node = record;
  for (let from = 0; from < path.length; from++) {
    const keys = path[from];
    const key = keys?.[0];
    if (keys === undefined || key === undefined || key.inherited || !isObject(node) || Array.isArray(node)) return undefined;
    for (let index = 1; index < keys.length; index++) {
      const dotted = keys[index];
      if (dotted !== undefined && node[dotted.name] !== undefined) return undefined;
    }
    node = node[key.name];
    if (node === undefined) return null;
  }
  return typeof node === 'string' ? node : undefined;
}

/** The fields that a set of rules reads. A slot is a field's number. */
export class FieldSlots {
  readonly paths: (readonly Path[])[] = [];
  private readonly slots = new Map<string, number>();
  private readonly maps: readonly FieldMap[];

  constructor(maps: readonly FieldMap[] = []) {
    this.maps = maps;
  }

  slotOf(field: string): number {
    const known = this.slots.get(field);
    if (known !== undefined) return known;
    const slot = this.paths.push(pathsOf(field, this.maps).map(parsePath)) - 1;
    this.slots.set(field, slot);
    return slot;
  }
}

/** Reads one record at a time; what was read stays until the next `begin`. */
export class RecordReader {
  private record: unknown = null;
  private event = 0;
  private readonly readAt: number[] = [];
  private readonly foldedAt: number[] = [];
  private readonly texts: Texts[] = [];
  private readonly foldedTexts: Texts[] = [];
  private readonly presence: boolean[] = [];
  private whole: string | undefined;
  private wholeFolded: string | undefined;
  private readonly slots: FieldSlots;
  private readonly collector = new Collector();

  constructor(slots: FieldSlots) {
    this.slots = slots;
  }

  begin(record: unknown): void {
    this.record = record;
    this.event += 1;
    this.whole = undefined;
    this.wholeFolded = undefined;
  }

  /** The texts of a field as they are written: numbers and booleans as JSON writes them, objects as compact JSON. */
  read(slot: number): Texts {
    if (this.readAt[slot] !== this.event) {
      const paths = this.slots.paths[slot] ?? [];
      const text = plainText(this.record, paths);
      if (text === undefined) this.collect(slot, paths);
      else {
        this.texts[slot] = text ?? undefined;
        this.presence[slot] = text !== null;
      }
      this.readAt[slot] = this.event;
    }
    return this.texts[slot];
  }

  private collect(slot: number, paths: readonly Path[]): void {
    const collector = this.collector;
    collector.present = false;
    collector.texts = undefined;
    for (const path of paths) collector.walk(this.record, path, 0, 0);
    this.texts[slot] = collector.texts;
    this.presence[slot] = collector.present;
  }

  /** The texts of a field in lower case. */
  folded(slot: number): Texts {
    if (this.foldedAt[slot] !== this.event) {
      const texts = this.read(slot);
      this.foldedTexts[slot] = typeof texts === 'string' ? fold(texts) : texts?.map(fold);
      this.foldedAt[slot] = this.event;
    }
    return this.foldedTexts[slot];
  }

  /** Takes the lower case of a field's one text from somebody who knows it already. */
  keepFolded(slot: number, folded: string): void {
    this.foldedTexts[slot] = folded;
    this.foldedAt[slot] = this.event;
  }

  /** True where the field's key exists, even with null or an empty array. */
  present(slot: number): boolean {
    this.read(slot);
    return this.presence[slot] ?? false;
  }

  /** The whole record as compact JSON, for keywords. */
  message(cased: boolean): string {
    this.whole ??= jsonText(this.record);
    if (cased) return this.whole;
    this.wholeFolded ??= fold(this.whole);
    return this.wholeFolded;
  }

  /** Every text value of the record: what `message` shows with JSON's escapes. */
  *strings(): Generator<string> {
    const open: unknown[] = [this.record];
    for (let node = open.pop(); node !== undefined || open.length > 0; node = open.pop()) {
      if (typeof node === 'string') yield node;
      else if (node !== null && typeof node === 'object') for (const value of Object.values(node)) open.push(value);
    }
  }
}
