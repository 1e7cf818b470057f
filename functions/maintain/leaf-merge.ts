/** Chosen rows of several row groups → one leaf of a new row group, in the order of the rows. */
import type { LeafValue, Placed } from '../core/lake/column.ts';
import type { LeafSpec } from '../core/lake/leaf-specs.ts';
import type { Group, LeafData } from './leaf-read.ts';

/** Rows of a new group: of each, its old group and its row there. */
export interface RowRefs {
  groups: readonly Group[];
  /** Indexes of `groups`. */
  groupOf: Uint32Array;
  rowOf: Uint32Array;
}

export interface MergedLeaf {
  values: LeafValue[];
  placed: Placed;
}

/** Values after which a leaf looks whether they repeat at all. */
const TRIAL = 2_048;

/**
 * @param specs all leaves of the table: what a group lacks stands as its neighbours in the same struct say
 */
export function mergedLeaf(spec: LeafSpec, { groups, groupOf, rowOf }: RowRefs, specs: readonly LeafSpec[]): MergedLeaf {
  const parts = new Map<number, Part>();
  const partOf = (group: number): Part => {
    const known = parts.get(group);
    if (known !== undefined) return known;
    const of = groups[group] as Group;
    const part = partFrom(of.names.has(spec.name) ? of.leaf(spec) : neighbourLevels(spec, of, specs), spec, of.rowCount);
    parts.set(group, part);
    return part;
  };
  let entries = 0;
  let values = 0;
  for (let i = 0; i < rowOf.length; i++) {
    const part = partOf(groupOf[i] as number);
    const row = rowOf[i] as number;
    entries += part.entryAt(row + 1) - part.entryAt(row);
    values += part.codeAt(row + 1) - part.codeAt(row);
  }
  return filled({ spec, rows: rowOf.length, entries, values }, (i) => ({
    part: partOf(groupOf[i] as number),
    row: rowOf[i] as number,
  }));
}

interface Sizes {
  spec: LeafSpec;
  rows: number;
  entries: number;
  values: number;
}

function filled({ spec, rows, entries, values }: Sizes, at: (index: number) => { part: Part; row: number }): MergedLeaf {
  const definitionLevels = new Uint8Array(entries);
  const repetitionLevels = spec.maxRep === 0 ? undefined : new Uint8Array(entries);
  const codes = new Int32Array(values);
  const pool = new ValuePool();
  let [entry, code] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const { part, row } = at(i);
    const [from, to] = [part.entryAt(row), part.entryAt(row + 1)];
    for (let e = from; e < to; e++) {
      if (repetitionLevels !== undefined) repetitionLevels[entry] = part.data.repetitionLevels?.[e] ?? 0;
      definitionLevels[entry++] = part.data.definitionLevels[e] as number;
    }
    const last = part.codeAt(row + 1);
    for (let c = part.codeAt(row); c < last; c++) codes[code++] = pool.codeOf(part, part.data.codes[c] as number);
  }
  const { maxDef: maxDefinitionLevel, maxRep: maxRepetitionLevel } = spec;
  return {
    values: pool.values,
    placed: { definitionLevels, maxDefinitionLevel, repetitionLevels, maxRepetitionLevel, codes },
  };
}

/** One group's leaf, with where each row begins. */
interface Part {
  data: LeafData;
  entryAt: (row: number) => number;
  codeAt: (row: number) => number;
  /** Of each value of the group, its code in the new one, and one more; 0 where it has none yet. */
  newCodes: Int32Array;
}

function partFrom(data: LeafData, { maxDef }: LeafSpec, rowCount: number): Part {
  const { definitionLevels, repetitionLevels } = data;
  const codeStarts = new Int32Array(rowCount + 1);
  const entryStarts = repetitionLevels === undefined ? undefined : new Int32Array(rowCount + 1);
  let [row, code] = [0, 0];
  for (let entry = 0; entry < definitionLevels.length; entry++) {
    if (repetitionLevels === undefined || repetitionLevels[entry] === 0) {
      codeStarts[row] = code;
      if (entryStarts !== undefined) entryStarts[row] = entry;
      row++;
    }
    if (definitionLevels[entry] === maxDef) code++;
  }
  if (row !== rowCount) throw new Error(`a leaf has ${row} rows where its group has ${rowCount}`);
  codeStarts[rowCount] = code;
  if (entryStarts !== undefined) entryStarts[rowCount] = definitionLevels.length;
  return {
    data,
    entryAt: entryStarts === undefined ? (at) => at : (at) => entryStarts[at] as number,
    codeAt: (at) => codeStarts[at] as number,
    newCodes: new Int32Array(data.values.length),
  };
}

/** The values of a new leaf, each distinct one once as long as they repeat. */
class ValuePool {
  readonly values: LeafValue[] = [];
  #known: Map<LeafValue, number> | undefined = new Map();
  #asked = 0;

  codeOf(part: Part, old: number): number {
    const known = part.newCodes[old] as number;
    if (known !== 0) return known - 1;
    const code = this.#taken(part.data.values[old] as LeafValue);
    part.newCodes[old] = code + 1;
    return code;
  }

  #taken(value: LeafValue): number {
    if (this.#known === undefined || typeof value === 'object') return this.values.push(value) - 1;
    // A zero has two signs, and a map knows one.
    const found = Object.is(value, -0) ? undefined : this.#known.get(value);
    this.#asked++;
    if (found !== undefined) return found;
    const code = this.values.push(value) - 1;
    if (!Object.is(value, -0)) this.#known.set(value, code);
    if (this.#asked >= TRIAL && this.#known.size > 0.6 * this.#asked) this.#known = undefined;
    return code;
  }
}

/**
 * The levels of a leaf that a group lacks: absent, below whatever of its path is there. A reader tells from any leaf of a struct whether the
 * struct is there, so all must say the same.
 */
function neighbourLevels(spec: LeafSpec, group: Group, specs: readonly LeafSpec[]): LeafData {
  let best: { spec: LeafSpec; shared: number } | undefined;
  for (const other of specs) {
    if (other.path[0] !== spec.path[0] || !group.names.has(other.name)) continue;
    const shared = sharedSteps(spec, other);
    if (shared > (best?.shared ?? 0)) best = { spec: other, shared };
  }
  const nothing = { values: [], codes: new Int32Array(0) };
  const repeated = (size: number): Uint8Array | undefined => (spec.maxRep === 0 ? undefined : new Uint8Array(size));
  const step = best === undefined ? undefined : spec.steps[best.shared - 1];
  if (best === undefined || step === undefined)
    return { ...nothing, definitionLevels: new Uint8Array(group.rowCount), repetitionLevels: repeated(group.rowCount) };
  const { definitionLevels, repetitionLevels } = group.leaf(best.spec);
  // Entries of lists that only the neighbour has are one for what holds the list.
  const kept: number[] = [];
  for (let entry = 0; entry < definitionLevels.length; entry++)
    if (repetitionLevels === undefined || (repetitionLevels[entry] as number) <= step.rep) kept.push(entry);
  const out = { definitionLevels: new Uint8Array(kept.length), repetitionLevels: repeated(kept.length) };
  kept.forEach((entry, i) => {
    out.definitionLevels[i] = Math.min(definitionLevels[entry] as number, step.def);
    if (out.repetitionLevels !== undefined) out.repetitionLevels[i] = repetitionLevels?.[entry] ?? 0;
  });
  return { ...nothing, ...out };
}

function sharedSteps(a: LeafSpec, b: LeafSpec): number {
  let shared = 0;
  while (shared < a.path.length && a.path[shared] === b.path[shared]) shared++;
  return shared;
}
