/** Groups of names for one thing → a field map in which each name may stand under any name of its group. */
import type { FieldMap } from '../field-map.ts';

export const synonyms = (logsource: FieldMap['logsource'], ...groups: readonly (readonly string[])[]): FieldMap => ({
  logsource,
  fields: Object.fromEntries(groups.flatMap((group) => group.map((name) => [name, group]))),
});
