/** Turns the generated facts of OCSF 1.8.0 into look-up tables, each decoded when it is first asked for. */
import { ATTRIBUTES, CLASSES, ENUMS, OBJECTS, PROFILES, TYPES } from './facts.generated.ts';

/** One attribute of a class or an object. */
export interface AttributeFacts {
  readonly name: string;
  /** The type's name (`string_t`, `timestamp_t`), or `object_t`. */
  readonly type: string;
  /** Name of the object, where the type is `object_t`. */
  readonly object: string | undefined;
  readonly isRequired: boolean;
  readonly isRecommended: boolean;
  readonly isArray: boolean;
  readonly isDeprecated: boolean;
  /** Allowed values as text → caption. Undefined where any value will do. */
  readonly options: ReadonlyMap<string, string> | undefined;
  readonly deprecatedOptions: readonly string[];
  /** The attribute that holds the caption of this one: `severity` beside `severity_id`. */
  readonly sibling: string | undefined;
  /** The observable type that the schema gives it: by its type, else by itself. */
  readonly observableTypeId: number | undefined;
  /** The attribute belongs to the item only under one of these profiles. */
  readonly profiles: readonly string[] | undefined;
}

/** What a class or an object consists of. An item without attributes is open: anything may be in it. */
export interface ItemFacts {
  readonly name: string;
  readonly isDeprecated: boolean;
  readonly attributes: ReadonlyMap<string, AttributeFacts>;
  readonly required: readonly AttributeFacts[];
  readonly constraints: readonly { readonly kind: string; readonly keys: readonly string[] }[];
}

export interface ClassFacts extends ItemFacts {
  readonly uid: number;
  readonly caption: string;
  readonly categoryUid: number;
  readonly categoryCaption: string;
}

/** What a value of a type must be. `base` is the primitive: string_t, integer_t, long_t, float_t, boolean_t, json_t. */
export interface TypeFacts {
  readonly base: string;
  readonly pattern: RegExp | undefined;
  readonly maxLength: number | undefined;
  readonly range: readonly [number, number] | undefined;
  readonly observableTypeId: number | undefined;
}

type AttributeRow = [string, string, number, number?, (string | 0)?, (string[] | 0)?, (string[] | 0)?, number?];
type ItemRow = [string, Record<string, string[]> | 0, 0 | 1, number[]];
type ClassRow = [...ItemRow, number, string, number, string];
type TypeRow = [string, { base?: string; regex?: string; max_len?: number; observable?: number; range?: [number, number] }];

/** The generated lines are ours and a test checks them whole, so their rows are trusted here. */
const parse = <Row>(line: string): Row => JSON.parse(line) as Row;

/** Bits of an attribute row's third value. @see scripts/ocsf-facts.ts */
const REQUIRED = 1;
const RECOMMENDED = 2;
const ARRAY = 4;
const DEPRECATED = 8;

/** Each result is made once. */
function memo<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined || made.has(key)) return known as Value;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

const options = memo((id: number) => new Map(Object.entries(parse<Record<string, string>>(ENUMS[id] ?? '{}'))));

const attribute = memo((id: number): AttributeFacts => {
  const [name, type, flags, enumId, sibling, profiles, deprecatedOptions, observable] = parse<AttributeRow>(
    ATTRIBUTES[id] ?? '["","json_t",0]',
  );
  return {
    name,
    type: type.startsWith('@') ? 'object_t' : type,
    object: type.startsWith('@') ? type.slice(1) : undefined,
    isRequired: (flags & REQUIRED) !== 0,
    isRecommended: (flags & RECOMMENDED) !== 0,
    isArray: (flags & ARRAY) !== 0,
    isDeprecated: (flags & DEPRECATED) !== 0,
    options: enumId === undefined || enumId < 0 ? undefined : options(enumId),
    deprecatedOptions: deprecatedOptions || [],
    sibling: sibling || undefined,
    observableTypeId: typeFacts(type).observableTypeId ?? (observable || undefined),
    profiles: profiles || undefined,
  };
});

function item([name, constraints, deprecated, deltas]: ItemRow): ItemFacts {
  let id = 0;
  const attributes = deltas.map((delta) => {
    id += delta;
    return attribute(id);
  });
  return {
    name,
    isDeprecated: deprecated === 1,
    attributes: new Map(attributes.map((facts) => [facts.name, facts])),
    required: attributes.filter((facts) => facts.isRequired),
    constraints: Object.entries(constraints || {}).map(([kind, keys]) => ({ kind, keys })),
  };
}

let classRows: Map<number, ClassRow> | undefined;
const rowsOfClasses = (): Map<number, ClassRow> => {
  classRows ??= new Map(CLASSES.map((line) => parse<ClassRow>(line)).map((row) => [row[4], row]));
  return classRows;
};
let objectRows: Map<string, ItemRow> | undefined;
const rowsOfObjects = (): Map<string, ItemRow> => {
  objectRows ??= new Map(OBJECTS.map((line) => parse<ItemRow>(line)).map((row) => [row[0], row]));
  return objectRows;
};

/** Uids of all classes of the schema, deprecated ones too. */
export const classUids = (): number[] => [...rowsOfClasses().keys()];

/** A class by its uid, or undefined where the schema has none. @see https://schema.ocsf.io/1.8.0/classes */
export const classFacts = memo((uid: number): ClassFacts | undefined => {
  const row = rowsOfClasses().get(uid);
  if (row === undefined) return undefined;
  const [name, constraints, deprecated, ids, , caption, categoryUid, categoryCaption] = row;
  return { ...item([name, constraints, deprecated, ids]), uid, caption, categoryUid, categoryCaption };
});

/** An object by its name, or undefined where no class can hold one. */
export const objectFacts = memo((name: string): ItemFacts | undefined => {
  const row = rowsOfObjects().get(name);
  return row === undefined ? undefined : item(row);
});

const typeRows = memo((_: 'all') => new Map(TYPES.map((line) => parse<TypeRow>(line))));

/** A type by its name; a type's range is its base's where it has none of its own. */
export const typeFacts = memo((name: string): TypeFacts => {
  const row = typeRows('all').get(name);
  const base = row?.base === undefined ? undefined : typeRows('all').get(row.base);
  return {
    base: row?.base ?? name,
    pattern: row?.regex === undefined ? undefined : new RegExp(row.regex),
    maxLength: row?.max_len,
    range: row?.range ?? base?.range,
    observableTypeId: row?.observable,
  };
});

const profileNames = memo((_: 'all') => new Set(PROFILES.map((line) => parse<string>(line))));

/** True for a profile that the schema defines. */
export const isProfile = (name: string): boolean => profileNames('all').has(name);

/** The caption of an id of an object's or class's attribute: `('observable', 'type_id', 2)` → `IP Address`. */
export function captionOf(facts: ItemFacts | undefined, name: string, id: string | number): string | undefined {
  return facts?.attributes.get(name)?.options?.get(String(id));
}
