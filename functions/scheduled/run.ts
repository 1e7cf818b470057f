/** A run's queries and windows → findings, and what is remembered of the run; a query that fails says so and blocks no other. */
import { digestOf } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { Json } from '../core/json.ts';
import { bindQuery } from '../core/query-file.ts';
import type { ScheduledQuery } from '../core/scheduled/file.ts';
import { missingColumns, rowFinding, ruleErrorFinding } from '../core/scheduled/finding.ts';
import { merged } from '../core/scheduled/merge.ts';
import { shapeOf } from '../core/scheduled/shape.ts';
import { retryAfterMs, type Window, windowValues } from '../core/scheduled/window.ts';
import { budgetOf, chargedFor, recordSpending } from '../ports/query-ledger.ts';
import { type Raising, raiseFindings } from '../ports/raise-findings.ts';
import { readState, saveState } from './state.ts';
import type { Run, ScheduledContent, ScheduledPorts } from './task.ts';

/** Rows of a run that become findings: more is a rule that fires on everything. */
const MAX_ROWS = 1000;

export interface RunReport {
  asked: number;
  /** Of these, queries that shared a scan. */
  together: number;
  raised: number;
  failed: number;
  scannedBytes: number;
  costUsd: number;
}

/** @throws YaguraError retryable where a store, the bus or the engine is at fault: the machine tries again; windows that are done are skipped */
export async function runQueries(ports: ScheduledPorts, content: ScheduledContent, run: Run): Promise<RunReport> {
  const report: RunReport = { asked: 0, together: 0, raised: 0, failed: 0, scannedBytes: 0, costUsd: 0 };
  const queries = queriesOf(content, run);
  for (const window of run.windows) {
    if ((await budgetOf(ports.table, content.dailyUsd, ports.clock.nowMs())).tripped) break;
    await judgeAll({ ports, content, run, report }, queries, window);
  }
  for (const query of queries) await release(ports, query);
  ports.meter.count({
    ScheduledRunCount: report.asked,
    ScheduledTogetherCount: report.together,
    ScheduledFailedCount: report.failed,
    ScheduledScannedBytes: report.scannedBytes,
    ScheduledCostMicroUsdCount: Math.round(report.costUsd * 1e6),
    FindingCount: report.raised,
  });
  return report;
}

/** What the machine could not run, whatever it tried. */
export async function runFailed(
  ports: ScheduledPorts,
  content: ScheduledContent,
  { run, why }: { run: Run; why: string },
): Promise<{ failed: number }> {
  const queries = queriesOf(content, run);
  const lastMs = run.windows.at(-1)?.toMs ?? 0;
  let failed = 0;
  for (const query of queries) {
    if (((await readState(ports.table, query.id)).doneMs ?? Number.NEGATIVE_INFINITY) >= lastMs) continue;
    await fault(ports, query, why);
    failed++;
  }
  ports.meter.count({ ScheduledFailedCount: failed });
  return { failed };
}

/** Ids of queries that a newer deployment has not are left out. */
const queriesOf = (content: ScheduledContent, { queries }: Run): ScheduledQuery[] =>
  queries.flatMap((id) => content.queries.find((query) => query.id === id) ?? []);

interface Work {
  ports: ScheduledPorts;
  content: ScheduledContent;
  run: Run;
  report: RunReport;
}

/** With one scan where the queries share one; where that fails, each by itself, so that a fault is one query's alone. */
async function judgeAll(work: Work, queries: readonly ScheduledQuery[], window: Window): Promise<void> {
  const due: ScheduledQuery[] = [];
  for (const query of queries) if (await isDue(work.ports, query, window)) due.push(query);
  const left = due.length > 1 && (await judgeTogether(work, due, window)) ? [] : due;
  for (const query of left) await judge(work, query, window);
}

async function isDue({ table, clock }: ScheduledPorts, query: ScheduledQuery, window: Window): Promise<boolean> {
  const state = await readState(table, query.id);
  if ((state.doneMs ?? Number.NEGATIVE_INFINITY) >= window.toMs) return false;
  // After a failure the windows after it wait: they are caught up when it is mended.
  return state.version !== query.version || (state.paused !== true && (state.retryAtMs ?? 0) <= clock.nowMs());
}

/** False where the queries do not merge, or the merged one failed for a reason that trying again does not mend. */
async function judgeTogether(work: Work, queries: readonly ScheduledQuery[], window: Window): Promise<boolean> {
  const { ports, content, run, report } = work;
  const stopped = async (error: unknown): Promise<void> => {
    for (const query of queries) await spend(work, query, chargedFor(error, queries.length));
  };
  const answers = await togetherOr(stopped, async () => {
    const shapes = await Promise.all(
      queries.map((query) => shapeOf(bindQuery(query, windowValues(query, window, run.fromDay)), content.parse)),
    );
    const one = merged(shapes.filter((shape) => shape !== undefined));
    if (one === undefined || shapes.includes(undefined)) return undefined;
    const budgetBytes = Math.max(...queries.map(({ meta }) => meta.budgetBytes));
    const result = await ports.query.run(one.sql, {
      parameters: one.parameters,
      maxRows: MAX_ROWS * queries.length,
      budgetBytes,
    });
    return {
      result,
      parts: one.split(
        result.columns.map(({ name }) => name),
        result.rows,
      ),
    };
  });
  if (answers === undefined) return false;
  const { result, parts } = answers;
  report.together += queries.length;
  for (const [i, query] of queries.entries()) {
    const part = parts[i] ?? { columns: [], rows: [] };
    const share = { scannedBytes: Math.round(result.scannedBytes / queries.length), costUsd: result.costUsd / queries.length };
    await answered(work, query, { result: { columns: part.columns, rows: part.rows, ...share }, window });
  }
  return true;
}

