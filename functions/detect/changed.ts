/** Turns the slots of ingest time that are new since the last run, with an overlap, into the groups of matches that changed. */
import { matchHead, SLOT_MS, SLOTS_PK, slotOf, slotPk, slotStartMs } from '../core/sigma/correlation/match-items.ts';
import type { CorrelationPlan } from '../core/sigma/correlation/plan.ts';
import type { Table } from '../ports/table.ts';

/** A partition of a plan's matches, and the event times that are new in it. */
export interface Changed {
  pk: string;
  plan: CorrelationPlan;
  firstMs: number;
  lastMs: number;
}

/**
 * How far each window of ingest time reaches back over the one before: the index of a table is eventually consistent, and a batch writes
 * its matches some time after it took the clock.
 */
export const OVERLAP_MS = 15 * 60_000;
/** Whole windows wait so long for events that come late; CloudTrail's come within 15 minutes, mostly within 5. */
export const LATENESS_MS = 30 * 60_000;

const WATERMARK = { pk: 'detect', sk: 'watermark' } as const;

/** True for conditions that more events could make false: they wait until their windows are whole. */
export const isDelayed = (plan: CorrelationPlan): boolean => !plan.rising;

const delayOf = (plan: CorrelationPlan): number => (isDelayed(plan) ? plan.reachMs + LATENESS_MS : 0);

export async function changedPartitions(
  table: Table,
  plans: readonly CorrelationPlan[],
  { nowMs, settled }: { nowMs: number; settled: boolean },
): Promise<Changed[]> {
  const doneMs = await watermark(table);
  const byKey = new Map(plans.map((plan) => [plan.key, plan]));
  const changed = new Map<string, Changed>();
  const longestMs = Math.max(0, ...plans.map(delayOf));
  const slots = await table.query(SLOTS_PK, doneMs === undefined ? {} : { from: slotOf(doneMs - OVERLAP_MS - longestMs) });
  for (const { sk: slot } of slots) {
    const isDue = dueIn(slotStartMs(slot), { doneMs, nowMs, settled });
    if (!plans.some(isDue)) continue;
    for (const { pk, data } of await table.queryIndex(slotPk(slot))) {
      const head = matchHead(data);
      const plan = head && byKey.get(head.plan);
      if (head === undefined || plan === undefined || !isDue(plan)) continue;
      const known = changed.get(pk) ?? { pk, plan, firstMs: head.firstMs, lastMs: head.lastMs };
      const span = { firstMs: Math.min(known.firstMs, head.firstMs), lastMs: Math.max(known.lastMs, head.lastMs) };
      changed.set(pk, { ...known, ...span });
    }
  }
  return [...changed.values()].sort((a, b) => a.firstMs - b.firstMs || (a.pk < b.pk ? -1 : 1));
}

/** A slot is looked at from when it begins until an overlap after it; for whole windows, all of this so much later. */
function dueIn(
  slotMs: number,
  { doneMs, nowMs, settled }: { doneMs: number | undefined; nowMs: number; settled: boolean },
): (plan: CorrelationPlan) => boolean {
  return (plan) => {
    const delayMs = delayOf(plan);
    const isNew = doneMs === undefined || slotMs + SLOT_MS + delayMs > doneMs - OVERLAP_MS;
    return isNew && (settled || delayMs === 0 || slotMs + SLOT_MS + delayMs <= nowMs);
  };
}

async function watermark(table: Table): Promise<number | undefined> {
  const value = (await table.get(WATERMARK.pk, WATERMARK.sk))?.data['doneMs'];
  return typeof value === 'number' ? value : undefined;
}

/** Everything ingested before this was looked at. It may go back where two runs overlap: work is then done twice. */
export async function saveWatermark(table: Table, doneMs: number): Promise<void> {
  await table.write([{ put: { ...WATERMARK, data: { doneMs } } }]);
}
