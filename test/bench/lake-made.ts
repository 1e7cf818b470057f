// So many generated events of so many days → a compacted lake in a folder, kept for the next run of the same code and sizes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { LakeBatch } from '../../functions/core/lake/encode.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { maintain } from '../../functions/maintain/stage.ts';
import { createFolderCuts } from '../../local/adapters/folder-cuts.ts';
import { createFolderObjectStore } from '../../local/adapters/folder-object-store.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';

export const DAY_MS = 86_400_000;
export const FIRST_MS = Date.UTC(2026, 0, 1);
/** Files as ingest writes them: so many a day. */
const BATCHES = 24;
/** Found on three days of the ninety. */
export const INDICATORS = ['203.0.113.66', '203.0.113.99'];
export const ENTITY = 'user-00017@example.com';

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const OPERATIONS = ['GetObject', 'PutObject', 'AssumeRole', 'DescribeInstances', 'ListBuckets', 'Decrypt', 'GetCallerIdentity'];
const two = (n: number): string => String(n).padStart(2, '0');

function eventAt(uid: string, timeMs: number, random: () => number): OcsfEvent {
  const pick = (n: number): number => Math.floor(random() * n);
  const user = `user-${String(Math.floor(random() ** 2 * 5000)).padStart(5, '0')}@example.com`;
  const day = Math.floor((timeMs - FIRST_MS) / DAY_MS);
  const isBad = day % 30 === 7 && random() < 0.002;
  const ip = isBad ? (INDICATORS[pick(2)] ?? '') : `198.51.${pick(100)}.${pick(250)}`;
  const operation = random() < 0.00002 ? 'StopLogging' : (OPERATIONS[pick(OPERATIONS.length)] ?? '');
  const bucket = `arn:aws:s3:::bucket-${two(pick(80))}`;
  return {
    ...{
      class_uid: 6003,
      class_name: 'API Activity',
      category_uid: 6,
      activity_id: 2,
      type_uid: 600302,
      time: timeMs,
      severity_id: 1,
    },
    metadata: { version: '1.8.0', uid, product: { name: 'CloudTrail', vendor_name: 'AWS' }, profiles: ['cloud'] },
    cloud: { provider: 'AWS', region: 'us-east-1', account: { uid: `1111222233${two(pick(40))}` } },
    actor: { user: { name: user, type_id: 1, uid: `arn:aws:iam::111122223333:user/${user}` } },
    api: { operation, service: { name: 's3.amazonaws.com' }, request: { uid: `${uid}-r` } },
    src_endpoint: { ip },
    http_request: { user_agent: `tool/${pick(30)}.${pick(10)}` },
    resources: [{ uid: `${bucket}/key-${pick(100_000)}`, type: 'object' }],
    observables: [
      { name: 'src_endpoint.ip', type_id: 2, type: 'IP Address', value: ip },
      { name: 'actor.user.name', type_id: 4, type: 'User Name', value: user },
      { name: 'resources[].uid', type_id: 10, type: 'Resource UID', value: bucket },
    ],
  } as unknown as OcsfEvent;
}

interface Task {
  dir: string;
  days: readonly number[];
  perDay: number;
}

/** Writes the hot files of some days. */
function generate({ dir, days, perDay }: Task): void {
  for (const day of days) {
    const random = randomOf(day + 1);
    for (let batch = 0; batch < BATCHES; batch++) {
      const lake = new LakeBatch();
      const rows = Math.floor((perDay * (batch + 1)) / BATCHES) - Math.floor((perDay * batch) / BATCHES);
      const fromMs = FIRST_MS + day * DAY_MS + (batch * DAY_MS) / BATCHES;
      const rawRef = { key: `raw/${day}/${batch}`, line: 0, sha256: '0'.repeat(64), bytes: 1 };
      for (let i = 0; i < rows; i++) {
        const timeMs = Math.floor(fromMs + (i * DAY_MS) / BATCHES / Math.max(1, rows));
        const event = eventAt(`${day}-${batch}-${i}`, timeMs, random);
        lake.add({
          event,
          source: 'aws-cloudtrail',
          rawRef: { ...rawRef, line: i },
          ingestTimeMs: Math.floor(fromMs + DAY_MS / BATCHES),
        });
      }
      for (const { key, bytes } of lake.files(`batch-${two(batch)}`)) {
        mkdirSync(dirname(join(dir, key)), { recursive: true });
        writeFileSync(join(dir, key), bytes);
      }
    }
  }
}

export interface Wanted {
  events: number;
  days: number;
}

export const seconds = (fromMs: number): string => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`;
export const size = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** Lakes of earlier runs; one is kept. */
const KEPT = '.cache/bench-lake';
/** What decides how files of the lake look. */
const CODE = ['test/bench/lake-made.ts', 'functions/core/lake', 'functions/core/pack.ts', 'functions/maintain'];

function codeVersion(): string {
  const hash = createHash('sha256');
  for (const path of CODE) {
    const files = path.endsWith('.ts') ? [path] : readdirSync(path).map((name) => join(path, name));
    for (const file of files.sort()) hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The folder of a lake with these events; made where no earlier run of the same code has left it. Says what making it took. */
export async function lakeOf({ events, days }: Wanted): Promise<string> {
  const dir = join(KEPT, `${events}-${days}-${codeVersion()}`);
  const mark = join(dir, 'made.txt');
  if (existsSync(mark)) {
    console.log(`${readFileSync(mark, 'utf8')}(by an earlier run of the same code: ${dir})`);
    return dir;
  }
  rmSync(KEPT, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const made = `${await generated(dir, { events, days })}\n${await compacted(dir, days)}\n`;
  writeFileSync(mark, made);
  console.log(made.trimEnd());
  return dir;
}

async function generated(dir: string, { events, days }: Wanted): Promise<string> {
  const startMs = performance.now();
  const threads = Math.min(2, cpus().length);
  const all = Array.from({ length: days }, (_, day) => day);
  const perDay = Math.round(events / days);
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const workerData: Task = { dir, days: all.filter((day) => day % threads === thread), perDay };
      const worker = new Worker(new URL(import.meta.url), { workerData });
      return new Promise<void>((resolve, reject) => worker.once('message', () => resolve()).once('error', reject));
    }),
  );
  return `generated: ${(perDay * days).toLocaleString('en-US')} events of ${days} days in ${seconds(startMs)} on ${threads} threads`;
}

async function compacted(dir: string, days: number): Promise<string> {
  const startMs = performance.now();
  const lake = createFolderObjectStore(dir);
  const ports = {
    lake,
    cuts: createFolderCuts(lake),
    table: createMemoryTable(),
    clock: { nowMs: Date.now },
    meter: { count: () => undefined },
  };
  const report = await maintain(ports, {
    cutMs: FIRST_MS + (days + 2) * DAY_MS,
    effectMs: 0,
    leaseMs: 0,
    graceMs: 0,
    budgetMs: Number.POSITIVE_INFINITY,
  });
  if (report.outcome !== 'done') throw new Error(`compaction ended as ${report.outcome}`);
  const rate = Math.round(report.rows / ((performance.now() - startMs) / 1000));
  return `compacted: ${report.files.in} files of ${size(report.bytes.in)} → ${report.files.out} of ${size(report.bytes.out)} in ${seconds(startMs)}, ${rate.toLocaleString('en-US')} events/s on one thread`;
}

if (!isMainThread) {
  generate(workerData as Task);
  parentPort?.postMessage('done');
}
