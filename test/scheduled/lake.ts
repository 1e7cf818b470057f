/** Raw records → a lake in a folder, as ingest writes it, with ingest times that the test chooses. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeLake, type LakeInput } from '../../functions/core/lake/encode.ts';
import { type BoundQuery, bindQuery } from '../../functions/core/query-file.ts';
import type { ScheduledQuery } from '../../functions/core/scheduled/file.ts';
import { windowValues } from '../../functions/core/scheduled/window.ts';
import { sourceById } from '../../functions/sources/index.ts';
import { END_MS, type Logged } from './scenarios.ts';

export function writeLogs(folder: string, logs: readonly Logged[], batchId = 'batch'): void {
  const rows = logs.map(({ source, record, timeMs, ingestMs = timeMs + 5 * 60_000 }, line): LakeInput => {
    const event = sourceById(source)?.toOcsf(record, { nowMs: ingestMs });
    if (event === undefined) throw new Error(`no source ${source}`);
    return { event, source, rawRef: { key: 'raw/x.ndjson.gz', line, sha256: 'ab', bytes: 1 }, ingestTimeMs: ingestMs };
  });
  for (const { key, bytes } of encodeLake(rows, batchId)) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
  }
}

/** The query as a run that ends at `END_MS` asks it. */
export const boundAtEnd = (query: ScheduledQuery): BoundQuery =>
  bindQuery(query, windowValues(query, { fromMs: END_MS - query.meta.lookback * 60_000, toMs: END_MS }));
