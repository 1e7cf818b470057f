/** Turns the place of a raw path into the SQL columns that hold its texts: one text, or all of them where there are several. */

import type { Place } from './lake-map.ts';
import { anyOfSql, regexText, sqlText } from './literal.ts';

/** Expressions over a row that has `unmapped`, `raw_keys`, `has_odd_keys` and the column of the place. */
export interface SlotSql {
  /** varchar: the text, where there is one; NULL where there is none or where `many` has them. */
  one: string;
  /** array(varchar): all texts, on the rare rows where there may be several; else NULL. */
  many: string;
  /** boolean: the value is (also) an object whose text the lake does not hold. */
  object: string;
  /** boolean: the key exists, even with null or an empty list. */
  present: string;
  /** boolean: nothing can be said of the field on this row. Absent where that cannot be. */
  untold?: string;
}

/** The keys of `unmapped`, each between line breaks. */
export const RAW_KEYS = 'concat(chr(10), array_join(map_keys(unmapped), chr(10)), chr(10)) AS raw_keys';
/** Some key of `unmapped` stands for an item of a list, or for one of two values under one path, or for a text that looks like a mark. */
export const HAS_ODD_KEYS = `coalesce(regexp_like(raw_keys, '[\\[~]'), false) AS has_odd_keys`;
/** Some key of the record has dots itself, so that not every key below a path proves an object there. */
export const HAS_DOTS = `coalesce(strpos(raw_keys, concat(chr(10), '~dots', chr(10))) > 0, false) AS has_dots`;

