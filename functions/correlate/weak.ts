/** Turns what groups of alerts have in common besides who acted (addresses, machines, buckets) into links, by how rare it is. */
import type { EntityType } from '../core/finding.ts';
import { CORE, DAY_MS, type LinkAlert, type Region } from './link.ts';
import { type EntityNode, isHub, isStrongKey, type Ref } from './node.ts';
import { coreAnchors } from './region.ts';
import { UnionFind } from './union-find.ts';

/** What one shared weak entity weighs where only two actors know it; more actors share the weight. From 1 on, two groups are one. */
const WEAK_WEIGHT: Readonly<Partial<Record<EntityType, number>>> = {
  ip: 1,
  host: 1,
  role: 0.6,
  repository: 0.5,
  resource: 0.5,
  application: 0.3,
};
const PRIVATE_IP =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80)/i;

const weightOf = ({ type, id }: EntityNode): number => (type === 'ip' && PRIVATE_IP.test(id) ? 0.4 : (WEAK_WEIGHT[type] ?? 0));

/** Joins groups that met at addresses, machines, roles, buckets or repositories which few others met. */
export function linkWeakly(region: Region, members: readonly LinkAlert[], groups: UnionFind): void {
  const actors = actorClusters(region.nodes);
  const groupOf = new Map(members.map(({ id }) => [id, groups.find(id)]));
  // By pair, then by type: two buckets in common tell no more than one, a bucket and an address do.
  const weights = new Map<string, Map<EntityType, number>>();
  for (const node of region.nodes.values()) {
    if (node.isStrong || isHub(node) || coreAnchors(node).size < 2) continue;
    for (const { pair, atMs, isOwn, isNext } of nearPairs(node, groupOf, region)) {
      const shared = (isOwn ? 1 : weightOf(node)) / Math.max(1, degreeAt(node, atMs, actors) - 1);
      const weight = isNext ? Math.max(shared, FEW_ATTACKERS / attackersOf(node, atMs, actors)) : shared;
      const byType = weights.get(pair) ?? new Map<EntityType, number>();
      weights.set(pair, byType.set(node.type, Math.max(weight, byType.get(node.type) ?? 0)));
    }
  }
  for (const [pair, byType] of weights) {
    const [a = '', b = ''] = pair.split(' ');
    if ([...byType.values()].reduce((sum, weight) => sum + weight, 0) >= 0.999) groups.union(a, b);
  }
}

/** Which names are one actor: a principal, its keys and sessions, and whom it issued them to. */
export function actorClusters(nodes: ReadonlyMap<string, EntityNode>): UnionFind {
  const clusters = new UnionFind();
  for (const node of nodes.values()) {
    if (!node.isStrong || isHub(node)) continue;
    for (const { k, w } of node.links) {
      const other = nodes.get(k);
      if (w === 'same' && other?.isStrong === true && !isHub(other)) clusters.union(node.key, k);
    }
  }
  return clusters;
}

interface NearPair {
  pair: string;
  /** Between which moments they met. */
  atMs: { from: number; to: number };
  /** One of them is the entity's own identity: what a pipeline may do, its repository decides. */
  isOwn: boolean;
  /** In one it was attacked, in the other, not earlier, it is what attacks. */
  isNext: boolean;
}

/** Pairs of groups that alerted at this entity within a day of each other. */
function nearPairs(node: EntityNode, groupOf: ReadonlyMap<string, string>, { nodes }: Region): NearPair[] {
  const isOwn = ({ n }: Ref): boolean => node.type === 'repository' && nodes.get(n)?.id.includes(`repo:${node.id}:`) === true;
  const cores = node.refs.filter((ref) => groupOf.has(ref.a) && (ref.r >= CORE || isOwn(ref)));
  const pairs = new Map<string, NearPair>();
  for (const [i, a] of cores.entries()) {
    for (const b of cores.slice(i + 1)) {
      const [x, y] = [groupOf.get(a.a), groupOf.get(b.a)];
      if (x === undefined || y === undefined || x === y) continue;
      if (Math.max(a.f, b.f) - Math.min(a.l, b.l) > DAY_MS) continue;
      const pair = x < y ? `${x} ${y}` : `${y} ${x}`;
      const known = pairs.get(pair);
      const atMs = {
        from: Math.min(a.f, b.f, known?.atMs.from ?? a.f),
        to: Math.max(a.l, b.l, known?.atMs.to ?? a.l),
      };
      pairs.set(pair, {
        pair,
        atMs,
        isOwn: known?.isOwn === true || isOwn(a) !== isOwn(b),
        isNext: known?.isNext === true || actsNext(a, b) || actsNext(b, a),
      });
    }
  }
  return [...pairs.values()];
}

/** A machine that was attacked by more than these is attacked by everybody, and what it does later says nothing of one of them. */
const FEW_ATTACKERS = 3;

/** What was attacked attacks: the intruder goes on from there. */
const actsNext = (attacked: Ref, acting: Ref): boolean => attacked.h === true && acting.p === 'actor' && acting.l >= attacked.f;

function attackersOf({ refs }: EntityNode, atMs: NearPair['atMs'], actors: UnionFind): number {
  const hits = refs.filter((ref) => ref.h === true && isAround(ref, atMs));
  return Math.max(1, new Set(hits.map(({ n }) => actors.find(n))).size);
}

const isAround = ({ f, l }: { f: number; l: number }, { from, to }: NearPair['atMs']): boolean =>
  l >= from - DAY_MS && f <= to + DAY_MS;

/**
 * How many actors met the entity within a day of these moments: rarity is of the time, not for ever. What an address attacked for itself
 * did not meet it as an actor.
 */
function degreeAt({ links, refs }: EntityNode, atMs: NearPair['atMs'], actors: UnionFind): number {
  const isNear = (met: { f: number; l: number }): boolean => isAround(met, atMs);
  const near = [
    ...links.filter(isNear).flatMap(({ k }) => (isStrongKey(k) ? [k] : [])),
    ...refs.filter(isNear).map(({ n }) => n),
  ];
  return new Set(near.map((key) => actors.find(key))).size;
}
