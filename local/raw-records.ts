/** The raw archive of a state → its records, newest files first or all in order, each with the source that it is of. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { isJsonObject, type JsonObject } from '../functions/core/json.ts';
import { SOURCES } from '../functions/sources/index.ts';
import type { Source } from '../functions/sources/source.ts';

export interface RawRecord {
  source: Source;
  record: JsonObject;
  /** Length of the record's text in the archive. */
  bytes: number;
}

interface RawFile {
  path: string;
  modifiedMs: number;
}

async function rawFiles(stateDir: string): Promise<RawFile[]> {
  const folder = join(stateDir, 'raw');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files: RawFile[] = [];
  for (const name of names.filter((one) => one.endsWith('.ndjson.gz') && !one.startsWith('.store'))) {
    const path = join(folder, name);
    files.push({ path, modifiedMs: (await stat(path)).mtimeMs });
  }
  return files.sort((a, b) => b.modifiedMs - a.modifiedMs || (a.path < b.path ? -1 : 1));
}

/** Every record that a source knows, newest file first, one line in memory at a time. `mostOfFile`: no more than so many of one file. */
export async function* rawRecords(stateDir: string, options: { mostOfFile?: number } = {}): AsyncGenerator<RawRecord> {
  for (const { path } of await rawFiles(stateDir)) {
    const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY });
    let taken = 0;
    for await (const line of lines) {
      if (taken >= (options.mostOfFile ?? Number.POSITIVE_INFINITY)) break;
      const record = parsed(line);
      const source = record && SOURCES.find((one) => one.recognizes(record));
      if (record === undefined || source === undefined) continue;
      taken++;
      yield { source, record, bytes: Buffer.byteLength(line) };
    }
    lines.close();
  }
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
