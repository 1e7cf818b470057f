/** The fields of a mapping as their author wrote them → fields that the schema has, with values that its attributes can hold. */
import { nearest, type Problem } from '../error.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { type AttributeFacts, type ItemFacts, objectFacts } from '../ocsf/schema.ts';
import { checkScalar } from '../ocsf/validate-value.ts';
import type { Fields } from './spec.ts';

/** The place (`file:line:column`) of what lies at a path below. */
export type At = (...keys: PropertyKey[]) => string;

/** Where one is, and where problems go. */
export interface Spot {
  at: At;
  problems: Problem[];
}

/** What to write instead, where a known word is near. */
export const suggestion = (word: string, allowed: readonly string[]): string | undefined => {
  const near = nearest(word, allowed);
  return near === undefined ? undefined : `did you mean "${near}"?`;
};

/** An id of an attribute's options, given itself or by its caption. */
export function optionOf(
  value: string | number,
  facts: AttributeFacts,
  { at, problems }: { at: string; problems: Problem[] },
): number {
  const { options = new Map<string, string>(), name } = facts;
  const captions = [...options].map(([id, caption]) => `${caption} (${id})`);
  const wanted = String(value).toLowerCase();
  const id = options.has(String(value))
    ? String(value)
    : [...options].find(([, caption]) => caption.toLowerCase() === wanted)?.[0];
  if (id !== undefined) return Number(id);
  problems.push({
    at,
    what: `"${value}" is no ${name}`,
    allowed: captions.join(', '),
    fix: suggestion(String(value), [...options.values()]) ?? 'use one of these, by name or number',
  });
  return 0;
}

/** What the engine writes itself, and how the file says it instead. */
const ENGINE: Readonly<Record<string, string>> = {
  time: 'write time: at the top of the file, or in the kind',
  time_dt: 'it follows from time',
  severity_id: 'write severity: at the top of the file',
  severity: 'it follows from severity_id',
  activity_id: 'write activity: in the kind',
  activity_name: 'it follows from the activity, or from code where that is Other',
  class_uid: 'write class: in the kind',
  class_name: 'it follows from the class',
  category_uid: 'it follows from the class',
  category_name: 'it follows from the class',
  type_uid: 'it follows from the activity',
  type_name: 'it follows from the activity',
  unmapped: 'what no field takes goes there by itself',
  observables: 'they follow from the attributes',
  raw_data: 'the raw record is kept beside the event',
  raw_data_hash: 'the raw record is kept beside the event',
  raw_data_size: 'the raw record is kept beside the event',
  'metadata.uid': 'write uid: at the top of the file',
  'metadata.version': 'it is the version of OCSF',
  'metadata.profiles': 'they follow from the attributes',
  'metadata.event_code': 'write code: at the top of the file',
  'metadata.original_time': 'it follows from time',
  'metadata.labels': 'labels are for the engine',
  'metadata.product': 'write product: at the top of the file; single attributes of it (metadata.product.version) may be fields',
};

type Written = Readonly<Record<string, unknown>>;

/** Every path must be an attribute of one of the items at least. */
export function fieldsOf(written: Written, items: readonly ItemFacts[], { at, problems }: Spot): Fields {
  const checked: Record<string, Fields[string]> = {};
  for (const [path, from] of Object.entries(written)) {
    const own = ENGINE[path];
    if (own !== undefined && items.some((item) => 'uid' in item)) {
      problems.push({ at: at(path), what: `${path} is written by the engine`, fix: own });
      continue;
    }
    const found = items.map((item) => attributeOf(item, path));
    const attributes = differing(found.filter((one) => 'facts' in one));
    const spot: Spot = { at: (...keys) => at(path, ...keys), problems };
    const [first, ...others] = attributes.map((attribute) => checkedFrom(from as Json, attribute, spot));
    if (first === undefined) {
      const [worst] = found.filter((one) => 'problem' in one).sort((a, b) => b.depth - a.depth);
      if (worst !== undefined) problems.push({ at: at(path), ...worst.problem });
      continue;
    }
    checked[path] = first;
    if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
      problems.push({
        at: at(path),
        what: `${path} has other numbers for these words in other classes`,
        fix: 'write it in the fields of each kind',
      });
  }
  return checked;
}

/** One of each way in which the classes know the attribute: they may give its numbers other meanings. */
function differing(found: readonly FoundAttribute[]): FoundAttribute[] {
  return found.filter(
    (one, i) => found.findIndex(({ facts }) => facts.options === one.facts.options && facts.type === one.facts.type) === i,
  );
}

interface FoundAttribute {
  facts: AttributeFacts;
  /** The path names one item of a list. */
  isItem: boolean;
}

interface UnfoundAttribute {
  /** How many of the path's steps were found. */
  depth: number;
  problem: Omit<Problem, 'at'>;
}

const INDEXED = /^([a-z0-9_]+)(?:\[(\d)\])?$/;

