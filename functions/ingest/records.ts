/** A stream of bytes → the byte ranges of its JSON records, whatever envelope holds them, in one pass and bounded memory. */
import { LIMITS } from './arrival.ts';

/** One candidate record. Its bytes are valid JSON only if a parser says so: `broken` ones surely are not. */
export interface Slice {
  bytes: Uint8Array;
  /** Colons outside strings: as many as the record has keys, if no key is given twice. */
  colons: number;
  depth: number;
  /** Whether a line break stands between its tokens (pretty-printed). */
  newlines: boolean;
  /** True where `JSON.stringify` would write the same text: no blanks, no odd escapes, no numbers but plain integers. */
  isCompact: boolean;
  /** True where a number in it may be more than a double holds. */
  hasLongNumber: boolean;
  /** `cut`: the input ended inside it. `torn`: its structure is broken. `large`: over the limit, bytes are its beginning. */
  broken?: 'cut' | 'torn' | 'large';
  /** Its size, where `bytes` is only a beginning. */
  sizeBytes: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
/** After a backslash: `"`, `\\`, b, f, n, r, t, as `JSON.stringify` writes them. */
const PLAIN_ESCAPES: ReadonlySet<number> = new Set([0x22, 0x5c, 0x62, 0x66, 0x6e, 0x72, 0x74]);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
/** Any integer of so many digits is exact. */
const MAX_DIGITS = 15;
const EXPONENT = 0x65;
/** Longer than any envelope's key. */
const KEY_BYTES = 24;

interface Unfinished {
  parts: Uint8Array[];
  size: number;
  colons: number;
  depth: number;
  newlines: boolean;
  isCompact: boolean;
  hasLongNumber: boolean;
  /** Digits of the number that is being read. */
  digits: number;
  /** Not in brackets: a line of text, or a bare value. */
  bare: boolean;
}

/**
 * Members of a top-level object whose list holds the records: CloudTrail, Azure, lookup-events, CloudWatch Logs, get-findings. Some are
 * one only where they come first (list-findings, Sublime's exports, Tines' API): an alert that has findings, or an activity that has events,
 * among its own members is a record.
 */
const FIRST_KEYS = new Set(['findings', 'events', 'audit_logs']);
const ENVELOPE_KEYS = new Set(['Records', 'records', 'Events', 'logEvents', 'Findings', 'configurationItems', ...FIRST_KEYS]);

/**
 * Splits JSON text at the boundaries of its records: JSON lines, concatenated or pretty-printed documents, a top-level array, or an
 * envelope object. Text outside of any bracket is a slice of its own, up to its line's end.
 */
export class RecordScanner {
  /** Depth at which records begin: 0 documents, 1 a top-level array, 2 an envelope's array. */
  #base = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Last significant byte outside strings. */
  #previous = 0;
  #inEnvelope = false;
  /** Where the last string at depth 1 of a top-level object stands, to know an envelope's key; `#key` is what earlier chunks had of it. */
  #keyIn: Uint8Array | undefined;
  #keyFrom = 0;
  #keyTo = 0;
  #key = '';
  #record: Unfinished | undefined;
  #done: Slice | undefined;
  #again: Uint8Array | undefined;

