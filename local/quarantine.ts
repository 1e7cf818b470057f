/** The quarantine of a state folder: what lies there, and what of it becomes events once a source or a mapping reads it. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { shortId } from '../functions/core/digest.ts';
import { YaguraError } from '../functions/core/error.ts';
import { isJsonObject } from '../functions/core/json.ts';
import type { Arrival, IngestReport, RejectReason } from '../functions/ingest/arrival.ts';
import { addReport, emptyReport } from '../functions/ingest/arrival.ts';
import { readArrival } from '../functions/ingest/read.ts';
import { isRejectReason } from '../functions/ingest/reasons.ts';
import { ingest } from '../functions/ingest/stage.ts';
import type { ObjectStore, StoredObject } from '../functions/ports/object-store.ts';
import type { Source } from '../functions/sources/source.ts';
import type { LocalState } from './ports.ts';
import type { ReplayContent } from './replay.ts';

/** One reject as it lies there. */
export interface Quarantined {
  /** Of the file that it lies in and of its line: the same as long as it lies there. */
  id: string;
  file: string;
  /** The line that tells it, as it stands. */
  line: string;
  reason: RejectReason;
  detail: string;
  from: string;
  /** 1-based; 0 for the object as a whole. */
  record: number;
  sizeBytes: number;
  source?: string;
  bytes: Uint8Array;
}

/** Everything in quarantine, file by file. @throws YaguraError BadContent for a file that was changed by hand */
export async function* quarantined(store: ObjectStore): AsyncGenerator<{ file: string; entries: Quarantined[] }> {
  const files: string[] = [];
  for await (const { key } of store.list('')) if (key.endsWith('.ndjson.gz')) files.push(key);
  for (const file of files) {
    const object = await store.get(file);
    if (object !== undefined) yield { file, entries: linesOf(await bytesOf(object)).map((line) => entryOf(file, line)) };
  }
}

async function bytesOf(object: StoredObject): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of object.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

const linesOf = (bytes: Uint8Array): string[] =>
  gunzipSync(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

function entryOf(file: string, line: string): Quarantined {
  const value: unknown = JSON.parse(line);
  const { reason, detail, from, record, sizeBytes, source, raw, rawBase64 } = isJsonObject(value) ? value : {};
  if (!isRejectReason(reason) || typeof from !== 'string' || typeof record !== 'number' || typeof sizeBytes !== 'number')
    throw new YaguraError('BadContent', `the quarantine file ${file} has a line that is no reject`);
  return {
    ...{ id: shortId('quarantined', file, line).slice(0, 12), file, line, reason, from, record, sizeBytes },
    detail: typeof detail === 'string' ? detail : '',
    ...(typeof source === 'string' ? { source } : {}),
    bytes: typeof rawBase64 === 'string' ? Buffer.from(rawBase64, 'base64') : Buffer.from(typeof raw === 'string' ? raw : ''),
  };
}

/** Of these the object itself is read again: what lies in quarantine is only how it begins, or nothing. */
const READ_AGAIN: ReadonlySet<RejectReason> = new Set(['unknown_format', 'object_missing', 'empty_object']);

export interface QuarantineReplay {
  /** Entries that were looked at, that left quarantine, and that stay. */
  tried: number;
  left: number;
  stay: number;
  /** What ingest says of those that left. */
  report: IngestReport;
}

/**
 * Ingests what the sources can now read whole, and takes only that out of quarantine. A run that is killed half-way is repeated
 * safely: an entry leaves after its events are written, and is ingested once.
 */
export async function replayQuarantine(
  state: LocalState,
  content: ReplayContent,
  isWanted: (entry: Quarantined) => boolean,
): Promise<QuarantineReplay> {
  const result: QuarantineReplay = { tried: 0, left: 0, stay: 0, report: emptyReport() };
  for await (const { file, entries } of quarantined(state.quarantine)) {
    const wanted = entries.filter(isWanted);
    const ready: Quarantined[] = [];
    for (const entry of wanted) if (await isReadable(entry, state.landing, content.sources)) ready.push(entry);
    result.tried += wanted.length;
    result.stay += wanted.length - ready.length;
    if (ready.length === 0) continue;
    const report = await ingest(ready.map(arrivalOf), { ...state, landing: landingOf(ready, state.landing) }, content);
    addReport(result.report, report);
    const failed = new Set(report.failedIds);
    const gone = new Set(ready.filter(({ id }) => !failed.has(id)).map(({ id }) => id));
    result.left += gone.size;
    result.stay += ready.length - gone.size;
    const rest = entries.filter(({ id }) => !gone.has(id));
    if (rest.length === 0) await state.quarantine.delete(file);
    else await state.quarantine.put(file, gzipSync(Buffer.from(`${rest.map(({ line }) => line).join('\n')}\n`)));
  }
  return result;
}

const arrivalOf = ({ id, from, record }: Quarantined): Arrival => ({
  ...{ kind: 'object', id, key: from, identity: `quarantine:${id}` },
  ...(record > 0 ? { firstRecord: record } : {}),
});

/** Where an entry's bytes come from: itself, or the object that it stands for. */
async function objectOf({ from, record, reason, bytes }: Quarantined, landing: ObjectStore): Promise<StoredObject | undefined> {
  if (record === 0) return READ_AGAIN.has(reason) ? await landing.get(from) : undefined;
  return { key: from, sizeBytes: bytes.length, etag: '', body: once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The entries' objects in the order of the arrivals: several are of one key. */
function landingOf(entries: readonly Quarantined[], landing: ObjectStore): ObjectStore {
  const waiting = [...entries];
  return {
    ...landing,
    get: async (key) => {
      const at = waiting.findIndex(({ from }) => from === key);
      const [entry] = at === -1 ? [] : waiting.splice(at, 1);
      return entry === undefined ? undefined : objectOf(entry, landing);
    },
  };
}

/** True where some source now reads it. What was cut when it came in never is. */
async function isReadable(entry: Quarantined, landing: ObjectStore, all: readonly Source[]): Promise<boolean> {
  if (entry.record > 0 && entry.bytes.length !== entry.sizeBytes) return false;
  const sources = all.filter(({ takesKey }) => takesKey?.(entry.from) !== false);
  const isKnown = (record: Parameters<Source['recognizes']>[0]): boolean => sources.some((source) => source.recognizes(record));
  const arrival: Arrival = { kind: 'object', id: entry.id, key: entry.from };
  let records = 0;
  for await (const item of readArrival(arrival, landingOf([entry], landing), { sources: all, surelyRecord: isKnown })) {
    // Of a whole object single records may stay behind: they are quarantined one by one.
    if (item.kind === 'reject' && (entry.record > 0 || item.wholeObject)) return false;
    if (item.kind !== 'record') continue;
    if (item.source !== undefined || isKnown(item.record)) records++;
    else if (entry.record > 0) return false;
  }
  return records > 0;
}
