/** An incident as it is stored and shown: what, who, when, how bad and why, in an order that a person can read. */
import * as z from 'zod';
import { type Alert, isCore } from './alert.ts';
import { foldAlerts } from './alert-fold.ts';
import { tacticRank } from './attack/attack.ts';
import type { IncidentContext } from './enrichment/context.ts';
import { ENTITY_TYPES, LEVELS, type Level, type ProductState } from './finding.ts';

const textSchema = z.object({ en: z.string(), ja: z.string() });

export const involvedSchema = z.object({
  type: z.enum(ENTITY_TYPES),
  id: z.string(),
  part: z.enum(['actor', 'target', 'context']),
  name: z.exactOptional(z.string()),
  /** In how many of the incident's alerts it appears. */
  count: z.number(),
  /** Peak risk of its alerts. */
  risk: z.number(),
});
export type InvolvedEntity = z.infer<typeof involvedSchema>;

/** What is stored of an incident; timeline and event ids are composed from its alerts. */
export const incidentHeadSchema = z.object({
  id: z.string(),
  title: textSchema,
  severity: z.enum(LEVELS),
  /** Why this severity. */
  severityReasons: z.array(textSchema),
  /** Why these alerts belong together. */
  explanation: z.array(textSchema),
  /** What would lower the severity, or take it from the queue. */
  lowers: z.array(textSchema).default([]),
  /** Whether a person has to look, and what decided. What is not surfaced is kept, and rises by itself when it grows. */
  surfacing: z
    .object({ isSurfaced: z.boolean(), isSettled: z.exactOptional(z.literal(true)), reasons: z.array(textSchema) })
    .default({ isSurfaced: true, reasons: [] }),
  /** The longest way forward through the tactics, and its length × distinct techniques. */
  path: z.object({ tactics: z.array(z.string()), score: z.number() }).default({ tactics: [], score: 0 }),
  status: z.enum(['new', 'merged', 'dissolved']),
  risk: z.number(),
  /** Event time of the first and last event that raised it (support may lie around), epoch ms. */
  firstMs: z.number(),
  lastMs: z.number(),
  /** The clock's time when the incident and its first alert were made, epoch ms. */
  createdAtMs: z.number(),
  detectedAtMs: z.number(),
  /** When the first of its events was ingested, epoch ms; absent where nobody told. */
  ingestedAtMs: z.exactOptional(z.number()),
  /** ATT&CK tactics in kill-chain order, and techniques in order of first appearance. */
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  /** The stored parts of its alerts. */
  alertIds: z.array(z.string()),
  /** How many alerts a person sees: parts that follow each other within their window are one. */
  alertCount: z.number().default(1),
  /** The gravest tier of what is involved, 1 (crown jewels) to 4; absent where nothing is known. */
  assetTier: z.exactOptional(z.int().min(1).max(4)),
  eventCount: z.number(),
  entities: z.array(involvedSchema),
  nextSteps: z.array(textSchema),
  /** The incident that took this one over. */
  mergedInto: z.nullable(z.string()),
});
export type IncidentHead = z.infer<typeof incidentHeadSchema>;

/** One deed of the attack. */
export interface TimelineEntry {
  timeMs: number;
  level: Level;
  alertId: string;
  ruleId: string;
  title: string;
  tactics: string[];
  techniques: string[];
  who: string;
  targets: string[];
  /** Log text: data, never markup. */
  summary: string;
  eventIds: string[];
  /** True for signals, which support the incident but did not raise it. */
  isSupport: boolean;
  /** The suppression that made it a signal. */
  suppressedBy?: string;
  /** What the product says of its own finding now. */
  productState?: ProductState['state'];
}

export interface Incident extends IncidentHead {
  /** What is known of its entities; absent where nobody looked. */
  context?: IncidentContext;
  timeline: TimelineEntry[];
  /** The providers' ids of every event, sorted. */
  eventIds: string[];
}

export const INCIDENTS_PK = 'incidents';
/** The incident that is named by its root alert. */
export const incidentIdOf = (rootAlertId: string): string => `INC-${rootAlertId.slice(3)}`;

/** The whole incident. `alerts` hold all their event ids. */
export function composeIncident(head: IncidentHead, alerts: readonly Alert[]): Incident {
  const sorted = foldAlerts(alerts);
  const timeline = sorted
    .flatMap((alert) => timelineOf(alert))
    .sort((a, b) => a.timeMs - b.timeMs || tacticOrder(a) - tacticOrder(b) || (a.alertId < b.alertId ? -1 : 1));
  return { ...head, timeline, eventIds: [...new Set(sorted.flatMap(({ eventUids }) => eventUids))].sort() };
}

const tacticOrder = ({ tactics }: TimelineEntry): number => Math.max(-1, ...tactics.map(tacticRank));

/** Distinct tactics in the order of the kill chain; unknown words last. */
export function byKillChain(tactics: readonly string[]): string[] {
  const rank = (tactic: string): number => (tacticRank(tactic) < 0 ? 99 : tacticRank(tactic));
  return [...new Set(tactics)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function timelineOf(alert: Alert): TimelineEntry[] {
  const who = alert.entities.find(({ part }) => part === 'actor');
  const targets = alert.entities.filter(({ part }) => part === 'target').slice(0, 5);
  const { level, id, ruleId, title } = alert;
  const [product] = alert.products;
  return alert.moments.map(({ timeMs, summary, eventUid }) => ({
    timeMs,
    level,
    alertId: id,
    ruleId,
    title,
    tactics: byKillChain(alert.tactics),
    techniques: alert.attack,
    who: who === undefined ? '' : (who.name ?? who.id),
    targets: targets.map((target) => target.name ?? target.id),
    summary,
    eventIds: alert.moments.length === 1 ? alert.eventUids : [eventUid],
    isSupport: !isCore(level),
    ...(alert.suppressedBy === undefined ? {} : { suppressedBy: alert.suppressedBy }),
    ...(product === undefined ? {} : { productState: product.state }),
  }));
}

export interface IncidentTimes {
  /** From the first event of the attack to its first alert; never from the ingest. @see SOC metrics, MTTD */
  timeToDetectMs: number;
  /** From the first alert to the end of the first response that did something; absent while there is none. */
  timeToRespondMs?: number;
}

export function incidentTimes(head: Pick<IncidentHead, 'firstMs' | 'detectedAtMs'>, respondedAtMs?: number): IncidentTimes {
  return {
    timeToDetectMs: Math.max(0, head.detectedAtMs - head.firstMs),
    ...(respondedAtMs === undefined ? {} : { timeToRespondMs: Math.max(0, respondedAtMs - head.detectedAtMs) }),
  };
}
