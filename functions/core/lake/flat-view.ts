/** Turns a flat view that is written as data (names of columns with their meaning) into the view's SQL over the classes' views. */
import { PARTITION_KEYS, TABLES, tableForClass } from './tables.ts';
import { type LakeType, trinoType } from './types.ts';
import type { LakeView } from './views.ts';

export interface Words {
  en: string;
  ja: string;
}

/** One column: what it is called, where it comes from, what it means. */
export interface FlatColumn {
  name: string;
  type: LakeType;
  /** SQL over a class's columns; several behind ` | ` are tried in order. Where a class has none of them the column is NULL. */
  from: string;
  text: Words;
}

export interface FlatSpec {
  name: string;
  title: Words;
  /** OCSF class uids; `events` reads all. */
  classes: readonly number[] | 'events';
  columns: readonly FlatColumn[];
  /** A further relation beside each class, such as UNNEST of a list. */
  beside?: string;
  where?: string;
}

const LAKE_COLUMNS: ReadonlySet<string> = new Set([
  ...TABLES.flatMap(({ columns }) => columns.map(({ name }) => name)),
  ...PARTITION_KEYS,
]);

/** The lake's columns at the heads of the paths in an expression. */
const headsOf = (sql: string): string[] =>
  [...sql.matchAll(/(?<![\w.'])"?\b([a-z_]+)\b"?(?![\w'(])/g)]
    .map(([, word = '']) => word)
    .filter((word) => LAKE_COLUMNS.has(word));

/** A column's expression in one class. */
function itemOf({ name, type, from }: FlatColumn, known: ReadonlySet<string>): string {
  const there = from.split(' | ').filter((sql) => headsOf(sql).every((head) => known.has(head)));
  const [only = `CAST(NULL AS ${trinoType(type)})`] = there;
  return `${there.length > 1 ? `coalesce(${there.join(', ')})` : only} AS "${name}"`;
}

function branchOf(spec: FlatSpec, classUid: number): string {
  const table = tableForClass(classUid);
  const known = new Set<string>([...table.columns.map(({ name }) => name), ...PARTITION_KEYS]);
  const items = spec.columns.map((column) => itemOf(column, known)).join(', ');
  const from = spec.classes === 'events' ? 'events' : table.name;
  const where = spec.where === undefined ? '' : ` WHERE ${spec.where}`;
  return `SELECT ${items} FROM ${from}${spec.beside === undefined ? '' : ` ${spec.beside}`}${where}`;
}

export function flatView(spec: FlatSpec): LakeView {
  const classes = spec.classes === 'events' ? [0] : spec.classes;
  return {
    name: spec.name,
    athenaSql: classes.map((classUid) => branchOf(spec, classUid)).join('\nUNION ALL\n'),
    columns: spec.columns.map(({ name, type }) => ({ name, type, trinoType: trinoType(type) })),
    reads: spec.classes === 'events' ? ['events'] : classes.map((classUid) => tableForClass(classUid).name),
  };
}
