/** One object or event → its records, each parsed or rejected, and what must be said of the object as a whole. */
import type { JsonObject } from '../core/json.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Source } from '../sources/source.ts';
import type { Arrival, RejectReason } from './arrival.ts';
import { LIMITS } from './arrival.ts';
import { type InflateOutcome, inflate } from './inflate.ts';
import { LineOffer, LineSplitter, type TextLine } from './lines.ts';
import { PARQUET_LIMITS, PARQUET_MAGIC, parquetRows } from './parquet.ts';
import { RecordParser } from './parse.ts';
import { RecordScanner, type Slice } from './records.ts';
import { unwrap } from './unwrap.ts';

export type ReadItem =
  /** `isCompact`: `raw` is what `JSON.stringify` makes of the record. `source`: whose record it is, where a line of text told. */
  | { kind: 'record'; record: JsonObject; raw: Uint8Array; isCompact: boolean; source?: Source }
  /** A line that only says how others read. */
  | { kind: 'header'; raw: Uint8Array }
  | { kind: 'reject'; reason: RejectReason; detail: string; raw: Uint8Array; sizeBytes: number; wholeObject: boolean };

/** How many bytes of an object that is no log at all go to quarantine; the object itself stays where it is. */
const OBJECT_EXCERPT_BYTES = 64 * 1024;
/** Lines of a text that are looked at before it is called no log. */
const LINES_BEFORE_GIVING_UP = 50;

export interface Readers {
  sources: readonly Source[];
  /** True for a parsed object that is a whole record, not an inner part of a broken one. */
  surelyRecord: (record: JsonObject) => boolean;
}

/** Reads an arrival to its end. Faults of the data are items; faults of the world are thrown (retryable). */
export async function* readArrival(arrival: Arrival, landing: ObjectStore, readers: Readers): AsyncGenerator<ReadItem> {
  if (arrival.kind === 'event') {
    yield* unwrapped(arrival.envelope, new LineOffer(readers.sources, arrival.id), undefined);
    return;
  }
  const object = await landing.get(arrival.key);
  if (object === undefined) yield whole('object_missing', '');
  else if (object.sizeBytes === 0) yield whole('empty_object', '');
  else yield* readBytes(object.body, arrival.key, readers);
}

/** Reads the bytes of an object with this key, of whatever format they are. */
export async function* readBytes(body: AsyncIterable<Uint8Array>, key: string, readers: Readers): AsyncGenerator<ReadItem> {
  const offer = new LineOffer(readers.sources, key);
  const outcome: InflateOutcome = { inBytes: 0, outBytes: 0 };
  let reader: ObjectReader | undefined;
  let blank = true;
  for await (const chunk of inflate(body, outcome)) {
    reader ??= readerOf(chunk, offer, readers);
    blank &&= isBlank(chunk);
    yield* reader.push(chunk);
    if (reader.isOver) return;
  }
  if (reader !== undefined) yield* reader.finish();
  if (outcome.problem !== undefined) yield whole(outcome.problem.reason, outcome.problem.detail);
  else if (blank) yield whole('empty_object', outcome.outBytes === 0 ? 'nothing inside the compression' : 'only white space');
}

function readerOf(chunk: Uint8Array, offer: LineOffer, readers: Readers): ObjectReader {
  if (hexOf(chunk).startsWith(PARQUET_MAGIC)) return new ParquetReader();
  return hasJson(chunk) ? new JsonReader(offer, readers) : new TextReader(offer, chunk);
}

interface ObjectReader {
  /** True once nothing more of the object is to be read. */
  readonly isOver: boolean;
  push(chunk: Uint8Array): Generator<ReadItem>;
  finish(): Generator<ReadItem> | AsyncGenerator<ReadItem>;
}

class JsonReader implements ObjectReader {
  readonly isOver = false;
  readonly #scanner = new RecordScanner();
  readonly #parser: RecordParser;
  readonly #offer: LineOffer;

  constructor(offer: LineOffer, readers: Readers) {
    this.#offer = offer;
    this.#parser = new RecordParser(this.#scanner, readers.surelyRecord);
  }

  *push(chunk: Uint8Array): Generator<ReadItem> {
    yield* this.#items(this.#scanner.push(chunk));
  }

  *finish(): Generator<ReadItem> {
    yield* this.#items(this.#scanner.finish());
  }

  *#items(slices: Iterable<Slice>): Generator<ReadItem> {
    for (const slice of slices) {
      const parsed = this.#parser.parse(slice);
      if (!('reject' in parsed)) {
        yield* unwrapped(parsed.record, this.#offer, slice);
        continue;
      }
      const { bytes, sizeBytes } = parsed.slice;
      // A line of text among JSON lines.
      const line = slice.depth === 0 ? offered(this.#offer, bytes) : undefined;
      yield line ?? { kind: 'reject', ...parsed.reject, raw: bytes, sizeBytes, wholeObject: false };
    }
  }
}

/** Parquet is read from its end: nothing comes out before all is there. */
class ParquetReader implements ObjectReader {
  isOver = false;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  *push(chunk: Uint8Array): Generator<ReadItem> {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= PARQUET_LIMITS.fileBytes) return;
    this.isOver = true;
    yield whole('parquet_too_large', `more than ${PARQUET_LIMITS.fileBytes} bytes`);
  }