  /** Takes the next bytes; yields the records that they complete. Lazy: `resume` works between two of them. */
  *push(chunk: Uint8Array): Generator<Slice> {
    let start = 0;
    let i = 0;
    while (i < chunk.length) {
      if (this.#record === undefined && !this.#inEnvelope) {
        i = this.#between(chunk, i);
        start = i;
        if (this.#record === undefined) continue;
      }
      const record = this.#record;
      if (record?.bare) {
        i = this.#bare(chunk, i);
        if (i < chunk.length) this.#emit(chunk, start, i);
      } else i = this.#inside(chunk, i, start);
      if (this.#done !== undefined) yield* this.#handOver();
      if (this.#record === undefined || this.#record !== record) start = i;
    }
    if (this.#record !== undefined) this.#keep(chunk.subarray(start));
  }

  /** The input has ended; yields what was unfinished. */
  *finish(): Generator<Slice> {
    while (this.#record !== undefined) {
      this.#emit(new Uint8Array(0), 0, 0, this.#record.bare ? undefined : 'cut');
      yield* this.#handOver();
    }
  }

  /** Reads these bytes, the rest of a broken record that was just yielded, once more: another record begins with them. */
  resume(bytes: Uint8Array): void {
    this.#again = bytes;
  }

  *#handOver(): Generator<Slice> {
    const slice = this.#done;
    this.#done = undefined;
    if (slice !== undefined) yield slice;
    const again = this.#again;
    this.#again = undefined;
    if (again !== undefined) yield* this.push(again);
  }

  /** Skips what may stand between records; begins the next one. Returns the index of its first byte, or the chunk's end. */
  #between(chunk: Uint8Array, from: number): number {
    let i = from;
    for (; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09 || byte === COMMA) continue;
      if (byte === 0xef || byte === 0xbb || byte === 0xbf) continue; // byte order mark, wherever files were joined
      if (byte === LIST && this.#base === 0) {
        this.#base = this.#depth = 1;
        continue;
      }
      if (byte === LIST_END && this.#base > 0) {
        this.#depth = this.#base === 2 ? 1 : 0;
        this.#inEnvelope = this.#base === 2;
        this.#base = 0;
        this.#previous = LIST_END;
        if (this.#inEnvelope) return i + 1;
        continue;
      }
      this.#begin(byte !== OPEN && byte !== LIST);
      break;
    }
    return i;
  }

  #begin(bare: boolean): void {
    this.#record = {
      parts: [],
      size: 0,
      colons: 0,
      depth: 0,
      newlines: false,
      isCompact: true,
      hasLongNumber: false,
      digits: 0,
      bare,
    };
    this.#previous = COMMA;
    this.#key = '';
  }

  #bare(chunk: Uint8Array, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === NEWLINE) return i;
      if (this.#base > 0 && (byte === COMMA || byte === LIST_END)) return i;
    }
    return chunk.length;
  }

