/** Turns groups of alerts into incident items: composed, compared with what is stored, and written only where something changed. */
import * as z from 'zod';
import { type Alert, alertPk } from '../core/alert.ts';
import { canonicalJson } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { LEVELS, levelRank } from '../core/finding.ts';
import { INCIDENTS_PK, type IncidentHead, incidentHeadSchema, incidentIdOf } from '../core/incident.ts';
import { composeHead } from '../core/incident-head.ts';
import type { JsonObject } from '../core/json.ts';
import { judgedKey } from '../ports/case-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Item, Table, Write } from '../ports/table.ts';
import { alertFrom, jsonOf } from './alerts.ts';
import type { Habits } from './habits.ts';
import type { Region } from './link.ts';
import { isHub, NODE_SK, nodeFrom, nodePk } from './node.ts';
import type { AlertGroup } from './signals.ts';
import { readAll, upsertAll } from './upsert.ts';

/** Counts the commits of all invocations: two that looked at the same time cannot both write. */
export const GENERATION_PK = 'correlate';
export const GENERATION_SK = 'generation';
const MAX_WRITES = 40;
const levelSchema = z.enum(LEVELS);

export interface Commit {
  table: Table;
  clock: Clock;
  region: Region;
  groups: readonly AlertGroup[];
  /** The alerts of the batch. */
  touched: ReadonlySet<string>;
  /** Alerts that need not be read again: they are no older than the generation. */
  fresh: ReadonlyMap<string, Alert>;
  /** The generation before the region was read. */
  generation: number;
  /** How usual alerts are. */
  habits: Habits;
  /** Alerts outside the batch whose weight it changed. */
  reweighed: ReadonlySet<string>;
  /** True where the batch changed what others may have read. */
  mustCommit: boolean;
}

interface Stored {
  item: Item;
  head: IncidentHead;
}

/** Incident id → version, for what changed and what the batch belongs to; undefined where another invocation committed meanwhile. */
export async function commitIncidents(commit: Commit): Promise<Map<string, number> | undefined> {
  const { table, region, groups, touched } = commit;
  const stored = await storedIncidents(table, region);
  const plan = await planOf(commit, stored);
  await markSurfaced(table, region, groups);
  const changed = new Map<string, number>();
  const writes = plan.flatMap((head): Write[] => {
    const before = stored.get(head.id);
    const isSame = before !== undefined && (before.head === head || canonicalJson(before.head) === canonicalJson(head));
    const version = (before?.item.version ?? 0) + (isSame ? 0 : 1);
    if (!isSame || head.alertIds.some((id) => touched.has(id))) changed.set(head.id, version);
    const condition = before === undefined ? { absent: true as const } : { version: before.item.version };
    return isSame ? [] : [{ put: { pk: INCIDENTS_PK, sk: head.id, data: jsonOf(head) }, condition }];
  });
  if (!(await writeGuarded(commit, writes))) return undefined;
  await finishCuts(table, region);
  await commit.habits.settle();
  return changed;
}

/** The incidents that any alert of the region could be the root of. Signals are looked up only where one surfaced before. */
async function storedIncidents(table: Table, region: Region): Promise<Map<string, Stored>> {
  const hasSurfaced = (alert: { actors: ReadonlySet<string> }): boolean =>
    [...alert.actors].some((key) => region.nodes.get(key)?.surfaced === true);
  const ids = [...region.alerts.values()]
    .filter((alert) => alert.rank >= 2 || hasSurfaced(alert))
    .map(({ id }) => incidentIdOf(id));
  const items = await readAll(
    table,
    ids.map((sk) => ({ pk: INCIDENTS_PK, sk })),
  );
  return new Map(items.flatMap((item) => (item === undefined ? [] : [[item.sk, { item, head: headFrom(item.data) }] as const])));
}

/** @throws YaguraError Bug where the stored item is no incident */
export function headFrom(data: JsonObject): IncidentHead {
  const parsed = incidentHeadSchema.safeParse(data);
  if (!parsed.success) throw new YaguraError('Bug', `A stored incident cannot be read: ${parsed.error.message}`);
  return parsed.data;
}

