// What history costs: a pushed-down rule, indicators through the daily rollup and without it, and the days of one entity, as ratios to a full scan.
// node test/bench/lake.ts [--events 10000000] [--days 90]; a quick run: npm run bench:lake -- --events 200000
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parquetMetadata } from 'hyparquet';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { DAY_MS, ENTITY, FIRST_MS, INDICATORS, lakeOf, size } from './lake-made.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string' }, days: { type: 'string' } } });
  const [events, days] = [Number(values.events ?? 10_000_000), Number(values.days ?? 90)];
  if (!Number.isSafeInteger(events) || events < days || !(days >= 1 && days <= 365))
    throw new Error(`--events ${values.events} --days ${values.days} (allowed: at least one event a day, 1 to 365 days)`);
  await measured(await lakeOf({ events, days }), days);
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

async function measured(dir: string, days: number): Promise<void> {
  const query = createDuckdbQuery({ lakeDir: dir, memoryLimitMiB: 4096 });
  const dayText = (day: number): string => new Date(FIRST_MS + day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const range = `eventday BETWEEN '${dayText(0)}' AND '${dayText(days - 1)}'`;
  const cold = (columns: readonly string[], some?: readonly string[]): number =>
    columnBytes(join(dir, 'cold', 'api_activity'), ['metadata.uid', ...columns], some);
  const timed = async (what: string, bytes: number, work: () => Promise<number>): Promise<Measure> => {
    const runs: Measure[] = [];
    // Three runs, the middle one counts; fewer where one takes long.
    const endMs = performance.now() + 45_000;
    for (let run = 0; run < 3 && (run === 0 || performance.now() < endMs); run++) {
      const startMs = performance.now();
      const rows = await work();
      runs.push({ what, ms: performance.now() - startMs, bytes, rows });
    }
    return runs.sort((a, b) => a.ms - b.ms)[Math.floor((runs.length - 1) / 2)] as Measure;
  };
  const asked = async (sql: string, parameters: string[] = []) => (await query.run(sql, { parameters })).rows;
  const one =
    (sql: string, parameters: string[] = []) =>
    async () =>
      (await asked(sql, parameters)).length;
  const marks = INDICATORS.map(() => '?').join(', ');
  const hits = 'SELECT metadata.uid FROM api_activity CROSS JOIN UNNEST(observables) AS o (item)';
  const hitDays = async (): Promise<string[]> =>
    (await asked(`SELECT DISTINCT eventday FROM observable_days WHERE ${range} AND value IN (${marks})`, INDICATORS)).map(
      ([day]) => String(day),
    );
  const throughRollup = async (): Promise<number> => {
    const some = await hitDays();
    if (some.length === 0) return 0;
    const list = some.map(() => '?').join(', ');
    return (await asked(`${hits} WHERE eventday IN (${list}) AND o.item.value IN (${marks})`, [...some, ...INDICATORS])).length;
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
    await timed(
      'indicators, without it',
      cold([VALUE]),
      one(`${hits} WHERE ${range} AND o.item.value IN (${marks})`, INDICATORS),
    ),
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

await main();
