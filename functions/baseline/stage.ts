/** The baseline stage: what is due of the baselines, each asked of the lake's history → anomalies → findings within one alert budget. */
import type { Baseline, Stretch } from '../core/baseline/baseline.ts';
import { dayText } from '../core/baseline/baseline.ts';
import { type Candidate, DAILY_ALERTS, spend } from '../core/baseline/budget.ts';
import { dueStretches, retryAfterMs } from '../core/baseline/due.ts';
import { anomalyFinding, anomalyUid, baselineErrorFinding } from '../core/baseline/finding.ts';
import { type BaselineRun, type RowMemory, runBaseline } from '../core/baseline/run.ts';
import { digestOf } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { GeoLookup } from '../core/geo/geo.ts';
import type { Meter } from '../ports/meter.ts';
import type { Query } from '../ports/query.ts';
import { budgetOf, chargedFor, recordSpending } from '../ports/query-ledger.ts';
import { type RaisePorts, type Raising, raiseFindings } from '../ports/raise-findings.ts';
import { claim, type Known, readStates, saveState, spendOn } from './state.ts';

export interface BaselinePorts extends RaisePorts {
  query: Query;
  geo: GeoLookup;
  meter: Meter;
}

export interface BaselineContent {
  baselines: readonly Baseline[];
  /** What all queries of content may cost a UTC day, US dollars. */
  dailyUsd: number;
  /** Alerts of all baselines together in a UTC day. */
  dailyAlerts?: number;
}

export interface BaselineReport {
  /** Stretches that were judged. */
  judged: number;
  anomalies: number;
  alerts: number;
  /** Findings that are new or changed. */
  raised: number;
  failed: number;
  scannedBytes: number;
  costUsd: number;
  /** The day's budget of queries is spent: nothing was asked. */
  tripped: boolean;
}

/** Nothing new is begun after this; what is due still is so at the next tick. */
const BEGIN_WITHIN_MS = 8 * 60_000;
const DAY_SEC = 86_400;

interface Judged {
  baseline: Baseline;
  stretch: Stretch;
  run: BaselineRun;
}

/**
 * Judges every stretch that is due. Idempotent: a run that is repeated raises nothing new and spends nothing twice.
 * @throws YaguraError retryable where a store, the bus or the engine is at fault
 */
export async function judgeBaselines(ports: BaselinePorts, content: BaselineContent): Promise<BaselineReport> {
  const report: BaselineReport = {
    judged: 0,
    anomalies: 0,
    alerts: 0,
    raised: 0,
    failed: 0,
    scannedBytes: 0,
    costUsd: 0,
    tripped: false,
  };
  const startMs = ports.clock.nowMs();
  const states = await readStates(ports.table);
  const memory: RowMemory = new Map();
  // Hours first: they are short, and what they tell is fresh.
  const order = [...content.baselines].sort((a, b) => (a.every === b.every ? 0 : a.every === 'hour' ? -1 : 1));
  for (const baseline of order) {
    const known = states.get(baseline.name);
    if (ports.clock.nowMs() - startMs > BEGIN_WITHIN_MS || (known?.state.leaseUntilMs ?? 0) > startMs) continue;
    const due = dueStretches(baseline, known?.state ?? {}, startMs);
    if (due.length === 0) continue;
    if ((await budgetOf(ports.table, content.dailyUsd, startMs)).tripped) {
      report.tripped = true;
      break;
    }
    if (await claim(ports.table, baseline.name, { known, nowMs: startMs }))
      await judgeDue({ ports, content, report, memory }, { baseline, known, due });
  }
  const { judged, anomalies, alerts, raised, failed, scannedBytes } = report;
  ports.meter.count({
    ...{ BaselineRunCount: judged, BaselineAnomalyCount: anomalies, BaselineAlertCount: alerts },
    ...{ BaselineFailedCount: failed, BaselineScannedBytes: scannedBytes, FindingCount: raised },
    QueryBudgetTrippedCount: report.tripped ? 1 : 0,
  });
  return report;
}

interface Work {
  ports: BaselinePorts;
  content: BaselineContent;
  report: BaselineReport;
  /** Rows of this tick: baselines that ask the same are asked once. */
  memory: RowMemory;
}

