/** Turns one field of a mapping into a step that reads a raw value as the attribute's OCSF type and puts it in the event. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { addressOf, fileOf, fingerprintOf, personOf, urlOf } from '../ocsf/parts.ts';
import type { RawRecord } from '../ocsf/raw-record.ts';
import { type AttributeFacts, type ItemFacts, objectFacts, typeFacts } from '../ocsf/schema.ts';
import { isoText } from '../timestamp.ts';
import { tableLookup, textOf } from './condition.ts';
import { type Place, placeOf } from './place.ts';
import type { Fields, From, TextForm } from './spec.ts';

export type Step = (raw: RawRecord, event: JsonObject) => void;

const placesOf = (paths: string | readonly string[]): readonly Place[] =>
  (typeof paths === 'string' ? [paths] : paths).map(placeOf);

/** A path below an item: the objects on its way, and the facts of its last attribute. Undefined where the schema has no such path. */
function attributeAt(item: ItemFacts, path: string): AttributeFacts | undefined {
  let facts: ItemFacts | undefined = item;
  const keys = path.split('.');
  for (const [i, key] of keys.entries()) {
    const name = key.replace(/\[\d\]$/, '');
    const attribute: AttributeFacts | undefined = facts?.attributes.get(name);
    if (attribute === undefined || i === keys.length - 1) return attribute;
    facts = attribute.object === undefined ? undefined : objectFacts(attribute.object);
  }
  return undefined;
}

/** Puts values at a path, making objects, and lists for `name[0]`, on the way. A value that is there stays; `name[1]` goes to the list's end where `name[0]` is absent. */
function setter(path: string): (event: JsonObject, value: Json) => void {
  const keys = path.split('.').map(keyOf);
  const { name: last, index } = keys.pop() ?? keyOf('');
  return (event, value) => {
    let at = event;
    for (const key of keys) at = stepInto(at, key);
    if (index !== undefined) addItem(at, last, index, value);
    else if (at[last] === undefined) at[last] = value;
  };
}

interface Key {
  name: string;
  /** Of an item of a list. */
  index: number | undefined;
}

function keyOf(text: string): Key {
  const [, name = text, index] = /^(.+)\[(\d)\]$/.exec(text) ?? [];
  return { name, index: index === undefined ? undefined : Number(index) };
}

function addItem(holder: JsonObject, name: string, index: number, value: Json): void {
  const known = holder[name];
  if (!Array.isArray(known)) holder[name] = [value];
  else if (known.length <= index) known.push(value);
}

function stepInto(holder: JsonObject, { name, index }: Key): JsonObject {
  if (index === undefined) {
    const next = holder[name];
    if (isJsonObject(next)) return next;
    const made: JsonObject = {};
    holder[name] = made;
    return made;
  }
  const known = holder[name];
  const list: Json[] = Array.isArray(known) ? known : [];
  holder[name] = list;
  while (list.length <= index) list.push({});
  const item = list[index];
  return isJsonObject(item) ? item : {};
}

const INT32_MAX = 2_147_483_647;

