/** Turns the alerts of a region into groups that are one attack each: pure, and blind to the order in which alerts arrived. */
import type { EntityType } from '../core/finding.ts';
import { type EntityNode, isHub, type Ref } from './node.ts';
import { UnionFind } from './union-find.ts';
import { linkWeakly } from './weak.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const LONG_MS = 14 * DAY_MS;
/** Medium. */
export const CORE = 2;

/** One alert as its entities remember it. */
export interface LinkAlert {
  id: string;
  firstMs: number;
  lastMs: number;
  /** Level rank; 2 is medium. */
  rank: number;
  rule: string;
  tactics: string[];
  /** Nodes whose entity acted. */
  actors: Set<string>;
  /** Keys, sessions and principals that the act issued or changed. */
  targets: Set<string>;
}

export interface Region {
  nodes: ReadonlyMap<string, EntityNode>;
  alerts: ReadonlyMap<string, LinkAlert>;
}

export interface LinkedGroup {
  cores: LinkAlert[];
  /** Signals that tie cores together: the call that opened a session. */
  bridges: LinkAlert[];
}

/**
 * The alerts that a region's entities remember, refs of one alert on several entities joined. An alert of which the region sees only a
 * part is left out: judged by half of its links it would be taken out of the incident that it belongs to.
 */
export function alertsOfRefs(
  refs: Iterable<{ key: string; ref: Ref }>,
  isLoaded: (key: string) => boolean,
): Map<string, LinkAlert> {
  const joined = new Map<string, { alert: LinkAlert; newest: Ref }>();
  for (const { key, ref } of refs) {
    const known = joined.get(ref.a);
    const alert = known?.alert ?? emptyAlert(ref);
    const newest = known === undefined || ref.z > known.newest.z ? ref : known.newest;
    joined.set(ref.a, { alert, newest });
    alert.firstMs = Math.min(alert.firstMs, ref.f);
    alert.lastMs = Math.max(alert.lastMs, ref.l);
    alert.rank = Math.max(alert.rank, ref.r);
    if (ref.t.length > alert.tactics.length) alert.tactics = ref.t;
    if (ref.p === 'actor') alert.actors.add(key);
    else if (ref.p === 'target') alert.targets.add(key);
  }
  const whole = new Map<string, LinkAlert>();
  for (const [id, { alert, newest }] of joined) {
    if (newest.k.length > 0) keepOnly(alert, new Set(newest.k));
    if (newest.k.every(isLoaded) && (alert.actors.size > 0 || newest.n === '')) whole.set(id, alert);
  }
  return whole;
}

const emptyAlert = ({ a, f, l, r, u, t }: Ref): LinkAlert => ({
  id: a,
  firstMs: f,
  lastMs: l,
  rank: r,
  rule: u,
  tactics: t,
  actors: new Set(),
  targets: new Set(),
});

/** Forgets entities that an older, smaller state of the alert was filed under. */
function keepOnly(alert: LinkAlert, keys: ReadonlySet<string>): void {
  for (const set of [alert.actors, alert.targets]) for (const key of set) if (!keys.has(key)) set.delete(key);
}

/** How long after an alert the same entity still tells the same story. */
const memoryMs = (type: EntityType): number => (type === 'principal' || type === 'access_key' ? LONG_MS : DAY_MS);
const issueMemoryMs = (type: EntityType): number => (type === 'access_key' ? LONG_MS : DAY_MS);

/** The groups of medium-and-above alerts, with the signals that bridge them. */
export function linkedGroups(region: Region): LinkedGroup[] {
  const bridges = activeBridges(region);
  const members = [...region.alerts.values()].filter((alert) => alert.rank >= CORE || bridges.has(alert.id));
  const groups = new UnionFind();
  const byActor = indexBy(members, ({ actors }) => actors);
  const byTarget = indexBy(members, ({ targets }) => targets);
  for (const [key, acting] of byActor) {
    const node = region.nodes.get(key);
    if (node === undefined) continue;
    if (isHub(node)) chainHub(acting, groups);
    else {
      chain(
        isAdministrator(node) ? acting.filter((alert) => !changesOthers(region, alert)) : acting,
        memoryMs(node.type),
        groups,
      );
      for (const issuer of byTarget.get(key) ?? []) {
        for (const alert of acting) if (follows(issuer, alert, issueMemoryMs(node.type))) groups.union(issuer.id, alert.id);
      }
    }
  }
  linkWeakly(region, members, groups);
  return collect(members, groups);
}

