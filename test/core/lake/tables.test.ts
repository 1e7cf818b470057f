import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARTITION_KEYS, storedTableName, TABLES, tableForClass, tablePrefix } from '../../../functions/core/lake/tables.ts';
import { glueType, type LakeType, parseGlueType, trinoType, typeAt } from '../../../functions/core/lake/types.ts';
import { EXTENSION } from '../../../scripts/ocsf-extension.ts';

const SCHEMA = new URL('../../../../shared/ocsf/schema-1.8.0.json', import.meta.url);

describe('the manifest', () => {
  it('has one type for a column name in every table', () => {
    const types = new Map<string, Set<string>>();
    for (const { name, type } of TABLES.flatMap((table) => table.columns))
      types.set(name, (types.get(name) ?? new Set()).add(glueType(type)));
    expect([...types].filter(([, texts]) => texts.size > 1)).toEqual([]);
  });

  it('has unique table names, classes, columns and struct fields, and no partition key among them', () => {
    expect(new Set(TABLES.map(({ name }) => name)).size).toBe(TABLES.length);
    expect(new Set(TABLES.map(({ classUid }) => classUid)).size).toBe(TABLES.length);
    const check = (type: LakeType): void => {
      if (type.kind === 'array') check(type.element);
      if (type.kind !== 'struct') return;
      const names = type.fields.map(({ name }) => name);
      expect(new Set(names).size, names.join()).toBe(names.length);
      expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
      for (const field of type.fields) check(field.type);
    };
    for (const table of TABLES) {
      check({ kind: 'struct', fields: table.columns });
      expect(table.columns.filter(({ name }) => (PARTITION_KEYS as readonly string[]).includes(name))).toEqual([]);
    }
  });

  it('sends a class without a table to base_event', () => {
    expect([6003, 3002, 3001, 2004, 2005, 7001, 0, 424242].map((uid) => tableForClass(uid).name)).toEqual([
      'api_activity',
      'authentication',
      'account_change',
      'detection_finding',
      'incident_finding',
      'remediation_activity',
      'base_event',
      'base_event',
    ]);
    expect([tablePrefix(tableForClass(6003)), storedTableName(tableForClass(6003))]).toEqual([
      'ocsf/api_activity/',
      'api_activity_files',
    ]);
  });

  it('keeps every column under the length that Glue takes', () => {
    // @see Glue quotas: 131072 characters for a column type.
    for (const { name, type } of TABLES.flatMap((table) => table.columns))
      expect(glueType(type).length, name).toBeLessThan(131_072);
  });

  it.skipIf(!existsSync(SCHEMA))('agrees with the OCSF 1.8.0 schema in every attribute (skipped without ../shared)', () => {
    expect(disagreements(withExtension(JSON.parse(readFileSync(SCHEMA, 'utf8'))))).toEqual([]);
  });
});

describe('type text', () => {
  it('reads back what it writes for Glue', () => {
    for (const { type } of TABLES.flatMap((table) => table.columns))
      expect(glueType(parseGlueType(glueType(type)))).toBe(glueType(type));
  });

  it('writes Trino rows', () => {
    expect(trinoType(parseGlueType('struct<a:int,b:array<map<string,timestamp>>>'))).toBe(
      'row("a" integer, "b" array(map(varchar, timestamp(3))))',
    );
  });

  it.each(['', 'strin', 'array<int', 'struct<>', 'struct<a>', 'map<string>', 'int '])('refuses %j', (text) => {
    expect(() => parseGlueType(text)).toThrow(expect.objectContaining({ code: 'BadInput' }));
  });

  it('finds the type below a path through lists and maps', () => {
    const columns: LakeType = { kind: 'struct', fields: tableForClass(2004).columns };
    const kindAt = (path: string): string | undefined => typeAt(columns, path.split('.'))?.kind;
    expect(
      ['evidences.api.operation', 'finding_info.created_time_dt', 'unmapped.any', 'resources', 'actor.none'].map(kindAt),
    ).toEqual(['string', 'timestamp', 'string', 'array', undefined]);
  });
});

