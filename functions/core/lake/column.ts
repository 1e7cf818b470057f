/** The columns of a Parquet file while they fill: values go straight from events to their leaves, each distinct one held once. */
import { isJsonObject, type Json } from '../json.ts';
import { levelsOf, type Scope } from './levels.ts';

/** A value as a leaf holds it: 64-bit numbers and timestamps as safe integers. */
export type LeafValue = string | number | boolean | Uint8Array;

/** What one value left behind: whoever asked reads and clears it. */
export class Sink {
  rest: Json | undefined = undefined;
}

/** A part of the schema that takes values, one for each slot (a row, or an item of a list), in rising order. */
export interface Node {
  /** True where something of the value found its place; what found none is then `sink.rest`, else all of the value is. */
  take(value: Json, slot: number, sink: Sink): boolean;
  /** Leaves in file order. */
  readonly leaves: readonly Leaf[];
  /** Says of each leaf where its values stand. @param def the definition level of the holder */
  place(scope: Scope, def: number, out: Map<Leaf, Placed>): void;
}

/** A leaf as a column chunk has it. */
export interface Placed {
  /** For each entry of the chunk; the highest level is a value. */
  definitionLevels: Uint8Array;
  maxDefinitionLevel: number;
  /** Absent outside of lists and maps. */
  repetitionLevels: Uint8Array | undefined;
  maxRepetitionLevel: number;
  /** Of each value that is there, its index in the leaf's `values`. */
  codes: Int32Array;
}

/** Values after which a leaf looks whether they repeat at all. */
const TRIAL = 2_048;

export type Read = (value: Json, sink: Sink) => LeafValue | undefined;

export class Leaf implements Node {
  readonly leaves = [this];
  /** Names from the column to the leaf. */
  readonly path: readonly string[];
  /** Distinct ones as long as they are worth telling apart. */
  values: LeafValue[] = [];
  /** True where something stood here, even an empty list. */
  isUsed = false;
  readonly #read: Read;
  readonly #isRequired: boolean;
  #known: Map<LeafValue, number> | undefined;
  #last: LeafValue | undefined;
  #lastCode = 0;
  /** Of each slot: 0 for nothing, else the index of its value and one more. */
  #codes = new Int32Array(0);
  #count = 0;

  /** @param isUnique where no two values are the same: none is looked for */
  constructor(path: readonly string[], read: Read, { isRequired = false, isUnique = false } = {}) {
    this.path = path;
    this.#read = read;
    this.#isRequired = isRequired;
    this.#known = isUnique ? undefined : new Map();
  }

  take(value: Json, slot: number, sink: Sink): boolean {
    const typed = this.#read(value, sink);
    if (typed === undefined) {
      sink.rest = value;
      return false;
    }
    this.put(typed, slot);
    return true;
  }

