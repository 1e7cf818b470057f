/** The detect stage: matches that were ingested since its last run, with the history of their groups → findings of correlation rules. */
import { digestOf } from '../core/digest.ts';
import { correlationFinding } from '../core/sigma/correlation/finding.ts';
import type { HistoryQuery } from '../core/sigma/correlation/history.ts';
import { type CorrelationHit, correlate, MAX_MATCHES } from '../core/sigma/correlation/judge.ts';
import type { Match } from '../core/sigma/correlation/match.ts';
import { ITEM_SPAN_MS, matchesIn, timeText } from '../core/sigma/correlation/match-items.ts';
import type { CorrelationPlan } from '../core/sigma/correlation/plan.ts';
import { thrownRuleFinding } from '../core/sigma/error-finding.ts';
import { expiredFindings } from '../core/suppression/finding.ts';
import type { Suppression } from '../core/suppression/suppression.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { raiseFindings } from '../ports/raise-findings.ts';
import type { Item, Table } from '../ports/table.ts';
import { backfill, type DetectContent } from './backfill.ts';
import { type Changed, changedSlots, isDelayed, LATENESS_MS, type RunWindow, saveWatermark, watermark } from './changed.ts';
import { type RetroQuery, rememberLooked, retroMatch } from './retro.ts';

/** Groups that are judged side by side, and items of a group that are read at once. */
const AT_ONCE = 16;
const PAGE_ITEMS = 200;

export interface DetectPorts {
  table: Table;
  lake: ObjectStore;
  bus: Bus;
  query: HistoryQuery & RetroQuery;
  clock: Clock;
  meter: Meter;
}

export interface DetectOptions {
  /** Nothing more is coming (the end of a replay): conditions that wait for whole windows are judged now. */
  settled?: boolean;
}

export interface DetectReport {
  /** Groups of matches that were looked at. */
  partitions: number;
  hits: number;
  /** Findings that are new or have new events. */
  raised: number;
  /** Partitions of which only the newest matches were looked at. */
  truncated: number;
  /** Correlations that are new here, with the matches that history had of them. */
  backfilled: { plans: number; matches: number };
}

/**
 * Judges every correlation over the groups that changed. Idempotent: a run that is repeated, or overlaps another, raises nothing new.
 * @throws YaguraError when a store or the bus fails: the next run begins where this one did
 */
export async function detect(ports: DetectPorts, content: DetectContent, options: DetectOptions = {}): Promise<DetectReport> {
  const report: DetectReport = { partitions: 0, hits: 0, raised: 0, truncated: 0, backfilled: { plans: 0, matches: 0 } };
  const run = { nowMs: ports.clock.nowMs(), settled: options.settled === true };
  const isFirst = (await watermark(ports.table)) === undefined;
  const filled = await backfill(ports, content, { nowMs: run.nowMs, isFirst });
  report.backfilled = { plans: filled.plans, matches: filled.matches };
  for await (const { changed, doneMs } of changedSlots(ports.table, content.plans, run)) {
    for (let i = 0; i < changed.length; i += AT_ONCE)
      await Promise.all(changed.slice(i, i + AT_ONCE).map((one) => judgeOne(one, ports, { report, run })));
    await saveWatermark(ports.table, doneMs);
  }
  report.raised += await raiseMet(content, ports);
  report.raised += await raiseExpired(content.suppressions ?? [], ports);
  const { partitions, raised, truncated } = report;
  ports.meter.count({
    CorrelationGroupCount: partitions,
    FindingCount: raised,
    CorrelationTruncatedCount: truncated,
    CorrelationBackfillCount: filled.matches,
    CorrelationBackfillRefusedCount: filled.refused,
  });
  return report;
}

/** What history met of indicators that are new here. */
async function raiseMet({ indicators = [], suppressor }: DetectContent, ports: DetectPorts): Promise<number> {
  const about = suppressor === undefined ? { indicators } : { indicators, suppressor };
  const { findings, looked, scannedBytes } = await retroMatch(ports, about, ports.clock.nowMs());
  if (looked.length === 0) return 0;
  const keepSec = 400 * 86_400;
  const raisings = findings.map((finding) => ({
    ...{ finding, pk: `raised#${finding.uid}`, keepSec },
    digest: digestOf([finding.eventUids, finding.level]),
  }));
  const raised = await raiseFindings(raisings, ports);
  await rememberLooked(ports.table, looked);
  ports.meter.count({ RetroIndicatorCount: looked.length, RetroScannedBytes: scannedBytes });
  return raised;
}

