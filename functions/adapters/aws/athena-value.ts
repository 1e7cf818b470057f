/** Turns the text of one Athena result cell into the value that the Query port promises for its type. */
import { isJsonObject, type Json } from '../../core/json.ts';

const INTEGERS = new Set(['tinyint', 'smallint', 'integer', 'int', 'bigint']);
const FLOATS = new Set(['real', 'float', 'double']);

/** Reads cells of one type. Nested values come as text without types from Athena; they become JSON where they are JSON. */
export function valueReader(type: string): (text: string | undefined) => Json {
  const name = (/^[a-z]+/.exec(type.toLowerCase()) ?? [''])[0];
  if (INTEGERS.has(name)) return orNull(integer);
  if (FLOATS.has(name)) return orNull(float);
  if (name === 'boolean') return orNull((text) => text === 'true');
  if (name === 'timestamp') return orNull((text) => text.replace('T', ' '));
  if (name === 'array' || name === 'map' || name === 'row' || name === 'json') return orNull(nested);
  return orNull((text) => text);
}

const orNull =
  (read: (text: string) => Json) =>
  (text: string | undefined): Json =>
    text === undefined ? null : read(text);

/** Beyond 2^53 a number would change, so the text stays. */
const integer = (text: string): Json => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

/** `NaN` and the infinities are no JSON numbers. */
const float = (text: string): Json => (Number.isFinite(Number(text)) ? Number(text) : text);

function nested(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) || Array.isArray(value) ? value : text;
  } catch {
    return parsePresto(text);
  }
}

/** Athena writes rows as `{ip=192.0.2.1, port=443}` and arrays as `[a, b]`; commas inside texts cannot be told apart, then the text stays. */
function parsePresto(text: string): Json {
  const reader = { text, at: 0 };
  const value = readNested(reader);
  return value !== undefined && reader.at === text.length ? value : text;
}

interface Reader {
  text: string;
  at: number;
}

function readNested(reader: Reader): Json | undefined {
  const open = reader.text[reader.at];
  if (open === '[') return readList(reader);
  if (open === '{') return readRow(reader);
  return readScalar(reader);
}

function readList(reader: Reader): Json[] | undefined {
  const items: Json[] = [];
  reader.at++;
  if (take(reader, ']')) return items;
  for (;;) {
    const item = readNested(reader);
    if (item === undefined) return undefined;
    items.push(item);
    if (take(reader, ']')) return items;
    if (!take(reader, ', ')) return undefined;
  }
}

function readRow(reader: Reader): Json | undefined {
  const entries: [string, Json][] = [];
  reader.at++;
  if (take(reader, '}')) return {};
  for (;;) {
    const end = reader.text.indexOf('=', reader.at);
    if (end < 0) return undefined;
    const key = reader.text.slice(reader.at, end);
    reader.at = end + 1;
    const value = readNested(reader);
    if (value === undefined) return undefined;
    entries.push([key, value]);
    if (take(reader, '}')) return Object.fromEntries(entries);
    if (!take(reader, ', ')) return undefined;
  }
}

function readScalar(reader: Reader): Json {
  const rest = reader.text.slice(reader.at);
  // A text may hold commas: it ends where the next field or the end of its container surely is.
  const end = /, [A-Za-z_][\w.]*=|, |[\]}]/.exec(rest)?.index ?? rest.length;
  reader.at += end;
  const word = rest.slice(0, end);
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(word) ? Number(word) : word;
}

function take(reader: Reader, word: string): boolean {
  if (!reader.text.startsWith(word, reader.at)) return false;
  reader.at += word.length;
  return true;
}