  /** Strings and structure in turn, to the end of the record or of the chunk. */
  #inside(chunk: Uint8Array, from: number, start: number): number {
    let i = from;
    while (i < chunk.length) {
      if (!this.#inString) i = this.#structure(chunk, i, start);
      else {
        i = this.#string(chunk, i);
        if (this.#inString && i < chunk.length) this.#emit(chunk, start, i, 'torn');
      }
      if (this.#record === undefined && !this.#inEnvelope) return i;
    }
    return i;
  }

  /** Inside a string: past its end, or to a raw line break that ends a top-level record: JSON forbids it, and the next line is another. */
  #string(chunk: Uint8Array, from: number): number {
    const end = chunk.length;
    const endsAtNewline = this.#base === 0 && !this.#inEnvelope;
    const wantsKey = this.#base === 0 && this.#depth === 1;
    let i = from;
    if (this.#escaped) {
      this.#escaped = false;
      i++;
    }
    while (i < end) {
      const byte = chunk[i++] ?? 0;
      if (byte > BACKSLASH) continue;
      if (byte === QUOTE) {
        this.#inString = false;
        this.#previous = QUOTE;
        if (wantsKey) {
          this.#keyIn = chunk;
          this.#keyFrom = from;
          this.#keyTo = i - 1;
        }
        return i;
      }
      if (byte === BACKSLASH) {
        if (i === end) this.#escaped = true;
        if (this.#record !== undefined && !PLAIN_ESCAPES.has(chunk[i] ?? 0)) this.#record.isCompact = false;
        i++;
      } else if (byte === NEWLINE && endsAtNewline) return i - 1;
    }
    if (wantsKey && this.#key.length < KEY_BYTES) this.#key += textOf(chunk, from, end);
    return end;
  }

  #isEnvelopeKey(record: Unfinished | undefined): boolean {
    const { length } = this.#key;
    if (length >= KEY_BYTES || this.#keyIn === undefined) return false;
    const key = this.#key + textOf(this.#keyIn, this.#keyFrom, this.#keyTo);
    return ENVELOPE_KEYS.has(key) && (!FIRST_KEYS.has(key) || (record?.colons ?? 0) <= 1);
  }

  /** Outside strings: to the next string, or to the end of the record. */
  #structure(chunk: Uint8Array, from: number, start: number): number {
    const record = this.#record;
    const end = chunk.length;
    for (let i = from; i < end; i++) {
      const byte = chunk[i] ?? 0;
      switch (byte) {
        case QUOTE:
          this.#inString = true;
          if (this.#depth === 1) this.#key = '';
          // A key that is a number moves to the front of its object when it is written again.
          if (record !== undefined && isDigit(chunk[i + 1] ?? 0x30) && this.#previous !== COLON) record.isCompact = false;
          return i + 1;
        case OPEN:
          if (this.#base === 0 && record !== undefined && record.depth > 0 && !follows(this.#previous)) {
            // `}{` or `"x"{`: the record before lost its end, and this begins another.
            this.#emit(chunk, start, i, 'torn');
            return i;
          }
          this.#open(record, byte);
          break;
        case LIST:
          if (this.#base === 0 && this.#depth === 1 && this.#previous === COLON && this.#isEnvelopeKey(record)) {
            this.#record = undefined;
            this.#inEnvelope = false;
            this.#base = this.#depth = 2;
            return i + 1;
          }
          this.#open(record, byte);
          break;
        case CLOSE:
        case LIST_END:
          this.#depth--;
          this.#previous = byte;
          if (record === undefined && this.#depth === 0) {
            this.#inEnvelope = false;
            return i + 1;
          }
          if (record !== undefined && this.#depth <= this.#base) {
            this.#emit(chunk, start, i + 1);
            return i + 1;
          }
          break;
        case COLON:
          if (record !== undefined) record.colons++;
          this.#previous = COLON;
          break;
        case COMMA:
          this.#previous = COMMA;
          break;
        case NEWLINE:
          if (record !== undefined) record.newlines = true;
          if (record !== undefined) record.isCompact = false;
          break;
        case 0x20:
        case 0x0d:
        case 0x09:
          if (record !== undefined) record.isCompact = false;
          break;
        default:
          if (record !== undefined) this.#word(record, byte);
          this.#previous = byte;
      }
    }
    return end;
  }

  /** A byte of a number, of true, false or null. Fractions, exponents and numbers too long for a double can be written in other ways. */
  #word(record: Unfinished, byte: number): void {
    if (!isDigit(byte)) {
      const isLetter = byte >= 0x61 && byte <= 0x7a;
      if (!isLetter || isDigit(this.#previous)) record.isCompact = false;
      if ((byte | 0x20) === EXPONENT && isDigit(this.#previous)) record.hasLongNumber = true;
      return;
    }
    record.digits = isDigit(this.#previous) ? record.digits + 1 : 1;
    if (record.digits > MAX_DIGITS) {
      record.isCompact = false;
      record.hasLongNumber = true;
    }
  }

  #open(record: Unfinished | undefined, byte: number): void {
    this.#depth++;
    this.#previous = byte;
    if (record !== undefined && this.#depth - this.#base > record.depth) record.depth = this.#depth - this.#base;
  }

  /** Keeps the part of an unfinished record; of one over the limit only the beginning. */
  #keep(part: Uint8Array): void {
    const record = this.#record;
    if (record === undefined) return;
    if (record.size <= LIMITS.recordBytes) record.parts.push(part);
    record.size += part.length;
  }

  #emit(chunk: Uint8Array, start: number, end: number, broken?: 'cut' | 'torn'): void {
    const record = this.#record;
    if (record === undefined) return;
    const last = chunk.subarray(start, end);
    const sizeBytes = record.size + last.length;
    const whole =
      record.parts.length === 0 || record.size > LIMITS.recordBytes
        ? first(record, last)
        : Buffer.concat([...record.parts, last]);
    const slice: Slice = {
      bytes: whole.length > LIMITS.recordBytes ? whole.subarray(0, LIMITS.recordBytes) : whole,
      colons: record.colons,
      depth: record.depth,
      newlines: record.newlines,
      isCompact: record.isCompact,
      hasLongNumber: record.hasLongNumber,
      sizeBytes,
    };
    if (sizeBytes > LIMITS.recordBytes) slice.broken = 'large';
    else if (broken !== undefined) slice.broken = broken;
    this.#done = slice;
    this.#record = undefined;
    this.#depth = this.#base;
    this.#inString = this.#escaped = false;
  }
}

const first = (record: Unfinished, last: Uint8Array): Uint8Array =>
  record.parts.length === 0 ? last : Buffer.concat(record.parts);

/** The beginning of a text, as Latin-1. */
const textOf = (chunk: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...chunk.subarray(from, Math.min(to, from + KEY_BYTES)));

/** Whether an object may begin after this token. */
const follows = (previous: number): boolean => previous === COLON || previous === COMMA || previous === LIST;
