/** Field maps as data: the record paths that a rule's field name may mean, for each log source. */
import type { Logsource } from './ast.ts';
import { CATEGORY_NAMES } from './maps/category-names.ts';
import { VENDOR_NAMES } from './maps/vendor-names.ts';

export interface FieldMap {
  /** The log source whose records the paths are in. */
  logsource: Pick<Logsource, 'product' | 'service' | 'category'>;
  /** A field name as rules write it → every path that may hold it. A name that is not listed is its own path. */
  fields: Readonly<Record<string, readonly string[]>>;
}

/**
 * The maps that we ship, connected or not. CloudTrail's rules use the record's own names: it needs none. Where each raw path lies in
 * the lake is another question. @see sql/lake-map.ts
 */
export const FIELD_MAPS: readonly FieldMap[] = [...VENDOR_NAMES, ...CATEGORY_NAMES];

/** The maps for records of any of these log sources. */
export const mapsFor = (maps: readonly FieldMap[], logsources: readonly FieldMap['logsource'][]): FieldMap[] =>
  maps.filter(({ logsource }) => logsources.some((given) => logsourceFits(logsource, given)));

/** The paths of a field under the maps that fit any of a source's log sources. */
export function pathsOf(field: string, maps: readonly FieldMap[]): readonly string[] {
  const mapped = maps.flatMap(({ fields }) => (Object.hasOwn(fields, field) ? (fields[field] ?? []) : []));
  return mapped.length > 0 ? [...new Set(mapped)] : [field];
}

/** True where every given part of `wanted` is the same in `given`. */
export const logsourceFits = (wanted: FieldMap['logsource'], given: FieldMap['logsource']): boolean =>
  (['product', 'service', 'category'] as const).every((key) => {
    const want = wanted[key];
    return want === undefined || want === given[key]?.toLowerCase();
  });
