/** Turns people's decisions that alerts are apart into groups that keep to them, for the alerts of then and for those that come later. */
import { YaguraError } from '../core/error.ts';
import { type LinkDecision, linkDecisionSchema } from '../core/link-decision.ts';
import type { Table } from '../ports/table.ts';
import { alertsById, jsonOf } from './alerts.ts';
import type { LinkAlert } from './link.ts';
import { NODE_SK, nodeFrom, nodePk, touchesOf } from './node.ts';
import type { AlertGroup } from './signals.ts';
import { type Change, readAll, upsertAll } from './upsert.ts';

const DECISIONS_PK = 'link-decisions';

/** Stores a decision where every look at one of its entities finds it. Idempotent. Returns its alerts' ids. */
export async function saveDecision(table: Table, decision: LinkDecision): Promise<string[]> {
  const ids = decision.sides.flat();
  const alerts = await alertsById(table, ids);
  const keys = new Set(alerts.flatMap(touchesOf).map(({ key }) => key));
  await upsertAll(table, [
    { pk: DECISIONS_PK, sk: decision.id, apply: (item) => (item === undefined ? jsonOf(decision) : undefined) },
    ...[...keys].map((key): Change => ({ pk: nodePk(key), sk: NODE_SK, apply: (item) => marked(item?.data, decision.id) })),
  ]);
  return ids;
}

function marked(data: Parameters<typeof nodeFrom>[0] | undefined, id: string) {
  const node = data === undefined ? undefined : nodeFrom(data);
  if (node === undefined || node.decisions.includes(id)) return undefined;
  return jsonOf({ ...node, decisions: [...node.decisions, id].sort() });
}

/** The decisions of these ids, the earliest first. */
export async function decisionsOf(table: Table, ids: Iterable<string>): Promise<LinkDecision[]> {
  const keys = [...new Set(ids)].map((sk) => ({ pk: DECISIONS_PK, sk }));
  const found = (await readAll(table, keys)).flatMap((item) => {
    if (item === undefined) return [];
    const parsed = linkDecisionSchema.safeParse(item.data);
    if (!parsed.success) throw new YaguraError('Bug', `A stored decision cannot be read: ${parsed.error.message}`);
    return [parsed.data];
  });
  return found.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

/** The groups, parted where people said so. */
export const parted = (groups: readonly AlertGroup[], decisions: readonly LinkDecision[]): AlertGroup[] =>
  decisions.reduce<AlertGroup[]>((all, decision) => all.flatMap((group) => part(group, decision)), [...groups]);

function part(group: AlertGroup, { sides }: LinkDecision): AlertGroup[] {
  const all = [...group.members, ...group.support].sort(byStart);
  const side = new Map<string, number>();
  for (const [i, ids] of sides.entries()) for (const id of ids) side.set(id, i);
  const known = all.filter(({ id }) => side.has(id));
  if (new Set(known.map(({ id }) => side.get(id))).size < 2) return [group];
  spread(all, side);
  return sides
    .map((_, i) =>
      sideOf(
        group,
        all.filter(({ id }) => side.get(id) === i),
      ),
    )
    .filter((one) => one !== undefined);
}

/** What came later goes with the alert that it shares most entities with, then with the nearest in time. */
function spread(all: readonly LinkAlert[], side: Map<string, number>): void {
  let left = all.filter(({ id }) => !side.has(id));
  // Where nothing that is left shares anything, time decides.
  let isAny = false;
  while (left.length > 0) {
    const placed = all.filter(({ id }) => side.has(id));
    const found = left.flatMap((alert) => {
      const near = placed
        .map((one) => ({ one, shared: sharedBy(alert, one) }))
        .filter(({ shared }) => shared > 0 || isAny)
        .sort((a, b) => b.shared - a.shared || gapMs(alert, a.one) - gapMs(alert, b.one) || byStart(a.one, b.one))[0];
      return near === undefined ? [] : [{ id: alert.id, to: side.get(near.one.id) ?? 0 }];
    });
    for (const { id, to } of found) side.set(id, to);
    isAny = found.length === 0;
    left = left.filter(({ id }) => !side.has(id));
  }
}

function sharedBy(a: LinkAlert, b: LinkAlert): number {
  const keys = new Set([...b.actors, ...b.targets]);
  return [...a.actors, ...a.targets].filter((key) => keys.has(key)).length;
}

const gapMs = (a: LinkAlert, b: LinkAlert): number => Math.max(0, a.firstMs - b.lastMs, b.firstMs - a.lastMs);

function sideOf(group: AlertGroup, alerts: readonly LinkAlert[]): AlertGroup | undefined {
  const isMember = new Set(group.members.map(({ id }) => id));
  const members = alerts.filter(({ id }) => isMember.has(id));
  const cores = group.fromSignals ? members : members.filter(({ rank }) => rank >= 2);
  const [root] = cores.length > 0 ? cores : alerts;
  if (root === undefined) return undefined;
  // A side without any alert of medium or higher stands all the same: a person said that it is a story.
  if (cores.length === 0) return { root, members: [...alerts], support: [], fromSignals: true };
  return { root, members, support: alerts.filter(({ id }) => !isMember.has(id)), fromSignals: group.fromSignals };
}

const byStart = (a: LinkAlert, b: LinkAlert): number => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);
