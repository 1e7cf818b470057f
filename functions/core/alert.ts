/** Turns findings of one dedup key and moment into one part of an alert: a set union, so that arriving twice or in another order changes nothing. */
import * as z from 'zod';
import { sha256 } from './digest.ts';
import { ENTITY_TYPES, type Entity, type Finding, LEVELS, levelRank, PRODUCT_STATES, type ProductState } from './finding.ts';
import { mergeFactors, riskFactorsSchema } from './risk-factors.ts';

/** Event ids that an alert item holds itself; more go to its overflow items. */
export const MAX_INLINE_IDS = 400;
/** Distinct deeds that an alert remembers in words. */
const MAX_MOMENTS = 8;
const MAX_ENTITIES = 120;
/** Findings of products whose state an alert follows; the newest told. */
const MAX_PRODUCTS = 100;
const HOUR_MS = 3_600_000;

const entitySchema = z.object({
  type: z.enum(ENTITY_TYPES),
  id: z.string(),
  part: z.enum(['actor', 'target', 'context']),
  name: z.exactOptional(z.string()),
});

/** One deed in the alert: what a line of the timeline tells. */
const momentSchema = z.object({ timeMs: z.number(), findingUid: z.string(), eventUid: z.string(), summary: z.string() });
export type Moment = z.infer<typeof momentSchema>;

const productSchema = z.object({ uid: z.string(), state: z.enum(PRODUCT_STATES), atMs: z.number() });

export const alertSchema = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleVersion: z.string(),
  title: z.string(),
  level: z.enum(LEVELS),
  attack: z.array(z.string()),
  tactics: z.array(z.string()),
  source: z.string(),
  analyticOf: z.string(),
  dedupKey: z.string(),
  /** The sliding window of the key, ms. */
  windowMs: z.number().default(HOUR_MS),
  /** What the window is measured between, where it is not the time of the events. */
  span: z.exactOptional(z.object({ firstMs: z.number(), lastMs: z.number() })),
  /** What products say of their own findings in it, by their ids. */
  products: z.array(productSchema).default([]),
  /** The suppression that made it a signal. */
  suppressedBy: z.exactOptional(z.string()),
  factors: z.exactOptional(riskFactorsSchema),
  /** A decoy was touched. */
  isCanary: z.exactOptional(z.literal(true)),
  /** Event time of the first and last event, epoch ms. */
  firstMs: z.number(),
  lastMs: z.number(),
  /** When the first of its events was ingested, epoch ms: `t_ingest`. Absent where no finding of it came from the ingest pass. */
  ingestedAtMs: z.exactOptional(z.number()),
  /** When it was first raised: the clock's time, epoch ms. */
  createdAtMs: z.number(),
  entities: z.array(entitySchema),
  moments: z.array(momentSchema),
  /** The providers' event ids, sorted; in the stored item only those that are not in `overflow`. */
  eventUids: z.array(z.string()),
  /** Overflow item → number of ids in it. */
  overflow: z.record(z.string(), z.number()),
  nextSteps: z.nullable(z.object({ en: z.string(), ja: z.string() })),
});
export type Alert = z.infer<typeof alertSchema>;

const day = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
const sane = (timeMs: number): number => (Number.isFinite(timeMs) && Math.abs(timeMs) < 8e15 ? timeMs : 0);

/** The partition and index of alerts. Days are those of the window's start. */
export const ALERT_DAYS_PK = 'alert-days';
export const alertDay = (alertId: string): string => alertId.slice(3, 11);
export const alertPk = (alertId: string): string => `alerts#${alertDay(alertId)}`;
export const alertDayPk = (ofDay: string): string => `alerts#${ofDay}`;
export const overflowPk = (alertId: string): string => `alert-events#${alertId}`;

/**
 * The part of an alert that a finding belongs to: its dedup key in the slice of time, as long as the window, that it happened in. Two
 * findings of one slice are never farther apart than the window, so that parts are the same in any order of arrival, and
 * `foldAlerts` makes of neighbouring ones the alert that a person sees.
 */
