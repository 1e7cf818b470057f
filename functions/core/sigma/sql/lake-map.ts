/** What a source's raw records became in the lake: for each raw path the place that still holds its text, exactly. */
import type { FieldMap } from '../field-map.ts';

/**
 * A raw field is found in one of three places: a typed column (and `unmapped`, where its value was no plain text), the JSON text of an
 * object that was kept whole, or else `unmapped` under its own path. A place must be lossless for matching; what is not is refused.
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
  /** Raw path → why neither it nor anything below it can be read back exactly. */
  refused: Readonly<Record<string, string>>;
}

/**
 * What the lake keeps of a source that gives its fields no columns: every raw field under its own path in `unmapped`, in the table of
 * events without a class. It lets a rule be compiled before its source exists; a source that does give columns needs a map of its own.
 */
export function rawLakeMap(logsource: FieldMap['logsource']): LakeMap {
  const words = [logsource.product, logsource.service, logsource.category].filter((word) => word !== undefined);
  const source = words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  return {
    source: source === '' ? 'unnamed' : source,
    logsources: [logsource],
    classes: [0],
    columns: {},
    json: {},
    refused: {},
  };
}

/** How one raw path is read. `path` is spelled with dots only. */
export type Place =
  | { kind: 'column'; path: readonly string[]; sql: string | undefined }
  | { kind: 'json'; path: readonly string[]; sql: string; below: readonly string[] }
  | { kind: 'refused'; why: string };

/** `items[].name`, `items{}.name` and `items[0].name` are spellings of dotted paths. @see record-reader.ts */
const segmentsOf = (field: string): string[] =>
  field
    .replace(/(?:\[\*?\]|\{\})(?=\.|$)/g, '')
    .replace(/\[(\d+)\](?=\.|\[|$)/g, '.$1')
    .split('.');

/** `unmapped` keeps what is nested deeper as JSON text. @see ocsf/unmapped.ts */
const MAX_DEPTH = 8;

/** The place of a raw path. */
export function placeOf(field: string, map: LakeMap): Place {
  const path = segmentsOf(field);
  const prefixes = path.map((_, index) => path.slice(0, index + 1).join('.'));
  for (const prefix of prefixes) {
    const why = own(map.refused, prefix);
    if (why !== undefined) return { kind: 'refused', why };
  }
  const name = path.join('.');
  const inside = [...Object.keys(map.columns), ...Object.keys(map.json)].find((key) => key.startsWith(`${name}.`));
  if (inside !== undefined)
    return { kind: 'refused', why: `the lake keeps ${name} in columns, not as one text: test ${inside} or its like` };
  for (const [index, prefix] of prefixes.entries()) {
    const sql = own(map.json, prefix);
    if (sql !== undefined) return jsonPlace(path, path.slice(index + 1), sql);
  }
  if (path.length > MAX_DEPTH)
    return { kind: 'refused', why: `${name} is deeper than the ${MAX_DEPTH} levels that the lake keeps apart` };
  return { kind: 'column', path, sql: own(map.columns, name) };
}

function jsonPlace(path: readonly string[], below: readonly string[], sql: string): Place {
  const odd = below.find((segment) => /^\d+$/.test(segment) || /["\\\p{Cc}]/u.test(segment));
  if (odd !== undefined)
    return {
      kind: 'refused',
      why: `the step ${JSON.stringify(odd)} inside ${path.join('.')} has no JSON path that means the same`,
    };
  return { kind: 'json', path, sql, below };
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
