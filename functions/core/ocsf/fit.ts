/** Turns attributes that somebody else wrote as OCSF into what OCSF 1.8.0 allows; what does not fit goes to `unmapped`. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { isoText, isoTextMs, parseTimeMs } from '../timestamp.ts';
import { type AttributeFacts, type ItemFacts, objectFacts, typeFacts } from './schema.ts';
import { keep, type Unmapped } from './unmapped.ts';

/** Objects may nest in themselves; deeper ones go to `unmapped`. */
const MAX_DEPTH = 24;
const INT32_MAX = 2_147_483_647;
const INTEGER = /^-?\d{1,15}$/;

/**
 * The part of `item` that fits, at every depth. Texts that write a number, a boolean or a time become one, captions give their ids, a
 * single value becomes a list where the schema wants one. Never throws.
 * @param path of the item, empty for the event
 * @param left takes all that does not fit, under its path
 */
export function fitted(item: JsonObject, facts: ItemFacts, path: string, left: Unmapped, depth = 0): JsonObject {
  if (facts.attributes.size === 0) return item;
  const fit: JsonObject = {};
  for (const key in item) {
    const value = item[key];
    if (value === undefined) continue;
    const at = path === '' ? key : `${path}.${key}`;
    const attribute = facts.attributes.get(key);
    if (attribute === undefined || isEmpty(value)) keep(left, at, value);
    else {
      const own = fittedValue(value, attribute, at, left, depth);
      if (own !== undefined) fit[key] = own;
    }
  }
  for (const attribute of facts.attributes.values()) if (attribute.sibling !== undefined) agree(fit, attribute, path, left);
  return fit;
}

const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/** Undefined where nothing of a value fits: all of it is then in `left`. */
function fittedValue(value: Json, attribute: AttributeFacts, path: string, left: Unmapped, depth: number): Json | undefined {
  if (attribute.isArray) return fittedList(Array.isArray(value) ? value : [value], attribute, path, left, depth);
  if (!Array.isArray(value)) return fittedOne(value, attribute, path, left, depth);
  const [only] = value;
  if (value.length === 1 && only !== undefined && !isEmpty(only)) return fittedOne(only, attribute, path, left, depth);
  keep(left, path, value);
  return undefined;
}

function fittedList(values: Json[], attribute: AttributeFacts, path: string, left: Unmapped, depth: number): Json | undefined {
  const fit: Json[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    if (isEmpty(value)) keep(left, `${path}[${i}]`, value);
    else {
      const own = fittedOne(value, attribute, `${path}[${i}]`, left, depth);
      if (own !== undefined) fit.push(own);
    }
  }
  return fit.length > 0 ? fit : undefined;
}

function fittedOne(value: Json, attribute: AttributeFacts, path: string, left: Unmapped, depth: number): Json | undefined {
  if (attribute.object !== undefined) return fittedObject(value, attribute.object, path, left, depth);
  if (typeFacts(attribute.type).base === 'json_t') return value;
  const scalar = typeof value === 'object' ? undefined : scalarOf(value, attribute);
  // What reads differently now is kept as it was.
  if (scalar === undefined || String(scalar) !== String(value)) keep(left, path, value);
  return scalar;
}

function fittedObject(value: Json, object: string, path: string, left: Unmapped, depth: number): Json | undefined {
  const facts = objectFacts(object);
  if (isJsonObject(value) && facts !== undefined && depth < MAX_DEPTH) {
    const fit = fitted(value, facts, path, left, depth + 1);
    return Object.keys(fit).length > 0 ? fit : undefined;
  }
  // `groups: ["admins"]` of producers that name things by text alone.
  if (typeof value === 'string' && value !== '' && facts?.attributes.get('name')?.type === 'string_t') return { name: value };
  keep(left, path, value);
  return undefined;
}

function scalarOf(value: string | number | boolean, { type, options }: AttributeFacts): Json | undefined {
  const { base, pattern, range, maxLength } = typeFacts(type);
  if (type === 'timestamp_t') return parseTimeMs(value);
  if (type === 'datetime_t') return dateTimeOf(value);
  if (base === 'boolean_t') return booleanOf(value);
  if (base === 'float_t') return numberOf(value);
  if (base === 'integer_t' || base === 'long_t') {
    const number = integerOf(value, base === 'integer_t' ? INT32_MAX : Number.MAX_SAFE_INTEGER);
    if (number === undefined || (range !== undefined && (number < range[0] || number > range[1]))) return undefined;
    return options === undefined || options.has(String(number)) ? number : undefined;
  }
  const text = String(value);
  // What some producers write for nothing.
  if (text === '-' || (maxLength !== undefined && text.length > maxLength)) return undefined;
  if (pattern !== undefined && !(text.length <= 4096 && pattern.test(text))) return undefined;
  if (options === undefined || options.has(text)) return text;
  const lower = text.toLowerCase();
  return [...options.keys()].find((option) => option.toLowerCase() === lower);
}

function dateTimeOf(value: string | number | boolean): string | undefined {
  if (typeof value === 'string' && isoTextMs(value) !== undefined) return value;
  const ms = parseTimeMs(value);
  return ms === undefined ? undefined : isoText(ms);
}

function booleanOf(value: string | number | boolean): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

function numberOf(value: string | number | boolean): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

function integerOf(value: string | number | boolean, max: number): number | undefined {
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && Math.abs(number) <= max ? number : undefined;
}

/** An id and its caption say one thing: a caption alone gives the id, and one that disagrees stands aside. */
function agree(item: JsonObject, { name, sibling, options }: AttributeFacts, path: string, left: Unmapped): void {
  const caption = sibling === undefined ? undefined : item[sibling];
  if (sibling === undefined || options === undefined || typeof caption !== 'string') return;
  if (item[name] === undefined) {
    const id = idOf(caption, options);
    if (id !== undefined) item[name] = Number.isNaN(Number(id)) ? id : Number(id);
    else if (options.has('99')) item[name] = 99;
  }
  const id = item[name];
  if (id === 99 || id === undefined || options.get(String(id)) === caption) return;
  keep(left, path === '' ? sibling : `${path}.${sibling}`, caption);
  delete item[sibling];
}

/** `FAILED` is `Fail`, `warning` is `Warning`. */
function idOf(word: string, options: ReadonlyMap<string, string>): string | undefined {
  const wanted = letters(word);
  const same = [...options].find(([, caption]) => letters(caption) === wanted);
  if (same !== undefined || wanted.length < MIN_LETTERS) return same?.[0];
  const alike = [...options].filter(
    ([, caption]) => letters(caption).length >= MIN_LETTERS && wanted.startsWith(letters(caption)),
  );
  return alike.length === 1 ? alike[0]?.[0] : undefined;
}

const MIN_LETTERS = 4;
const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
