/** Turns templates into what of them holds data, in the few facts of which a change would replace or delete it; and tells two versions apart. */
import { isJsonObject, type Json, type JsonObject } from '../functions/core/json.ts';
import { struct } from './struct-type.ts';

/** Of each type: the properties whose change makes CloudFormation create another one. @see AWS CloudFormation, resource type reference, "Update requires" */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::Glue::Database': ['CatalogId', 'DatabaseInput.Name'],
  'AWS::Glue::Table': ['CatalogId', 'DatabaseName', 'TableInput.Name'],
  'AWS::Athena::WorkGroup': ['Name'],
};

/** One resource that holds data, or the way to it. */
export interface Stateful {
  type: string;
  /** What CloudFormation does with it where it goes: `Retain`, `Delete`. */
  deletion: string;
  fixed: Record<string, Json>;
  /** Of a table of the lake: name and type, in order. */
  columns?: string[];
  /** Of the state table: its indexes. */
  indexes?: string[];
}
/** By logical id. */
export type StatefulSet = Record<string, Stateful>;

export function statefulOf(template: JsonObject): StatefulSet {
  const resources = Object.entries(isJsonObject(template['Resources']) ? template['Resources'] : {});
  const found = resources.flatMap(([id, resource]): [string, Stateful][] => {
    if (!isJsonObject(resource) || !Object.hasOwn(FIXED, String(resource['Type']))) return [];
    return [[id, factsOf(resource)]];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function factsOf(resource: JsonObject): Stateful {
  const type = String(resource['Type']);
  const properties = isJsonObject(resource['Properties']) ? resource['Properties'] : {};
  const at = (path: string): Json | undefined =>
    path.split('.').reduce<Json | undefined>((value, key) => (isJsonObject(value) ? value[key] : undefined), properties);
  const fixed = (FIXED[type] ?? []).flatMap((path): [string, Json][] => {
    const value = at(path);
    return value === undefined ? [] : [[path, value]];
  });
  const columns = at('TableInput.StorageDescriptor.Columns');
  const indexes = at('GlobalSecondaryIndexes');
  return {
    ...{ type, deletion: String(resource['DeletionPolicy'] ?? 'Delete'), fixed: Object.fromEntries(fixed) },
    ...(Array.isArray(columns)
      ? { columns: columns.filter(isJsonObject).map(({ Name, Type }) => `${String(Name)} ${String(Type)}`) }
      : {}),
    ...(Array.isArray(indexes) ? { indexes: indexes.filter(isJsonObject).map(({ IndexName }) => String(IndexName)) } : {}),
  };
}

/** What an upgrade from one version to the next would lose, in sentences; empty where it only adds. */
export function losses(before: StatefulSet, after: StatefulSet): string[] {
  return Object.entries(before).flatMap(([id, old]) => {
    const now = after[id];
    if (now === undefined) return [`${old.type} ${id} is gone: CloudFormation would let go of it or delete it`];
    if (now.type !== old.type) return [`${id} was ${old.type} and is ${now.type}`];
    const names = [...new Set([...Object.keys(old.fixed), ...Object.keys(now.fixed)])];
    const replaced = names.filter((name) => JSON.stringify(old.fixed[name]) !== JSON.stringify(now.fixed[name]));
    return [
      ...replaced.map((name) => `${old.type} ${id} would be replaced: ${name} changes`),
      ...(old.deletion === 'Retain' && now.deletion !== 'Retain' ? [`${id} is no longer kept when it is removed`] : []),
      ...(old.indexes ?? [])
        .filter((name) => now.indexes?.includes(name) !== true)
        .map((name) => `index ${name} of ${id} is gone`),
      ...columnLosses(id, old.columns ?? [], now.columns ?? []),
    ];
  });
}

/** Readers of old files read columns by name and fields of a struct by place: names stay, fields come at the end alone. */
function columnLosses(id: string, before: readonly string[], after: readonly string[]): string[] {
  const typeOf = new Map(after.map(split));
  return before.map(split).flatMap(([name, type]) => {
    const now = typeOf.get(name);
    if (now === undefined) return [`column ${name} of ${id} is gone`];
    return struct(now).extends(struct(type))
      ? []
      : [`column ${name} of ${id} changes its type otherwise than by fields at the end`];
  });
}

const split = (column: string): [string, string] => {
  const at = column.indexOf(' ');
  return [column.slice(0, at), column.slice(at + 1)];
};

/** The set as it is written down: each column type once, because the tables of the lake share theirs. */
export interface StatefulFile {
  types: string[];
  resources: Record<string, Omit<Stateful, 'columns'> & { columns?: [name: string, type: number][] }>;
}

export function folded(set: StatefulSet): StatefulFile {
  const types = [...new Set(Object.values(set).flatMap(({ columns = [] }) => columns.map((column) => split(column)[1])))].sort();
  const numbers = new Map(types.map((type, i) => [type, i]));
  const resources = Object.entries(set).map(([id, { columns, ...rest }]) => {
    const numbered = columns?.map(split).map(([name, type]): [string, number] => [name, numbers.get(type) ?? -1]);
    return [id, { ...rest, ...(numbered === undefined ? {} : { columns: numbered }) }];
  });
  return { types, resources: Object.fromEntries(resources) };
}

export const unfolded = ({ types, resources }: StatefulFile): StatefulSet =>
  Object.fromEntries(
    Object.entries(resources).map(([id, { columns, ...rest }]): [string, Stateful] => [
      id,
      { ...rest, ...(columns === undefined ? {} : { columns: columns.map(([name, type]) => `${name} ${types[type] ?? ''}`) }) },
    ]),
  );