/** Who changes so many principals does it for a living: what he did to each belongs to that one's story, not to his own. */
const MANY_CHANGED = 3;
export const isAdministrator = (node: EntityNode): boolean => node.links.filter(({ w }) => w === 'changed').length > MANY_CHANGED;
export const changesOthers = ({ nodes }: Region, { targets }: LinkAlert): boolean =>
  [...targets].some((key) => nodes.get(key)?.type === 'principal');

function indexBy(alerts: readonly LinkAlert[], keysOf: (alert: LinkAlert) => Iterable<string>): Map<string, LinkAlert[]> {
  const index = new Map<string, LinkAlert[]>();
  for (const alert of [...alerts].sort((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1))) {
    for (const key of keysOf(alert)) {
      const list = index.get(key);
      if (list === undefined) index.set(key, [alert]);
      else list.push(alert);
    }
  }
  return index;
}

const follows = (issuer: LinkAlert, alert: LinkAlert, withinMs: number): boolean =>
  issuer.id !== alert.id && alert.lastMs >= issuer.firstMs && alert.firstMs - issuer.lastMs <= withinMs;

/** Joins neighbours in time: cores over the entity's whole memory, bridges only over a day. */
function chain(sorted: readonly LinkAlert[], coreGapMs: number, groups: UnionFind): void {
  let core: LinkAlert | undefined;
  let any: LinkAlert | undefined;
  for (const alert of sorted) {
    if (any !== undefined && alert.firstMs - any.lastMs <= DAY_MS) groups.union(any.id, alert.id);
    if (alert.rank >= CORE && core !== undefined && alert.firstMs - core.lastMs <= coreGapMs) groups.union(core.id, alert.id);
    if (alert.rank >= CORE && (core === undefined || alert.lastMs > core.lastMs)) core = alert;
    if (any === undefined || alert.lastMs > any.lastMs) any = alert;
  }
}

/** What a hub does is joined only where one rule keeps saying the same of it. */
function chainHub(sorted: readonly LinkAlert[], groups: UnionFind): void {
  const byRule = new Map<string, LinkAlert>();
  for (const alert of sorted) {
    if (alert.rank < CORE) continue;
    const last = byRule.get(alert.rule);
    if (last !== undefined && alert.firstMs - last.lastMs <= DAY_MS) groups.union(last.id, alert.id);
    if (last === undefined || alert.lastMs > last.lastMs) byRule.set(alert.rule, alert);
  }
}

/** Signals that issued a key or session which then led, directly or over further sessions, to an alert. */
function activeBridges({ nodes, alerts }: Region): Set<string> {
  const acting = indexBy([...alerts.values()], ({ actors }) => actors);
  const active = new Set<string>();
  const candidates = [...alerts.values()].filter(
    ({ rank, actors, targets }) => rank < CORE && actors.size > 0 && targets.size > 0,
  );
  const leads = (bridge: LinkAlert): boolean =>
    [...bridge.targets].some((key) => {
      const node = nodes.get(key);
      if (node === undefined || isHub(node)) return false;
      const withinMs = issueMemoryMs(node.type);
      return (acting.get(key) ?? []).some(
        (next) => (next.rank >= CORE || active.has(next.id)) && follows(bridge, next, withinMs),
      );
    });
  for (let grew = true; grew; ) {
    grew = false;
    for (const bridge of candidates) {
      if (active.has(bridge.id) || !leads(bridge)) continue;
      active.add(bridge.id);
      grew = true;
    }
  }
  return active;
}

function collect(members: readonly LinkAlert[], groups: UnionFind): LinkedGroup[] {
  const byRoot = new Map<string, LinkedGroup>();
  for (const alert of [...members].sort((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1))) {
    const root = groups.find(alert.id);
    const group = byRoot.get(root) ?? { cores: [], bridges: [] };
    byRoot.set(root, group);
    (alert.rank >= CORE ? group.cores : group.bridges).push(alert);
  }
  return [...byRoot.values()].filter(({ cores }) => cores.length > 0);
}
