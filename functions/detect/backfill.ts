/** Turns correlations that this detect stage has not met before into matches from the lake's history, so that they also judge what came before them. */
import { YaguraError } from '../core/error.ts';
import type { Indicator } from '../core/indicator/indicator.ts';
import type { CorrelationSet } from '../core/sigma/correlation/compile.ts';
import { type History, type HistoryLake, type HistoryQuery, historyOf } from '../core/sigma/correlation/history.ts';
import type { EventOf } from '../core/sigma/correlation/history-entities.ts';
import { matchItems } from '../core/sigma/correlation/match-items.ts';
import type { CorrelationPlan } from '../core/sigma/correlation/plan.ts';
import type { SqlWindow } from '../core/sigma/sql/compile.ts';
import type { LakeMap } from '../core/sigma/sql/lake-map.ts';
import type { Suppressor } from '../core/suppression/apply.ts';
import type { Suppression } from '../core/suppression/suppression.ts';
import type { Table } from '../ports/table.ts';
import { writeGroups } from '../ports/table-limits.ts';

const PK = 'correlations-met';
const DAY_MS = 86_400_000;
/** Late events, and days that a window only touches. */
const MARGIN_MS = DAY_MS;

const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');

export interface BackfillPorts {
  table: Table;
  query: HistoryQuery;
}

/** Correlations, where the lake keeps what their rules read, and what the sources make of the records that it keeps. */
export interface DetectContent extends CorrelationSet {
  lakeMaps: readonly LakeMap[];
  /** Those whose time is over are told of. Default: none. */
  suppressions?: readonly Suppression[];
  /** History is asked for those that are new. Default: none. */
  indicators?: readonly Indicator[];
  suppressor?: Suppressor;
  eventOf: EventOf;
}

export interface Backfill {
  plans: number;
  matches: number;
  /** Base rules whose history cannot be asked. */
  refused: number;
  scannedBytes: number;
}

/**
 * Matches of every plan with a key that is new here, as far back as its events can meet, are stored as if ingest had just kept them: the
 * run judges them with all others. Idempotent: a plan counts as met once its matches are stored.
 * @param isFirst true where nothing was ever judged: ingest has kept matches of everything that there is
 */
export async function backfill(
  ports: BackfillPorts,
  { plans, lakeMaps, eventOf }: DetectContent,
  { nowMs, isFirst }: { nowMs: number; isFirst: boolean },
): Promise<Backfill> {
  const done: Backfill = { plans: 0, matches: 0, refused: 0, scannedBytes: 0 };
  const met = new Set((await ports.table.query(PK)).map(({ sk }) => sk));
  for (const plan of plans) {
    if (met.has(plan.key)) continue;
    const refused = isFirst ? [] : await fill({ ...ports, lakeMaps, eventOf }, plan, { nowMs, done });
    const expiresAtSec = Math.ceil(nowMs / 1000) + 400 * 86_400;
    await ports.table.write([
      { put: { pk: PK, sk: plan.key, data: { title: plan.root.correlation.info.title, refused }, expiresAtSec } },
    ]);
  }
  return done;
}

async function fill(
  { table, ...lake }: BackfillPorts & HistoryLake,
  plan: CorrelationPlan,
  { nowMs, done }: { nowMs: number; done: Backfill },
): Promise<string[]> {
  const fromDay = dayOf(nowMs - 2 * plan.reachMs - plan.dedupMs - MARGIN_MS);
  const { kept, problems, scannedBytes } = await askedOf(plan, lake, { fromDay, toDay: dayOf(nowMs + MARGIN_MS) });
  const { items } = matchItems(kept, { partId: `history-${plan.key}`, nowMs });
  for (const puts of writeGroups(items.map((put) => ({ put })))) await table.write(puts);
  done.plans += 1;
  done.matches += kept.length;
  done.refused += problems.length;
  done.scannedBytes += scannedBytes;
  return problems.map(({ what }) => what);
}

/** What the engine refuses once (a byte cut-off) it refuses always: that must not hold up what was newly ingested. */
async function askedOf(plan: CorrelationPlan, lake: HistoryLake, window: SqlWindow): Promise<History> {
  try {
    return await historyOf(plan, lake, window);
  } catch (error) {
    if (!(error instanceof YaguraError) || error.retryable) throw error;
    return { kept: [], scannedBytes: 0, problems: [{ at: plan.root.correlation.info.path, what: error.message }] };
  }
}
