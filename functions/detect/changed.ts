/** Turns the slots of ingest time that are new since the last run, with an overlap, into the groups of matches that changed. */
import { markIn, SLOT_MS, SLOTS_PK, slotOf, slotPks, slotStartMs } from '../core/sigma/correlation/match-items.ts';
import type { CorrelationPlan } from '../core/sigma/correlation/plan.ts';
import type { Table } from '../ports/table.ts';

/** A partition of a plan's matches, and the event times that are new in it. */
export interface Changed {
  pk: string;
  plan: CorrelationPlan;
  firstMs: number;
  lastMs: number;
}

/** What one step of a run looks at. */
export interface ChangedSlots {
  changed: Changed[];
  /** Ingest time, epoch ms: everything before it was looked at once this step is done. */
  doneMs: number;
}

export interface RunWindow {
  nowMs: number;
  /** Nothing more is coming. */
  settled: boolean;
}

/** How far each window of ingest time reaches back over the one before: a batch writes its matches some time after it took the clock. */
export const OVERLAP_MS = 10 * 60_000;
/** Whole windows wait so long for events that come late; CloudTrail's come within 15 minutes, mostly within 5. */
export const LATENESS_MS = 30 * 60_000;
/** Slots of one step: after each step the run could stop and the next one go on there. */
const STEP_SLOTS = 12;

const WATERMARK = { pk: 'detect', sk: 'watermark' } as const;

/** True for conditions that more events could make false: they wait until their windows are whole. */
export const isDelayed = (plan: CorrelationPlan): boolean => !plan.rising;

const delayOf = (plan: CorrelationPlan): number => (isDelayed(plan) ? plan.reachMs + LATENESS_MS : 0);

/** The groups that changed, in steps of some slots, oldest first. */
export async function* changedSlots(
  table: Table,
  plans: readonly CorrelationPlan[],
  { nowMs, settled }: RunWindow,
): AsyncGenerator<ChangedSlots> {
  const before = await watermark(table);
  const longestMs = Math.max(0, ...plans.map(delayOf));
  const slots = await table.query(SLOTS_PK, before === undefined ? {} : { from: slotOf(before - OVERLAP_MS - longestMs) });
  const due = slots.flatMap(({ sk: slot }) => {
    const at = slotStartMs(slot);
    const wanted = plans.filter((plan) => isDue(plan, at, { before, nowMs, settled }));
    return wanted.length === 0 ? [] : [{ slot, plans: new Map(wanted.map((plan) => [plan.key, plan])) }];
  });
  for (let i = 0; i < due.length; i += STEP_SLOTS) {
    const step = due.slice(i, i + STEP_SLOTS);
    const changed = new Map<string, Changed>();
    for (const { slot, plans: wanted } of step) await addMarks(table, slot, wanted, changed);
    const next = due[i + STEP_SLOTS];
    const doneMs = next === undefined ? nowMs : Math.min(nowMs, Math.max(before ?? 0, slotStartMs(next.slot)));
    yield { changed: [...changed.values()].sort((a, b) => a.firstMs - b.firstMs || (a.pk < b.pk ? -1 : 1)), doneMs };
  }
  if (due.length === 0) yield { changed: [], doneMs: nowMs };
}

async function addMarks(
  table: Table,
  slot: string,
  plans: ReadonlyMap<string, CorrelationPlan>,
  changed: Map<string, Changed>,
): Promise<void> {
  for (const slotPk of slotPks(slot)) {
    for (const { data } of await table.query(slotPk)) {
      const mark = markIn(data);
      const plan = mark && plans.get(mark.plan);
      if (mark === undefined || plan === undefined) continue;
      const { pk } = mark;
      const known = changed.get(pk) ?? mark;
      const firstMs = Math.min(known.firstMs, mark.firstMs);
      changed.set(pk, { pk, plan, firstMs, lastMs: Math.max(known.lastMs, mark.lastMs) });
    }
  }
}

/** A slot is looked at from when it begins until an overlap after its end; for whole windows, all of this so much later. */
function isDue(plan: CorrelationPlan, slotMs: number, run: RunWindow & { before: number | undefined }): boolean {
  const delayMs = delayOf(plan);
  const isNew = run.before === undefined || slotMs + SLOT_MS + delayMs > run.before - OVERLAP_MS;
  return isNew && (run.settled || delayMs === 0 || slotMs + SLOT_MS + delayMs <= run.nowMs);
}

/** Ingest time until which everything was looked at, epoch ms; undefined before the first run. */
export async function watermark(table: Table): Promise<number | undefined> {
  const value = (await table.get(WATERMARK.pk, WATERMARK.sk))?.data['doneMs'];
  return typeof value === 'number' ? value : undefined;
}

/** Everything ingested before this was looked at. It may go back where two runs overlap: work is then done twice. */
export async function saveWatermark(table: Table, doneMs: number): Promise<void> {
  await table.write([{ put: { ...WATERMARK, data: { doneMs } } }]);
}
