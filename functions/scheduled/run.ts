/** A run's queries and windows → findings, and what is remembered of the run; a query that fails says so and blocks no other. */
import { digestOf } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { bindQuery } from '../core/query-file.ts';
import type { ScheduledQuery } from '../core/scheduled/file.ts';
import { missingColumns, rowFinding, ruleErrorFinding } from '../core/scheduled/finding.ts';
import { retryAfterMs, type Window, windowValues } from '../core/scheduled/window.ts';
import type { QueryResult } from '../ports/query.ts';
import { budgetOf, recordSpending } from '../ports/query-ledger.ts';
import { type Raising, raiseFindings } from '../ports/raise-findings.ts';
import { readState, saveState } from './state.ts';
import type { Run, ScheduledContent, ScheduledPorts } from './task.ts';

/** Rows of a run that become findings: more is a rule that fires on everything. */
const MAX_ROWS = 1000;

export interface RunReport {
  asked: number;
  raised: number;
  failed: number;
  scannedBytes: number;
  costUsd: number;
}

/** @throws YaguraError retryable where a store, the bus or the engine is at fault: the machine tries again; windows that are done are skipped */
export async function runQueries(ports: ScheduledPorts, content: ScheduledContent, run: Run): Promise<RunReport> {
  const report: RunReport = { asked: 0, raised: 0, failed: 0, scannedBytes: 0, costUsd: 0 };
  const queries = queriesOf(content, run);
  for (const window of run.windows) {
    if ((await budgetOf(ports.table, content.dailyUsd, ports.clock.nowMs())).tripped) break;
    for (const query of queries) await judge({ ports, run, report }, query, window);
  }
  for (const query of queries) await release(ports, query);
  ports.meter.count({
    ScheduledRunCount: report.asked,
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
  run: Run;
  report: RunReport;
}

async function judge({ ports, run, report }: Work, query: ScheduledQuery, window: Window): Promise<void> {
  const state = await readState(ports.table, query.id);
  if ((state.doneMs ?? Number.NEGATIVE_INFINITY) >= window.toMs) return;
  // After a failure the windows after it wait: they are caught up when it is mended.
  if (state.version === query.version && (state.paused === true || (state.retryAtMs ?? 0) > ports.clock.nowMs())) return;
  report.asked++;
  try {
    const { sql, parameters } = bindQuery(query, windowValues(query, window, run.fromDay));
    const result = await ports.query.run(sql, { parameters, maxRows: MAX_ROWS, budgetBytes: query.meta.budgetBytes });
    await spend({ ports, report }, query, result);
    await keep({ ports, report }, query, { result, window });
  } catch (error) {
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    report.failed++;
    await fault(ports, query, error.message.split('\n').slice(0, 3).join(' '));
  }
}

async function spend({ ports, report }: Omit<Work, 'run'>, query: ScheduledQuery, result: QueryResult): Promise<void> {
  const { scannedBytes, costUsd } = result;
  report.scannedBytes += scannedBytes;
  report.costUsd += costUsd;
  ports.meter.count({ QueryScannedBytes: scannedBytes }, { Query: query.id });
  await recordSpending(ports.table, { asker: 'scheduled', id: query.id, scannedBytes, costUsd }, ports.clock.nowMs());
}

/** Findings first, then the memory that the window is done: a crash between costs a repetition. */
async function keep(
  { ports, report }: Omit<Work, 'run'>,
  query: ScheduledQuery,
  { result, window }: { result: QueryResult; window: Window },
): Promise<void> {
  const { rows, scannedBytes, costUsd } = result;
  const columns = result.columns.map(({ name }) => name);
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