/** A key as `unmapped` spells it. @see ocsf/unmapped.ts */
const spelled = (segment: string): string => segment.replace(/[[~\n]/g, (mark) => (mark === '\n' ? '~n' : `~${mark}`));

/** The column of the whole record's text, NULL on rows that have none. */
export const RAW_TEXT = 'raw_text';

export const NO_TEXTS = 'CAST(ARRAY[] AS array(varchar))';
/** How `unmapped` writes null and an empty list, which have no text. */
const MARKS = "('null', '[]')";

/** `column` is the name under which the place's own expression is selected; undefined where it has none. */
export function slotSql(place: Exclude<Place, { kind: 'refused' }>, column: string | undefined): SlotSql {
  if (place.kind === 'whole') return wholeSlot(place.path);
  return place.kind === 'json' ? jsonSlot(place, column ?? 'NULL') : columnSlot(place.path, column);
}

const dotted = (path: readonly string[]): string => sqlText(path.map(spelled).join('.'));
const kept = (path: readonly string[]): string => `element_at(unmapped, ${dotted(path)})`;
const keptText = (path: readonly string[]): string => `CASE WHEN ${kept(path)} NOT IN ${MARKS} THEN ${kept(path)} END`;

/** A regular expression for the keys that a path has in `unmapped`: list positions may follow any step. */
function keyRegex(path: readonly string[]): string {
  const steps = path.map((segment, index) => {
    const name = `${index === 0 ? '' : '\\.'}${regexText(spelled(segment))}`;
    return /^\d+$/.test(segment) && index > 0 ? `(?:${name}|\\[${segment}\\])` : name;
  });
  return steps.map((step) => `${step}(?:\\[[0-9]+\\])*`).join('');
}

/** All texts of a path in `unmapped`, by looking at every key. */
function keptTexts(path: readonly string[]): string {
  const own = sqlText(`\\A${keyRegex(path)}(?:~text)?(?:~[0-9]+)?\\z`);
  const marked = sqlText('~text(?:~[0-9]+)?\\z');
  return `map_values(map_filter(unmapped, (k, v) -> regexp_like(k, ${own}) AND (v NOT IN ${MARKS} OR regexp_like(k, ${marked}))))`;
}

/** Keys strictly below the path: the value there is an object. */
function hasBelow(path: readonly string[]): string {
  const plain = `strpos(raw_keys, concat(chr(10), ${sqlText(`${path.map(spelled).join('.')}.`)})) > 0`;
  return `coalesce(${plain} OR (has_odd_keys AND regexp_like(raw_keys, ${sqlText(`\\n${keyRegex(path)}\\.`)})), false)`;
}
const hasKey = (path: readonly string[]): string =>
  `coalesce(regexp_like(raw_keys, ${sqlText(`\\n${keyRegex(path)}[\\n.~]`)}), false)`;

function columnSlot(path: readonly string[], sql: string | undefined): SlotSql {
  const text = keptText(path);
  const one = sql === undefined ? text : `coalesce(${sql}, ${text})`;
  const column = sql === undefined ? NO_TEXTS : `CASE WHEN ${sql} IS NULL THEN ${NO_TEXTS} ELSE ARRAY[${sql}] END`;
  const twice = sql === undefined ? '' : ` OR (${sql} IS NOT NULL AND ${kept(path)} IS NOT NULL)`;
  return {
    one,
    many: `CASE WHEN has_odd_keys${twice} THEN concat(${column}, coalesce(${keptTexts(path)}, ${NO_TEXTS})) END`,
    object: `((${one}) IS NULL OR has_odd_keys) AND ${hasBelow(path)}`,
    present: sql === undefined ? hasKey(path) : `(${sql} IS NOT NULL OR ${hasKey(path)})`,
  };
}

/** Longer paths have too many spellings for one query: where keys have dots, nothing is said of them. */
const MAX_SPELLED = 4;

/**
 * The ways in which a path may be spelled as keys, which may contain dots themselves: `a.b` → [a, b] and ["a.b"], the one with most keys
 * first. `a..b` holds a key that begins or ends with a dot: an empty key has no JSON path that every engine knows.
 */
function* spellings(path: readonly string[]): Generator<string[]> {
  for (let from = 1; from < path.length; from++) {
    const key = path.slice(0, from).join('.');
    if (key !== '') for (const rest of spellings(path.slice(from))) yield [key, ...rest];
  }
  const whole = path.join('.');
  if (whole !== '') yield [whole];
}

const firstSpelling = (path: readonly string[]): string[] => spellings(path).next().value ?? [...path];

/** `lax $[*]."a"[*]."b"`: steps through lists up to two deep on the way. */
const laxPath = (keys: readonly string[], end: string): string =>
  sqlText(`lax $${keys.map((key) => `[*].${JSON.stringify(key)}`).join('')}${end}`);
const query = (data: string, keys: readonly string[], end: string): string =>
  `json_query(${data}, ${laxPath(keys, end)} WITH UNCONDITIONAL ARRAY WRAPPER)`;

/** Text of each item: scalars as they are, objects as compact JSON, nulls left out. */
function itemTexts(items: string): string {
  const list = `CAST(json_extract(${items}, '$') AS array(json))`;
  const texts = `transform(${list}, j -> CASE WHEN json_format(j) <> 'null' THEN coalesce(json_extract_scalar(j, '$'), json_format(j)) END)`;
  return `coalesce(filter(${texts}, t -> t IS NOT NULL), ${NO_TEXTS})`;
}

/** Part of a JSON text that holds the key, or a longer key that ends with it. */
const keyEnd = (key: string): string => sqlText(JSON.stringify(key).slice(1));

const directPath = (keys: readonly string[]): string => sqlText(`$${keys.map((key) => `["${key}"]`).join('')}`);

/** Tests whether a JSON text may hold two steps of a path as one key with a dot. */
const dottedKeys = (path: readonly string[], data: string): string[] =>
  path.slice(1).map((key, index) => `strpos(${data}, ${sqlText(JSON.stringify(`${path[index]}.${key}`).slice(1, -1))}) > 0`);

function jsonSlot({ path, below }: Place & { kind: 'json' }, data: string): SlotSql {
  const keys = below.length === 0 ? [[]] : [...spellings(below)];
  const direct = below.length === 0 ? rootText(data) : `json_extract_scalar(${data}, ${directPath(firstSpelling(below))})`;
  const texts = keys.map((spelling) => itemTexts(query(data, spelling, '[*][*][*]')));
  const all = `concat(${[...texts, `coalesce(${keptTexts(path)}, ${NO_TEXTS})`].join(', ')})`;
  const named = below.length === 0 ? `starts_with(${data}, '[')` : `strpos(${data}, ${keyEnd(below.at(-1) ?? '')}) > 0`;
  const several = anyOfSql([
    `(${direct} IS NULL AND ${named})`,
    ...dottedKeys(below, data),
    'has_odd_keys',
    `(${data} IS NOT NULL AND ${kept(path)} IS NOT NULL)`,
  ]);
  const found = keys.map((spelling) => (below.length === 0 ? `${data} IS NOT NULL` : `${query(data, spelling, '')} IS NOT NULL`));
  const exists = below.length === 0 ? anyOfSql(found) : `(coalesce(${named}, false) AND ${anyOfSql(found)})`;
  return {
    one: `coalesce(${direct}, ${keptText(path)})`,
    many: `CASE WHEN ${several} THEN ${all} END`,
    object: `has_dots AND ${hasBelow(path)}`,
    present: `(${exists} OR ${hasKey(path)})`,
  };
}

/** A path of the whole record: all that is there is in its text. */
const wholeSlot = (path: readonly string[]): SlotSql => jsonTexts(path, RAW_TEXT);

/** A path of a JSON text that holds all that is there, without positions and odd keys in it. */
export function jsonTexts(path: readonly string[], data: string): SlotSql & { untold: string } {
  const isLong = path.length > MAX_SPELLED;
  const keys = isLong ? [firstSpelling(path)] : [...spellings(path)];
  const one = `json_extract_scalar(${data}, ${directPath(firstSpelling(path))})`;
  const named = `strpos(${data}, ${keyEnd(path.at(-1) ?? '')}) > 0`;
  const dotted = dottedKeys(isLong ? firstSpelling(path) : path, data);
  const several = anyOfSql([`(${one} IS NULL AND ${named})`, ...(isLong ? [] : dotted)]);
  const texts = keys.map((spelling) => itemTexts(query(data, spelling, '[*][*][*]')));
  const exists = anyOfSql(keys.map((spelling) => `${query(data, spelling, '')} IS NOT NULL`));
  return {
    one,
    many: `CASE WHEN ${several} THEN ${texts.length === 1 ? texts.join() : `concat(${texts.join(', ')})`} END`,
    object: 'false',
    present: `(coalesce(${named}, false) AND ${exists})`,
    untold: anyOfSql([
      `${data} IS NULL`,
      ...(isLong ? dotted : []),
      // Where a step is empty, a record with an empty key leaves open what is meant.
      ...(path.includes('') ? [`strpos(${data}, '"":') > 0`] : []),
    ]),
  };
}

/** The JSON text of an object, or the text of a scalar. */
const rootText = (data: string): string =>
  `CASE WHEN starts_with(${data}, '{') THEN ${data} WHEN NOT starts_with(${data}, '[') THEN json_extract_scalar(${data}, '$') END`;
