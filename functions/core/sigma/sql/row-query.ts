/** Builds the inner levels of a query: one row an event of a source, the fields that rules read, and the truth of each of their atoms. */
import { tableForClass } from '../../lake/tables.ts';
import type { Atom } from '../ast.ts';
import { type FieldMap, pathsOf } from '../field-map.ts';
import { type AtomSql, atomSql, listOf, type Slot } from './atom-sql.ts';
import { type LakeMap, placeOf } from './lake-map.ts';
import { anyOfSql, sqlText } from './literal.ts';
import { HAS_DOTS, HAS_ODD_KEYS, NO_TEXTS, RAW_KEYS, RAW_TEXT, type SlotSql, slotSql } from './slot-sql.ts';

/** UTC days, both included, as yyyyMMdd. */
export interface SqlWindow {
  fromDay: string;
  toDay: string;
}

/** What every row carries: enough to build a finding, or to look the event up. */
export const EVENT_COLUMNS = [
  ['uid', 'metadata.uid', 'varchar'],
  ['time', '"time"', 'bigint'],
  ['eventday', 'eventday', 'varchar'],
  ['class_uid', 'class_uid', 'integer'],
  ['account', 'accountid', 'varchar'],
  ['region', 'region', 'varchar'],
  ['principal', 'coalesce(actor.user.uid, actor.user.uid_alt, actor.user.name, actor.app_name)', 'varchar'],
  ['raw_key', 'raw_ref."key"', 'varchar'],
  ['raw_line', 'raw_ref.line', 'integer'],
] as const;

/** The column that is true where a key with dots leaves open whether a field is there. */
export const UNSURE = 'is_unsure';

export class RowQuery {
  readonly #map: LakeMap;
  readonly #fieldMaps: readonly FieldMap[];
  readonly #slots = new Map<string, { slot: Slot; sql: SlotSql; used: Set<keyof SlotSql> }>();
  /** Expression over a table's row → the name under which every branch selects it. */
  readonly #columns = new Map<string, string>();
  readonly #atoms = new Map<string, { name: string; truth: string; undecided?: string }>();
  /** Expressions over the fields that the relation gives besides: name → SQL. */
  readonly #texts = new Map<string, string>();
  /** Some atom reads the text of the whole record. */
  #readsRaw = false;
  /** Some field may lie in `unmapped`. */
  #readsUnmapped = false;

  constructor(map: LakeMap, fieldMaps: readonly FieldMap[]) {
    this.#map = map;
    this.#fieldMaps = fieldMaps;
  }

  /** The columns that hold an atom's truth, or why there are none. The same atom of several rules is computed once. */
  atom(atom: Atom): { truth: string; undecided: string | undefined } | { why: string } {
    const key = JSON.stringify(atom);
    if (key.includes('\\u0000')) return { why: 'a text with a NUL character has no literal that every engine reads alike' };
    let known = this.#atoms.get(key);
    if (known === undefined) {
      if (isKeyword(atom)) this.#readsRaw = true;
      const untold = new Set<string>();
      const made = atomSql(atom, (field) => {
        const slots = this.#slotsOf(field);
        if (!('why' in slots)) for (const slot of slots) if (slot.untold !== undefined) untold.add(slot.untold);
        return slots;
      });
      if ('why' in made) return made;
      const undecided = anyOfSql([...(made.undecided === undefined ? [] : [made.undecided]), ...untold]);
      known = this.#add(key, { truth: made.truth, ...(undecided === 'false' ? {} : { undecided }) });
    }
    return { truth: known.name, undecided: known.undecided === undefined ? undefined : `${known.name}_u` };
  }

  /** The column with all texts of a field as a JSON list, `[]` where it has none, or why there is none. */
  texts(field: string): { name: string } | { why: string } {
    const slots = this.#slotsOf(field);
    if ('why' in slots) return slots;
    const lists = slots.map((slot) => `coalesce(${listOf(slot)}, ${NO_TEXTS})`);
    const list = lists.length === 1 ? (lists[0] ?? NO_TEXTS) : `concat(${lists.join(', ')})`;
    const name = `g${this.#texts.size}`;
    this.#texts.set(name, `json_format(CAST(${list} AS JSON)) AS ${name}`);
    return { name };
  }