export function alertIdOf(finding: Finding): string {
  const timeMs = sane(finding.countedMs ?? finding.timeMs);
  const windowMs = windowOf(finding);
  const startMs = Math.floor(timeMs / windowMs) * windowMs;
  return `AL-${day(startMs)}-${sha256([finding.ruleId, finding.dedupKey, String(startMs)].join('\u0000')).slice(0, 20)}`;
}

const windowOf = ({ dedupWindowMs }: Finding): number => Math.max(1, Math.floor(dedupWindowMs));

/** The alert that one finding makes alone. */
export function alertOf(finding: Finding, nowMs: number): Alert {
  const timeMs = sane(finding.timeMs);
  const eventUids = finding.eventUids.length > 0 ? [...new Set(finding.eventUids)].sort() : [finding.uid];
  return {
    id: alertIdOf(finding),
    ruleId: finding.ruleId,
    ruleVersion: finding.ruleVersion,
    title: finding.title,
    level: finding.level,
    attack: [...new Set(finding.attack)].sort(),
    tactics: [...new Set(finding.tactics)].sort(),
    source: finding.source,
    analyticOf: finding.analyticOf,
    dedupKey: finding.dedupKey,
    windowMs: windowOf(finding),
    ...(finding.countedMs === undefined ? {} : { span: { firstMs: sane(finding.countedMs), lastMs: sane(finding.countedMs) } }),
    products: finding.product === undefined ? [] : [finding.product],
    ...(finding.suppressedBy === undefined ? {} : { suppressedBy: finding.suppressedBy }),
    ...(finding.factors === undefined ? {} : { factors: finding.factors }),
    ...(finding.isCanary === true ? { isCanary: true } : {}),
    firstMs: timeMs,
    lastMs: timeMs,
    ...(finding.ingestedAtMs === undefined ? {} : { ingestedAtMs: finding.ingestedAtMs }),
    createdAtMs: nowMs,
    entities: finding.entities.slice(0, MAX_ENTITIES).sort(byEntity),
    moments: [{ timeMs, findingUid: finding.uid, eventUid: eventUids[0] ?? finding.uid, summary: finding.summary.slice(0, 600) }],
    eventUids,
    overflow: {},
    nextSteps: finding.nextSteps ?? null,
  };
}

/** Both together. Commutative, associative and idempotent: `createdAtMs` and words come from the earlier, the level from the higher. */
export function mergeAlerts(a: Alert, b: Alert): Alert {
  const [first, second] = before(a, b) ? [a, b] : [b, a];
  const span = mergeSpans(a, b);
  const factors = mergeFactors(a.factors, b.factors);
  return {
    ...first,
    windowMs: Math.max(a.windowMs, b.windowMs),
    ...(span === undefined ? {} : { span }),
    products: mergeProducts(a.products, b.products),
    ...(factors === undefined ? {} : { factors }),
    level: levelRank(a.level) >= levelRank(b.level) ? a.level : b.level,
    attack: unionOf(a.attack, b.attack),
    tactics: unionOf(a.tactics, b.tactics),
    ...(a.isCanary === true || b.isCanary === true ? { isCanary: true } : {}),
    lastMs: Math.max(a.lastMs, b.lastMs),
    ...ingestOf([a, b]),
    createdAtMs: Math.min(a.createdAtMs, b.createdAtMs),
    entities: mergeEntities(a.entities, b.entities),
    moments: mergeMoments(a.moments, b.moments),
    eventUids: unionOf(a.eventUids, b.eventUids),
    overflow: mergeOverflow(a.overflow, b.overflow),
    nextSteps: first.nextSteps ?? second.nextSteps,
  };
}

/** The first ingest of any of them. */
export function ingestOf(alerts: readonly Pick<Alert, 'ingestedAtMs'>[]): Pick<Alert, 'ingestedAtMs'> {
  const times = alerts.flatMap(({ ingestedAtMs }) => ingestedAtMs ?? []);
  return times.length === 0 ? {} : { ingestedAtMs: Math.min(...times) };
}

