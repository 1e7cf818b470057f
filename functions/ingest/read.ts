/** One object or event → its records, each parsed or rejected, and what must be said of the object as a whole. */
import type { JsonObject } from '../core/json.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Arrival, RejectReason } from './arrival.ts';
import { type InflateOutcome, inflate } from './inflate.ts';
import { RecordParser } from './parse.ts';
import { RecordScanner, type Slice } from './records.ts';
import { unwrap } from './unwrap.ts';

export type ReadItem =
  | { kind: 'record'; record: JsonObject; raw: Uint8Array }
  | { kind: 'reject'; reason: RejectReason; detail: string; raw: Uint8Array; sizeBytes: number; wholeObject: boolean };

/** How many bytes of an object that is no log at all go to quarantine; the object itself stays where it is. */
const OBJECT_EXCERPT_BYTES = 64 * 1024;

/** Reads an arrival to its end. Faults of the data are items; faults of the world are thrown (retryable). */
export async function* readArrival(
  arrival: Arrival,
  landing: ObjectStore,
  surelyRecord: (record: JsonObject) => boolean,
): AsyncGenerator<ReadItem> {
  if (arrival.kind === 'event') {
    for (const record of unwrap(arrival.envelope)) yield { kind: 'record', record, raw: oneLine(record) };
    return;
  }
  const object = await landing.get(arrival.key);
  if (object === undefined) yield whole('object_missing', '');
  else if (object.sizeBytes === 0) yield whole('empty_object', '');
  else yield* readObject(object.body, surelyRecord);
}

async function* readObject(
  body: AsyncIterable<Uint8Array>,
  surelyRecord: (record: JsonObject) => boolean,
): AsyncGenerator<ReadItem> {
  const outcome: InflateOutcome = { inBytes: 0, outBytes: 0 };
  const scanner = new RecordScanner();
  const parser = new RecordParser(scanner, surelyRecord);
  let first = true;
  let blank = true;
  for await (const chunk of inflate(body, outcome)) {
    if (first && looksForeign(chunk)) {
      yield whole('unknown_format', formatName(chunk), chunk.subarray(0, OBJECT_EXCERPT_BYTES));
      return;
    }
    first = false;
    blank &&= isBlank(chunk);
    yield* items(parser, scanner.push(chunk));
  }
  yield* items(parser, scanner.finish());
  if (outcome.problem !== undefined) yield whole(outcome.problem.reason, outcome.problem.detail);
  else if (blank) yield whole('empty_object', outcome.outBytes === 0 ? 'nothing inside the compression' : 'only white space');
}

function* items(parser: RecordParser, slices: Iterable<Slice>): Generator<ReadItem> {
  for (const slice of slices) {
    const parsed = parser.parse(slice);
    if ('reject' in parsed) {
      const { bytes, sizeBytes } = parsed.slice;
      yield { kind: 'reject', ...parsed.reject, raw: bytes, sizeBytes, wholeObject: false };
      continue;
    }
    const records = unwrap(parsed.record);
    const asItArrived = records.length === 1 && records[0] === parsed.record && !slice.newlines;
    for (const record of records) yield { kind: 'record', record, raw: asItArrived ? slice.bytes : oneLine(record) };
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

/** True where no line of the first chunk begins like JSON: a text or binary format that no source of ours writes. */
function looksForeign(chunk: Uint8Array): boolean {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, OBJECT_EXCERPT_BYTES)).toString('utf8');
  return !/(^|\n)[\s\ufeff]*[{[]/.test(text) && text.trim() !== '';
}

const MAGIC: readonly [string, string][] = [
  ['504b0304', 'a ZIP archive: unpack it first'],
  ['50415231', 'Parquet: query it where it lies, or export it as JSON lines'],
  ['425a68', 'bzip2: decompress it first'],
  ['fd377a585a00', 'xz: decompress it first'],
  ['53514c69', 'an SQLite database'],
  ['25504446', 'a PDF'],
];

function formatName(chunk: Uint8Array): string {
  const hex = Buffer.from(chunk.subarray(0, 8)).toString('hex');
  const known = MAGIC.find(([magic]) => hex.startsWith(magic));
  return known?.[1] ?? `it begins with ${JSON.stringify(Buffer.from(chunk.subarray(0, 40)).toString('utf8'))}`;
}
