/** A byte range → a parsed record, or the reason why it is none; a torn container is searched for the records that survive in it. */
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { parseExactly } from '../core/json-exact.ts';
import { LIMITS, type RejectReason } from './arrival.ts';
import { RecordScanner, type Slice } from './records.ts';

export type Parsed = { record: JsonObject; slice: Slice } | { reject: { reason: RejectReason; detail: string }; slice: Slice };

/** Bytes that one object may have searched again for surviving records: bounds the work on hostile input. */
const PIECE_BYTES = 8 * 1024;
const RESYNC_BUDGET_BYTES = 256 * 1024 * 1024;

/** Parses the slices of one object in order. */
export class RecordParser {
  #budget = RESYNC_BUDGET_BYTES;
  readonly #scanner: RecordScanner;
  readonly #surelyRecord: (record: JsonObject) => boolean;

  /**
   * @param scanner the one that yields the slices, told where to read again
   * @param surelyRecord says of a parsed object that it is a whole record, not an inner part of a broken one
   */
  constructor(scanner: RecordScanner, surelyRecord: (record: JsonObject) => boolean) {
    this.#scanner = scanner;
    this.#surelyRecord = surelyRecord;
  }

  parse(slice: Slice): Parsed {
    const parsed = slice.broken === undefined ? parseSlice(slice) : brokenSlice(slice);
    if ('record' in parsed || parsed.reject.reason === 'nesting_too_deep' || parsed.reject.reason === 'duplicate_keys')
      return parsed;
    return this.#withoutNeighbours(parsed);
  }

  /** A record that lost a bracket or a quote swallows its neighbours: cut it where the next whole record begins. */
  #withoutNeighbours(failed: Parsed): Parsed {
    const { bytes } = failed.slice;
    for (let at = nextCandidate(bytes, 1); at !== -1 && this.#budget > 0; at = nextCandidate(bytes, at + 1)) {
      if (this.#recordAt(bytes, at) === undefined) continue;
      this.#scanner.resume(bytes.subarray(at));
      return { ...failed, slice: { ...failed.slice, bytes: bytes.subarray(0, at), sizeBytes: at } };
    }
    return failed;
  }

  #recordAt(bytes: Uint8Array, at: number): JsonObject | undefined {
    const scanner = new RecordScanner();
    for (let from = at; from < bytes.length; from += PIECE_BYTES) {
      const piece = bytes.subarray(from, from + PIECE_BYTES);
      this.#budget -= piece.length;
      const first = scanner.push(piece).next().value;
      if (first === undefined) {
        if (this.#budget <= 0) return undefined;
        continue;
      }
      const parsed = first.broken === undefined ? parseSlice(first) : undefined;
      return parsed !== undefined && 'record' in parsed && this.#surelyRecord(parsed.record) ? parsed.record : undefined;
    }
    return undefined;
  }
}

/** The next `{` that could begin a record: it follows a comma, a closing bracket or a line break. */
function nextCandidate(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x7b, from); at !== -1; at = bytes.indexOf(0x7b, at + 1)) {
    let before = at - 1;
    while (before >= 0 && (bytes[before] === 0x20 || bytes[before] === 0x09 || bytes[before] === 0x0d)) before--;
    const byte = bytes[before];
    if (byte === 0x2c || byte === 0x7d || byte === 0x0a) return at;
  }
  return -1;
}

const BROKEN: Record<NonNullable<Slice['broken']>, RejectReason> = {
  cut: 'truncated_json',
  torn: 'invalid_json',
  large: 'record_too_large',
};

function brokenSlice(slice: Slice): Parsed {
  const detail = slice.broken === 'large' ? `${slice.sizeBytes} bytes` : excerpt(slice.bytes);
  return { reject: { reason: BROKEN[slice.broken ?? 'torn'], detail }, slice };
}

function parseSlice(slice: Slice): Parsed {
  if (slice.depth > LIMITS.depth) return { reject: { reason: 'nesting_too_deep', detail: `${slice.depth} levels` }, slice };
  const { bytes } = slice;
  let value: unknown;
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    value = slice.hasLongNumber ? parseExactly(text) : JSON.parse(text);
  } catch (error) {
    return { reject: { reason: 'invalid_json', detail: error instanceof Error ? error.message : '' }, slice };
  }
  if (!isJsonObject(value)) return { reject: { reason: 'not_an_object', detail: excerpt(bytes) }, slice };
  if (slice.colons !== countKeys(value)) return { reject: { reason: 'duplicate_keys', detail: duplicateKey(bytes) }, slice };
  return { record: value, slice };
}

/** Keys in a value at every depth. JSON.parse keeps one of two equal keys, so fewer keys than colons means a repeated key. */
function countKeys(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += typeof item === 'object' ? countKeys(item) : 0;
  else {
    for (const key in value) {
      const item = (value as JsonObject)[key];
      count += typeof item === 'object' ? 1 + countKeys(item) : 1;
    }
  }
  return count;
}

/** The first key that stands twice in one object. Slow: only asked once a repetition is known. */
function duplicateKey(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  const scopes: Set<string>[] = [];
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"\s*(:?)|[{}[\]]/g)) {
    const [token, key, colon] = match;
    if (token === '{' || token === '[') scopes.push(new Set());
    else if (token === '}' || token === ']') scopes.pop();
    else if (colon === ':' && key !== undefined) {
      const name = JSON.parse(`"${key}"`) as string;
      if (scopes.at(-1)?.has(name)) return `"${name}"`;
      scopes.at(-1)?.add(name);
    }
  }
  return '';
}

const excerpt = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 80)).toString('utf8');
