// Memory and throughput at the extremes: one object of 2 GB (as JSON lines, and as one document on one line), and 10,000 objects of 1 kB. `npm run bench:sizes`
import { fork } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { ingest } from '../../functions/ingest/stage.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { createFolderObjectStore } from '../../local/adapters/folder-object-store.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import { createTableBus } from '../../local/adapters/table-bus.ts';
import { randomIds, systemClock } from '../../local/adapters/time.ts';
import { loadStream } from '../../local/content.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { buildStory } from '../../local/story/story.ts';

/** What a Lambda function with one vCPU has. */
const BOUND_MIB = 1769;
const MB = 1e6;

interface Case {
  name: string;
  /** Bytes before compression of each object. */
  bytes: number;
  objects: number;
  /** Before, between and after the records. */
  frame: readonly [string, string, string];
}

const CASES: readonly Case[] = [
  { name: 'one object of JSON lines', bytes: 2000 * MB, objects: 1, frame: ['', '\n', '\n'] },
  { name: 'one object, one document on one line', bytes: 2000 * MB, objects: 1, frame: ['{"Records":[', ',', ']}'] },
  { name: '10,000 objects of 1 kB', bytes: 1000, objects: 10_000, frame: ['{"Records":[', ',', ']}'] },
];

/** Records of the story, again and again with other ids. */
function* texts({ bytes, frame: [open, between, close] }: Case, first: number): Generator<string> {
  const records = storyRecords();
  let size = 0;
  yield open;
  for (let n = first; size < bytes; n++) {
    const text = (records[n % records.length] ?? '').replace(
      /"eventID":"[^"]*"/,
      `"eventID":"${(first * 1_000_000 + n).toString(16).padStart(36, '0')}"`,
    );
    yield size === 0 ? text : between + text;
    size += text.length + between.length;
  }
  yield close;
}

let story: string[] | undefined;
function storyRecords(): string[] {
  story ??= buildStory({ seed: 1, startMs: Date.UTC(2026, 2, 2) })
    .files.filter(({ key }) => key.includes('/CloudTrail/'))
    .flatMap(({ bytes }) => {
      try {
        const { Records }: { Records: unknown[] } = JSON.parse(gunzipSync(bytes).toString('utf8'));
        return Records.map((record) => JSON.stringify(record));
      } catch {
        return [];
      }
    });
  return story;
}

const keyOf = (n: number): string => `AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/${n}.json.gz`;

async function written(one: Case, dir: string): Promise<void> {
  for (let n = 0; n < one.objects; n++)
    await pipeline(Readable.from(texts(one, n)), createGzip({ level: 1 }), createWriteStream(join(dir, `${n}.gz`)));
}

/** Ingests what lies in `dir`, in this process alone, so that its peak memory is the ingest's. */
async function ingested(one: Case, dir: string): Promise<void> {
  const table = createSqliteTable(join(dir, 'table.db'));
  const store = (name: string): ObjectStore => createFolderObjectStore(join(dir, name));
  const missing = (): never => {
    throw new Error('only read here');
  };
  const path = (key: string): string => join(dir, `${key.split('/').pop()?.split('.')[0]}.gz`);
  const head = async (key: string) => ({ key, sizeBytes: statSync(path(key)).size, etag: key });
  const landing: ObjectStore = {
    head,
    get: async (key) => ({ ...(await head(key)), body: createReadStream(path(key)) }),
    ...{ put: missing, list: missing, delete: missing },
  };
  const ports = {
    landing,
    ...{ raw: store('raw'), lake: store('lake'), quarantine: store('quarantine') },
    ...{ table, bus: createTableBus(table, randomIds), clock: systemClock, meter: createMemoryMeter() },
  };
  const rules = await loadStream();
  const startMs = performance.now();
  const arrivals = Array.from({ length: one.objects }, (_, n) => ({ kind: 'object' as const, id: keyOf(n), key: keyOf(n) }));
  const report = await ingest(arrivals, ports, { sources: SOURCES, rules });
  const seconds = (performance.now() - startMs) / 1000;
  if (report.in !== report.out + report.quarantined + report.dropped) throw new Error('records are missing');
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const sum = `${report.in} records = ${report.out} events + ${report.quarantined} quarantined + ${report.dropped} dropped`;
  console.log(`${one.name}: ${(report.bytes / MB).toFixed(0)} MB of records, ${sum}`);
  console.log(
    `  ${seconds.toFixed(0)} s, ${(report.bytes / MB / seconds).toFixed(1)} MB/s, ${Math.round(report.in / seconds)} records/s, peak ${peakMiB} MiB of ${BOUND_MIB}`,
  );
  table.close();
  if (peakMiB > BOUND_MIB) process.exitCode = 1;
}

async function inChild(index: number, one: Case): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'yagura-sizes-'));
  try {
    await written(one, dir);
    const child = fork(import.meta.filename, [String(index), dir]);
    return (await new Promise<number | null>((done) => child.once('exit', done))) === 0;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const [index, dir] = process.argv.slice(2);
if (index !== undefined && dir !== undefined) {
  const one = CASES[Number(index)];
  if (one !== undefined) await ingested(one, dir);
} else {
  for (const [at, one] of CASES.entries()) if (!(await inChild(at, one))) process.exitCode = 1;
}
