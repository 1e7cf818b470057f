/** Turns a table of the lake into Parquet schema elements: three-level lists, key_value maps, millisecond timestamps without a zone. */
import type { parquetWriteBuffer } from 'hyparquet-writer';
import type { LakeTable } from './tables.ts';
import type { LakeType, ScalarKind } from './types.ts';

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

const UTF8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const PHYSICAL: Readonly<Record<ScalarKind, Partial<SchemaElement>>> = {
  string: UTF8,
  json: UTF8,
  int: { type: 'INT32' },
  bigint: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  timestamp: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } },
};

/**
 * The schema of a file and its top-level columns, with only the leaves that `used` marks (default: all).
 * @see https://github.com/apache/parquet-format/blob/master/LogicalTypes.md "Nested Types"
 */
export function parquetColumns(table: LakeTable, used?: Uint8Array): { schema: SchemaElement[]; names: string[] } {
  const counter = { leaf: 0 };
  const columns = table.columns
    .map(({ name, type }) => ({ name, elements: elementsOf(name, type, counter, used) }))
    .filter(({ elements }) => elements.length > 0);
  const root: SchemaElement = { name: 'root', num_children: columns.length };
  return { schema: [root, ...columns.flatMap(({ elements }) => elements)], names: columns.map(({ name }) => name) };
}

function elementsOf(name: string, type: LakeType, counter: { leaf: number }, used: Uint8Array | undefined): SchemaElement[] {
  if (type.kind === 'struct') {
    const children = type.fields
      .map((field) => elementsOf(field.name, field.type, counter, used))
      .filter((child) => child.length > 0);
    return children.length === 0
      ? []
      : [{ name, repetition_type: 'OPTIONAL', num_children: children.length }, ...children.flat()];
  }
  if (type.kind === 'array') {
    const element = elementsOf('element', type.element, counter, used);
    if (element.length === 0) return [];
    const outer: SchemaElement = { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' };
    return [outer, { name: 'list', repetition_type: 'REPEATED', num_children: 1 }, ...element];
  }
  if (type.kind === 'map') return mapElements(name, counter, used);
  const keep = used === undefined || used[counter.leaf] === 1;
  counter.leaf++;
  return keep ? [{ name, repetition_type: 'OPTIONAL', ...PHYSICAL[type.kind] }] : [];
}

function mapElements(name: string, counter: { leaf: number }, used: Uint8Array | undefined): SchemaElement[] {
  const keep = used === undefined || used[counter.leaf] === 1;
  counter.leaf += 2;
  if (!keep) return [];
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'MAP' },
    { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
    { name: 'key', repetition_type: 'REQUIRED', ...UTF8 },
    { name: 'value', repetition_type: 'OPTIONAL', ...UTF8 },
  ];
}
