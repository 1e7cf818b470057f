/** The raw archive of a state → its records, newest files first or all in order, each with the source that it is of. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../functions/core/json.ts';
import { readBytes } from '../functions/ingest/read.ts';
import { Recognizer } from '../functions/ingest/recognizer.ts';
import { SOURCES } from '../functions/sources/index.ts';
import type { Source } from '../functions/sources/source.ts';

export interface RawRecord {
  source: Source;
  record: JsonObject;
  /** Length of the record's text in the archive. */
  bytes: number;
}

interface RawFile {
  key: string;
  path: string;
  modifiedMs: number;
}

/** Newer Nodes write zstd; what older ones wrote is read as well. */
const ARCHIVED = /\.ndjson\.(zst|gz)$/;

async function rawFiles(stateDir: string): Promise<RawFile[]> {
  const folder = join(stateDir, 'raw');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files: RawFile[] = [];
  for (const name of names.filter((one) => ARCHIVED.test(one) && !one.startsWith('.store'))) {
    const path = join(folder, name);
    files.push({ key: name, path, modifiedMs: (await stat(path)).mtimeMs });
  }
  return files.sort((a, b) => b.modifiedMs - a.modifiedMs || (a.path < b.path ? -1 : 1));
}

export interface RawOptions {
  /** No more than so many of one file. */
  mostOfFile?: number;
  /** Those that are known; the built-in ones if left out. */
  sources?: readonly Source[];
}

/** Every record that a source knows, newest file first, read as ingest reads an object: JSON and lines of text, in bounded memory. */
export async function* rawRecords(stateDir: string, options: RawOptions = {}): AsyncGenerator<RawRecord> {
  const { mostOfFile = Number.POSITIVE_INFINITY, sources = SOURCES } = options;
  for (const { key, path } of await rawFiles(stateDir)) {
    let taken = 0;
    const recognizer = new Recognizer(sources, key);
    const readers = { sources, surelyRecord: (record: JsonObject) => recognizer.sourceOf(record) !== undefined };
    for await (const item of readBytes(createReadStream(path), key, readers)) {
      if (item.kind !== 'record') continue;
      const source = item.source ?? recognizer.sourceOf(item.record);
      if (source === undefined) continue;
      if (++taken > mostOfFile) break;
      yield { source, record: item.record, bytes: item.raw.length };
    }
  }
}
