/** Builds the inner levels of a query: one row an event of a source, the fields that rules read, and the truth of each of their atoms. */
import type { LakeTable } from '../../lake/tables.ts';
import type { Atom } from '../ast.ts';
import { pathsOf } from '../field-map.ts';
import { type AtomSql, atomSql, listOf, type Slot } from './atom-sql.ts';
import type { BranchColumn } from './event-slot.ts';
import { anyOfSql, sqlText } from './literal.ts';
import { HAS_DOTS, HAS_ODD_KEYS, NO_TEXTS, RAW_KEYS, RAW_TEXT, type SlotSql } from './slot-sql.ts';
import type { Target, TargetPlace } from './target.ts';

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
  readonly #target: Target;
  readonly #slots = new Map<string, { slot: Slot; sql: SlotSql; used: Set<keyof SlotSql> }>();
  /** Key of a column → the name under which every branch selects it. */
  readonly #columns = new Map<string, { name: string; column: BranchColumn }>();
  readonly #atoms = new Map<string, { name: string; truth: string; undecided?: string }>();
  /** Expressions over the fields that the relation gives besides: name → SQL. */
  readonly #texts = new Map<string, string>();
  /** Some atom reads the text of the whole record. */
  #readsRaw = false;
  /** Some field may lie in `unmapped`. */
  #readsUnmapped = false;

  constructor(target: Target) {
    this.#target = target;
  }

  /** The columns that hold an atom's truth, or why there are none. The same atom of several rules is computed once. */
  atom(atom: Atom): { truth: string; undecided: string | undefined } | { why: string } {
    const key = JSON.stringify(atom);
    if (key.includes('\\u0000')) return { why: 'a text with a NUL character has no literal that every engine reads alike' };
    let known = this.#atoms.get(key);
    if (known === undefined) {
      if (isKeyword(atom)) {
        if (!this.#target.hasRaw)
          return { why: 'a keyword searches the whole event, of which the lake has no one text; test a field' };
        this.#readsRaw = true;
      }
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
    for (const path of pathsOf(field, this.#target.fieldMaps)) {
      const known = this.#slots.get(path);
      if (known !== undefined) {
        slots.push(known.slot);
        continue;
      }
      const place = this.#target.placeOf(path);
      if ('why' in place) return { why: `${field}: ${place.why}` };
      slots.push(this.#slotAt(path, place));
    }
    return slots;
  }

  #slotAt(path: string, place: TargetPlace): Slot {
    if (place.reads === 'raw') this.#readsRaw = true;
    if (place.reads === 'unmapped') this.#readsUnmapped = true;
    const names = place.columns.map((column) => this.#column(column));
    return this.#slot(path, place.slot(names));
  }

  #column(column: BranchColumn): string {
    const known = this.#columns.get(column.key);
    if (known !== undefined) return known.name;
    const name = `c${this.#columns.size}`;
    this.#columns.set(column.key, { name, column });
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
    const branches = this.#target.tables.map((table) => this.#branch(table, window));
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

  #branch(table: LakeTable, { fromDay, toDay }: SqlWindow): string {
    const own = EVENT_COLUMNS.map(([name, sql]) => `${sql} AS "${name}"`);
    const columns = [...this.#columns.values()].map(({ name, column }) => `${column.sql(table)} AS ${name}`);
    const source = anyOf(this.#target.sources);
    const where = `source ${source} AND eventday BETWEEN ${sqlText(fromDay)} AND ${sqlText(toDay)}`;
    const raw = this.#readsRaw ? [`raw_record AS ${RAW_TEXT}`] : [];
    return `SELECT ${[...own, ...(this.#readsUnmapped ? ['unmapped'] : []), ...raw, ...columns].join(', ')}\nFROM ${table.name} WHERE ${where}`;
  }
}

const anyOf = (sources: readonly string[]): string =>
  sources.length === 1 ? `= ${sqlText(sources.join())}` : `IN (${sources.map(sqlText).join(', ')})`;

const level = (columns: readonly string[], from: string): string => `(SELECT ${columns.join(',\n  ')}\nFROM ${from})`;

const isKeyword = (atom: Atom): boolean => 'field' in atom && atom.field === null;
