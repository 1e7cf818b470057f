/** What a source's raw records became in the lake: for each raw path the place that holds its text, exactly. */

import type { FieldMap } from '../field-map.ts';
import { fieldSteps } from '../record-path.ts';

/**
 * A raw field is found in a typed column (and `unmapped`, where its value was no plain text), in the JSON text of an object that was
 * kept whole, or else in the text of the whole record. A place must be lossless for matching.
 */
export interface LakeMap {
  /** The source's id, the partition value. */
  source: string;
  logsources: readonly FieldMap['logsource'][];
  /** OCSF class uids whose tables hold the source's events. */
  classes: readonly number[];
  /** Raw path → Trino expression of the text that the record had there; NULL where it had none. */
  columns: Readonly<Record<string, string>>;
  /** Raw path of an object → Trino expression of its JSON text. */
  json: Readonly<Record<string, string>>;
  /**
   * Raw paths of which only the text of the whole record tells exactly, with all that is below them. What is neither here nor above
   * lies in `unmapped` under its own path.
   */
  whole: 'all' | readonly string[];
}

/** What the engine must know of a source to ask its history. */
export interface MappedSource {
  id: string;
  logsources: readonly FieldMap['logsource'][];
  classes: readonly number[];
}

/**
 * The map of any source: every raw field is read from the record's own text, which the lake keeps beside its columns. It needs no work
 * for a new source, and stays right when a mapping changes; a map by hand only makes queries cheaper.
 */
export const wholeRecordMap = ({ id, logsources, classes }: MappedSource): LakeMap => ({
  source: id,
  logsources,
  classes,
  columns: {},
  json: {},
  whole: 'all',
});

/** The map of a log source that nobody has connected yet, so that a rule can be compiled before its source exists. */
export function futureMap(logsource: FieldMap['logsource']): LakeMap {
  const words = [logsource.product, logsource.service, logsource.category].filter((word) => word !== undefined);
  const id = words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  return wholeRecordMap({ id: id === '' ? 'unnamed' : id, logsources: [logsource], classes: [0] });
}

/** How one raw path is read. `path` is spelled with dots only. */
export type Place =
  | { kind: 'column'; path: readonly string[]; sql: string | undefined }
  | { kind: 'json'; path: readonly string[]; sql: string; below: readonly string[] }
  | { kind: 'whole'; path: readonly string[] }
  | { kind: 'refused'; why: string };

/** `items[].name`, `items{}.name` and `items[0].name` are spellings of dotted paths. @see record-reader.ts */
export const segmentsOf = (field: string): string[] => fieldSteps(field).map(({ text }) => text);

/** `unmapped` keeps what is nested deeper as JSON text. @see ocsf/unmapped.ts */
const MAX_DEPTH = 8;

/** The place of a raw path: a column where the map has one, the text of the whole record otherwise. */
export function placeOf(field: string, map: LakeMap): Place {
  const path = segmentsOf(field);
  const name = path.join('.');
  const prefixes = path.map((_, index) => path.slice(0, index + 1).join('.'));
  for (const [index, prefix] of prefixes.entries()) {
    const sql = own(map.json, prefix);
    const below = path.slice(index + 1);
    if (sql !== undefined) return refusalOf(below, name) ?? { kind: 'json', path, sql, below };
  }
  const sql = own(map.columns, name);
  if (sql !== undefined) return { kind: 'column', path, sql };
  const isDeep = path.length > MAX_DEPTH || inColumns(name, map);
  if (map.whole === 'all' || isDeep || prefixes.some((prefix) => map.whole.includes(prefix))) return whole(path);
  return { kind: 'column', path, sql: undefined };
}

/** An object of which columns hold parts. */
const inColumns = (name: string, { columns, json }: LakeMap): boolean =>
  [...Object.keys(columns), ...Object.keys(json)].some((key) => key.startsWith(`${name}.`));

const whole = (path: readonly string[]): Place => refusalOf(path, path.join('.')) ?? { kind: 'whole', path };

/** Why no JSON path finds what the stream would; undefined where one does. */
function refusalOf(steps: readonly string[], name: string): Place | undefined {
  const odd = steps.find((step) => /^\d+$/.test(step) || /["\\\p{Cc}]/u.test(step));
  if (odd === undefined) return undefined;
  return { kind: 'refused', why: `the step ${JSON.stringify(odd)} of ${name} has no JSON path that means the same` };
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
