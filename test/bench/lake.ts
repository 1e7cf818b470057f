// What history costs: a pushed-down rule, indicators through the daily rollup and without it, and the days of one entity, as ratios to a full scan.
// node test/bench/lake.ts [--events 10000000] [--days 90] [--dir DIR]; a quick run: npm run bench:lake -- --events 200000
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { parquetMetadata } from 'hyparquet';
import { LakeBatch } from '../../functions/core/lake/encode.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { maintain } from '../../functions/maintain/stage.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { createFolderCuts } from '../../local/adapters/folder-cuts.ts';
import { createFolderObjectStore } from '../../local/adapters/folder-object-store.ts';
import { memoryTable } from '../correlate/memory-table.ts';

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 1);
/** Files as ingest writes them: so many a day. */
const BATCHES = 24;
/** Found on three days of the ninety. */
const INDICATORS = ['203.0.113.66', '203.0.113.99'];
const ENTITY = 'user-00017@example.com';

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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string' }, days: { type: 'string' }, dir: { type: 'string' } } });
  const [events, days] = [Number(values.events ?? 10_000_000), Number(values.days ?? 90)];
  if (!Number.isSafeInteger(events) || events < days || !(days >= 1 && days <= 365))
    throw new Error(`--events ${values.events} --days ${values.days} (allowed: at least one event a day, 1 to 365 days)`);
  const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'yagura-bench-lake-'));
  try {
    await prepared({ dir, events, days });
    await measured({ dir, events, days });
  } finally {
    if (values.dir === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

interface Lake {
  dir: string;
  events: number;
  days: number;
}

const seconds = (fromMs: number): string => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`;
const size = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** Generates the events and compacts them; a folder that has them already is used as it is. */
async function prepared({ dir, events, days }: Lake): Promise<void> {
  const mark = join(dir, 'bench.json');
  const wanted = JSON.stringify({ events, days });
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  const startMs = performance.now();
  const threads = Math.min(2, cpus().length);
  const all = Array.from({ length: days }, (_, day) => day);
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const workerData: Task = { dir, days: all.filter((day) => day % threads === thread), perDay: Math.round(events / days) };
      const worker = new Worker(new URL(import.meta.url), { workerData });
      return new Promise<void>((resolve, reject) => worker.once('message', () => resolve()).once('error', reject));
    }),
  );
  console.log(
    `generated: ${(Math.round(events / days) * days).toLocaleString('en-US')} events of ${days} days in ${seconds(startMs)}`,
  );
  const compactMs = performance.now();
  const lake = createFolderObjectStore(dir);
  const ports = {
    lake,
    cuts: createFolderCuts(lake),
    table: memoryTable(),
    clock: { nowMs: Date.now },
    meter: { count: () => undefined },
  };
  const options = {
    cutMs: FIRST_MS + (days + 2) * DAY_MS,
    effectMs: 0,
    leaseMs: 0,
    graceMs: 0,
    budgetMs: Number.POSITIVE_INFINITY,
  };
  const report = await maintain(ports, options);
  if (report.outcome !== 'done') throw new Error(`compaction ended as ${report.outcome}`);
  const rate = Math.round(report.rows / ((performance.now() - compactMs) / 1000));
  console.log(
    `compacted: ${report.files.in} files of ${size(report.bytes.in)} → ${report.files.out} of ${size(report.bytes.out)} in ${seconds(compactMs)}, ${rate.toLocaleString('en-US')} events/s on one core`,
  );
  writeFileSync(mark, wanted);
}

interface Measure {
  what: string;
  ms: number;
  bytes: number;
  rows: number;
}

/** Compressed bytes of some columns in the files below a folder: what Athena reads, and bills. Of some days only, where they are named. */
function columnBytes(folder: string, columns: readonly string[], days?: readonly string[]): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.parquet') || (days !== undefined && !days.some((day) => name.includes(`eventday=${day}`)))) continue;
    const { row_groups } = parquetMetadata(new Uint8Array(readFileSync(join(folder, name))).buffer);
    for (const { meta_data } of row_groups.flatMap((group) => group.columns)) {
      const path = `${meta_data?.path_in_schema.join('.')}.`;
      if (columns.some((column) => column === '' || path.startsWith(`${column}.`)))
        bytes += Number(meta_data?.total_compressed_size ?? 0);
    }
  }
  return bytes;
}

async function measured({ dir, days }: Lake): Promise<void> {
  const query = createDuckdbQuery({ lakeDir: dir, memoryLimitMiB: 4096 });
  const dayText = (day: number): string => new Date(FIRST_MS + day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const range = `eventday BETWEEN '${dayText(0)}' AND '${dayText(days - 1)}'`;
  const cold = (columns: readonly string[], some?: readonly string[]): number =>
    columnBytes(join(dir, 'cold', 'api_activity'), ['metadata.uid', ...columns], some);
  const timed = async (what: string, bytes: number, work: () => Promise<number>): Promise<Measure> => {
    const runs: Measure[] = [];
    for (let run = 0; run < 3; run++) {
      const startMs = performance.now();
      const rows = await work();
      runs.push({ what, ms: performance.now() - startMs, bytes, rows });
    }
    return runs.sort((a, b) => a.ms - b.ms)[1] as Measure;
  };
  const asked = async (sql: string, parameters: string[] = []) => (await query.run(sql, { parameters })).rows;
  const one =
    (sql: string, parameters: string[] = []) =>
    async () =>
      (await asked(sql, parameters)).length;
  const marks = INDICATORS.map(() => '?').join(', ');
  const hits =
    'SELECT metadata.uid FROM api_activity CROSS JOIN UNNEST(observables) AS o (name, type, type_id, value, event_uid, reputation)';
  const hitDays = async (): Promise<string[]> =>
    (await asked(`SELECT DISTINCT eventday FROM observable_days WHERE ${range} AND value IN (${marks})`, INDICATORS)).map(
      ([day]) => String(day),
    );
  const throughRollup = async (): Promise<number> => {
    const some = await hitDays();
    if (some.length === 0) return 0;
    const list = some.map(() => '?').join(', ');
    return (await asked(`${hits} WHERE eventday IN (${list}) AND o.value IN (${marks})`, [...some, ...INDICATORS])).length;
  };
  const VALUE = 'observables.list.element.value';
  const measures = [
    await timed(
      'full scan: every column',
      cold(['']),
      one(
        `SELECT count(*), max(time_dt), count(metadata.uid), max(api.operation), max(actor.user.name), max(actor.user.uid), max(src_endpoint.ip), max(http_request.user_agent), max(cloud.account.uid), max(api.request.uid), max(cardinality(resources)), max(cardinality(observables)) FROM api_activity WHERE ${range}`,
      ),
    ),
    await timed(
      'a rule, pushed down (api.operation)',
      cold(['time_dt', 'api.operation']),
      one(`SELECT metadata.uid, time_dt FROM api_activity WHERE ${range} AND api.operation = 'StopLogging'`),
    ),
    await timed(
      'indicators, through the rollup',
      columnBytes(join(dir, 'rollup'), ['value']) + cold([VALUE], await hitDays()),
      throughRollup,
    ),
    await timed('indicators, without it', cold([VALUE]), one(`${hits} WHERE ${range} AND o.value IN (${marks})`, INDICATORS)),
    await timed(
      `${days} days of an entity`,
      cold(['time_dt', 'api.operation', 'src_endpoint.ip', 'actor.user.name']),
      one(
        `SELECT time_dt, api.operation, src_endpoint.ip FROM api_activity WHERE ${range} AND actor.user.name = ? ORDER BY time_dt`,
        [ENTITY],
      ),
    ),
  ];
  await query.close();
  const [full, , fast, slow] = measures;
  if (fast?.rows !== slow?.rows)
    throw new Error(`the rollup finds ${fast?.rows} events, and the events themselves are ${slow?.rows}`);
  for (const { what, ms, bytes, rows } of measures)
    console.log(
      `${what.padEnd(37)} ${ms.toFixed(0).padStart(7)} ms = ${(ms / (full?.ms ?? 1)).toFixed(3)} of the scan  ${size(bytes).padStart(10)} of columns = ${(bytes / (full?.bytes ?? 1)).toFixed(3)}  ${rows} rows`,
    );
}

if (isMainThread) await main();
else {
  generate(workerData as Task);
  parentPort?.postMessage('done');
}