/** Between which moments its window is measured. */
export const spanOf = ({ span, firstMs, lastMs }: Alert): { firstMs: number; lastMs: number } => span ?? { firstMs, lastMs };

function mergeSpans(a: Alert, b: Alert): Alert['span'] {
  if (a.span === undefined && b.span === undefined) return undefined;
  const [x, y] = [spanOf(a), spanOf(b)];
  return { firstMs: Math.min(x.firstMs, y.firstMs), lastMs: Math.max(x.lastMs, y.lastMs) };
}

/** The newest word on each finding; of two words of one moment the later state of its life. */
function mergeProducts(a: readonly ProductState[], b: readonly ProductState[]): ProductState[] {
  if (b.length === 0) return [...a];
  const newest = new Map<string, ProductState>();
  const rank = ({ state }: ProductState): number => PRODUCT_STATES.indexOf(state);
  for (const one of [...a, ...b]) {
    const known = newest.get(one.uid);
    if (known === undefined || one.atMs > known.atMs || (one.atMs === known.atMs && rank(one) > rank(known)))
      newest.set(one.uid, one);
  }
  return [...newest.values()].sort((x, y) => y.atMs - x.atMs || (x.uid < y.uid ? -1 : 1)).slice(0, MAX_PRODUCTS);
}

/** Total order: by first event, then by the first deed, then by rule version, so that both orders of merging agree. */
function before(a: Alert, b: Alert): boolean {
  const of = (alert: Alert): string => `${alert.moments[0]?.findingUid ?? ''} ${alert.ruleVersion} ${alert.title}`;
  return a.firstMs !== b.firstMs ? a.firstMs < b.firstMs : of(a) <= of(b);
}

function unionOf(a: readonly string[], b: readonly string[]): string[] {
  if (a.length === b.length && a.every((item, i) => item === b[i])) return [...a];
  return [...new Set([...a, ...b])].sort();
}

const PART_RANK = { actor: 0, target: 1, context: 2 } as const;
const entityKey = (entity: Entity): string => `${PART_RANK[entity.part]} ${ENTITY_TYPES.indexOf(entity.type)} ${entity.id}`;
const byEntity = (a: Entity, b: Entity): number => (entityKey(a) < entityKey(b) ? -1 : 1);

/** The smallest ones by part, type and id, so that a cap keeps the same whatever came first. */
function mergeEntities(a: readonly Entity[], b: readonly Entity[]): Alert['entities'] {
  const found = new Map<string, Entity>();
  for (const entity of [...a, ...b]) {
    const key = entityKey(entity);
    const known = found.get(key);
    if (known === undefined || (entity.name ?? '') > (known.name ?? '')) found.set(key, entity);
  }
  return [...found.values()].sort(byEntity).slice(0, MAX_ENTITIES);
}

function mergeMoments(a: readonly Moment[], b: readonly Moment[]): Moment[] {
  const sorted = [...a, ...b].sort((x, y) => x.timeMs - y.timeMs || (x.findingUid < y.findingUid ? -1 : 1));
  const words = new Set<string>();
  // The earliest deed of each wording stays: a loop of the same call is one line.
  return sorted.filter(({ summary }) => !words.has(summary) && words.add(summary)).slice(0, MAX_MOMENTS);
}

function mergeOverflow(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const keys = unionOf(Object.keys(a).sort(), Object.keys(b).sort());
  return Object.fromEntries(keys.map((key) => [key, Math.max(a[key] ?? 0, b[key] ?? 0)]));
}

/** How many distinct events the alert is about. */
export const eventCount = (alert: Alert): number =>
  Object.values(alert.overflow).reduce((sum, count) => sum + count, alert.eventUids.length);

/** Medium and above alert a person; below, a match is a signal. */
export const isCore = (level: Alert['level']): boolean => levelRank(level) >= levelRank('medium');
