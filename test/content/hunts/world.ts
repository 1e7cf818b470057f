// A fortnight of ordinary life and what was planted in it, in a lake of its own, as ingest writes one.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeLake, type LakeInput } from '../../../functions/core/lake/encode.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import type { Raw } from './records.ts';

const sources = new Map(SOURCES.map((source) => [source.id, source]));

/** The rows that ingest makes of raw records. */
export const rowsOf = (raws: readonly Raw[]): LakeInput[] =>
  raws.map(({ source: id, record }, line) => {
    const source = sources.get(id);
    if (source === undefined) throw new Error(`there is no source ${id}`);
    const nowMs = Date.UTC(2026, 2, 15);
    const event = source.toOcsf(record, { nowMs });
    if (event.time === nowMs) throw new Error(`${id} found no time in ${JSON.stringify(record).slice(0, 200)}`);
    const rawRef = { key: 'raw/x.ndjson.gz', line, sha256: 'ab', bytes: 1 };
    return { event, source: id, rawRef, ingestTimeMs: event.time + 60_000 };
  });

let batches = 0;

/** Adds records to a lake as one batch of its own; gives the files that it wrote. */
export const addTo = (folder: string, raws: readonly Raw[]): string[] => addRows(folder, rowsOf(raws));

export function addRows(folder: string, rows: readonly LakeInput[]): string[] {
  return encodeLake(rows, `batch${++batches}`).map(({ key, bytes }) => {
    const file = join(folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  });
}

export function newLake(raws: readonly Raw[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'yagura-hunts-'));
  addTo(folder, raws);
  return folder;
}
