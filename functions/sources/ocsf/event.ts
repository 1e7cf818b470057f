/** Turns an event that is OCSF already, of any version, into one that OCSF 1.8.0 and the lake take, without loss. */
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../core/json.ts';
import { complete, type Defaults, requiredValue } from '../../core/mapping/complete.ts';
import { OCSF_VERSION, type OcsfEvent, type OcsfObservable } from '../../core/ocsf/event.ts';
import { finishEvent } from '../../core/ocsf/finish.ts';
import { fitted } from '../../core/ocsf/fit.ts';
import { recordUid } from '../../core/ocsf/record-uid.ts';
import { captionOf, classFacts, type ItemFacts, objectFacts } from '../../core/ocsf/schema.ts';
import { keep, type Unmapped } from '../../core/ocsf/unmapped.ts';
import { isReference } from '../../core/ocsf/validate.ts';
import { parseTimeMs } from '../../core/timestamp.ts';
import type { MapContext } from '../source.ts';
import { classOf, modernized, numberIn } from './older.ts';

const OTHER = 99;
const UNKNOWN = 0;

/** What `finishEvent` writes by itself. */
const DERIVED = [
  'class_uid',
  'class_name',
  'category_uid',
  'category_name',
  'activity_id',
  'activity_name',
  'type_uid',
  'type_name',
  'time',
  'time_dt',
  'severity_id',
  'severity',
] as const;
const SPECIAL: ReadonlySet<string> = new Set([...DERIVED, 'metadata', 'unmapped', 'observables']);

/** Never throws. */
export function toOcsf(record: JsonObject, { nowMs }: MapContext): OcsfEvent {
  const version = wordIn(valueAt(record, 'metadata.version'), '');
  const source = version === OCSF_VERSION ? record : modernized(record);
  const rest: Unmapped = {};
  const class_uid = classOf(record, version);
  const facts = classFacts(class_uid) ?? classFacts(0);
  if (facts === undefined) throw new TypeError('the generated facts have no Base Event');
  // No prototype: a key of the record may be `__proto__`.
  const body = Object.create(null) as JsonObject;
  for (const key in source) if (!SPECIAL.has(key)) body[key] = source[key] ?? null;
  keepOwnUnmapped(source, rest);
  const attributes = fitted(body, facts, '', rest);
  const metadata = metadataOf(source, rest);
  const uid = typeof metadata['uid'] === 'string' ? metadata['uid'] : recordUid(record);
  const product = isJsonObject(metadata['product']) ? metadata['product'] : {};
  const time = parseTimeMs(source['time'] ?? null) ?? parseTimeMs(source['time_dt'] ?? null) ?? nowMs;
  const defaults = { product: wordIn(product['name']), uid, time };
  complete(attributes, facts, defaults);
  const activities = facts.attributes.get('activity_id')?.options;
  const asked = source['activity_id'] === undefined ? UNKNOWN : numberIn(source['activity_id']);
  const activity_id = activities?.has(String(asked)) ? asked : OTHER;
  const word = source['activity_name'];
  const event = finishEvent({
    class_uid: facts.uid,
    activity_id,
    activity_name: activity_id === OTHER && typeof word === 'string' && word !== '' ? word : undefined,
    time,
    severity_id: severityOf(source),
    metadata: {
      ...metadata,
      uid,
      product: {
        ...product,
        name: String(product['name'] ?? 'Unknown'),
        vendor_name: String(product['vendor_name'] ?? 'Unknown'),
      },
    },
    attributes,
    unmapped: rest,
  });
  addRequired(event, facts, defaults);
  addObservables(event, source, rest);
  keepDifferences(event, record, rest);
  if (Object.keys(rest).length > 0) event.unmapped = rest;
  return event;
}

const wordIn = (value: Json | undefined, none = 'Unknown'): string => (typeof value === 'string' && value !== '' ? value : none);