/** A correlation threw over what it was given: the world is well, and the others go on. */
class JudgingFailed extends Error {}

function judged(...[plan, matches, options]: Parameters<typeof correlate>): CorrelationHit[] {
  try {
    return correlate(plan, matches, options);
  } catch (error) {
    throw new JudgingFailed('a correlation threw', { cause: error });
  }
}

async function raiseThrown(plan: CorrelationPlan, error: unknown, ports: DetectPorts): Promise<number> {
  const finding = thrownRuleFinding({ rule: plan.root.correlation.info, error, nowMs: ports.clock.nowMs() });
  return await raiseFindings([{ finding, pk: `raised#${finding.uid}`, digest: finding.summary, keepSec: 2 * 86_400 }], ports);
}

/** Suppressions whose time is over speak up, each once a week. */
async function raiseExpired(suppressions: readonly Suppression[], ports: DetectPorts): Promise<number> {
  const findings = expiredFindings(suppressions, ports.clock.nowMs());
  const keepSec = 14 * 86_400;
  const raisings = findings.map((finding) => ({ finding, pk: `raised#${finding.uid}`, digest: finding.ruleVersion, keepSec }));
  return await raiseFindings(raisings, ports);
}

async function judgeOne(
  changed: Changed,
  ports: DetectPorts,
  { report, run }: { report: DetectReport; run: RunWindow },
): Promise<void> {
  const settledBeforeMs = run.settled || !isDelayed(changed.plan) ? Number.POSITIVE_INFINITY : run.nowMs - LATENESS_MS;
  const hits = await hitsOf(changed, ports.table, { report, settledBeforeMs }).catch(async (error: unknown) => {
    if (!(error instanceof JudgingFailed)) throw error;
    report.raised += await raiseThrown(changed.plan, error.cause, ports);
    return [];
  });
  report.partitions += 1;
  report.hits += hits.length;
  report.raised += await raise(hits, ports);
}

/** Hits whose stretch the changes can have touched, each judged over everything that can matter to it. */
async function hitsOf(
  { pk, plan, firstMs, lastMs }: Changed,
  table: Table,
  { report, settledBeforeMs }: { report: DetectReport; settledBeforeMs: number },
): Promise<CorrelationHit[]> {
  const fromMs = startOf(firstMs, plan);
  const toMs = startOf(lastMs + plan.reachMs, plan) + plan.dedupMs;
  // A window is whole where the next match is known, which may lie as far behind.
  const range = { from: timeText(fromMs - plan.reachMs - ITEM_SPAN_MS), to: `${timeText(toMs + plan.reachMs)}~` };
  const matches = await readMatches(table, pk, range);
  if (matches.length > MAX_MATCHES) report.truncated += 1;
  return judged(plan, matches, { settledBeforeMs }).filter(({ stretchMs }) => stretchMs >= fromMs && stretchMs < toMs);
}

/** The newest first, in pages, until there are more than are looked at: a flood must not fill the memory. */
async function readMatches(table: Table, pk: string, range: { from: string; to: string }): Promise<Match[]> {
  const matches: Match[] = [];
  for (let to: string | undefined = range.to; to !== undefined && matches.length <= MAX_MATCHES; ) {
    const items: Item[] = await table.query(pk, { ...range, to, descending: true, limit: PAGE_ITEMS });
    for (const { sk, data } of items) if (sk !== to) for (const match of matchesIn(data)) matches.push(match);
    to = items.length < PAGE_ITEMS ? undefined : items.at(-1)?.sk;
  }
  return matches;
}

const startOf = (timeMs: number, { dedupMs }: CorrelationPlan): number => Math.floor(timeMs / dedupMs) * dedupMs;

async function raise(hits: readonly CorrelationHit[], ports: DetectPorts): Promise<number> {
  const raisings = hits.map((hit) => {
    const finding = correlationFinding(hit);
    return {
      ...{ finding, pk: `correlation-hit#${hit.uid}` },
      digest: digestOf([finding.eventUids, finding.ruleVersion, finding.level, hit.matchCount]),
      keepSec: Math.ceil((2 * (hit.plan.reachMs + hit.plan.dedupMs)) / 1000) + 30 * 86_400,
    };
  });
  return await raiseFindings(raisings, ports);
}
