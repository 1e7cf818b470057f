/** Turns rows into the leaf columns of a Parquet file, with repetition and definition levels, in one walk over each row. */
import type { ParquetWriter } from 'hyparquet-writer';
import type { LakeRow, LakeValue } from './conform.ts';

export type SchemaElement = ParquetWriter['schema'][number];

/** One leaf of the schema and all that a column chunk holds of it; absent values have their place in `values` too. */
export interface LeafColumn {
  /** From the root of the schema to the leaf. */
  path: readonly SchemaElement[];
  values: (LakeValue | undefined)[];
  definitionLevels: number[];
  /** Empty for a leaf outside of lists and maps: every value begins a row. */
  repetitionLevels: number[];
  maxDefinitionLevel: number;
  isRepeated: boolean;
}

/** A part of the schema: takes one value, at the repetition level `rep`. */
interface Node {
  leaves: readonly LeafColumn[];
  take(value: LakeValue | undefined, rep: number): void;
}

/** Where a node stands: the elements above it, and the levels that they add up to. */
interface Place {
  path: readonly SchemaElement[];
  def: number;
  rep: number;
}

/**
 * The columns of rows, in the order of the schema: a root, then its columns depth first, with optional scalars and structs, three-level
 * lists and key_value maps.
 * @see Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets", section 4
 */
export function shred(schema: readonly SchemaElement[], rows: readonly LakeRow[]): LeafColumn[] {
  const [root] = schema;
  if (root === undefined) return [];
  const cursor = { at: 1 };
  const columns: { name: string; node: Node }[] = [];
  while (cursor.at < schema.length) {
    const name = schema[cursor.at]?.name ?? '';
    columns.push({ name, node: nodeOf(schema, cursor, { path: [root], def: 0, rep: 0 }) });
  }
  for (const row of rows) for (const { name, node } of columns) node.take(row[name], 0);
  return columns.flatMap(({ node }) => node.leaves);
}

function nodeOf(schema: readonly SchemaElement[], cursor: { at: number }, { path, def, rep }: Place): Node {
  const element = schema[cursor.at++];
  if (element === undefined) throw new TypeError('the schema ends early');
  const inner = [...path, element];
  if (element.num_children === undefined)
    return leafNode({ path: inner, def: element.repetition_type === 'REQUIRED' ? def : def + 1, rep });
  if (element.converted_type !== 'LIST' && element.converted_type !== 'MAP')
    return structNode(schema, cursor, { path: inner, def: def + 1, rep });
  const repeated = schema[cursor.at++];
  if (repeated === undefined) throw new TypeError('the schema ends early');
  const place = { path: [...inner, repeated], def: def + 2, rep: rep + 1 };
  const item = element.converted_type === 'LIST' ? nodeOf(schema, cursor, place) : entryNode(schema, cursor, place);
  return listNode(item, def, rep + 1);
}

function leafNode({ path, def, rep }: Place): Node {
  const leaf: LeafColumn = {
    path,
    values: [],
    definitionLevels: [],
    repetitionLevels: [],
    maxDefinitionLevel: def,
    isRepeated: rep > 0,
  };
  return {
    leaves: [leaf],
    take: (value, at) => {
      const isAbsent = value === undefined || value === null;
      leaf.values.push(value);
      leaf.definitionLevels.push(isAbsent ? def - 1 : def);
      if (rep > 0) leaf.repetitionLevels.push(at);
    },
  };
}

const isStruct = (value: LakeValue | undefined): value is LakeRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** A struct's fields; `def` is the level of a struct that is there. */
function structNode(schema: readonly SchemaElement[], cursor: { at: number }, place: Place): Node {
  const element = place.path.at(-1);
  const fields: { name: string; node: Node }[] = [];
  for (let left = element?.num_children ?? 0; left > 0; left--) {
    const name = schema[cursor.at]?.name ?? '';
    fields.push({ name, node: nodeOf(schema, cursor, place) });
  }
  const leaves = fields.flatMap(({ node }) => node.leaves);
  const absent = place.def - 1;
  return {
    leaves,
    take: (value, rep) => {
      if (!isStruct(value)) fill(leaves, absent, rep);
      else for (const { name, node } of fields) node.take(value[name], rep);
    },
  };
}

/** The entry of a map, which is there wherever it stands: the list around it says where it is not. */
function entryNode(schema: readonly SchemaElement[], cursor: { at: number }, place: Place): Node {
  const [key, value] = [nodeOf(schema, cursor, place), nodeOf(schema, cursor, place)];
  const leaves = [...key.leaves, ...value.leaves];
  return {
    leaves,
    take: (entry, rep) => {
      if (!isStruct(entry)) throw new TypeError('a map without an entry');
      key.take(entry['key'], rep);
      value.take(entry['value'], rep);
    },
  };
}

/** A list is absent, there without items, or has items: three levels, from `def`. */
function listNode(item: Node, def: number, itemRep: number): Node {
  return {
    leaves: item.leaves,
    take: (value, rep) => {
      if (!Array.isArray(value)) fill(item.leaves, def, rep);
      else if (value.length === 0) fill(item.leaves, def + 1, rep);
      else for (let i = 0; i < value.length; i++) item.take(value[i], i === 0 ? rep : itemRep);
    },
  };
}

function fill(leaves: readonly LeafColumn[], def: number, rep: number): void {
  for (const leaf of leaves) {
    leaf.values.push(undefined);
    leaf.definitionLevels.push(def);
    if (leaf.isRepeated) leaf.repetitionLevels.push(rep);
  }
}
