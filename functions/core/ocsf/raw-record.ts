/** Reads a raw record value by value and remembers what was read, so that all the rest can go to `unmapped`: nothing is lost. */
import { isIp } from '../ip.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { jsonText } from '../json-text.ts';
import { isoText, parseTimeMs } from '../timestamp.ts';
import { keepUntaken, type Unmapped } from './unmapped.ts';

/** A dotted path, or its steps where a key has dots itself. */
export type RawPath = string | readonly string[];

const steps = new Map<string, readonly string[]>();
/** Paths are constants of mappers; mapping files may bring others. */
const MAX_PATHS = 20_000;

function stepsOf(path: RawPath): readonly string[] {
  if (typeof path !== 'string') return path;
  const known = steps.get(path);
  if (known !== undefined) return known;
  if (steps.size >= MAX_PATHS) steps.clear();
  const made = path.split('.');
  steps.set(path, made);
  return made;
}

/** What readers of one record share. */
type Marks = Map<object, Set<string>>;

const INT32_MAX = 2_147_483_647;
const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const DECIMAL = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{0,14}[1-9])?$/;
const EMPTY: JsonObject = {};

/**
 * A record, or an object in it. Each reading method takes the value: `rest()` leaves it out. A value of another kind than asked for is
 * not taken, and a reading that could not be turned back into the value's own text is refused in the same way (`"007"` is no integer).
 * Peeking methods (`value`, `object`, `has`) take nothing.
 */
export class RawRecord {
  readonly #value: JsonObject;
  readonly #marks: Marks;
  readonly #caseless: boolean;

  /** @param options `caseless`: a key that is not there as it is asked for is looked for in another case (`eventtype`) */
  constructor(value: JsonObject, marks: Marks = new Map(), options: { caseless?: boolean } = {}) {
    this.#value = value;
    this.#marks = marks;
    this.#caseless = options.caseless === true;
  }

  /** The value at a path, whatever it is; takes nothing. Undefined where there is none. */
  value(path: RawPath): Json | undefined {
    const keys = this.#steps(path);
    let at: Json | undefined = this.#value;
    for (const key of keys) {
      const own: string | undefined = isJsonObject(at) ? this.#keyIn(at, key) : undefined;
      if (own === undefined || !isJsonObject(at)) return undefined;
      at = at[own];
    }
    return at;
  }

  /** A key that is written with the dots itself (`id.orig_h`) is meant before the steps that it reads like. */
  #steps(path: RawPath): readonly string[] {
    if (typeof path !== 'string') return path;
    const steps = stepsOf(path);
    return steps.length > 1 && Object.hasOwn(this.#value, path) ? [path] : steps;
  }

  #keyIn(holder: JsonObject, key: string): string | undefined {
    if (Object.hasOwn(holder, key)) return key;
    if (!this.#caseless) return undefined;
    const wanted = key.toLowerCase();
    for (const other in holder) if (other.length === wanted.length && other.toLowerCase() === wanted) return other;
    return undefined;
  }

  /** True where the path has a value other than null and empty text; takes nothing. */
  has(path: RawPath): boolean {
    const value = this.value(path);
    return value !== undefined && value !== null && value !== '';
  }

  /** Text that is not empty, or a number as text. */
  text(path: RawPath): string | undefined {
    const value = this.value(path);
    if (typeof value === 'string' && value !== '') this.take(path);
    else if (typeof value === 'number') {
      this.take(path);
      return String(value);
    } else return undefined;
    return value;
  }

  /** The first of these paths that has text; the others are not taken. */
  firstText(...paths: readonly RawPath[]): string | undefined {
    for (const path of paths) {
      const value = this.text(path);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** A whole number, or text that writes one; safe integers only. */
  integer(path: RawPath): number | undefined {
    const value = this.value(path);
    const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || Object.is(number, -0)) return undefined;
    this.take(path);
    return number;
  }

  /** A whole number from 0 to 2³¹ - 1, what an int column of the lake holds. */
  count(path: RawPath): number | undefined {
    return this.#integerUpTo(path, INT32_MAX);
  }

  /** A port: 0 to 65535. */
  port(path: RawPath): number | undefined {
    return this.#integerUpTo(path, 65_535);
  }

  #integerUpTo(path: RawPath, max: number): number | undefined {
    const value = this.value(path);
    const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
    return typeof number === 'number' && number >= 0 && number <= max ? this.integer(path) : undefined;
  }