  #add(key: string, made: AtomSql): { name: string; truth: string; undecided?: string } {
    const atom = { name: `t${this.#atoms.size}`, ...made };
    this.#atoms.set(key, atom);
    return atom;
  }

  #slotsOf(field: string): readonly Slot[] | { why: string } {
    const slots: Slot[] = [];
    for (const path of pathsOf(field, this.#fieldMaps)) {
      const place = placeOf(path, this.#map);
      if (place.kind === 'refused') return { why: `${field}: ${place.why}` };
      if (place.kind === 'whole') this.#readsRaw = true;
      else this.#readsUnmapped = true;
      const column = place.kind === 'whole' ? undefined : this.#column(place.sql);
      slots.push(this.#slots.get(path)?.slot ?? this.#slot(path, slotSql(place, column)));
    }
    return slots;
  }

  #column(sql: string | undefined): string | undefined {
    if (sql === undefined) return undefined;
    const name = this.#columns.get(sql) ?? `c${this.#columns.size}`;
    this.#columns.set(sql, name);
    return name;
  }

  #slot(path: string, sql: SlotSql): Slot {
    const n = this.#slots.size;
    const used = new Set<keyof SlotSql>(['one', 'many', 'object']);
    const present = (): string => {
      used.add('present');
      return `f${n}_present`;
    };
    const slot: Slot = { one: `f${n}_one`, many: `f${n}_many`, object: `f${n}_object`, present };
    if (sql.untold !== undefined) {
      slot.untold = `f${n}_untold`;
      used.add('untold');
    }
    this.#slots.set(path, { slot, sql, used });
    return slot;
  }

  /** `(SELECT uid, time, …, t0, t1, … FROM …)`: a relation over the window, level by level. */
  relation(window: SqlWindow): string {
    const own = EVENT_COLUMNS.map(([name]) => `"${name}"`);
    // Several classes may lie in the table of events without one.
    const tables = new Set(this.#map.classes.map((classUid) => tableForClass(classUid).name));
    const branches = [...tables].map((table) => this.#branch(table, window));
    const raw = this.#readsRaw ? [RAW_TEXT] : [];
    const rows = `(\n${branches.join('\nUNION ALL\n')}\n)`;
    const marked = this.#readsUnmapped
      ? level(['*', HAS_ODD_KEYS, HAS_DOTS], level(['*', RAW_KEYS], rows))
      : level(['*', 'false AS has_dots'], rows);
    const fields = level([...own, 'has_dots', ...raw, ...this.#fields()], marked);
    const atoms = [...this.#atoms.values()].flatMap(({ name, truth, undecided }) => [
      `${truth} AS ${name}`,
      ...(undecided === undefined ? [] : [`${undecided} AS ${name}_u`]),
    ]);
    const objects = [...this.#slots.values()].map(({ slot }) => slot.object);
    return level([...own, `has_dots AND ${anyOfSql(objects)} AS ${UNSURE}`, ...atoms, ...this.#texts.values()], fields);
  }

  #fields(): string[] {
    return [...this.#slots.values()].flatMap(({ slot, sql, used }) =>
      [...used].map((part) => `${sql[part] ?? 'false'} AS ${part === 'present' ? slot.present() : slot[part]}`),
    );
  }

  #branch(table: string, { fromDay, toDay }: SqlWindow): string {
    const own = EVENT_COLUMNS.map(([name, sql]) => `${sql} AS "${name}"`);
    const columns = [...this.#columns].map(([sql, name]) => `${sql} AS ${name}`);
    const where = `source = ${sqlText(this.#map.source)} AND eventday BETWEEN ${sqlText(fromDay)} AND ${sqlText(toDay)}`;
    const raw = this.#readsRaw ? [`raw_record AS ${RAW_TEXT}`] : [];
    return `SELECT ${[...own, ...(this.#readsUnmapped ? ['unmapped'] : []), ...raw, ...columns].join(', ')}\nFROM ${table} WHERE ${where}`;
  }
}

const level = (columns: readonly string[], from: string): string => `(SELECT ${columns.join(',\n  ')}\nFROM ${from})`;

const isKeyword = (atom: Atom): boolean => 'field' in atom && atom.field === null;
