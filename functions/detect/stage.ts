/** The detect stage: matches that were ingested since its last run, with the history of their groups → findings of correlation rules. */
import { BUS_SOURCE } from '../core/bus-event.ts';
import { digestOf, sha256, shortId } from '../core/digest.ts';
import type { Finding } from '../core/finding.ts';
import { findingGroups } from '../core/finding-groups.ts';
import { toDetectionFinding } from '../core/finding-make.ts';
import { encodeLake } from '../core/lake/encode.ts';
import type { CorrelationSet } from '../core/sigma/correlation/compile.ts';
import { correlationFinding } from '../core/sigma/correlation/finding.ts';
import { type CorrelationHit, correlate, MAX_MATCHES } from '../core/sigma/correlation/judge.ts';
import { ITEM_SPAN_MS, matchesIn, timeText } from '../core/sigma/correlation/match-items.ts';
import type { CorrelationPlan } from '../core/sigma/correlation/plan.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table, Write } from '../ports/table.ts';
import { writeGroups } from '../ports/table-limits.ts';
import { type Changed, changedPartitions, isDelayed, LATENESS_MS, saveWatermark } from './changed.ts';

export interface DetectPorts {
  table: Table;
  lake: ObjectStore;
  bus: Bus;
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
}

/**
 * Judges every correlation over the groups that changed. Idempotent: a run that is repeated, or overlaps another, raises nothing new.
 * @throws YaguraError when a store or the bus fails: the next run begins where this one did
 */
export async function detect(ports: DetectPorts, content: CorrelationSet, options: DetectOptions = {}): Promise<DetectReport> {
  const report: DetectReport = { partitions: 0, hits: 0, raised: 0, truncated: 0 };
  const nowMs = ports.clock.nowMs();
  const changed = await changedPartitions(ports.table, content.plans, { nowMs, settled: options.settled === true });
  for (const one of changed) {
    report.partitions += 1;
    const settledBeforeMs = options.settled || !isDelayed(one.plan) ? Number.POSITIVE_INFINITY : nowMs - LATENESS_MS;
    const hits = await hitsOf(one, ports, { report, settledBeforeMs });
    report.hits += hits.length;
    report.raised += await raise(hits, ports);
  }
  await saveWatermark(ports.table, nowMs);
  const { partitions, raised, truncated } = report;
  ports.meter.count({ CorrelationGroupCount: partitions, FindingCount: raised, CorrelationTruncatedCount: truncated });
  return report;
}

/** Hits whose stretch the changes can have touched, each judged over everything that can matter to it. */
async function hitsOf(
  { pk, plan, firstMs, lastMs }: Changed,
  { table }: DetectPorts,
  { report, settledBeforeMs }: { report: DetectReport; settledBeforeMs: number },
): Promise<CorrelationHit[]> {
  const fromMs = startOf(firstMs, plan);
  const toMs = startOf(lastMs + plan.reachMs, plan) + plan.dedupMs;
  const items = await table.query(pk, {
    from: timeText(fromMs - plan.reachMs - ITEM_SPAN_MS),
    // A window is whole where the next match is known, which may lie as far behind.
    to: `${timeText(toMs + plan.reachMs)}~`,
  });
  const matches = items.flatMap(({ data }) => matchesIn(data));
  if (matches.length > MAX_MATCHES) report.truncated += 1;
  return correlate(plan, matches, { settledBeforeMs }).filter(({ stretchMs }) => stretchMs >= fromMs && stretchMs < toMs);
}

const startOf = (timeMs: number, { dedupMs }: CorrelationPlan): number => Math.floor(timeMs / dedupMs) * dedupMs;

const raisedPk = (uid: string): string => `correlation-hit#${uid}`;
const RAISED_SK = 'raised';

/** Publishes, and puts in the lake, what was not raised yet in this form. The memory of it is written last. */
async function raise(hits: readonly CorrelationHit[], ports: DetectPorts): Promise<number> {
  const { table, lake, bus, clock } = ports;
  const fresh: { finding: Finding; write: Write }[] = [];
  for (const hit of hits) {
    const finding = correlationFinding(hit);
    const digest = digestOf([finding.eventUids, finding.ruleVersion, finding.level, hit.matchCount]);
    if ((await table.get(raisedPk(hit.uid), RAISED_SK))?.data['digest'] === digest) continue;
    const expiresAtSec = Math.ceil((clock.nowMs() + 2 * (hit.plan.reachMs + hit.plan.dedupMs)) / 1000) + 30 * 86_400;
    fresh.push({ finding, write: { put: { pk: raisedPk(hit.uid), sk: RAISED_SK, data: { digest }, expiresAtSec } } });
  }
  for (const findings of findingGroups(fresh.map(({ finding }) => finding)))
    await bus.publish([{ name: 'FindingsRaised', detail: { findings } }]);
  for (const { finding } of fresh) await putInLake(finding, lake, clock.nowMs());
  for (const writes of writeGroups(fresh.map(({ write }) => write))) await table.write(writes);
  return fresh.length;
}

/** One file a finding: with more events it replaces what was there. */
async function putInLake(finding: Finding, lake: ObjectStore, nowMs: number): Promise<void> {
  const text = JSON.stringify(finding);
  const rawRef = { key: `detect/${finding.uid}`, line: 0, sha256: sha256(text), bytes: Buffer.byteLength(text) };
  const event = toDetectionFinding(finding, { nowMs });
  const id = `detect-${shortId(finding.uid)}`;
  for (const { key, bytes } of encodeLake([{ event, source: BUS_SOURCE, rawRef, ingestTimeMs: nowMs }], id))
    await lake.put(key, bytes);
}
