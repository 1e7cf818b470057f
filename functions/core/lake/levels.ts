/** Where the entries of a column stand: Dremel's definition and repetition levels, computed once all rows are there. */

/** The entries of a column at one depth of lists. @see Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets", section 4 */
export interface Scope {
  /** How many entries there are. */
  size: number;
  /** Of each entry its slot, or -1 where a list is absent or empty; undefined where entry and slot are the same. */
  slots: Int32Array | undefined;
  /** Of each entry, how much of the path above is there. */
  definitionLevels: Uint8Array;
  /** Absent outside of lists. */
  repetitionLevels: Uint8Array | undefined;
  maxRepetitionLevel: number;
}

/** The rows themselves. @param order of the rows, where they are not written as they came */
export const rowScope = (rowCount: number, order?: Int32Array): Scope => ({
  size: rowCount,
  slots: order,
  definitionLevels: new Uint8Array(rowCount),
  repetitionLevels: undefined,
  maxRepetitionLevel: 0,
});

/** The definition levels below a struct: `level` where it is present, else as above it. */
export function levelsOf({ size, slots, definitionLevels }: Scope, present: Uint8Array, level: number): Uint8Array {
  const levels = definitionLevels.slice(0, size);
  for (let entry = 0; entry < size; entry++) {
    const slot = slots === undefined ? entry : (slots[entry] ?? -1);
    if (slot >= 0 && present[slot] === 1) levels[entry] = level;
  }
  return levels;
}
