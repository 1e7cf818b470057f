/** Turns a record and the names of fields into texts, reading each field at most once an event. */
import { type FieldMap, pathsOf } from './field-map.ts';
import { jsonText } from './json-text.ts';
import { fold } from './pattern.ts';
import { Collector, type Path, parsePath, plainText, textAt } from './record-path.ts';
import { TextValue, ValueMemo } from './text-value.ts';

/** The texts of a field: one, several (arrays, several paths), or none where it is absent or null. */
export type Texts = string | readonly string[] | undefined;
export type Values = TextValue | readonly TextValue[] | undefined;

/** The fields that a set of rules reads. A slot is a field's number. */
export class FieldSlots {
  readonly paths: (readonly Path[])[] = [];
  private readonly slots = new Map<string, number>();
  private readonly tests: number[] = [];
  private readonly maps: readonly FieldMap[];

  constructor(maps: readonly FieldMap[] = []) {
    this.maps = maps;
  }

  slotOf(field: string): number {
    const known = this.slots.get(field);
    if (known !== undefined) return known;
    const slot = this.paths.push(pathsOf(field, this.maps).map(parsePath)) - 1;
    this.slots.set(field, slot);
    this.tests.push(0);
    return slot;
  }

  /** A number for one more test of a field whose answers are worth remembering. */
  testOf(slot: number): number {
    const id = this.tests[slot] ?? 0;
    this.tests[slot] = id + 1;
    return id;
  }
}

/** A field as one reader sees it: where to look, what it found in the record of the moment, and what it knows of earlier values. */
export class ReadField {
  readonly paths: readonly Path[];
  /** The path of a field that has one. */
  readonly only: Path | undefined;
  readonly memo = new ValueMemo();
  /** Number of the record that `text`, `values` and `present` are of. */
  readAt = 0;
  /** Where the field is one text: the text. Null: it is absent or null. Undefined: it is several, then `values` has them. */
  text: string | null | undefined = undefined;
  /** Looked up in the memo when first asked for: many tests need only a glance at the text. */
  values: Values = undefined;
  present = false;

  constructor(paths: readonly Path[]) {
    this.paths = paths;
    this.only = paths.length === 1 ? paths[0] : undefined;
  }
}

/** Reads one record at a time; what was read stays until the next `begin`. */
export class RecordReader {
  private record: unknown = null;
  private event = 0;
  private readonly fields: ReadField[] = [];
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

  /** The values of a field as they are written: numbers and booleans as JSON writes them, objects as compact JSON. */
  value(slot: number): Values {
    return this.valueOf(this.field(slot));
  }

  /** A field of this reader, for those that ask for it with every record. */
  field(slot: number): ReadField {
    return this.fields[slot] ?? this.open(slot);
  }

  /** @see value; `field` is one that this reader gave. */
  valueOf(field: ReadField): Values {
    if (field.readAt !== this.event) this.look(field);
    if (field.values === undefined && typeof field.text === 'string') field.values = field.memo.of(field.text);
    return field.values;
  }

  /** The text of a field that is one text; null where it is absent or null; undefined where it has several: ask for `value`. */
  text(slot: number): string | null | undefined {
    return this.textOf(this.field(slot));
  }

  /** @see text; `field` is one that this reader gave. */
  textOf(field: ReadField): string | null | undefined {
    if (field.readAt !== this.event) this.look(field);
    return field.text;
  }

  private look(field: ReadField): void {
    const text = field.only === undefined ? plainText(this.record, field.paths) : textAt(this.record, field.only);
    field.values = undefined;
    if (text === undefined) this.collect(field);
    else {
      field.text = text;
      field.present = text !== null;
    }
    // Last: a record that throws is not read, and throws again.
    field.readAt = this.event;
  }

  private collect(field: ReadField): void {
    const collector = this.collector;
    collector.begin();
    for (const path of field.paths) collector.walk(this.record, path, 0, 0);
    const { texts } = collector;
    const { memo } = field;
    field.text = typeof texts === 'object' ? undefined : (texts ?? null);
    if (typeof texts === 'object') field.values = texts.map((text) => memo.of(text));
    field.present = collector.present;
  }

  /** Rules may name further fields after the reader was made. */
  private open(slot: number): ReadField {
    for (let next = this.fields.length; next <= slot; next++) this.fields.push(new ReadField(this.slots.paths[next] ?? []));
    return this.fields[slot] ?? new ReadField([]);
  }

  /** The texts of a field, as they are written. */
  read(slot: number): Texts {
    const values = this.value(slot);
    return values === undefined || values instanceof TextValue ? values?.text : values.map(({ text }) => text);
  }

  /** The texts of a field in lower case. */
  folded(slot: number): Texts {
    const values = this.value(slot);
    return values === undefined || values instanceof TextValue ? values?.folded : values.map(({ folded }) => folded);
  }

  /** True where the field's key exists, even with null or an empty array. */
  present(slot: number): boolean {
    const field = this.field(slot);
    if (field.readAt !== this.event) this.look(field);
    return field.present;
  }

  /** The whole record as compact JSON, for keywords. */
  message(cased: boolean): string {
    this.whole ??= jsonText(this.record);
    if (cased) return this.whole;
    this.wholeFolded ??= fold(this.whole);
    return this.wholeFolded;
  }

  /** Every key and every text of the record: what `message` shows with JSON's escapes. */
  *strings(): Generator<string> {
    const open: unknown[] = [this.record];
    for (let node = open.pop(); node !== undefined || open.length > 0; node = open.pop()) {
      if (typeof node === 'string') yield node;
      else if (Array.isArray(node)) for (const value of node) open.push(value);
      else if (node !== null && typeof node === 'object') for (const [key, value] of Object.entries(node)) open.push(key, value);
    }
  }
}
