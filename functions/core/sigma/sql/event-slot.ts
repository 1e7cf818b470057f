/** Turns a path of the OCSF event into the columns of each table that hold its texts, for rules over events (`taxonomy: ocsf`). */
import { AS, OUR_COLUMNS } from '../../lake/conform.ts';
import { type LakeTable, TABLES } from '../../lake/tables.ts';
import type { LakeType } from '../../lake/types.ts';
import { fieldSteps, joinedSteps } from '../record-path.ts';
import { anyOfSql, sqlText } from './literal.ts';
import { jsonTexts, NO_TEXTS, type SlotSql } from './slot-sql.ts';

/** A column that every branch of a query selects, under a name that the query gives it. */
export interface BranchColumn {
  key: string;
  sql(table: LakeTable): string;
}

export interface EventPlace {
  columns: readonly BranchColumn[];
  /** @param names of the columns, in their order */
  slot(names: readonly string[]): SlotSql;
}

/** `ocsf_extra` mirrors the event's structure for all that found no typed place. */
const EXTRA: BranchColumn = { key: 'ocsf_extra', sql: () => 'ocsf_extra' };

/** Where a field of the event lies, or why the lake cannot tell. */
export function eventPlace(field: string): EventPlace | { why: string } {
  const steps = fieldSteps(field);
  const path = steps.map(({ text }) => text);
  const name = path.join('.');
  const [top = ''] = path;
  if (TABLES.some(({ columns }) => columns.some((column) => column.name === top && column.type.kind === 'map')))
    return mapPlace(top, joinedSteps(steps.slice(1)));
  if (path.some((step) => /^\d+$/.test(step) || step === '' || /["\\\p{Cc}]/u.test(step)))
    return { why: `${name}: a step has no column and no JSON path that means the same` };
  if (top === 'time_dt') return { why: 'time_dt: the lake writes it for every event; test time' };
  const found = OUR_COLUMNS.has(top) ? UNTYPED : typedAs(path);
  if ('why' in found) return found;
  if (found.kind === 'text') return textPlace(path, found);
  return found.kind === 'list' ? listPlace(path, found) : untypedPlace(path);
}

interface Typed {
  kind: 'text' | 'list' | 'untyped';
  /** Text or texts of the path in a table that has the column. */
  sql: string;
  /** Steps up to the first list. */
  toList: readonly string[];
  /** A timestamp, which may have been written with milliseconds of zero. */
  isMoment: boolean;
  /** A list itself, not a field of its items. */
  endsInList: boolean;
}
const UNTYPED: Typed = { kind: 'untyped', sql: '', toList: [], isMoment: false, endsInList: false };

const hasColumn = (table: LakeTable, top: string): boolean => table.columns.some((column) => column.name === top);

function typedAs(path: readonly string[]): Typed | { why: string } {
  const [top = '', ...rest] = path;
  const column = TABLES.flatMap(({ columns }) => columns).find(({ name }) => name === top);
  if (column === undefined) return UNTYPED;
  const lists: number[] = [];
  const sql = textsSql({ type: column.type, sql: quoted(top) }, path, { at: 1, lists });
  if (sql === undefined)
    return lists.length === 0
      ? UNTYPED
      : { why: `${path.join('.')}: no column of the list ${path.slice(0, lists[0]).join('.')}` };
  if (typeof sql !== 'string') return sql;
  const [first] = lists;
  const leaf = leafAt(column.type, rest);
  return {
    kind: first === undefined ? 'text' : 'list',
    sql,
    toList: path.slice(0, first),
    isMoment: leaf === 'timestamp',
    endsInList: first === path.length,
  };
}

const quoted = (name: string): string => `"${name}"`;

function leafAt(type: LakeType, path: readonly string[]): LakeType['kind'] {
  if (type.kind === 'array') return leafAt(type.element, path);
  if (type.kind !== 'struct') return type.kind;
  const field = type.fields.find(({ name }) => name === path[0]);
  return field === undefined ? 'struct' : leafAt(field.type, path.slice(1));
}

/** SQL of the text below a typed expression (an array of texts once a list was passed); undefined where nothing typed is there. */
function textsSql(
  { type, sql }: { type: LakeType; sql: string },
  path: readonly string[],
  seen: { at: number; lists: number[] },
): string | undefined | { why: string } {
  const step = path[seen.at];
  if (type.kind === 'array') {
    seen.lists.push(seen.at);
    const item = `i${seen.lists.length}`;
    const inner = textsSql({ type: type.element, sql: item }, path, seen);
    if (typeof inner !== 'string') return inner;
    const each = `transform(${sql}, ${item} -> ${inner})`;
    return seen.lists.length > 1 && seen.lists[0] !== undefined && isNested(inner) ? `flatten(${each})` : each;
  }
  if (step === undefined)
    return type.kind === 'struct'
      ? { why: `${path.join('.')}: the lake keeps its parts in columns, not as one text` }
      : scalarSql(type, sql, path);
  if (type.kind !== 'struct') return undefined;
  const field = type.fields.find(({ name }) => name === step);
  if (field === undefined) return undefined;
  seen.at += 1;
  return textsSql({ type: field.type, sql: `${sql}.${quoted(step)}` }, path, seen);
}

/** An array of arrays comes of a list inside a list. */
const isNested = (inner: string): boolean => inner.startsWith('transform(') || inner.startsWith('flatten(');

function scalarSql(type: LakeType, sql: string, path: readonly string[]): string | { why: string } {
  if (type.kind === 'string' || type.kind === 'json') return sql;
  if (type.kind === 'double') return { why: `${path.join('.')}: engines write fractions in their own ways` };
  if (type.kind === 'timestamp')
    return `concat(date_format(${sql}, '%Y-%m-%dT%H:%i:%s'), CASE WHEN millisecond(${sql}) = 0 THEN '' ELSE concat('.', lpad(CAST(millisecond(${sql}) AS varchar), 3, '0')) END, 'Z')`;
  return `CAST(${sql} AS varchar)`;
}

const jsonPath = (steps: readonly string[]): string =>
  sqlText(`lax $${steps.map((step) => `.${JSON.stringify(step)}`).join('')}`);
const hasJson = (data: string, steps: readonly string[]): string =>
  `coalesce(json_query(${data}, ${jsonPath(steps)} WITH UNCONDITIONAL ARRAY WRAPPER) IS NOT NULL, false)`;
const scalarPath = (steps: readonly string[]): string => sqlText(`$${steps.map((step) => `["${step}"]`).join('')}`);

/** A map of texts: what is left of the path is one key. */
const mapPlace = (top: string, key: string): EventPlace => ({
  columns: [{ key: `${top}.${key}`, sql: () => `element_at(${quoted(top)}, ${sqlText(key)})` }],
  slot: ([column = '']) => ({
    one: column,
    many: 'CAST(NULL AS array(varchar))',
    object: 'false',
    present: `(${column} IS NOT NULL)`,
  }),
});

function textPlace(path: readonly string[], { sql, isMoment }: Typed): EventPlace {
  const [top = ''] = path;
  const text: BranchColumn = {
    key: sql,
    sql: (table) => (hasColumn(table, top) ? sql : 'CAST(NULL AS varchar)'),
  };
  return {
    columns: [text, EXTRA],
    slot: ([column = '', extra = '']) => {
      const rest = jsonTexts(path, extra);
      const how = `json_extract_scalar(${extra}, ${scalarPath([...path, AS])})`;
      const typed = isMoment ? `CASE WHEN ${how} = 'millis' THEN replace(${column}, 'Z', '.000Z') ELSE ${column} END` : column;
      return {
        one: `coalesce(${typed}, ${rest.one})`,
        many: `CASE WHEN ${column} IS NULL THEN ${rest.many} END`,
        object: 'false',
        present: `(${column} IS NOT NULL OR ${rest.present})`,
        // Typed, and yet something else is kept of it.
        untold: `(${column} IS NOT NULL AND ${hasJson(extra, path)} AND coalesce(${how}, '') NOT IN ('json', 'millis'))`,
      };
    },
  };
}

function listPlace(path: readonly string[], { sql, toList, endsInList }: Typed): EventPlace {
  const [top = ''] = path;
  const texts: BranchColumn = {
    key: sql,
    sql: (table) => (hasColumn(table, top) ? `filter(${sql}, t -> t IS NOT NULL)` : `CAST(NULL AS array(varchar))`),
  };
  return {
    columns: [texts, EXTRA],
    slot: ([column = '', extra = '']) => {
      const rest = jsonTexts(path, extra);
      return {
        one: `CASE WHEN ${column} IS NULL THEN ${rest.one} END`,
        many: `coalesce(${column}, ${rest.many}, ${NO_TEXTS})`,
        object: 'false',
        present: `(${endsInList ? `${column} IS NOT NULL` : `coalesce(cardinality(${column}), 0) > 0`} OR ${rest.present})`,
        untold: `(${column} IS NOT NULL AND ${hasJson(extra, toList)})`,
      };
    },
  };
}

const untypedPlace = (path: readonly string[]): EventPlace => ({
  columns: [EXTRA],
  slot: ([extra = '']) => {
    const { one, many, present } = jsonTexts(path, extra);
    return { one, many, present, object: 'false', untold: anyOfSql([]) };
  },
});
