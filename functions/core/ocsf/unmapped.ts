/** Keeps what has no OCSF attribute: flattens raw values into `dotted.path[0]` → text, so that nothing of a record is lost. */
import { jsonText } from '../json-text.ts';

/**
 * Raw path → text. Null is `null`, an empty object `{}`, an empty list `[]`; a text that reads like null or a list stands under
 * `path~text`. Where some key of the record has dots itself, `~dots` says that not every dot is a step; `[`, `~` and line breaks in
 * keys are written `~[`, `~~` and `~n`.
 */
export type Unmapped = Record<string, string>;

/** Deeper values are kept whole, as JSON text. */
const MAX_DEPTH = 8;

/** Objects and lists of a record → the keys in them that a mapper has put where they belong. */
export type Taken = ReadonlyMap<object, ReadonlySet<string>>;

/** Adds a value and all that is in it. Undefined (absent) adds nothing. */
export function keep(into: Unmapped, path: string, value: unknown): void {
  if (value !== undefined) keepAt(into, path, value, 0);
}

/** Adds all of a record but what was taken. A container of which everything was taken leaves nothing. */
export function keepUntaken(into: Unmapped, record: object, taken: Taken): void {
  keepAt(into, '', record, -1, taken);
}

function keepAt(into: Unmapped, path: string, value: unknown, depth: number, taken?: Taken): void {
  if (typeof value === 'string') put(into, value === 'null' || value === '[]' ? `${path}~text` : path, value);
  else if (value === null || typeof value !== 'object') put(into, path, String(value));
  else if (depth >= MAX_DEPTH) put(into, path, jsonText(value));
  else if (Array.isArray(value)) {
    if (value.length === 0) put(into, path, '[]');
    for (let i = 0; i < value.length; i++) keepAt(into, `${path}[${i}]`, value[i], depth + 1, taken);
  } else if (isRecord(value)) keepEntries(into, path, value, depth, taken);
}

const isRecord = (value: object): value is Record<string, unknown> => !Array.isArray(value);

function keepEntries(
  into: Unmapped,
  path: string,
  value: Readonly<Record<string, unknown>>,
  depth: number,
  taken: Taken | undefined,
): void {
  const mine = taken?.get(value);
  let isEmpty = true;
  for (const key in value) {
    isEmpty = false;
    if (mine?.has(key)) continue;
    keepAt(into, pathTo(into, path, key), value[key], depth + 1, taken);
  }
  if (isEmpty && depth >= 0) put(into, path, '{}');
}

const ODD_KEY = /[.[~\n]/;

function oddKey(into: Unmapped, key: string): string {
  if (key.includes('.')) into['~dots'] = 'true';
  return key.replace(/[[~\n]/g, (mark) => (mark === '\n' ? '~n' : `~${mark}`));
}

const joins = new Map<string, Map<string, string>>();
let joinCount = 0;
/** Field names repeat; hostile records may hold any number of others. */
const MAX_JOINS = 20_000;
const MAX_JOINED_CHARS = 200;

/** `path.key`, the same string each time: a fresh one would be hashed again for each event. */
function pathTo(into: Unmapped, path: string, key: string): string {
  const known = joins.get(path)?.get(key);
  if (known !== undefined) return known;
  const isOdd = ODD_KEY.test(key);
  const name = isOdd ? oddKey(into, key) : key;
  const made = path === '' ? name : `${path}.${name}`;
  // An odd key says so in each record.
  if (isOdd || made.length > MAX_JOINED_CHARS) return made;
  if (++joinCount > MAX_JOINS) {
    joins.clear();
    joinCount = 1;
  }
  const keys = joins.get(path) ?? new Map<string, string>();
  joins.set(path, keys.set(key, made));
  return made;
}

/** Two raw paths may read the same (`{"a.b":1,"a":{"b":2}}`): the later one gets a number. */
function put(into: Unmapped, path: string, text: string): void {
  if (into[path] === undefined) {
    into[path] = text;
    return;
  }
  let free = path;
  for (let n = 2; Object.hasOwn(into, free); n++) free = `${path}~${n}`;
  // Assigning to __proto__ would do nothing.
  if (free === '__proto__')
    Object.defineProperty(into, free, { value: text, enumerable: true, writable: true, configurable: true });
  else into[free] = text;
}

/** Adds every entry of a raw object that is not in `known`. `path` is its own, empty for the record. */
export function keepOthers(
  into: Unmapped,
  path: string,
  raw: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): void {
  for (const key in raw) {
    if (known.has(key)) continue;
    keep(into, pathTo(into, path, key), raw[key]);
  }
}

/** The value where it is text (or a number, as text); anything else is kept under `path`, so that it is not lost. */
export function textOr(into: Unmapped, path: string, value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value !== undefined) keep(into, path, value);
  return undefined;
}