  put(value: LeafValue, slot: number): void {
    if (slot >= this.#codes.length) this.#codes = grown(this.#codes, slot);
    this.#codes[slot] = (value === this.#last ? this.#lastCode : this.#codeOf(value)) + 1;
    this.#count++;
    this.isUsed = true;
  }

  #codeOf(value: LeafValue): number {
    const known = this.#known;
    this.#last = value;
    const code = known?.get(value);
    if (code !== undefined) {
      this.#lastCode = code;
      return code;
    }
    const next = this.values.length;
    this.values.push(value);
    this.#lastCode = next;
    if (known === undefined) return next;
    known.set(value, next);
    // Ids and texts of their own: to look for the same again would cost, and find nothing.
    if (this.#count >= TRIAL && known.size > 0.6 * this.#count) this.#known = undefined;
    return next;
  }

  place(scope: Scope, def: number, out: Map<Leaf, Placed>): void {
    if (!this.isUsed) return;
    const max = this.#isRequired ? def : def + 1;
    const { slots, size } = scope;
    const definitionLevels = scope.definitionLevels.slice(0, size);
    const codes = new Int32Array(this.#count);
    let at = 0;
    for (let entry = 0; entry < size; entry++) {
      const slot = slots === undefined ? entry : (slots[entry] ?? -1);
      const code = slot < 0 ? 0 : (this.#codes[slot] ?? 0);
      if (code === 0) continue;
      definitionLevels[entry] = max;
      codes[at++] = code - 1;
    }
    const { repetitionLevels, maxRepetitionLevel } = scope;
    out.set(this, { definitionLevels, maxDefinitionLevel: max, repetitionLevels, maxRepetitionLevel, codes });
  }
}

const MIN_SLOTS = 256;

function grown<T extends Int32Array | Uint8Array>(array: T, slot: number): T {
  const Kind = array.constructor as new (length: number) => T;
  const larger = new Kind(Math.max(MIN_SLOTS, slot + 1, 2 * array.length));
  larger.set(array);
  return larger;
}

/** A struct is there where any of its fields is; one with nothing typed in it is left whole. */
export class StructNode implements Node {
  readonly leaves: readonly Leaf[];
  readonly #fields: Fields;
  #present = new Uint8Array(0);

  constructor(fields: ReadonlyMap<string, Node>) {
    this.#fields = new Fields(fields);
    this.leaves = [...fields.values()].flatMap((field) => field.leaves);
  }

  take(value: Json, slot: number, sink: Sink): boolean {
    if (!isJsonObject(value)) {
      sink.rest = value;
      return false;
    }
    if (!this.#fields.take(value, slot, sink)) {
      sink.rest = value;
      return false;
    }
    if (slot >= this.#present.length) this.#present = grown(this.#present, slot);
    this.#present[slot] = 1;
    return true;
  }

  place(scope: Scope, def: number, out: Map<Leaf, Placed>): void {
    if (!this.leaves.some(({ isUsed }) => isUsed)) return;
    const inner: Scope = { ...scope, definitionLevels: levelsOf(scope, this.#present, def + 1) };
    for (const field of this.#fields.all()) field.place(inner, def + 1, out);
  }
}

const REMEMBERED = 128;

/** The fields of an object, each with its node. */
export class Fields {
  readonly #byName: ReadonlyMap<string, Node>;
  /** The keys of the last object in their order, and their nodes: neighbours mostly have the same, and need no look-up. */
  readonly #keys: string[] = [];
  readonly #nodes: (Node | undefined)[] = [];

  constructor(byName: ReadonlyMap<string, Node>) {
    this.#byName = byName;
  }

  all(): Iterable<Node> {
    return this.#byName.values();
  }

  /** Each value to its node. `sink.rest` is what found no place. False where nothing found one. */
  take(value: { readonly [key: string]: Json | undefined }, slot: number, sink: Sink): boolean {
    let rest: { [key: string]: Json } | undefined;
    let isTyped = false;
    let at = 0;
    // An event is JSON: nothing that it inherits is enumerable.
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      const field = this.#keys[at] === key ? this.#nodes[at] : this.#look(key, at);
      at++;
      sink.rest = undefined;
      if (field === undefined) sink.rest = item;
      else if (field.take(item, slot, sink)) isTyped = true;
      if (sink.rest === undefined) continue;
      // No prototype: a key of the log may be `__proto__`.
      rest ??= Object.create(null) as { [key: string]: Json };
      rest[key] = sink.rest;
    }
    sink.rest = rest;
    return isTyped;
  }

  #look(key: string, at: number): Node | undefined {
    const node = this.#byName.get(key);
    // A hostile object may have any number of keys.
    if (at < REMEMBERED) {
      this.#keys[at] = key;
      this.#nodes[at] = node;
    }
    return node;
  }
}

/** What lists and maps have in common: of each slot, where its items begin and how many there are. */
abstract class Repeated implements Node {
  abstract readonly leaves: readonly Leaf[];
  /** Of each slot: 0 for no list, else its length and one more. */
  #lengths = new Int32Array(0);
  #starts = new Int32Array(0);
  /** Items so far, which are the slots of what is inside. */
  protected items = 0;

  abstract take(value: Json, slot: number, sink: Sink): boolean;
  abstract placeItems(scope: Scope, def: number, out: Map<Leaf, Placed>): void;

  protected begin(slot: number): void {
    if (slot >= this.#lengths.length) {
      this.#lengths = grown(this.#lengths, slot);
      this.#starts = grown(this.#starts, slot);
    }
    this.#starts[slot] = this.items;
    // An empty list is a value too, and stands in its first leaf.
    const [first] = this.leaves;
    if (first !== undefined) first.isUsed = true;
  }

  protected end(slot: number): void {
    this.#lengths[slot] = this.items - (this.#starts[slot] ?? 0) + 1;
  }

  /** A list is absent, there without items, or has items: three levels, from `def`. */
  place(scope: Scope, def: number, out: Map<Leaf, Placed>): void {
    if (!this.leaves.some(({ isUsed }) => isUsed)) return;
    const length = (entry: number): number => {
      const slot = scope.slots === undefined ? entry : (scope.slots[entry] ?? -1);
      return slot < 0 ? 0 : (this.#lengths[slot] ?? 0);
    };
    let size = 0;
    for (let entry = 0; entry < scope.size; entry++) size += Math.max(1, length(entry) - 1);
    const inner = {
      size,
      slots: new Int32Array(size).fill(-1),
      definitionLevels: new Uint8Array(size),
      repetitionLevels: new Uint8Array(size),
      maxRepetitionLevel: scope.maxRepetitionLevel + 1,
    };
    let at = 0;
    for (let entry = 0; entry < scope.size; entry++) {
      const count = length(entry);
      const slot = scope.slots === undefined ? entry : (scope.slots[entry] ?? -1);
      inner.repetitionLevels[at] = scope.repetitionLevels?.[entry] ?? 0;
      if (count <= 1) {
        inner.definitionLevels[at++] = count === 0 ? (scope.definitionLevels[entry] ?? 0) : def + 1;
        continue;
      }
      const start = this.#starts[slot] ?? 0;
      for (let item = 0; item < count - 1; item++) {
        if (item > 0) inner.repetitionLevels[at] = inner.maxRepetitionLevel;
        inner.definitionLevels[at] = def + 2;
        inner.slots[at++] = start + item;
      }
    }
    this.placeItems(inner, def + 2, out);
  }
}

export class ListNode extends Repeated {
  readonly leaves: readonly Leaf[];
  readonly #item: Node;

  constructor(item: Node) {
    super();
    this.#item = item;
    this.leaves = item.leaves;
  }

  take(value: Json, slot: number, sink: Sink): boolean {
    if (!Array.isArray(value)) {
      sink.rest = value;
      return false;
    }
    let rest: { [index: string]: Json } | undefined;
    this.begin(slot);
    for (let i = 0; i < value.length; i++) {
      sink.rest = undefined;
      this.#item.take(value[i] ?? null, this.items++, sink);
      if (sink.rest === undefined) continue;
      rest ??= {};
      rest[i] = sink.rest;
    }
    this.end(slot);
    sink.rest = rest;
    return true;
  }

  placeItems(scope: Scope, def: number, out: Map<Leaf, Placed>): void {
    this.#item.place(scope, def, out);
  }
}

/** A map of texts. Its entries are there wherever they stand: the level of a key is that of its entry. */
export class MapNode extends Repeated {
  readonly leaves: readonly Leaf[];
  readonly #key: Leaf;
  readonly #value: Leaf;

  constructor(key: Leaf, value: Leaf) {
    super();
    this.#key = key;
    this.#value = value;
    this.leaves = [key, value];
  }

  take(value: Json, slot: number, sink: Sink): boolean {
    if (!isJsonObject(value)) {
      sink.rest = value;
      return false;
    }
    let rest: { [key: string]: Json } | undefined;
    this.begin(slot);
    this.#value.isUsed = true;
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      if (typeof item === 'string' && item.isWellFormed() && key.isWellFormed()) {
        this.#key.put(key, this.items);
        this.#value.put(item, this.items++);
        continue;
      }
      rest ??= Object.create(null) as { [key: string]: Json };
      rest[key] = item;
    }
    this.end(slot);
    sink.rest = rest;
    return true;
  }

  placeItems(scope: Scope, def: number, out: Map<Leaf, Placed>): void {
    this.#key.place(scope, def, out);
    this.#value.place(scope, def, out);
  }
}
