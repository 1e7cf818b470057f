/** Adds what the schema requires and a sparse record does not tell (an unknown actor, an id 0), so that every event is valid OCSF. */
import { isJsonObject, type Json, type JsonObject, valueAt } from '../json.ts';
import { type AttributeFacts, type ItemFacts, objectFacts } from '../ocsf/schema.ts';

const UNKNOWN = 'Unknown';
const MAX_DEPTH = 6;

/** What stands for something that must be named. */
export interface Defaults {
  /** The product: it is the application and the service where none is named. */
  product: string;
  /** The event's own id, where something that has none must have one. */
  uid: string;
  /** Epoch ms. */
  time: number;
}

/** Removes undefined, null, empty texts and what is then empty, in place. False where nothing is left. */
export function pruned(value: JsonObject): boolean {
  let isUsed = false;
  for (const key in value) {
    const at: Json | undefined = value[key];
    if (at === undefined || at === null || at === '' || (typeof at === 'object' && !keeps(at))) delete value[key];
    else isUsed = true;
  }
  return isUsed;
}

function keeps(value: Json[] | JsonObject): boolean {
  if (!Array.isArray(value)) return pruned(value);
  const kept = value.filter((item) => item !== null && item !== '' && (typeof item !== 'object' || keeps(item)));
  value.splice(0, value.length, ...kept);
  return value.length > 0;
}

/** Fills an item of the schema and what is in it, in place. */
export function complete(item: JsonObject, facts: ItemFacts, defaults: Defaults, depth = 0): JsonObject {
  for (const key in item) {
    const attribute = facts.attributes.get(key);
    const inner = attribute?.object === undefined ? undefined : objectFacts(attribute.object);
    const value = item[key];
    if (inner === undefined || value === undefined || depth >= MAX_DEPTH) continue;
    for (const one of Array.isArray(value) ? value : [value]) if (isJsonObject(one)) complete(one, inner, defaults, depth + 1);
  }
  for (const attribute of facts.required)
    if (item[attribute.name] === undefined && attribute.profiles === undefined && !isOurs(attribute.name, depth)) {
      const value = requiredValue(attribute, defaults, depth);
      if (value !== undefined) item[attribute.name] = value;
    }
  for (const { kind, keys } of facts.constraints) {
    const present = keys.filter((key) => (key.includes('.') ? valueAt(item, key) : item[key]) !== undefined);
    if (present.length === 0) {
      const [key, value] = namedBy(keys, facts, defaults, depth) ?? [];
      if (key !== undefined && value !== undefined) item[key] = value;
      else if (keys[0] !== undefined) nameBelow(item, keys[0], facts, defaults);
    } else if (kind === 'just_one') for (const extra of present.slice(1)) delete item[extra];
  }
  return item;
}

/** What `finishEvent` writes. */
const DERIVED = new Set(['activity_id', 'category_uid', 'class_uid', 'type_uid', 'metadata', 'severity_id', 'time']);
const isOurs = (name: string, depth: number): boolean => depth === 0 && DERIVED.has(name);

/** What stands for an attribute that must be there; undefined where nothing can. */
export function requiredValue(attribute: AttributeFacts, defaults: Defaults, depth = 0): Json | undefined {
  const value = oneValue(attribute, defaults, depth);
  return attribute.isArray && value !== undefined ? [value] : value;
}

/** A constraint on what lies deeper (`device.os.version`): a text there says at least that it is unknown. */
function nameBelow(item: JsonObject, key: string, facts: ItemFacts, defaults: Defaults): void {
  const steps = key.split('.');
  const last = steps.pop() ?? '';
  let at = item;
  let inner: ItemFacts | undefined = facts;
  for (const step of steps) {
    const attribute: AttributeFacts | undefined = inner?.attributes.get(step);
    const value: Json | undefined = at[step] ?? (attribute === undefined ? undefined : oneValue(attribute, defaults, 0));
    if (attribute?.object === undefined || !isJsonObject(value)) return;
    at[step] = value;
    at = value;
    inner = objectFacts(attribute.object);
  }
  if (inner !== undefined && isText(inner, last)) at[last] ??= UNKNOWN;
}

/** An object that may be empty, but must be there, says at least that it is unknown. */
function named(item: JsonObject, facts: ItemFacts): JsonObject {
  if (Object.keys(item).length > 0) return item;
  const key = NAMES.find((name) => isText(facts, name)) ?? [...facts.attributes.keys()].find((name) => isText(facts, name));
  return key === undefined ? item : { [key]: UNKNOWN };
}

const NAMES = ['name', 'uid', 'title', 'desc', 'control', 'http_method'];
const isText = (facts: ItemFacts, name: string): boolean => {
  const attribute = facts.attributes.get(name);
  return attribute !== undefined && attribute.type === 'string_t' && !attribute.isArray && !attribute.isDeprecated;
};

function oneValue({ name, type, object, options }: AttributeFacts, defaults: Defaults, depth: number): Json | undefined {
  if (object !== undefined) {
    const facts = objectFacts(object);
    return facts === undefined || depth >= MAX_DEPTH ? undefined : named(complete({}, facts, defaults, depth + 1), facts);
  }
  if (options?.has('0')) return 0;
  if (type === 'timestamp_t') return defaults.time;
  if (type === 'boolean_t') return false;
  if (name === 'uid') return defaults.uid;
  return type === 'integer_t' || type === 'long_t' || type === 'float_t' ? 0 : UNKNOWN;
}

/** By which attribute something unknown is named: as an application or a service it is the product. */
function namedBy(
  keys: readonly string[],
  facts: ItemFacts,
  defaults: Defaults,
  depth: number,
): [string, Json | undefined] | undefined {
  for (const key of ['app_name', 'service', 'name', 'hostname', 'uid']) {
    if (!keys.includes(key)) continue;
    if (key === 'service') return [key, { name: defaults.product }];
    return [key, key === 'app_name' ? defaults.product : UNKNOWN];
  }
  const first = keys.find((key) => isText(facts, key)) ?? keys[0];
  const attribute = first === undefined ? undefined : facts.attributes.get(first);
  return attribute === undefined ? undefined : [attribute.name, requiredValue(attribute, defaults, depth)];
}
