/** Turns low and informational alerts into support of the incidents nearby, and into an incident of their own where they are enough. */
import { LEVELS, type Level } from '../core/finding.ts';
import { independentTactics, peakRisk, RISK_THRESHOLD } from '../core/risk.ts';
import { changesOthers, DAY_MS, isAdministrator, type LinkAlert, type LinkedGroup, type Region } from './link.ts';
import { isHub } from './node.ts';
import { actorClusters } from './weak.ts';

/** The nearest and gravest signals are shown; the rest stay signals. */
const MAX_SUPPORT = 150;
/** Low; informational signals add risk but never count as a tactic seen. */
const LOW = 1;
const MIN_TACTICS = 3;

export interface AlertGroup {
  /** The alert whose id names the incident: its earliest one that made it an incident. */
  root: LinkAlert;
  /** What made it an incident. */
  members: LinkAlert[];
  support: LinkAlert[];
  fromSignals: boolean;
}

/** Whole groups: linked cores with their support, then actors whose signals alone are enough. */
export function alertGroups(region: Region, linked: readonly LinkedGroup[]): AlertGroup[] {
  const groups = linked.flatMap(({ cores, bridges }): AlertGroup[] => {
    const [root] = cores;
    return root === undefined ? [] : [{ root, members: [...cores, ...bridges], support: [], fromSignals: false }];
  });
  const taken = new Set(groups.flatMap(({ members }) => members.map(({ id }) => id)));
  const signals = [...region.alerts.values()].filter(({ id, rank }) => rank < 2 && !taken.has(id));
  const left = support(region, groups, signals);
  return [...groups, ...risen(region, left)];
}

/** Gives each signal to the nearest group that shares an actor with it within a day; returns those that found none. */
function support(region: Region, groups: readonly AlertGroup[], signals: readonly LinkAlert[]): LinkAlert[] {
  const byActor = new Map<string, { member: LinkAlert; group: AlertGroup }[]>();
  for (const group of groups) {
    for (const member of group.members) {
      for (const key of member.actors) {
        const node = region.nodes.get(key);
        if (node === undefined || isHub(node)) continue;
        const list = byActor.get(key) ?? [];
        byActor.set(key, list);
        list.push({ member, group });
      }
    }
  }
  const left: LinkAlert[] = [];
  for (const signal of signals) {
    const isForOthers = changesOthers(region, signal);
    const near = [...signal.actors]
      .filter((key) => !(isForOthers && isWork(region, key)))
      .flatMap((key) => byActor.get(key) ?? [])
      .map(({ member, group }) => ({ group, gapMs: Math.max(0, signal.firstMs - member.lastMs, member.firstMs - signal.lastMs) }))
      .filter(({ gapMs }) => gapMs <= DAY_MS)
      .sort((a, b) => a.gapMs - b.gapMs || byStart(a.group.root, b.group.root));
    if (near[0] === undefined) left.push(signal);
    else near[0].group.support.push(signal);
  }
  for (const group of groups)
    group.support = group.support.sort((a, b) => b.rank - a.rank || byStart(a, b)).slice(0, MAX_SUPPORT);
  return left;
}

/** What a help desk does to one person is no support of what it did to another. */
function isWork({ nodes }: Region, key: string): boolean {
  const node = nodes.get(key);
  return node !== undefined && isAdministrator(node);
}

const byStart = (a: LinkAlert, b: LinkAlert): number => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);

/** Actors whose signals without any alert pass the risk threshold or show three tactics by three rules within a day. */
function risen(region: Region, signals: readonly LinkAlert[]): AlertGroup[] {
  const clusters = actorClusters(region.nodes);
  const byCluster = new Map<string, LinkAlert[]>();
  for (const signal of [...signals].sort(byStart)) {
    const actor = [...signal.actors].sort().find((key) => region.nodes.get(key)?.isStrong === true);
    if (actor === undefined) continue;
    const cluster = clusters.find(actor);
    const list = byCluster.get(cluster) ?? [];
    byCluster.set(cluster, list);
    list.push(signal);
  }
  return [...byCluster.values()].flatMap(stretches).flatMap((stretch): AlertGroup[] => {
    const lows = stretch.filter(({ rank }) => rank >= LOW);
    const [root] = lows;
    if (root === undefined || !isEnough(stretch, lows)) return [];
    const rest = stretch.filter(({ rank }) => rank < LOW).slice(0, MAX_SUPPORT);
    return [{ root, members: lows, support: rest, fromSignals: true }];
  });
}

/** Cuts where a day passed without a signal. */
function stretches(sorted: readonly LinkAlert[]): LinkAlert[][] {
  const found: LinkAlert[][] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const alert of sorted) {
    if (alert.firstMs - endMs > DAY_MS) found.push([]);
    found.at(-1)?.push(alert);
    endMs = Math.max(endMs, alert.lastMs);
  }
  return found;
}

const levelOf = (rank: number): Level => LEVELS[rank] ?? 'informational';

function isEnough(all: readonly LinkAlert[], lows: readonly LinkAlert[]): boolean {
  const inputs = all.map(({ id, rule, rank, firstMs }) => ({ id, ruleId: rule, level: levelOf(rank), timeMs: firstMs }));
  if (peakRisk(inputs) >= RISK_THRESHOLD) return true;
  if (new Set(lows.map(({ rule }) => rule)).size < MIN_TACTICS) return false;
  return lows.some(({ firstMs }) => {
    const within = lows.filter((alert) => alert.firstMs >= firstMs && alert.firstMs - firstMs <= DAY_MS);
    return independentTactics(within.map(({ rule, tactics }) => ({ ruleId: rule, tactics }))) >= MIN_TACTICS;
  });
}