async function togetherOr<T>(
  stopped: (error: unknown) => Promise<void>,
  work: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    await stopped(error);
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    return undefined;
  }
}

async function judge(work: Work, query: ScheduledQuery, window: Window): Promise<void> {
  const { ports, run, report } = work;
  try {
    const { sql, parameters } = bindQuery(query, windowValues(query, window, run.fromDay));
    const result = await ports.query.run(sql, { parameters, maxRows: MAX_ROWS, budgetBytes: query.meta.budgetBytes });
    await answered(work, query, { result: { ...result, columns: result.columns.map(({ name }) => name) }, window });
  } catch (error) {
    await spend(work, query, chargedFor(error));
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    report.asked++;
    report.failed++;
    await fault(ports, query, error.message.split('\n').slice(0, 3).join(' '));
  }
}

/** A query's own part of an answer. */
interface Answer {
  result: { columns: readonly string[]; rows: readonly Json[][]; scannedBytes: number; costUsd: number };
  window: Window;
}

async function answered(work: Work, query: ScheduledQuery, answer: Answer): Promise<void> {
  work.report.asked++;
  await spend(work, query, answer.result);
  try {
    await keep(work, query, answer);
  } catch (error) {
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    work.report.failed++;
    await fault(work.ports, query, error.message.split('\n').slice(0, 3).join(' '));
  }
}

type Charged = Pick<Answer['result'], 'scannedBytes' | 'costUsd'>;

async function spend({ ports, report }: Work, query: ScheduledQuery, charged: Charged | undefined): Promise<void> {
  if (charged === undefined) return;
  const { scannedBytes, costUsd } = charged;
  report.scannedBytes += scannedBytes;
  report.costUsd += costUsd;
  ports.meter.count({ QueryScannedBytes: scannedBytes }, { Query: query.id });
  await recordSpending(ports.table, { asker: 'scheduled', id: query.id, scannedBytes, costUsd }, ports.clock.nowMs());
}

/** Findings first, then the memory that the window is done: a crash between costs a repetition. */
async function keep({ ports, report }: Work, query: ScheduledQuery, { result, window }: Answer): Promise<void> {
  const { columns, rows, scannedBytes, costUsd } = result;
  const missing = missingColumns(query, columns);
  if (missing.length > 0)
    throw new YaguraError('BadContent', `the result has no column ${missing.join(', ')} (it has ${columns.join(', ')})`);
  const raisings = rows.map((values): Raising => {
    const finding = rowFinding(query, { columns, values });
    const keepSec = Math.ceil((2 * finding.dedupWindowMs + query.meta.lookback * 60_000) / 1000) + 86_400;
    return {
      finding,
      pk: `raised#${finding.uid}`,
      digest: digestOf([finding.eventUids, finding.ruleVersion, finding.summary]),
      keepSec,
    };
  });
  // Rows of one identity in one result are one finding: the last in time speaks.
  const unique = new Map(raisings.sort((a, b) => a.finding.timeMs - b.finding.timeMs).map((one) => [one.finding.uid, one]));
  const raised = await raiseFindings([...unique.values()], ports);
  report.raised += raised;
  const nowMs = ports.clock.nowMs();
  const isOver = scannedBytes > query.meta.budgetBytes;
  const last = { atMs: nowMs, rows: rows.length, raised, scannedBytes, costUsd } as const;
  if (!isOver) {
    await saveState(ports.table, query.id, {
      doneMs: window.toMs,
      failures: 0,
      version: query.version,
      last: { ...last, outcome: 'ok' },
    });
    return;
  }
  // Paid and judged, but it would be dear again: it waits until its file says what it may cost.
  const why = `it scanned ${scannedBytes} bytes of its ${query.meta.budgetBytes}; it is paused until its file changes`;
  await raiseFault(ports, query, why);
  await saveState(ports.table, query.id, {
    ...{ doneMs: window.toMs, failures: 1, version: query.version, paused: true },
    last: { ...last, outcome: 'over-budget', why },
  });
}

async function raiseFault(ports: ScheduledPorts, query: ScheduledQuery, why: string): Promise<void> {
  const finding = ruleErrorFinding({ query, why, nowMs: ports.clock.nowMs() });
  await raiseFindings([{ finding, pk: `raised#${finding.uid}`, digest: digestOf([why]), keepSec: 2 * 86_400 }], ports);
}

/** The window stays undone: it is caught up once the query runs again. */
async function fault(ports: ScheduledPorts, query: ScheduledQuery, why: string): Promise<void> {
  await raiseFault(ports, query, why);
  const nowMs = ports.clock.nowMs();
  const { leaseUntilMs: _, paused: __, ...state } = await readState(ports.table, query.id);
  const failures = state.version === query.version ? state.failures + 1 : 1;
  await saveState(ports.table, query.id, {
    ...state,
    ...{ failures, version: query.version, retryAtMs: nowMs + retryAfterMs(query, failures) },
    last: { atMs: nowMs, outcome: 'failed', rows: 0, raised: 0, scannedBytes: 0, costUsd: 0, why: why.slice(0, 500) },
  });
}

/** Gives the claim back where nothing was written after it. */
async function release(ports: ScheduledPorts, query: ScheduledQuery): Promise<void> {
  const { leaseUntilMs, ...state } = await readState(ports.table, query.id);
  if (leaseUntilMs !== undefined) await saveState(ports.table, query.id, state);
}
