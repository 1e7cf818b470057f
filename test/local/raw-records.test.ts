import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { ingest } from '../../functions/ingest/stage.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { type RawRecord, rawRecords } from '../../local/raw-records.ts';
import { arrive, content, lines, world } from '../ingest/world.ts';
import { sampleFiles } from '../sources/samples.ts';

const dir = mkdtempSync(join(tmpdir(), 'yagura-raw-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function archived(name: string, files: Record<string, string | Uint8Array>, options = {}): Promise<RawRecord[]> {
  const state = join(dir, name);
  mkdirSync(join(state, 'raw'), { recursive: true });
  // Both kinds that an archive may hold.
  for (const [at, [key, bytes]] of Object.entries(files).entries())
    writeFileSync(
      join(state, 'raw', `${key}.ndjson.${at % 2 === 0 ? 'zst' : 'gz'}`),
      at % 2 === 0 ? zstdCompressSync(bytes) : gzipSync(bytes),
    );
  const found: RawRecord[] = [];
  for await (const one of rawRecords(state, options)) found.push(one);
  return found;
}

it('gives every record of the samples of every source, as the source that ingest read it with', async () => {
  for (const { id } of SOURCES) {
    const files = sampleFiles(id);
    const { ports, stores } = world(files);
    const { out, bySource } = await ingest(arrive(...Object.keys(files)), ports, content);
    expect(out, id).toBeGreaterThan(0);
    const raw = stores.raw.keys().map((key) => [key, lines(stores.raw.bytes(key)).join('\n')]);
    const found: Record<string, number> = {};
    for (const { source } of await archived(id, Object.fromEntries(raw))) found[source.id] = (found[source.id] ?? 0) + 1;
    expect(found, id).toEqual(bySource);
  }
});

it('reads lines of text, and JSON lines with line separators of Unicode inside', async () => {
  const line = '192.0.2.44 - aoi [04/Mar/2025:09:00:05 +0900] "GET / HTTP/1.1" 403 512 "-" "curl/8.5.0"';
  const record = {
    eventVersion: '1.08',
    eventID: 'e-1',
    eventSource: 'iam.amazonaws.com',
    eventName: 'A\u2028B',
    eventTime: '2025-03-04T00:00:00Z',
  };
  const found = await archived('text', { lines: `${line}\n${line}\n`, json: `${JSON.stringify(record)}\n` });
  expect(found.filter(({ source }) => source.id === 'web-access').map((one) => one.record['cs-username'])).toEqual([
    'aoi',
    'aoi',
  ]);
  expect(found.filter(({ source }) => source.id === 'aws-cloudtrail').map((one) => one.record)).toEqual([record]);
});

it('takes no more of a file than asked for', async () => {
  const line = '192.0.2.44 - aoi [04/Mar/2025:09:00:05 +0900] "GET / HTTP/1.1" 403 512 "-" "curl/8.5.0"\n';
  expect(await archived('most', { a: line.repeat(5), b: line.repeat(2) }, { mostOfFile: 3 })).toHaveLength(5);
});