async function planOf(commit: Commit, stored: ReadonlyMap<string, Stored>): Promise<IncidentHead[]> {
  const { groups, region, touched, reweighed } = commit;
  const left = new Map([...stored].map(([id, { head }]) => [id, head]));
  const plan: IncidentHead[] = [];
  const stale: { group: AlertGroup; id: string; ids: string[]; taken: IncidentHead[] }[] = [];
  for (const group of groups) {
    const id = incidentIdOf(group.root.id);
    const ids = [...group.members, ...group.support].map((alert) => alert.id);
    const taken = ids.flatMap((alertId) => left.get(incidentIdOf(alertId)) ?? []);
    // What the entities have long forgotten stays where it was.
    const kept = taken
      .filter(({ status }) => status === 'new')
      .flatMap(({ alertIds }) => alertIds.filter((alertId) => !region.alerts.has(alertId)));
    ids.push(...new Set(kept));
    for (const head of taken) left.delete(head.id);
    const own = taken.find((head) => head.id === id);
    const isStale =
      own === undefined ||
      own.status !== 'new' ||
      ids.some((alertId) => touched.has(alertId) || reweighed.has(alertId)) ||
      !sameIds(own.alertIds, ids);
    if (isStale) stale.push({ group, id, ids, taken });
    for (const head of taken) if (head.id !== id) plan.push(mergedInto(head, id));
  }
  // Nothing of these is an incident any more.
  for (const head of left.values())
    if (head.status !== 'merged' || head.mergedInto !== null) plan.push({ ...head, status: 'dissolved', mergedInto: null });
  const whole = await wholeAlerts(
    commit,
    stale.flatMap(({ ids }) => ids),
  );
  const habits = await commit.habits.of(whole.values());
  const settled = await settledOf(commit.table, whole.values());
  for (const { group, ids, taken } of stale) {
    const createdAtMs = Math.min(commit.clock.nowMs(), ...taken.map((head) => head.createdAtMs));
    const members = ids.flatMap((id) => whole.get(id) ?? []);
    if (members.length > 0)
      plan.push(
        composeHead({
          rootAlertId: group.root.id,
          alerts: members,
          fromSignals: group.fromSignals,
          createdAtMs,
          habits,
          settled,
        }),
      );
  }
  return plan;
}

/** Those that were judged false or benign, and are no graver than they were then. */
async function settledOf(table: Table, alerts: Iterable<Alert>): Promise<Set<string>> {
  const byPk = new Map([...alerts].map((alert) => [judgedKey(alert.id).pk, alert]));
  const marks = await readAll(
    table,
    [...byPk.values()].map(({ id }) => judgedKey(id)),
  );
  return new Set(
    marks.flatMap((mark) => {
      const alert = mark === undefined ? undefined : byPk.get(mark.pk);
      const judged = levelSchema.safeParse(mark?.data['severity']);
      return alert !== undefined && judged.success && levelRank(alert.level) <= levelRank(judged.data) ? [alert.id] : [];
    }),
  );
}

const mergedInto = (head: IncidentHead, id: string): IncidentHead =>
  head.status === 'merged' && head.mergedInto === id ? head : { ...head, status: 'merged', mergedInto: id };

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length;

async function wholeAlerts(commit: Commit, ids: readonly string[]): Promise<Map<string, Alert>> {
  const whole = new Map(commit.fresh);
  const missing = [...new Set(ids)].filter((id) => !whole.has(id));
  const items = await readAll(
    commit.table,
    missing.map((id) => ({ pk: alertPk(id), sk: id })),
  );
  for (const item of items) if (item !== undefined) whole.set(item.sk, alertFrom(item.data));
  return whole;
}

/** Remembers, before the incident is written, that signals of these entities made one: so that it is found again. */
async function markSurfaced(table: Table, region: Region, groups: readonly AlertGroup[]): Promise<void> {
  const keys = new Set(groups.filter(({ fromSignals }) => fromSignals).flatMap(({ root }) => [...root.actors]));
  const fresh = [...keys].filter((key) => region.nodes.get(key)?.surfaced === false);
  await upsertAll(
    table,
    fresh.map((key) => ({
      pk: nodePk(key),
      sk: NODE_SK,
      apply: (item) => {
        const node = item === undefined ? undefined : nodeFrom(item.data);
        return node === undefined || node.surfaced ? undefined : jsonOf({ ...node, surfaced: true });
      },
    })),
  );
}

/** Writes in transactions that all carry the next generation. False where somebody committed since ours was read. */
async function writeGuarded({ table, generation, mustCommit }: Commit, writes: readonly Write[]): Promise<boolean> {
  if (writes.length === 0 && !mustCommit) return true;
  for (let from = 0, at = generation; from === 0 || from < writes.length; from += MAX_WRITES, at++) {
    const guard: Write = {
      put: { pk: GENERATION_PK, sk: GENERATION_SK, data: {} },
      condition: at === 0 ? { absent: true } : { version: at },
    };
    if (!(await table.write([guard, ...writes.slice(from, from + MAX_WRITES)]))) return false;
  }
  return true;
}

/** What the hubs of the region held together is now apart. */
async function finishCuts(table: Table, region: Region): Promise<void> {
  const pending = [...region.nodes.values()].filter(({ cut }) => cut === 'pending');
  await upsertAll(
    table,
    pending.map(({ key }) => ({
      pk: nodePk(key),
      sk: NODE_SK,
      apply: (item) => {
        const node = item === undefined ? undefined : nodeFrom(item.data);
        if (node === undefined || node.cut !== 'pending' || !isHub(node)) return undefined;
        return jsonOf({ ...node, cut: 'done', refs: node.isStrong ? node.refs : [] });
      },
    })),
  );
}
