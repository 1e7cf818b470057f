// One lake under two engines: the same Parquet files, asked on Trino and on DuckDB.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Json } from '../../functions/core/json.ts';
import { encodeLake, type LakeInput } from '../../functions/core/lake/encode.ts';
import { isoText } from '../../functions/core/timestamp.ts';
import type { Query } from '../../functions/ports/query.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { NOW_MS, samplesOf } from '../sources/samples.ts';

/** All events are moved to one day: each source and day is a partition that Trino looks for. */
export const DAY = '20250304';
const DAY_MS = Date.UTC(2025, 2, 4, 12);

export const rawRef = (line: number) => ({ key: 'raw/x.ndjson.gz', line, sha256: 'ab', bytes: 1 });

/** Every sample of every source as rows of the lake. Samples of one source often share an id: each gets one of its own, as ingest gives. */
export const sampleRows = (): LakeInput[] =>
  SOURCES.flatMap((source) =>
    samplesOf(source.id).map(({ record }, line) => {
      const event = source.toOcsf(record, { nowMs: NOW_MS });
      return {
        event: { ...event, metadata: { ...event.metadata, uid: `${event.metadata.uid}#${line}` } },
        source: source.id,
        rawRef: rawRef(line),
        ingestTimeMs: NOW_MS + line,
      };
    }),
  );

/** Writes one batch below a folder, as ingest names its files. */
export function writeLake(folder: string, rows: readonly LakeInput[], batchId: string): void {
  const ofOneDay = rows.map((row) => ({ ...row, event: { ...row.event, time: DAY_MS, time_dt: isoText(DAY_MS) } }));
  for (const { key, bytes } of encodeLake(ofOneDay, batchId)) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
  }
}

export interface Answers {
  columns: string[];
  rows: string[];
}

/** Column names, and rows as sorted texts: a query without ORDER BY may give them in any order. */
export async function answersOf(query: Query, sql: string, parameters: readonly (string | number)[] = []): Promise<Answers> {
  const { columns, rows } = await query.run(sql, { parameters });
  return { columns: columns.map(({ name }) => name), rows: rowTexts(rows).sort() };
}

/** Each row as a text that is the same for the same values: maps have no order. */
export const rowTexts = (rows: readonly (readonly Json[])[]): string[] => rows.map((row) => JSON.stringify(row.map(rounded)));

/** Sums of doubles differ in the last bits with the order of their terms. */
function rounded(value: Json): Json {
  if (typeof value === 'number' && !Number.isInteger(value)) return Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]): [string, Json] => [key, rounded(item)]),
  );
}