async function judgeDue(
  work: Work,
  { baseline, known, due }: { baseline: Baseline; known: Known | undefined; due: readonly Stretch[] },
): Promise<void> {
  const { ports, report, memory } = work;
  const { version } = baseline;
  const kept = known?.state.doneMs === undefined ? {} : { doneMs: known.state.doneMs };
  let doneMs: number | undefined = known?.state.doneMs;
  try {
    for (const stretch of due) {
      const run = await runBaseline(baseline, stretch, { query: ports.query, world: { geo: ports.geo }, memory });
      await recordSpending(
        ports.table,
        { asker: 'baseline', id: baseline.name, scannedBytes: run.scannedBytes, costUsd: run.costUsd },
        ports.clock.nowMs(),
      );
      const alerts = await raiseAnomalies(work, { baseline, stretch, run });
      report.judged += 1;
      doneMs = stretch.toMs;
      const { judged, cold, rows, scannedBytes, costUsd } = run;
      const last = {
        atMs: ports.clock.nowMs(),
        outcome: 'ok' as const,
        judged,
        cold,
        anomalies: run.anomalies.length,
        alerts,
        rows,
        scannedBytes,
        costUsd,
      };
      await saveState(ports.table, baseline.name, { doneMs, version, failures: 0, last });
    }
  } catch (error) {
    const charged = chargedFor(error);
    if (charged !== undefined)
      await recordSpending(ports.table, { asker: 'baseline', id: baseline.name, ...charged }, ports.clock.nowMs());
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    report.failed += 1;
    const why = error.message.split('\n').slice(0, 3).join(' ').slice(0, 500);
    await raiseFault(ports, baseline, why);
    const nowMs = ports.clock.nowMs();
    const failures = known?.state.version === version ? known.state.failures + 1 : 1;
    const last = {
      atMs: nowMs,
      outcome: 'failed' as const,
      judged: 0,
      cold: 0,
      anomalies: 0,
      alerts: 0,
      rows: 0,
      scannedBytes: 0,
      costUsd: 0,
      why,
    };
    await saveState(ports.table, baseline.name, {
      ...kept,
      ...(doneMs === undefined ? {} : { doneMs }),
      version,
      failures,
      retryAtMs: nowMs + retryAfterMs(failures),
      last,
    });
  }
}

/** Every anomaly becomes a finding; those that the budget has room for alert. Returns how many do. */
async function raiseAnomalies({ ports, content, report }: Work, { baseline, stretch, run }: Judged): Promise<number> {
  report.anomalies += run.anomalies.length;
  report.scannedBytes += run.scannedBytes;
  report.costUsd += run.costUsd;
  if (run.anomalies.length === 0) return 0;
  const candidates = run.anomalies.map(
    (anomaly): Candidate => ({ uid: anomalyUid(baseline, anomaly, stretch), baseline: baseline.name, anomaly }),
  );
  const nowMs = ports.clock.nowMs();
  const result = await spendOn(ports.table, dayText(stretch.toMs - 1), {
    nowMs,
    spending: (spent) => spend(candidates, spent, content.dailyAlerts ?? DAILY_ALERTS),
  });
  if (result === undefined)
    throw new YaguraError('Conflict', 'the alert budget is written by too many at once', { retryable: true });
  const raisings = candidates.map(({ uid, anomaly }): Raising => {
    const finding = anomalyFinding({ baseline, anomaly, stretch, isAlerting: result.alerting.has(uid) });
    return {
      finding,
      pk: `raised#${finding.uid}`,
      digest: digestOf([finding.level, finding.summary, finding.eventUids]),
      keepSec: 40 * DAY_SEC,
    };
  });
  report.alerts += result.alerting.size;
  report.raised += await raiseFindings(raisings, ports);
  return result.alerting.size;
}

async function raiseFault(ports: BaselinePorts, baseline: Baseline, why: string): Promise<void> {
  const finding = baselineErrorFinding(baseline, { why, nowMs: ports.clock.nowMs() });
  await raiseFindings([{ finding, pk: `raised#${finding.uid}`, digest: digestOf([why]), keepSec: 2 * DAY_SEC }], ports);
}
