/** The scheduled detections of the repository, and a run of their machine on a laptop: what is due, or everything up to now. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import { isJsonObject, type JsonObject } from '../functions/core/json.ts';
import { parseScheduled, type ScheduledQuery, unknownSources } from '../functions/core/scheduled/file.ts';
import type { ScheduledContent } from '../functions/scheduled/task.ts';
import { ROOT } from './content.ts';
import { lakeDays } from './lake-days.ts';
import { loadSources } from './mappings.ts';
import type { LocalState } from './ports.ts';
import { readConfig } from './settings.ts';
import { parseSql } from './sql/parser.ts';

/** The state machine's name, and its definition. */
export const MACHINE = 'scheduled-queries';
export const MACHINE_FILE = 'functions/scheduled/machine.asl.json';

/** @throws YaguraError BadContent with every problem of every file */
export async function readScheduled(folder = join(ROOT, 'queries', 'scheduled')): Promise<ScheduledQuery[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const queries: ScheduledQuery[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const parsed = parseScheduled(`queries/scheduled/${name}`, await readFile(join(folder, name), 'utf8'));
    if (parsed.query !== undefined) queries.push(parsed.query);
    problems.push(...parsed.problems);
  }
  problems.push(
    ...unknownSources(
      queries,
      (await loadSources()).map(({ id }) => id),
    ),
  );
  if (problems.length > 0)
    throw new YaguraError('BadContent', `${problems.length} problems in the scheduled queries`, { problems });
  return queries;
}

/** Nothing is charged on a laptop; the daily budget holds all the same, so that the breaker is seen before it is needed. */
export async function loadScheduled(): Promise<ScheduledContent> {
  const { cost } = await readConfig();
  return { queries: await readScheduled(), dailyUsd: cost.dailyQueryUsd, parse: parseSql };
}

export interface ScheduledRun {
  /** False where nothing was due. */
  ran: boolean;
  raised: number;
  failed: number;
  scannedBytes: number;
  costUsd: number;
}

export interface ScheduledRunOptions {
  /** Windows end now, and days reach back to the first of the lake: logs that were just replayed are history. */
  settled?: boolean;
  only?: readonly string[];
}

/** Runs the machine once, to its end. @throws YaguraError Unavailable where it did not end well */
export async function runScheduled(
  state: LocalState,
  { settled = false, only }: ScheduledRunOptions = {},
): Promise<ScheduledRun> {
  const days = settled ? [...(await lakeDays(state.lakeDir)).values()].map(({ first }) => first).sort() : [];
  const plan: JsonObject = {
    ...(settled ? { settled: true } : {}),
    ...(days[0] === undefined ? {} : { fromDay: days[0] }),
    ...(only === undefined ? {} : { only: [...only] }),
  };
  const name = `scheduled-${state.clock.nowMs()}-${state.ids.token(4)}`;
  await state.executions.start(MACHINE, name, { plan });
  await state.executions.runToRest({ waitUpToMs: 300_000 });
  const execution = await state.executions.describe(MACHINE, name);
  if (execution?.status !== 'SUCCEEDED')
    throw new YaguraError(
      'Unavailable',
      `${MACHINE} ended as ${execution?.status ?? 'nothing'}: ${execution?.cause ?? execution?.error ?? ''}`,
    );
  return summed(Array.isArray(execution.output) ? execution.output : []);
}

function summed(reports: readonly unknown[]): ScheduledRun {
  const sum = (name: string): number =>
    reports.reduce<number>((total, report) => total + (isJsonObject(report) ? Number(report[name] ?? 0) : 0), 0);
  return {
    ran: reports.length > 0,
    ...{ raised: sum('raised'), failed: sum('failed'), scannedBytes: sum('scannedBytes'), costUsd: sum('costUsd') },
  };
}
