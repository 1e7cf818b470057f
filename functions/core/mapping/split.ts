/** One line of delimited values or of key=value pairs → its parts; says where a part could not be kept as it stands. */
import type { JsonObject } from '../json.ts';

/** More fields than this no log line has; what follows is kept as one text. */
const MAX_FIELDS = 1000;

export interface SplitLine {
  values: string[];
  /** False where joining the values with their delimiter would not say all of the line: text behind a closing quote, an open quote. */
  isExact: boolean;
}

/** Delimited values with RFC 4180 quotes; the last of very many values is the rest of the line. @see RFC 4180 section 2 */
export function splitDelimited(line: string, delimiter: string): SplitLine {
  const values: string[] = [];
  let isExact = true;
  let at = 0;
  for (;;) {
    if (values.length === MAX_FIELDS - 1) return { values: [...values, line.slice(at)], isExact };
    if (line[at] === '"') {
      const { text, end } = quoted(line, at);
      values.push(text);
      const next = line.indexOf(delimiter, end);
      isExact &&= end <= line.length && line.slice(end, next === -1 ? line.length : next).trim() === '';
      if (next === -1) return { values, isExact };
      at = next + delimiter.length;
      continue;
    }
    const next = line.indexOf(delimiter, at);
    values.push(line.slice(at, next === -1 ? line.length : next));
    if (next === -1) return { values, isExact };
    at = next + delimiter.length;
  }
}

/** The text of quotes that open at `from`, and where the line goes on; beyond the line where they never close. */
function quoted(line: string, from: number): { text: string; end: number } {
  let text = '';
  for (let at = from + 1; ; ) {
    const quote = line.indexOf('"', at);
    if (quote === -1) return { text: text + line.slice(at), end: line.length + 1 };
    text += line.slice(at, quote);
    if (line[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    at = quote + 2;
  }
}

/**
 * `key=value key2="a value"` → a record with one field for each key. Without a delimiter, white space parts the pairs, and a comma or
 * semicolon at their end belongs to neither. A key that is repeated gets a number (`key_2`); words that are no pair are under `text`.
 * Undefined where there is no pair.
 */
export function pairsOf(line: string, delimiter?: string): JsonObject | undefined {
  const record: JsonObject = {};
  const put = fieldWriter(record);
  const words: string[] = [];
  let count = 0;
  for (let at = 0; at < line.length; ) {
    if (count + words.length >= MAX_FIELDS) {
      words.push(line.slice(at));
      break;
    }
    const piece = delimiter === undefined ? nextWord(line, at) : nextPart(line, at, delimiter);
    at = piece.end;
    if (piece.key !== undefined) {
      put(piece.key, piece.value);
      count++;
    } else if (piece.value !== '') words.push(piece.value);
  }
  if (count === 0) return undefined;
  if (words.length > 0) put('text', words.join(' '));
  return record;
}

interface Piece {
  /** Undefined for a word that is no pair. */
  key?: string;
  value: string;
  end: number;
}

const KEY = /^[^\s="'[\]{}]{1,128}$/;

function nextPart(line: string, at: number, delimiter: string): Piece {
  const stop = partEnd(line, at, delimiter);
  const part = line.slice(at, stop);
  const end = stop + delimiter.length;
  const sign = part.indexOf('=');
  const key = part.slice(0, Math.max(sign, 0)).trim();
  if (sign <= 0 || !KEY.test(key)) return { value: part.trim(), end };
  return { key, value: unquoted(part.slice(sign + 1).trim()), end };
}

/** Where a pair ends: at the next delimiter, but for those in quotes behind its sign. */
function partEnd(line: string, at: number, delimiter: string): number {
  const found = line.indexOf(delimiter, at);
  const sign = line.indexOf('=', at);
  const quote = line[sign + 1];
  if (found !== -1 && sign !== -1 && sign < found && (quote === '"' || quote === "'")) {
    const close = closingQuote(line, sign + 2, quote);
    if (close !== -1 && (close + 1 === line.length || line.startsWith(delimiter, close + 1))) return close + 1;
  }
  return found === -1 ? line.length : found;
}

const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\t';

function nextWord(line: string, from: number): Piece {
  let at = from;
  while (isSpace(line[at])) at++;
  let end = at;
  while (end < line.length && line[end] !== '=' && !isSpace(line[end])) end++;
  const key = line.slice(at, end);
  if (line[end] !== '=' || !KEY.test(key)) {
    while (end < line.length && !isSpace(line[end])) end++;
    return { value: line.slice(at, end), end };
  }
  const open = line[end + 1];
  const close = open === '"' || open === "'" ? closingQuote(line, end + 2, open) : -1;
  if (close !== -1) {
    const behind = line[close + 1];
    const isMark = (behind === ',' || behind === ';') && (close + 2 >= line.length || isSpace(line[close + 2]));
    if (behind === undefined || isSpace(behind) || isMark)
      return { key, value: unescaped(line.slice(end + 2, close)), end: close + (isMark ? 2 : 1) };
  }
  let stop = end + 1;
  while (stop < line.length && !isSpace(line[stop])) stop++;
  return { key, value: line.slice(end + 1, stop).replace(/[,;]$/, ''), end: stop };
}

/** Where quotes close, with backslashes before quotes that do not; -1 where they never do. */
function closingQuote(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === quote) return at;
  }
  return -1;
}

function unquoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || closingQuote(text, 1, quote) !== text.length - 1) return text;
  return unescaped(text.slice(1, -1));
}

/** Only quotes and backslashes are escaped by backslashes: `C:\Users` stays. */
const unescaped = (text: string): string => (text.includes('\\') ? text.replace(/\\(["'\\])/g, '$1') : text);

/** Puts fields in a record as own properties, even `__proto__`; a name that is taken gets a number behind it. */
export function fieldWriter(record: JsonObject): (key: string, value: string | JsonObject) => void {
  let counts: Map<string, number> | undefined;
  return (key, value) => {
    if (key !== '__proto__' && !Object.hasOwn(record, key)) {
      record[key] = value;
      return;
    }
    let name = key;
    if (Object.hasOwn(record, key)) {
      counts ??= new Map();
      let count = counts.get(key) ?? 1;
      do {
        count++;
        name = `${key}_${count}`;
      } while (Object.hasOwn(record, name));
      counts.set(key, count);
    }
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  };
}