function attributeOf(item: ItemFacts, path: string): FoundAttribute | UnfoundAttribute {
  const keys = path.split('.');
  let facts: ItemFacts = item;
  for (const [i, key] of keys.entries()) {
    const [, name = '', index] = INDEXED.exec(key) ?? [];
    const attribute = facts.attributes.get(name);
    const isLast = i === keys.length - 1;
    if (attribute === undefined) return { depth: i - 0.5, problem: unknownAttribute(path, name || key, facts) };
    if (attribute.isDeprecated)
      return {
        depth: i,
        problem: { what: `${path}: OCSF 1.8.0 deprecates ${name}`, fix: 'use what replaced it (https://schema.ocsf.io/1.8.0)' },
      };
    if (index !== undefined && !attribute.isArray)
      return { depth: i, problem: { what: `${path}: ${name} is no list`, fix: `write ${name} without [${index}]` } };
    if (isLast) return { facts: attribute, isItem: index !== undefined };
    const inner = attribute.object === undefined ? undefined : objectFacts(attribute.object);
    if (inner === undefined || inner.attributes.size === 0)
      return { depth: i, problem: { what: `${path}: ${name} has no attributes of its own`, fix: `end the path at ${name}` } };
    if (attribute.isArray && index === undefined)
      return {
        depth: i,
        problem: {
          what: `${path}: ${name} is a list`,
          fix: `write ${name}[0], or {each: …, fields: …} for ${keys.slice(0, i + 1).join('.')}`,
        },
      };
    facts = inner;
  }
  return { depth: 0, problem: { what: 'an empty path', fix: 'name an attribute' } };
}

function unknownAttribute(path: string, name: string, facts: ItemFacts): Omit<Problem, 'at'> {
  const names = [...facts.attributes.values()].filter(({ isDeprecated }) => !isDeprecated).map((one) => one.name);
  return {
    what: `${path}: ${facts.name} has no attribute "${name}"`,
    allowed: names.length > 40 ? `https://schema.ocsf.io/1.8.0 lists the ${names.length} of ${facts.name}` : names.join(', '),
    fix: suggestion(name, names) ?? 'leave it out: its value then stays in unmapped',
  };
}

const OBJECT_FORMS: Readonly<Record<string, readonly string[]>> = {
  address: ['endpoint', 'network_endpoint', 'device', 'network_proxy'],
  url: ['url'],
  file: ['file'],
  hash: ['fingerprint'],
  person: ['user'],
};

function checkedFrom(from: Json, attribute: FoundAttribute, spot: Spot): Fields[string] {
  const { facts } = attribute;
  const { at, problems } = spot;
  const add = (what: string, fix: string, allowed?: string): void =>
    void problems.push({ at: at(), what: `${facts.name}: ${what}`, ...(allowed === undefined ? {} : { allowed }), fix });
  const source = isJsonObject(from) ? from : undefined;
  const isObject = facts.object !== undefined;
  const asIs = from as Fields[string];
  if (source !== undefined && 'each' in source) {
    const inner = isObject ? objectFacts(facts.object ?? '') : undefined;
    if (inner === undefined) add('is no object', 'each needs one');
    else if (attribute.isItem) add('each fills the whole list', `write ${facts.name} without [n]`);
    else
      return {
        ...(source as JsonObject),
        fields: fieldsOf(source['fields'] as Written, [inner], { at: (...keys) => at('fields', ...keys), problems }),
      } as unknown as Fields[string];
    return asIs;
  }
  if (source !== undefined && 'as' in source) {
    const fits = OBJECT_FORMS[String(source['as'])] ?? [];
    if (!isObject || !fits.includes(facts.object ?? ''))
      add(
        `as: ${source['as']} makes ${fits.join(' or ')}, this is ${facts.object ?? facts.type}`,
        'use another form, or name its attributes',
      );
    return asIs;
  }
  if (isObject) {
    const names = [...(objectFacts(facts.object ?? '')?.attributes.keys() ?? [])];
    add(
      `is an object (${facts.object})`,
      `name one of its attributes, such as ${facts.name}${facts.isArray ? '[0]' : ''}.${PREFERRED.find((name) => names.includes(name)) ?? names[0]}`,
    );
    return asIs;
  }
  if (source !== undefined && ('json' in source || 'joined' in source)) {
    if (facts.type !== 'string_t' && facts.type !== 'json_t') add(`is ${facts.type}, not a text`, 'use a field as it is');
    else if (facts.isArray && !attribute.isItem) add('is a list', `write ${facts.name}[0]`);
    return asIs;
  }
  if (source !== undefined && 'is' in source)
    return { is: constantOf(source['is'] ?? '', attribute, { at: at('is'), problems }) } as Fields[string];
  if (source !== undefined && 'table' in source) {
    // The step makes the list of a list attribute.
    const single = { facts, isItem: true };
    const table = Object.entries(source['table'] as JsonObject).map(([text, value]) => [
      text,
      constantOf(value, single, { at: at('table', text), problems }),
    ]);
    const otherwise =
      source['else'] === undefined ? {} : { else: constantOf(source['else'], single, { at: at('else'), problems }) };
    return { from: source['from'], table: Object.fromEntries(table), ...otherwise } as Fields[string];
  }
  return asIs;
}

const PREFERRED = ['name', 'ip', 'uid', 'hostname'];

/** A constant as a value of the attribute: captions become ids, and what is of another type is a problem. */
function constantOf(value: Json, { facts, isItem }: FoundAttribute, { at, problems }: { at: string; problems: Problem[] }): Json {
  if (Array.isArray(value)) {
    if (!facts.isArray || isItem) problems.push({ at, what: `${facts.name} is no list`, fix: 'write one value' });
    return value.map((one) => constantOf(one, { facts, isItem: true }, { at, problems }));
  }
  if (facts.options !== undefined && facts.type === 'integer_t' && (typeof value === 'string' || typeof value === 'number'))
    return optionOf(value, facts, { at, problems });
  if (facts.options !== undefined && !facts.options.has(String(value)))
    problems.push({
      at,
      what: `"${String(value)}" is no ${facts.name}`,
      allowed: [...facts.options.keys()].join(', '),
      fix: 'use one of these',
    });
  checkScalar(
    (_, __, message) => problems.push({ at, what: `${facts.name} ${message}`, fix: 'write a value of that type' }),
    facts.type,
    value,
    facts.name,
  );
  return facts.isArray && !isItem ? [value] : value;
}
