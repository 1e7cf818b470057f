// Measures the whole ingest as a multiple of a floor taken in the same run: gunzip and parsing of the same bytes. `npm run bench`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../functions/core/json.ts';
import { LakeBatch } from '../../functions/core/lake/encode.ts';
import { type IngestReport, LIMITS } from '../../functions/ingest/arrival.ts';
import { readArrival } from '../../functions/ingest/read.ts';
import { Recognizer } from '../../functions/ingest/recognizer.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { createFolderObjectStore } from '../../local/adapters/folder-object-store.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import { createTableBus } from '../../local/adapters/table-bus.ts';
import { randomIds, systemClock } from '../../local/adapters/time.ts';
import { loadStream } from '../../local/content.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { CORPORA, type Corpus } from './corpora.ts';

const ROUNDS = 5;
const rules = await loadStream();

/** The floor: what any reader of these files must do at the least. */
function floor({ files, floor: one }: Corpus): number {
  const startMs = performance.now();
  for (const { bytes } of files) one(bytes);
  return performance.now() - startMs;
}

async function whole({ files }: Corpus): Promise<{ ms: number; report: IngestReport }> {
  const dir = mkdtempSync(join(tmpdir(), 'yagura-bench-'));
  const table = createSqliteTable(join(dir, 'table.db'));
  const store = (name: string): ObjectStore => createFolderObjectStore(join(dir, name));
  const ports = {
    landing: landingOf(files),
    ...{ raw: store('raw'), lake: store('lake'), quarantine: store('quarantine') },
    ...{ table, bus: createTableBus(table, randomIds), clock: systemClock, meter: createMemoryMeter() },
  };
  const arrivals = files.map(({ key }) => ({ kind: 'object' as const, id: key, key }));
  const startMs = performance.now();
  const report = await ingest(arrivals, ports, { sources: SOURCES, rules });
  const ms = performance.now() - startMs;
  table.close();
  rmSync(dir, { recursive: true });
  return { ms, report };
}

/** What the goal is about: gunzip, parse, OCSF, rules, Parquet. Without what ingest keeps beside: archive, raw records, digests, who came already. */
async function core({ files }: Corpus): Promise<number> {
  const landing = landingOf(files);
  const dir = mkdtempSync(join(tmpdir(), 'yagura-bench-'));
  const lake = createFolderObjectStore(dir);
  const nowMs = Date.now();
  const rawRef = { key: 'raw', line: 0, sha256: '', bytes: 0 };
  const startMs = performance.now();
  let batch = new LakeBatch();
  let parts = 0;
  const flush = async (): Promise<void> => {
    for (const { key, bytes } of batch.files(`bench-${parts++}`)) await lake.put(key, bytes);
    batch = new LakeBatch();
  };
  for (const { key } of files) {
    const recognizer = new Recognizer(SOURCES, key);
    const readers = { sources: SOURCES, surelyRecord: (record: JsonObject) => recognizer.sourceOf(record) !== undefined };
    for await (const item of readArrival({ kind: 'object', id: key, key }, landing, readers)) {
      const source = item.kind === 'record' ? (item.source ?? recognizer.sourceOf(item.record)) : undefined;
      if (item.kind !== 'record' || source === undefined) continue;
      const event = source.toOcsf(item.record, { nowMs });
      batch.add({ event, source: source.id, rawRef, ingestTimeMs: nowMs });
      rules.match(source.id, item.record, event);
      if (batch.rowCount >= LIMITS.partRows) await flush();
    }
  }
  await flush();
  const ms = performance.now() - startMs;
  rmSync(dir, { recursive: true });
  return ms;
}

function landingOf(files: Corpus['files']): ObjectStore {
  const byKey = new Map(files.map((file) => [file.key, file.bytes]));
  const missing = (): never => {
    throw new Error('only read here');
  };
  const head = async (key: string) => {
    const bytes = byKey.get(key);
    return bytes === undefined ? undefined : { key, sizeBytes: bytes.length, etag: key };
  };
  return {
    head,
    get: async (key) => {
      const info = await head(key);
      const bytes = byKey.get(key);
      if (info === undefined || bytes === undefined) return undefined;
      return {
        ...info,
        body: (async function* () {
          yield bytes;
        })(),
      };
    },
    ...{ put: missing, list: missing, delete: missing },
  };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measured(corpus: Corpus): Promise<void> {
  floor(corpus);
  let { report } = await whole(corpus);
  const floors: number[] = [];
  const wholes: number[] = [];
  const cores: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floors.push(floor(corpus));
    const result = await whole(corpus);
    wholes.push(result.ms);
    cores.push(await core(corpus));
    report = result.report;
  }
  const [floorMs, wholeMs, coreMs] = [median(floors), median(wholes), median(cores)];
  const { out: events, bytes, findings } = report;
  const seconds = wholeMs / 1000;
  const perEvent = (ms: number): string => `${((1000 * ms) / events).toFixed(1)} µs/event`;
  console.log(
    `${corpus.name}: ${corpus.files.length} objects, ${events} events, ${findings} findings, ${(bytes / 1e6).toFixed(1)} MB of records`,
  );
  console.log(`  floor       ${perEvent(floorMs)} (${corpus.floorIs}), median of ${ROUNDS}`);
  console.log(`  ingest      ${perEvent(wholeMs)} = ${(wholeMs / floorMs).toFixed(1)} × floor`);
  console.log(
    `  core of it  ${perEvent(coreMs)} = ${(coreMs / floorMs).toFixed(1)} × floor (no archive, raw records, digests, ledger)`,
  );
  console.log(`  throughput  ${Math.round(events / seconds)} events/s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, one thread`);
}

console.log(`${rules.rules.length} rules`);
for (const corpus of CORPORA) await measured(corpus());
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB resident`);
