/** Log files of the user → events, findings, alerts and incidents in the state folder; each input once, however often it is replayed. */
import type { Problem } from '../functions/core/error.ts';
import { NO_CORRELATIONS } from '../functions/core/sigma/correlation/compile.ts';
import type { MatchReader } from '../functions/core/sigma/correlation/reader.ts';
import type { StreamRules } from '../functions/core/sigma/rule.ts';
import type { DetectContent } from '../functions/detect/backfill.ts';
import { type Arrival, addReport, emptyReport, type IngestContent, type IngestReport } from '../functions/ingest/arrival.ts';
import { ledgerKey } from '../functions/ingest/identity.ts';
import { ingest } from '../functions/ingest/stage.ts';
import type { Source } from '../functions/sources/source.ts';
import { contentDigest, type FoundLogs, type LogFile } from './log-files.ts';
import type { LocalState } from './ports.ts';
import { drainBus, LOCAL_STAGES } from './stages.ts';

/** Plain bytes that one batch holds, about: one Parquet file for each class and day of a batch. */
const BATCH_BYTES = 64 * 1024 * 1024;
const BATCH_FILES = 2_000;
/** How much logs shrink; only used to guess how much a file will be. */
const GUESSED_COMPRESSION = 12;

export interface ReplayContent {
  sources: readonly Source[];
  rules: StreamRules;
  /** Default: no correlations. */
  matches?: MatchReader;
  correlations?: DetectContent;
  suppressor?: NonNullable<IngestContent['suppressor']>;
  indicators?: NonNullable<IngestContent['indicators']>;
  onlySource?: string;
  /** Sees every event on its way to the lake. */
  inspect?: NonNullable<IngestContent['inspect']>;
}

export interface ReplayProgress {
  files: number;
  filesDone: number;
  report: IngestReport;
}

/** Ingests the files in batches and lets what they raise run through the other stages. */
export async function replay(
  found: FoundLogs,
  state: LocalState,
  content: ReplayContent,
  onProgress: (progress: ReplayProgress) => void = () => undefined,
): Promise<IngestReport> {
  const total = emptyReport();
  total.problems.push(...found.problems);
  // What an earlier run left waiting when it was stopped goes first.
  await drainBus(state);
  const correlations = content.correlations ?? { ...NO_CORRELATIONS, lakeMaps: [], eventOf: () => undefined };
  let filesDone = 0;
  for (const batch of batches(found.files)) {
    const arrivals = await fresh(batch, state, total);
    if (arrivals.length > 0) {
      addReport(total, await ingest(arrivals, state, content));
      await LOCAL_STAGES.detect(state, correlations);
      await drainBus(state);
    }
    filesDone += batch.length;
    onProgress({ files: found.files.length, filesDone, report: total });
  }
  // Logs that were replayed whole: nothing more is coming for windows that wait.
  await LOCAL_STAGES.detect(state, correlations, { settled: true });
  await drainBus(state);
  return total;
}

function* batches(files: readonly LogFile[]): Generator<LogFile[]> {
  let batch: LogFile[] = [];
  let bytes = 0;
  for (const file of files) {
    const guess = file.sizeBytes * (/\.(gz|zst)$/i.test(file.path) ? GUESSED_COMPRESSION : 1);
    if (batch.length > 0 && (bytes + guess > BATCH_BYTES || batch.length >= BATCH_FILES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += guess;
  }
  if (batch.length > 0) yield batch;
}

/** The files whose bytes were not ingested yet, each content once. */
async function fresh(batch: readonly LogFile[], state: LocalState, total: IngestReport): Promise<Arrival[]> {
  const arrivals = new Map<string, Arrival>();
  for (const { path } of batch) {
    const identity = await contentDigest(path).catch((error: unknown) => {
      total.problems.push(unreadable(path, error));
    });
    if (identity === undefined) continue;
    const { pk, sk } = ledgerKey(identity);
    if (arrivals.has(identity) || (await state.table.get(pk, sk)) !== undefined) {
      total.objects++;
      total.alreadyIngested++;
    } else arrivals.set(identity, { kind: 'object', id: path, key: path, identity });
  }
  return [...arrivals.values()];
}

const unreadable = (path: string, error: unknown): Problem => ({
  at: path,
  what: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  fix: 'check its permissions',
});