  async *finish(): AsyncGenerator<ReadItem> {
    if (this.isOver) return;
    for await (const item of parquetRows(Buffer.concat(this.#pieces, this.#size))) {
      if ('row' in item) yield { kind: 'record', record: item.row, raw: oneLine(item.row), isCompact: true };
      else yield whole(item.reason, item.detail, this.#pieces[0]?.subarray(0, OBJECT_EXCERPT_BYTES));
    }
  }
}

class TextReader implements ObjectReader {
  isOver = false;
  readonly #splitter = new LineSplitter();
  readonly #offer: LineOffer;
  readonly #begins: Uint8Array;
  readonly #magic: string | undefined;
  /** Lines before the first that a source reads; undefined after it. */
  #unread: TextLine[] | undefined = [];

  constructor(offer: LineOffer, firstChunk: Uint8Array) {
    this.#offer = offer;
    this.#begins = firstChunk.subarray(0, OBJECT_EXCERPT_BYTES);
    this.#magic = magicOf(firstChunk);
  }

  *push(chunk: Uint8Array): Generator<ReadItem> {
    if (this.#magic !== undefined) yield* this.#giveUp();
    else yield* this.#items(this.#splitter.push(chunk));
  }

  *finish(): Generator<ReadItem> {
    if (this.isOver) return;
    yield* this.#items(this.#splitter.finish());
    if (!this.isOver && this.#unread !== undefined && this.#unread.length > 0) yield* this.#giveUp();
  }

  *#items(lines: Iterable<TextLine>): Generator<ReadItem> {
    for (const line of lines) {
      if (this.isOver) return;
      const item = line.sizeBytes > LIMITS.recordBytes ? undefined : offered(this.#offer, line.bytes);
      if (item === undefined && this.#unread !== undefined) {
        this.#unread.push(line);
        if (this.#unread.length >= LINES_BEFORE_GIVING_UP) yield* this.#giveUp();
        continue;
      }
      for (const before of this.#unread ?? []) yield unreadable(before);
      this.#unread = undefined;
      yield item ?? unreadable(line);
    }
  }

  /** Nothing of it is of a format that a source reads: one word on the object, not one on each line. */
  *#giveUp(): Generator<ReadItem> {
    this.isOver = true;
    const text = Buffer.from(this.#begins.subarray(0, 40)).toString('utf8');
    yield whole('unknown_format', this.#magic ?? `it begins with ${JSON.stringify(text)}`, this.#begins);
  }
}

const unreadable = ({ bytes, sizeBytes }: TextLine): ReadItem => ({
  kind: 'reject',
  reason: sizeBytes > LIMITS.recordBytes ? 'record_too_large' : 'unknown_line',
  detail: Buffer.from(bytes.subarray(0, 80)).toString('utf8'),
  raw: bytes,
  sizeBytes,
  wholeObject: false,
});

/** A line as a record, a header, or undefined where no source reads it. In the archive it stands as the record that it was read as. */
function offered(offer: LineOffer, bytes: Uint8Array): ReadItem | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  const read = offer.read(text);
  if (read === undefined) return undefined;
  if (read === 'header') return { kind: 'header', raw: bytes };
  return { kind: 'record', record: read.record, raw: oneLine(read.record), isCompact: true, source: read.source };
}

/** The records inside a value, with text that an envelope carries read as lines. */
function* unwrapped(value: JsonObject, offer: LineOffer, slice: Slice | undefined): Generator<ReadItem> {
  const records = unwrap(value);
  const asItArrived = records.length === 1 && records[0] === value && slice !== undefined && !slice.newlines;
  for (const record of records) {
    const carried = typeof record === 'string' ? offered(offer, Buffer.from(record)) : undefined;
    if (carried !== undefined) yield carried;
    else if (typeof record !== 'string')
      yield asItArrived
        ? { kind: 'record', record, raw: slice.bytes, isCompact: slice.isCompact }
        : { kind: 'record', record, raw: oneLine(record), isCompact: true };
    else yield unreadable({ bytes: Buffer.from(record), sizeBytes: Buffer.byteLength(record) });
  }
}

const oneLine = (record: JsonObject): Uint8Array => Buffer.from(JSON.stringify(record));

const whole = (reason: RejectReason, detail: string, raw: Uint8Array = new Uint8Array(0)): ReadItem => ({
  kind: 'reject',
  reason,
  detail,
  raw,
  sizeBytes: raw.length,
  wholeObject: true,
});

const isBlank = (chunk: Uint8Array): boolean => chunk.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));

/** True where some line of the first chunk begins like JSON, or nothing is there yet. */
function hasJson(chunk: Uint8Array): boolean {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, OBJECT_EXCERPT_BYTES)).toString('utf8');
  return /(^|\n)[\s\ufeff]*[{[]/.test(text) || text.trim() === '';
}

const MAGIC: readonly [string, string][] = [
  ['504b0304', 'a ZIP archive: unpack it first'],
  ['425a68', 'bzip2: decompress it first'],
  ['fd377a585a00', 'xz: decompress it first'],
  ['53514c69', 'an SQLite database'],
  ['25504446', 'a PDF'],
];

const hexOf = (chunk: Uint8Array): string => Buffer.from(chunk.subarray(0, 8)).toString('hex');

function magicOf(chunk: Uint8Array): string | undefined {
  const hex = hexOf(chunk);
  return MAGIC.find(([magic]) => hex.startsWith(magic))?.[1];
}