  /** A finite number, or text that writes one without loss. */
  decimal(path: RawPath): number | undefined {
    const value = this.value(path);
    const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
    this.take(path);
    return number;
  }

  /** A boolean, or the texts `true` and `false`. */
  flag(path: RawPath): boolean | undefined {
    const value = this.value(path);
    if (typeof value === 'boolean' || value === 'true' || value === 'false') this.take(path);
    else return undefined;
    return value === true || value === 'true';
  }

  /** An IP address. */
  ip(path: RawPath): string | undefined {
    const value = this.value(path);
    return typeof value === 'string' && isIp(value) ? this.text(path) : undefined;
  }

  /**
   * Epoch milliseconds of a time. Taken only where the time's number or RFC 3339 text is the value itself: then `…_time` and `…_time_dt`
   * tell all of it. @see timestamp.ts for what is read
   */
  timeMs(path: RawPath): number | undefined {
    const value = this.value(path);
    const ms = parseTimeMs(value);
    if (ms !== undefined && (value === ms || value === isoText(ms))) this.take(path);
    return ms;
  }

  /** `{name: ms, name_dt: text}` of a time, or nothing: for `Object.assign` and spreads outside the hot path. */
  times(name: string, path: RawPath): JsonObject {
    const ms = this.timeMs(path);
    return ms === undefined ? {} : { [name]: ms, [`${name}_dt`]: isoText(ms) };
  }

  /** The texts (and numbers) of a list, or a single text as a list of one. Taken only where the list has nothing else. */
  texts(path: RawPath): string[] {
    const value = this.value(path);
    if (typeof value === 'string' && value !== '') return [this.text(path) ?? ''];
    if (!Array.isArray(value) || value.length === 0) return [];
    const found = value.filter((item) => (typeof item === 'string' && item !== '') || typeof item === 'number');
    if (found.length === value.length) this.take(path);
    return found.map(String);
  }

  /** The whole value below a path as JSON text, for attributes that hold anything (`api.request.data`). Null and absent are undefined. */
  json(path: RawPath): string | undefined {
    const value = this.value(path);
    if (value === undefined || value === null) return undefined;
    this.take(path);
    return jsonText(value);
  }

  /** The object at a path; takes nothing. */
  object(path: RawPath): JsonObject | undefined {
    const value = this.value(path);
    return isJsonObject(value) ? value : undefined;
  }

  /** A reader of the object at a path; of an empty one where there is none. */
  at(path: RawPath): RawRecord {
    return this.#inner(this.object(path) ?? EMPTY);
  }

  /** A reader for each object of the list at a path; a single object is a list of one. */
  items(path: RawPath): RawRecord[] {
    const value = this.value(path);
    if (isJsonObject(value)) return [this.#inner(value)];
    if (!Array.isArray(value)) return [];
    return value.filter(isJsonObject).map((item) => this.#inner(item));
  }

  #inner(value: JsonObject): RawRecord {
    return new RawRecord(value, this.#marks, { caseless: this.#caseless });
  }

  /** The keys of this object. */
  keys(): string[] {
    return Object.keys(this.#value);
  }

  /** Marks a value, and all that is in it, as put where it belongs. */
  take(path: RawPath): void {
    const place = this.#placeOf(path);
    if (place === undefined) return;
    const mine = this.#marks.get(place.holder);
    if (mine === undefined) this.#marks.set(place.holder, new Set([place.key]));
    else mine.add(place.key);
  }

  /** Takes a mark back: what a mapper read, but could not keep word for word, belongs to the rest. */
  untake(path: RawPath): void {
    const place = this.#placeOf(path);
    if (place !== undefined) this.#marks.get(place.holder)?.delete(place.key);
  }

  /** The object that has the last step of a path, and that step as the object spells it. */
  #placeOf(path: RawPath): { holder: JsonObject; key: string } | undefined {
    const keys = this.#steps(path);
    let at: Json | undefined = this.#value;
    for (let i = 0; i < keys.length; i++) {
      if (!isJsonObject(at)) return undefined;
      const own = this.#keyIn(at, keys[i] ?? '');
      if (own === undefined) return undefined;
      if (i === keys.length - 1) return { holder: at, key: own };
      at = at[own];
    }
    return undefined;
  }

  /** Everything that was not taken, flattened. Ask it last, and of the whole record. */
  rest(): Unmapped {
    const rest: Unmapped = {};
    keepUntaken(rest, this.#value, this.#marks);
    return rest;
  }
}
