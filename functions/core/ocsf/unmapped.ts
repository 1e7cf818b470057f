/** Keeps what has no OCSF attribute: flattens raw values into `dotted.path[0]` → text, so that nothing of a record is lost. */
import { jsonText } from '../json-text.ts';

/** Raw path → text. Null is `null`, an empty object `{}`, an empty list `[]`. */
export type Unmapped = Record<string, string>;

/** Deeper values are kept whole, as JSON text. */
const MAX_DEPTH = 8;

/** Adds a value and all that is in it. Undefined (absent) adds nothing. */
export function keep(into: Unmapped, path: string, value: unknown): void {
  if (value !== undefined) keepAt(into, path, value, 0);
}

function keepAt(into: Unmapped, path: string, value: unknown, depth: number): void {
  if (typeof value === 'string') put(into, path, value);
  else if (value === null || typeof value !== 'object') put(into, path, String(value));
  else if (depth >= MAX_DEPTH) put(into, path, jsonText(value));
  else if (Array.isArray(value)) {
    if (value.length === 0) put(into, path, '[]');
    for (let i = 0; i < value.length; i++) keepAt(into, `${path}[${i}]`, value[i], depth + 1);
  } else keepEntries(into, path, value, depth);
}

function keepEntries(into: Unmapped, path: string, value: object, depth: number): void {
  const entries = Object.entries(value);
  if (entries.length === 0) put(into, path, '{}');
  for (const [key, item] of entries) keepAt(into, path === '' ? key : `${path}.${key}`, item, depth + 1);
}

/** Two raw paths may read the same (`{"a.b":1,"a":{"b":2}}`): the later one gets a number. */
function put(into: Unmapped, path: string, text: string): void {
  let free = path;
  for (let n = 2; Object.hasOwn(into, free); n++) free = `${path}~${n}`;
  // Assigning to __proto__ would do nothing.
  if (free === '__proto__')
    Object.defineProperty(into, free, { value: text, enumerable: true, writable: true, configurable: true });
  else into[free] = text;
}

/** Adds every entry of a raw object that is not in `known`. `prefix` is its path with a trailing dot, or empty. */
export function keepOthers(into: Unmapped, prefix: string, raw: object, known: ReadonlySet<string>): void {
  for (const [key, value] of Object.entries(raw)) {
    if (!known.has(key)) keep(into, prefix + key, value);
  }
}

/** The value where it is text (or a number, as text); anything else is kept under `path`, so that it is not lost. */
export function textOr(into: Unmapped, path: string, value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value !== undefined) keep(into, path, value);
  return undefined;
}
