/** The maintain stage: hot files of past days → sorted cold files, each event once, and what nobody needs any more → deleted. */
import * as z from 'zod';
import { type Problem, YaguraError } from '../core/error.ts';
import { absorbedKey, type Commit, ON_TIME_MIN } from '../core/lake/cut.ts';
import { KEPT_COMMITS } from '../core/lake/table-view.ts';
import type { Clock } from '../ports/clock.ts';
import type { LakeCuts } from '../ports/lake-cuts.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import { doneKey, OPEN_KEY, planKey } from './keys.ts';
import { takeLease } from './lease.ts';
import { makePlan, type Plan, readJson, readPlan, roundOf, writeJson } from './plan.ts';
import { type Retired, retire } from './retire.ts';
import { type Absorbed, compactRound } from './round.ts';

export interface MaintainPorts {
  lake: ObjectStore;
  cuts: LakeCuts;
  table: Table;
  clock: Clock;
  meter: Meter;
}

export interface MaintainOptions {
  /** Where to cut; default: the last midnight UTC that is `ON_TIME_MIN` ago. Only who knows that nobody writes may cut later. */
  cutMs?: number;
  /** From the commit until queries see it, so that no query sees half of it: longer than a write can take. Default 20 min. */
  effectMs?: number;
  /** From then until hot files are deleted: longer than any query runs. Default 2 h. */
  graceMs?: number;
  /** No new work is begun after so long. Default 10 min. */
  budgetMs?: number;
  /** How long others keep away; longer than a run can live. 0 where a lock does that already. Default 16 min. */
  leaseMs?: number;
  /** Days that tables are kept, by name. Default: none is deleted here. */
  retentionDays?: Readonly<Record<string, number>>;
}

export interface MaintainReport {
  /** `busy`: another run is at it; `idle`: nothing to do; `working`: the next run goes on; `done`: the cut is committed. */
  outcome: 'busy' | 'idle' | 'working' | 'done';
  cutMs: number | undefined;
  rounds: { done: number; left: number };
  rows: number;
  /** Rows that were further copies of an event. */
  copies: number;
  files: { in: number; out: number };
  bytes: { in: number; out: number };
  retired: Retired;
  problems: Problem[];
}

const MIN_MS = 60_000;
const DAY_MS = 86_400_000;
const openSchema = z.object({ cutMs: z.number() });
const doneSchema = z.object({ absorbed: z.array(z.object({ key: z.string(), etag: z.string() })) });

/**
 * One run. Runs may be broken off anywhere, and be repeated: readers see each event once all the time.
 * @throws YaguraError when a store fails: the next run goes on where this one was
 */
export async function maintain(ports: MaintainPorts, options: MaintainOptions = {}): Promise<MaintainReport> {
  const lease = await takeLease(ports, options.leaseMs ?? 16 * MIN_MS);
  const report: MaintainReport = {
    ...{ outcome: 'busy', cutMs: undefined, rounds: { done: 0, left: 0 }, rows: 0, copies: 0 },
    ...{ files: { in: 0, out: 0 }, bytes: { in: 0, out: 0 }, retired: { absorbed: 0, expired: 0 }, problems: [] },
  };
  if (lease === undefined) return report;
  try {
    const startMs = ports.clock.nowMs();
    report.outcome = 'idle';
    const commits = await ports.cuts.read();
    const plan = (await openPlan(ports.lake, commits)) ?? (await newPlan(ports, commits, options));
    if (plan !== undefined) await work({ plan, report, startMs, commits }, ports, options);
    report.retired = await retire(ports.lake, await ports.cuts.read(), {
      ...{ nowMs: ports.clock.nowMs(), graceMs: options.graceMs ?? 120 * MIN_MS },
      retentionDays: options.retentionDays ?? {},
    });
  } finally {
    await lease.release();
  }
  const { rows, copies, retired, rounds, problems } = report;
  ports.meter.count({
    ...{ CompactedEventCount: rows, CompactedCopyCount: copies, CompactionRoundsLeftCount: rounds.left },
    ...{ RetiredFileCount: retired.absorbed + retired.expired, CompactionProblemCount: problems.length },
  });
  return report;
}

/** The plan that an earlier run began. */
async function openPlan(lake: ObjectStore, commits: readonly Commit[]): Promise<Plan | undefined> {
  const open = await readJson(lake, OPEN_KEY, openSchema);
  if (open === undefined) return undefined;
  const isCommitted = commits.some(({ cutMs }) => cutMs === open.cutMs);
  const plan = isCommitted ? undefined : await readPlan(lake, open.cutMs);
  if (plan === undefined) await lake.delete(OPEN_KEY);
  return plan;
}

async function newPlan(
  { lake, clock }: MaintainPorts,
  commits: readonly Commit[],
  options: MaintainOptions,
): Promise<Plan | undefined> {
  const nowMs = clock.nowMs();
  const cutMs = options.cutMs ?? Math.floor((nowMs - ON_TIME_MIN * MIN_MS) / DAY_MS) * DAY_MS;
  const beforeMs = commits.at(-1)?.cutMs ?? 0;
  if (cutMs <= beforeMs) return undefined;
  const plan = await makePlan(lake, { cutMs, beforeMs });
  if (plan.rounds.length === 0) return undefined;
  await writeJson(lake, planKey(cutMs), plan);
  await writeJson(lake, OPEN_KEY, { cutMs });
  return plan;
}

interface Work {
  plan: Plan;
  report: MaintainReport;
  startMs: number;
  /** Those before this plan's. */
  commits: readonly Commit[];
}

async function work({ plan, report, startMs, commits }: Work, ports: MaintainPorts, options: MaintainOptions): Promise<void> {
  const endMs = startMs + (options.budgetMs ?? 10 * MIN_MS);
  const absorbed: Absorbed[] = [];
  report.cutMs = plan.cutMs;
  report.outcome = 'working';
  for (const entry of plan.rounds) {
    const round = roundOf(entry);
    const before = await readJson(ports.lake, doneKey(round), doneSchema);
    if (before !== undefined) absorbed.push(...before.absorbed);
    else if (ports.clock.nowMs() >= endMs && report.rounds.done > 0) report.rounds.left++;
    else absorbed.push(...(await tried(entry, { plan, report, lake: ports.lake })));
  }
  if (report.rounds.left > 0) return;
  await writeJson(ports.lake, absorbedKey(plan.cutMs), { files: absorbed });
  // The moment: before it nothing of the plan is seen, and after it everything.
  const effectiveMs = ports.clock.nowMs() + (options.effectMs ?? 20 * MIN_MS);
  await ports.cuts.publish([...commits, { cutMs: plan.cutMs, effectiveMs }].slice(-KEPT_COMMITS));
  await ports.lake.delete(OPEN_KEY);
  report.outcome = 'done';
}

/** A file that cannot be read stops its own round only, and with it the commit. */
async function tried(
  entry: Plan['rounds'][number],
  { plan, report, lake }: { plan: Plan; report: MaintainReport; lake: ObjectStore },
): Promise<Absorbed[]> {
  try {
    const done = await compactRound(roundOf(entry), entry.keys, { lake, range: plan });
    report.rounds.done++;
    report.rows += done.rows;
    report.copies += done.copies;
    report.files.in += entry.keys.length;
    report.files.out += done.parts;
    report.bytes.in += done.bytesIn;
    report.bytes.out += done.bytesOut;
    return done.absorbed;
  } catch (error) {
    if (!(error instanceof YaguraError) || error.code !== 'BadInput') throw error;
    report.problems.push(...error.problems);
    report.rounds.left++;
    return [];
  }
}