/** What the producer could not map is what we cannot, under its own names. */
function keepOwnUnmapped(source: JsonObject, rest: Unmapped): void {
  const { unmapped } = source;
  if (!isJsonObject(unmapped) || Object.keys(unmapped).length === 0) keep(rest, 'unmapped', unmapped);
  else for (const key in unmapped) keep(rest, key, unmapped[key]);
}

function metadataOf(source: JsonObject, rest: Unmapped): JsonObject {
  const given = source['metadata'];
  const facts = objectFacts('metadata');
  if (!isJsonObject(given) || Object.keys(given).length === 0 || facts === undefined) {
    keep(rest, 'metadata', given);
    return {};
  }
  const { version, profiles, ...others } = given;
  if (version !== OCSF_VERSION) keep(rest, 'metadata.version', version);
  keep(rest, 'metadata.profiles', profiles);
  return fitted(others as JsonObject, facts, 'metadata', rest);
}

function severityOf(source: JsonObject): number {
  const facts = classFacts(0);
  const id = numberIn(source['severity_id']);
  if (captionOf(facts, 'severity_id', id) !== undefined) return id;
  const word = wordIn(source['severity'], '').toLowerCase();
  const [found] =
    [...(facts?.attributes.get('severity_id')?.options ?? [])].find(([, text]) => text.toLowerCase() === word) ?? [];
  return found === undefined ? UNKNOWN : Number(found);
}

/** What a profile requires that some attribute of the event brought with it. */
function addRequired(event: OcsfEvent, facts: ItemFacts, defaults: Defaults): void {
  for (const attribute of facts.required) {
    const isOn = attribute.profiles?.some((name) => event.metadata.profiles?.includes(name));
    if (isOn !== true || event[attribute.name] !== undefined) continue;
    const value = requiredValue(attribute, defaults);
    if (value !== undefined) event[attribute.name] = value;
  }
}

/** Those of the producer that ours lack; what is none by the schema stays aside. */
function addObservables(event: OcsfEvent, source: JsonObject, rest: Unmapped): void {
  const given = source['observables'];
  if (given === undefined) return;
  if (given === null || (Array.isArray(given) && given.length === 0)) {
    keep(rest, 'observables', given);
    return;
  }
  const facts = classFacts(event.class_uid);
  const known = new Map((event.observables ?? []).map((own) => [`${own.name} ${own.value}`, own]));
  const list: OcsfObservable[] = [...(event.observables ?? [])];
  for (const [index, item] of (Array.isArray(given) ? given : [given]).entries()) {
    const at = `observables[${index}]`;
    if (!isJsonObject(item)) {
      keep(rest, at, item);
      continue;
    }
    const { name, type_id, type, value, ...others } = item;
    const caption = captionOf(objectFacts('observable'), 'type_id', numberIn(type_id));
    const isWhole = typeof name === 'string' && typeof value === 'string' && caption !== undefined && facts !== undefined;
    if (!isWhole || !isReference(name, facts)) keep(rest, at, item);
    else {
      const id = `${name} ${value}`;
      const own = known.get(id) ?? { name, type_id: numberIn(type_id), type: caption, value };
      if (!known.has(id)) list.push(own);
      known.set(id, own);
      if (Object.keys(others).length > 0) keep(rest, at, others as JsonObject);
      // Ours may stand there already, and say another type than the producer's.
      if (type !== own.type) keep(rest, `${at}.type`, type);
      if (type_id !== own.type_id) keep(rest, `${at}.type_id`, type_id);
    }
  }
  if (list.length > 0) event.observables = list;
}

/** What is written anew and now reads differently than the record had it. */
function keepDifferences(event: OcsfEvent, record: JsonObject, rest: Unmapped): void {
  for (const key of DERIVED) {
    const [given, own] = [record[key], event[key]];
    if (given !== undefined && (typeof given === 'object' || String(given) !== String(own))) keep(rest, key, given);
  }
}