interface Attribute {
  type: string;
  object?: string;
  array?: boolean;
}
interface Schema {
  classes: Record<string, { name: string; uid: number; attributes: Record<string, Attribute> }>;
  objects: Record<string, { attributes: Record<string, Attribute> }>;
}
const ALLOWED: Record<string, string[]> = {
  integer_t: ['int', 'bigint'],
  port_t: ['int'],
  long_t: ['bigint'],
  timestamp_t: ['bigint'],
  datetime_t: ['timestamp'],
  boolean_t: ['boolean'],
  float_t: ['double'],
  json_t: ['json'],
};
const OURS = new Set([
  'unmapped',
  'ocsf_extra',
  'raw_ref',
  'ingest_time_dt',
  'accountid',
  'region',
  'raw_record',
  'record_digest',
]);

/** Our own attributes are held to our own extension. */
function withExtension(schema: Schema): Schema {
  const classes = Object.entries(schema.classes).map(([name, item]) =>
    EXTENSION.classes.some((own) => own === name)
      ? [name, { ...item, attributes: { ...item.attributes, ...EXTENSION.attribute } }]
      : [name, item],
  );
  return { classes: Object.fromEntries(classes), objects: { ...schema.objects, ...EXTENSION.object } };
}

function disagreements(schema: Schema): string[] {
  const found = new Set<string>();
  const one = (path: string, attribute: Attribute, type: LakeType): void => {
    if (attribute.object === undefined) {
      if (!(ALLOWED[attribute.type] ?? ['string']).includes(type.kind))
        found.add(`${path}: ${attribute.type} is no ${type.kind}`);
    } else if (type.kind !== 'struct') found.add(`${path}: an object is no ${type.kind}`);
    else {
      const object = schema.objects[attribute.object];
      for (const field of type.fields) check(`${attribute.object}.${field.name}`, object?.attributes[field.name], field.type);
    }
  };
  const check = (path: string, attribute: Attribute | undefined, type: LakeType): void => {
    if (attribute === undefined) found.add(`${path}: unknown`);
    else if (!attribute.array) one(path, attribute, type);
    else if (type.kind === 'array') one(`${path}[]`, attribute, type.element);
    else found.add(`${path}: an array is no ${type.kind}`);
  };
  for (const table of TABLES.filter(({ classUid }) => classUid !== 0)) {
    const found1 = Object.values(schema.classes).find(({ uid }) => uid === table.classUid);
    if (found1?.name !== table.name) found.add(`${table.name}: the class is ${found1?.name}`);
    for (const { name, type } of table.columns)
      if (!OURS.has(name)) check(`${table.name}.${name}`, found1?.attributes[name], type);
  }
  return [...found];
}

/** True where every field that was is still there, in its order, with a type that grew only at its ends. */
function grewFrom(before: LakeType, now: LakeType): boolean {
  if (before.kind === 'array') return now.kind === 'array' && grewFrom(before.element, now.element);
  if (before.kind === 'map') return now.kind === 'map' && grewFrom(before.key, now.key) && grewFrom(before.value, now.value);
  if (before.kind !== 'struct') return glueType(before) === glueType(now);
  return (
    now.kind === 'struct' &&
    before.fields.every((field, index) => {
      const kept = now.fields[index];
      return kept !== undefined && kept.name === field.name && grewFrom(field.type, kept.type);
    })
  );
}

describe('columns over time', () => {
  const path = new URL('./columns.lock.txt', import.meta.url);
  const columns = new Map(TABLES.flatMap((table) => table.columns.map(({ name, type }) => [name, type] as const)));
  const locked = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);

  it.each(locked)('%s only grows at the ends of its structs, for files that were written before', (name, text) => {
    const now = columns.get(name);
    expect(now, `${name} is gone`).toBeDefined();
    expect(now !== undefined && grewFrom(parseGlueType(text), now), `add new fields of ${name} at the end`).toBe(true);
  });

  it('are all in the lock, which `node test/core/lake/lock-columns.ts` writes anew', () => {
    expect(Object.fromEntries([...columns].map(([name, type]) => [name, glueType(type)]))).toEqual(Object.fromEntries(locked));
  });
});
