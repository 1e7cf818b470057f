/** Turns an alert into what its entities remember of it: who acted, what was touched, and which entities belong together. */
import * as z from 'zod';
import { type Alert, isCore } from '../core/alert.ts';
import { sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { ENTITY_TYPES, type Entity, type EntityType, levelRank } from '../core/finding.ts';
import type { JsonObject } from '../core/json.ts';

const DAY_MS = 24 * 3_600_000;
/** A principal, key or session with more neighbours than this in a day is a hub (a CI role, a shared session name). */
const STRONG_HUB = 40;
/** An address, role or resource that more actors than this touched links nobody (NAT, shared bucket). */
const WEAK_HUB = 12;
const MAX_REFS = 500;
const MAX_LINKS = 200;
/** Signals are remembered for so long before the entity's newest one. */
const SIGNAL_MEMORY_MS = 45 * DAY_MS;
const MAX_WEAK = 14;
/** An alert with more actors is a crowd: principals and keys stay, sessions go. */
const MAX_ACTORS = 10;
const MAX_TARGETS = 10;

/** How an alert concerns an entity: it acted, it was issued or changed by the act, or it was merely there. */
const refSchema = z.object({
  a: z.string(),
  f: z.number(),
  l: z.number(),
  /** Level rank, 0 to 4. */
  r: z.number(),
  p: z.enum(['actor', 'target', 'weak']),
  /** True for an address or machine that was attacked; `p` is weak then. */
  h: z.exactOptional(z.literal(true)),
  /** Digest of the rule. */
  u: z.string(),
  t: z.array(z.string()),
  /** The actor's node. */
  n: z.string(),
  /** Nodes of everybody who acted or was issued something, where the alert can hold an incident together; whoever reads it needs them all. */
  k: z.array(z.string()),
  /** How many such entities the alert knew: the newest state knows most. */
  z: z.number(),
});
export type Ref = z.infer<typeof refSchema>;

/** `same`: two names of one actor, or a credential and who issued it. `changed`: one principal changed another. `weak`: met somewhere. */
const linkSchema = z.object({ k: z.string(), f: z.number(), l: z.number(), w: z.enum(['same', 'changed', 'weak']) });
export type Link = z.infer<typeof linkSchema>;

const nodeSchema = z.object({
  key: z.string(),
  type: z.enum(ENTITY_TYPES),
  id: z.string(),
  isStrong: z.boolean(),
  refs: z.array(refSchema),
  links: z.array(linkSchema),
  /** `pending`: it became a hub, and what it held together is not yet taken apart. */
  cut: z.enum(['no', 'pending', 'done']),
  /** True where its signals alone once made an incident. */
  surfaced: z.boolean(),
  /** People's decisions about alerts of it. */
  decisions: z.array(z.string()).default([]),
});
export type EntityNode = z.infer<typeof nodeSchema>;

export const nodeKey = (type: EntityType, id: string): string => `${type}#${sha256(id).slice(0, 24)}`;
/** True for the key of what names an actor: a principal, an access key or a session. */
export const isStrongKey = (key: string): boolean => [...STRONG].some((type) => key.startsWith(`${type}#`));
export const nodePk = (key: string): string => `entity#${key}`;
export const NODE_SK = 'node';

/** @throws YaguraError Bug where the stored item is no entity */
export function nodeFrom(data: JsonObject): EntityNode {
  const parsed = nodeSchema.safeParse(data);
  if (!parsed.success) throw new YaguraError('Bug', `A stored entity cannot be read: ${parsed.error.message}`);
  return parsed.data;
}

/** What one alert adds to one entity. */
export interface Touch {
  key: string;
  type: EntityType;
  id: string;
  isStrong: boolean;
  ref: Ref;
  links: Link[];
}

interface Placed {
  entity: Entity;
  key: string;
  role: 'actor' | 'target' | 'weak';
}

const STRONG: ReadonlySet<EntityType> = new Set(['principal', 'access_key', 'session']);
/** What an intruder goes on from once it is his. */
const CAN_ATTACK: ReadonlySet<EntityType> = new Set(['ip', 'host']);
const WEAK_ORDER: readonly EntityType[] = ['ip', 'host', 'role', 'repository', 'application', 'resource'];

/** Everything that an alert tells its entities. Context entities and accounts never link. */
export function touchesOf(alert: Alert): Touch[] {
  const placed = place(alert.entities);
  const anchor = placed.find(({ role }) => role === 'actor');
  const holders = placed.filter(({ role }) => role !== 'weak').map(({ key }) => key);
  // Those over the cap hold nothing together, but they are how a hub is told.
  const crowd = alert.entities
    .filter(({ type, part }) => part === 'actor' && STRONG.has(type))
    .slice(MAX_ACTORS)
    .map(({ type, id }): Pick<Link, 'k' | 'w'> => ({ k: nodeKey(type, id), w: 'same' }));
  const canHold = isCore(alert.level) || placed.some(({ role }) => role === 'target');
  const knownCount = alert.entities.filter(({ type }) => STRONG.has(type)).length;
  return placed.map((one) => {
    const { entity, key, role } = one;
    return {
      key,
      type: entity.type,
      id: entity.id,
      isStrong: STRONG.has(entity.type),
      ref: {
        a: alert.id,
        f: alert.firstMs,
        l: alert.lastMs,
        r: levelRank(alert.level),
        p: role,
        ...(role === 'weak' && entity.part === 'target' && CAN_ATTACK.has(entity.type) ? { h: true } : {}),
        u: sha256(alert.ruleId).slice(0, 10),
        t: alert.tactics,
        n: anchor?.key ?? '',
        k: canHold ? holders : [],
        z: knownCount,
      },
      links: [...linksOf(one, placed), ...(role === 'actor' ? crowd : [])].map((link) => ({
        ...link,
        f: alert.firstMs,
        l: alert.lastMs,
      })),
    };
  });
}

function place(entities: readonly Entity[]): Placed[] {
  const usable = entities.filter(({ part, type }) => part !== 'context' && type !== 'account');
  const at = (entity: Entity, role: Placed['role']): Placed => ({ entity, key: nodeKey(entity.type, entity.id), role });
  const actors = usable.filter(({ type, part }) => part === 'actor' && STRONG.has(type)).slice(0, MAX_ACTORS);
  const targets = usable.filter(({ type, part }) => part === 'target' && STRONG.has(type)).slice(0, MAX_TARGETS);
  const weak = WEAK_ORDER.flatMap((type) => usable.filter((entity) => entity.type === type)).slice(0, MAX_WEAK);
  if (actors.length > 0) {
    return [...actors.map((e) => at(e, 'actor')), ...targets.map((e) => at(e, 'target')), ...weak.map((e) => at(e, 'weak'))];
  }
  // Nobody is named: the machine stands for the actor, else the address, else what it happened to.
  const stand =
    weak.find(({ type }) => type === 'host') ??
    weak.find(({ type, part }) => type === 'ip' && part === 'actor') ??
    targets[0] ??
    weak[0];
  const rest = [...targets, ...weak].filter((entity) => entity !== stand);
  return [
    ...(stand === undefined ? [] : [at(stand, 'actor')]),
    ...rest.map((e) => at(e, STRONG.has(e.type) ? 'target' : 'weak')),
  ];
}

function linksOf(of: Placed, placed: readonly Placed[]): Pick<Link, 'k' | 'w'>[] {
  return placed.flatMap((other): Pick<Link, 'k' | 'w'>[] => {
    if (other.key === of.key) return [];
    const isWeak = of.role === 'weak' || other.role === 'weak';
    // Between a weak entity and the one actor that counts there, both ways: a merge of two actors changes how rare it is.
    if (isWeak) return [of, other].some((one) => one === placed[0] && one.role === 'actor') ? [{ k: other.key, w: 'weak' }] : [];
    if (of.role === 'target' && other.role === 'target') return [];
    const isIssued = [of, other].every(
      ({ role, entity }) => role === 'actor' || entity.type !== 'principal' || isSession(entity),
    );
    return [{ k: other.key, w: isIssued ? 'same' : 'changed' }];
  });
}

/** A session's principal, which came into being with the call that opened it. */
const isSession = ({ id }: Entity): boolean => id.includes(':assumed-role/') || id.includes(':federated-user/');

/** The entity after one more alert; the same whatever the order, within what it remembers. */
export function touched(node: EntityNode | undefined, touches: readonly Touch[]): EntityNode | undefined {
  const [first] = touches;
  if (first === undefined) return node;
  const { key, type, id, isStrong } = first;
  const before: EntityNode = node ?? { key, type, id, isStrong, refs: [], links: [], cut: 'no', surfaced: false, decisions: [] };
  // A weak hub is done with: it will never link again, and costs no more writes.
  if (!isStrong && before.cut === 'done') return before;
  const refs = mergeRefs(
    before.refs,
    touches.map(({ ref }) => ref),
  );
  const links = mergeLinks(
    before.links,
    touches.flatMap((touch) => touch.links),
  );
  const after = { ...before, refs, links };
  if (!isHub(after)) return after.cut === 'no' ? after : { ...after, cut: 'no' };
  const holds = before.cut === 'no' && before.refs.filter(({ r }) => r >= 2).length > 1;
  const cut = before.cut === 'no' ? (holds ? 'pending' : 'done') : before.cut;
  return isStrong || cut === 'pending' ? { ...after, cut } : { ...after, cut, refs: [] };
}

// Nodes are never changed in place, and the answer is asked for many times.
const hubs = new WeakMap<EntityNode, boolean>();

/** True where an entity has too many neighbours to tell anything. */
export function isHub(node: EntityNode): boolean {
  const known = hubs.get(node);
  if (known !== undefined) return known;
  const judged = hasTooMany(node);
  hubs.set(node, judged);
  return judged;
}

function hasTooMany(node: EntityNode): boolean {
  if (!node.isStrong) return node.cut === 'done' || node.links.filter(({ w }) => w === 'weak').length > WEAK_HUB;
  const times = node.links.flatMap(({ w, l }) => (w === 'weak' ? [] : [l])).sort((a, b) => a - b);
  return times.some((time, i) => time - (times[i - STRONG_HUB] ?? Number.NEGATIVE_INFINITY) <= DAY_MS);
}

function mergeRefs(a: readonly Ref[], b: readonly Ref[]): Ref[] {
  const found = new Map<string, Ref>();
  for (const ref of [...a, ...b]) {
    const known = found.get(ref.a);
    found.set(ref.a, known === undefined ? ref : joinRefs(known, ref));
  }
  const all = [...found.values()];
  const newest = Math.max(...all.map(({ l }) => l));
  return all
    .filter(({ r, l }) => r >= 2 || l >= newest - SIGNAL_MEMORY_MS)
    .sort((x, y) => Number(y.r >= 2) - Number(x.r >= 2) || y.l - x.l || (x.a < y.a ? -1 : 1))
    .slice(0, MAX_REFS);
}

const ROLE_RANK = { actor: 0, target: 1, weak: 2 } as const;

function joinRefs(a: Ref, b: Ref): Ref {
  // An alert only ever learns more entities: the state that knows more is the newer one.
  const newer = a.z !== b.z ? (a.z > b.z ? a : b) : a.k.length >= b.k.length ? a : b;
  return {
    ...newer,
    p: ROLE_RANK[a.p] <= ROLE_RANK[b.p] ? a.p : b.p,
    ...(a.h === true || b.h === true ? { h: true } : {}),
    f: Math.min(a.f, b.f),
    l: Math.max(a.l, b.l),
    r: Math.max(a.r, b.r),
    n: a.n < b.n ? a.n : b.n,
    t: [...new Set([...a.t, ...b.t])].sort(),
  };
}

const LINK_RANK = { same: 0, changed: 1, weak: 2 } as const;

function mergeLinks(a: readonly Link[], b: readonly Link[]): Link[] {
  const found = new Map<string, Link>();
  for (const link of [...a, ...b]) {
    const known = found.get(link.k);
    const w = known === undefined || LINK_RANK[link.w] < LINK_RANK[known.w] ? link.w : known.w;
    found.set(link.k, { k: link.k, w, f: Math.min(link.f, known?.f ?? link.f), l: Math.max(link.l, known?.l ?? link.l) });
  }
  return [...found.values()]
    .sort((x, y) => Number(x.w === 'weak') - Number(y.w === 'weak') || y.l - x.l || (x.k < y.k ? -1 : 1))
    .slice(0, MAX_LINKS);
}