/** Reads and takes a raw value as an attribute's type; undefined where it is none. */
function typedReader(
  { type, isArray, options }: AttributeFacts,
  isItem: boolean,
): (raw: RawRecord, path: string) => Json | undefined {
  const { base, pattern, range, maxLength } = typeFacts(type);
  if (isArray && !isItem) return (raw, path) => readTexts(raw, path, pattern);
  if (type === 'timestamp_t') return (raw, path) => raw.timeMs(path);
  if (type === 'ip_t') return (raw, path) => raw.ip(path);
  if (base === 'boolean_t') return (raw, path) => raw.flag(path);
  if (base === 'float_t') return (raw, path) => raw.decimal(path);
  if (base === 'json_t') return (raw, path) => raw.json(path);
  if (base === 'integer_t' || base === 'long_t') {
    const [min, max] =
      range ?? (base === 'integer_t' ? [-INT32_MAX, INT32_MAX] : [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
    return (raw, path) => {
      const number = raw.integer(path);
      if (number === undefined) return undefined;
      if (number >= min && number <= max && (options === undefined || options.has(String(number)))) return number;
      raw.untake(path);
      return undefined;
    };
  }
  return (raw, path) => {
    const text = raw.text(path);
    if (text === undefined) return undefined;
    const isFit =
      (maxLength === undefined || text.length <= maxLength) &&
      (pattern === undefined || (text.length <= 4096 && pattern.test(text)));
    if (!isFit) raw.untake(path);
    if (!isFit || options === undefined || options.has(text)) return isFit ? text : undefined;
    // A word of the schema in another case: the record's own stays in `unmapped`.
    raw.untake(path);
    const lower = text.toLowerCase();
    return [...options.keys()].find((option) => option.toLowerCase() === lower);
  };
}

function readTexts(raw: RawRecord, path: string, pattern: RegExp | undefined): Json | undefined {
  const texts = raw.texts(path);
  if (texts.length === 0) return undefined;
  const fit = pattern === undefined ? texts : texts.filter((text) => pattern.test(text));
  if (fit.length < texts.length) raw.untake(path);
  return fit.length === 0 ? undefined : fit;
}

const FORMS: Readonly<Record<TextForm, (text: string) => JsonObject | undefined>> = {
  address: addressOf,
  url: urlOf,
  file: fileOf,
  hash: (text) => fingerprintOf(text),
  person: (text) => personOf(text),
};

/** A text as an object. It stays in `unmapped` unless the object has it word for word. */
function formStep(path: string, places: readonly Place[], form: TextForm, isArray: boolean): Step {
  const set = setter(path);
  const setters = new Map<string, ReturnType<typeof setter>>();
  const setterOf = (key: string): ReturnType<typeof setter> => {
    const known = setters.get(key) ?? setter(`${path}.${key}`);
    setters.set(key, known);
    return known;
  };
  return (raw, event) => {
    for (const place of places) {
      const at = place(raw);
      const text = at?.raw.text(at.path);
      if (at === undefined || text === undefined) continue;
      const made = FORMS[form](text);
      if (made === undefined || !Object.values(made).includes(text)) at.raw.untake(at.path);
      if (made === undefined) continue;
      if (path.endsWith(']')) set(event, made);
      else if (isArray) set(event, [made]);
      else for (const key in made) setterOf(key)(event, made[key] ?? null);
      return;
    }
  };
}

/** The steps of a field list for an item of the schema; fields that the item does not have are left out. */
export function stepsOf(fields: Fields, item: ItemFacts): Step[] {
  return Object.entries(fields).flatMap(([path, from]) => {
    const attribute = attributeAt(item, path);
    return attribute === undefined ? [] : [stepOf(path, from, attribute)];
  });
}

function stepOf(path: string, from: From, attribute: AttributeFacts): Step {
  const set = setter(path);
  if (typeof from === 'string' || Array.isArray(from))
    return readStep(path, placesOf(from as string | readonly string[]), attribute);
  const source = from as Exclude<From, string | readonly string[]>;
  if ('is' in source) return (_, event) => set(event, constant(source.is));
  if ('json' in source) return jsonStep(set, placesOf(source.json));
  if ('joined' in source) return joinedStep(set, placesOf(source.joined));
  if ('each' in source) return eachStep(set, placesOf(source.each), source.fields, attribute);
  if ('as' in source) {
    const places = placesOf(source.from);
    return formStep(
      path,
      source.unless === undefined ? places : places.map(placeUnless(source.unless)),
      source.as,
      attribute.isArray,
    );
  }
  if ('unless' in source) return readStep(path, placesOf(source.from).map(placeUnless(source.unless)), attribute);
  const lookup = tableLookup(source.table);
  const places = placesOf(source.from);
  return (raw, event) => {
    const text = firstText(raw, places);
    const found = text === undefined ? undefined : lookup(text);
    const value = found ?? (text === undefined ? undefined : source.else);
    if (value !== undefined) set(event, attribute.isArray && !path.endsWith(']') ? [value] : value);
  };
}

/** A place that is none where one of these texts stands. */
function placeUnless(texts: readonly string[]): (place: Place) => Place {
  const none = new Set(texts);
  return (place) => (raw) => {
    const at = place(raw);
    return at === undefined || none.has(textOf(at.raw.value(at.path)) ?? '') ? undefined : at;
  };
}

/** The text at the first place that has one; takes nothing. */
export function firstText(raw: RawRecord, places: readonly Place[]): string | undefined {
  for (const place of places) {
    const at = place(raw);
    const text = at === undefined ? undefined : textOf(at.raw.value(at.path));
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

const constant = (value: string | number | boolean | readonly string[]): Json => (typeof value === 'object' ? [...value] : value);

function readStep(path: string, places: readonly Place[], attribute: AttributeFacts): Step {
  const set = setter(path);
  const setText = setter(`${path}_dt`);
  const read = typedReader(attribute, path.endsWith(']'));
  const isTime = attribute.type === 'timestamp_t';
  return (raw, event) => {
    for (const place of places) {
      const at = place(raw);
      const value = at === undefined ? undefined : read(at.raw, at.path);
      if (value === undefined) continue;
      set(event, value);
      if (isTime && typeof value === 'number') setText(event, isoText(value));
      return;
    }
  };
}

function jsonStep(set: (event: JsonObject, value: Json) => void, places: readonly Place[]): Step {
  return (raw, event) => {
    for (const place of places) {
      const at = place(raw);
      const text = at?.raw.json(at.path);
      if (text === undefined) continue;
      set(event, text);
      return;
    }
  };
}

/** More arguments than this are not joined. */
const MAX_JOINED = 1000;

/** The parts are not taken: the text alone does not tell where one ends. */
function joinedStep(set: (event: JsonObject, value: Json) => void, places: readonly Place[]): Step {
  return (raw, event) => {
    for (const place of places) {
      const at = place(raw);
      const texts = at === undefined ? [] : textsAt(at.raw, at.path);
      if (texts.length === 0) continue;
      set(event, texts.join(' '));
      return;
    }
  };
}

function textsAt(raw: RawRecord, path: string): string[] {
  const found: string[] = [];
  const value = path.includes('#') ? undefined : raw.value(path);
  const list = Array.isArray(value) ? value : undefined;
  for (let n = 0; n < MAX_JOINED; n++) {
    const item = list === undefined ? raw.value(path.replace('#', String(n))) : list[n];
    const text = textOf(item);
    if (text === undefined) break;
    found.push(text);
    if (list === undefined && !path.includes('#')) break;
  }
  return found;
}

function eachStep(
  set: (event: JsonObject, value: Json) => void,
  places: readonly Place[],
  fields: Fields,
  attribute: AttributeFacts,
): Step {
  const facts = attribute.object === undefined ? undefined : objectFacts(attribute.object);
  const steps = facts === undefined ? [] : stepsOf(fields, facts);
  return (raw, event) => {
    for (const place of places) {
      const at = place(raw);
      const items = (at?.raw.items(at.path) ?? []).map((item) => {
        const made: JsonObject = {};
        for (const step of steps) step(item, made);
        return made;
      });
      const used = items.filter((item) => Object.keys(item).length > 0);
      if (used.length === 0) continue;
      set(event, attribute.isArray ? used : (used[0] ?? {}));
      return;
    }
  };
}
