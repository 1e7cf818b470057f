/** Turns the alerts of one attack into an incident: what, who, when, how bad and why, in an order that a person can read. */
import * as z from 'zod';
import { type Alert, eventCount, ingestOf, isCore } from './alert.ts';
import { foldAlerts } from './alert-fold.ts';
import { tacticRank } from './attack/attack.ts';
import { attackPath } from './attack-path.ts';
import type { IncidentContext } from './enrichment/context.ts';
import { ENTITY_TYPES, LEVELS, type Level, levelRank, type ProductState } from './finding.ts';
import { involvedEntities } from './incident-entities.ts';
import { lowersOf } from './incident-lower.ts';
import { judge } from './incident-severity.ts';
import { titleOf } from './incident-title.ts';
import { type Habit, weigh } from './risk.ts';
import { riskFactor, tierOfFactors } from './risk-factors.ts';
import { surfacingOf, type WeighedAlert } from './surfacing.ts';
import type { LocalText } from './text.ts';

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
  surfacing: z.object({ isSurfaced: z.boolean(), reasons: z.array(textSchema) }).default({ isSurfaced: true, reasons: [] }),
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

const MAX_ENTITIES = 150;

export interface Composing {
  rootAlertId: string;
  /** Every alert, supporting ones too. */
  alerts: readonly Alert[];
  /** True where no single alert was enough. */
  fromSignals: boolean;
  createdAtMs: number;
  /** Alert id → how usual it is; an alert without one is taken as new and rare. */
  habits?: ReadonlyMap<string, Habit>;
  /** Alerts that a person judged false or benign when their case was closed: they are shown, and count no more. */
  settled?: ReadonlySet<string>;
}

/** The alerts in the order of time, with what each adds to the risk. */
export function weighAlerts(alerts: readonly Alert[], habits?: ReadonlyMap<string, Habit>): WeighedAlert[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const inputs = alerts.map(({ id, ruleId, level, firstMs, factors }) => {
    const habit = habits?.get(id);
    return { id, ruleId, level, timeMs: firstMs, factor: riskFactor(factors), ...(habit === undefined ? {} : { habit }) };
  });
  return weigh(inputs).flatMap((weighed) => {
    const alert = byId.get(weighed.input.id);
    return alert === undefined ? [] : [{ ...weighed, alert }];
  });
}

const NOTHING: ReadonlySet<string> = new Set();

/** What a rule says graver than it was judged is no repetition. */
function newAtLevel(
  parts: readonly Alert[],
  open: readonly Alert[],
  habits: ReadonlyMap<string, Habit> | undefined,
): ReadonlyMap<string, Habit> {
  const isOpen = new Set(open);
  const judged = new Map<string, number>();
  for (const alert of parts)
    if (!isOpen.has(alert)) judged.set(alert.ruleId, Math.max(levelRank(alert.level), judged.get(alert.ruleId) ?? 0));
  const graver = open.filter(({ ruleId, level }) => levelRank(level) > (judged.get(ruleId) ?? Number.POSITIVE_INFINITY));
  return new Map([
    ...(habits ?? []),
    ...graver.map(({ id }): [string, Habit] => [id, { repeats: 1, actors: habits?.get(id)?.actors ?? 1 }]),
  ]);
}

const SETTLED = {
  isSurfaced: false,
  reasons: [{ en: 'Every alert of it was judged false or benign', ja: 'すべてのアラートが誤検知または無害と判定済み' }],
};

const settledNote = (count: number): LocalText[] =>
  count === 0
    ? []
    : [
        {
          en: `${count} of its alerts were judged false or benign by a person and count no more`,
          ja: `アラート ${count} 件は人が誤検知または無害と判定済みのため数えません`,
        },
      ];

/** The stored part of an incident, a pure function of its alerts and of how usual they are. */
export function composeHead(composing: Composing): IncidentHead {
  const { rootAlertId, alerts, fromSignals, createdAtMs, habits, settled = NOTHING } = composing;
  const parts = [...alerts].sort((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1));
  const weighed = weighAlerts(foldAlerts(parts), habits);
  const sorted = weighed.map(({ alert }) => alert);
  const assetTier = tierOfFactors(sorted.map(({ factors }) => factors));
  const isJudgeable = ({ level }: Alert): boolean => fromSignals || isCore(level);
  const cores = sorted.filter(isJudgeable);
  const entities = involvedEntities(weighed);
  const open = parts.filter(({ id }) => !settled.has(id));
  const isOpen = open.length < parts.length && open.some(isJudgeable);
  // Where all of it is settled it is as grave as it was judged to be.
  const counting = isOpen ? weighAlerts(foldAlerts(open), newAtLevel(parts, open, habits)) : weighed;
  const { severity, reasons, risk } = judge(counting, counting.map(({ alert }) => alert).filter(isJudgeable), fromSignals);
  const surfacing = open.length === parts.length || isOpen ? surfacingOf(counting) : SETTLED;
  const path = attackPath(
    cores.map(({ id, firstMs, tactics, attack }) => ({ id, timeMs: firstMs, tactics, techniques: attack })),
  );
  return {
    id: incidentIdOf(rootAlertId),
    title: titleOf(cores, entities, fromSignals),
    severity,
    severityReasons: reasons,
    explanation: [...explain(sorted, entities), ...settledNote(parts.length - open.length)],
    lowers: lowersOf({ weighed: counting, fromSignals, severity, surfacing }),
    surfacing,
    path,
    status: 'new',
    risk,
    firstMs: Math.min(...cores.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...cores.map(({ lastMs }) => lastMs)),
    createdAtMs,
    detectedAtMs: Math.min(...cores.map((alert) => alert.createdAtMs)),
    ...ingestOf(cores),
    tactics: byKillChain(sorted.flatMap(({ tactics }) => tactics)),
    techniques: [...new Set(sorted.flatMap(({ attack }) => attack))],
    alertIds: parts.map(({ id }) => id),
    alertCount: sorted.length,
    ...(assetTier === null ? {} : { assetTier }),
    eventCount: parts.reduce((sum, alert) => sum + eventCount(alert), 0),
    entities: entities.slice(0, MAX_ENTITIES),
    nextSteps: nextStepsOf(cores),
    mergedInto: null,
  };
}

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

const LINK_WORDS: Readonly<Record<string, { en: string; ja: string }>> = {
  principal: { en: 'principal', ja: 'プリンシパル' },
  access_key: { en: 'access key', ja: 'アクセスキー' },
  session: { en: 'session', ja: 'セッション' },
  role: { en: 'role', ja: 'ロール' },
  ip: { en: 'address', ja: 'IP アドレス' },
  host: { en: 'host', ja: 'ホスト' },
  resource: { en: 'resource', ja: 'リソース' },
};

function explain(alerts: readonly Alert[], entities: readonly InvolvedEntity[]): IncidentHead['explanation'] {
  if (alerts.length === 1)
    return [{ en: 'One alert; nothing else is linked to it yet.', ja: 'アラートは 1 件のみで、関連するものはまだありません。' }];
  const shared = entities
    .filter(({ count, part, type }) => count > 1 && part !== 'context' && LINK_WORDS[type] !== undefined)
    .slice(0, 4);
  const issued = entities
    .filter(({ type }) => type === 'session' || type === 'access_key')
    .filter(({ id }) => isHandedOver(alerts, id));
  return [
    ...shared.map(({ type, id, name, count }) => ({
      en: `${count} of ${alerts.length} alerts share ${LINK_WORDS[type]?.en} ${name ?? id}`,
      ja: `${alerts.length} 件中 ${count} 件のアラートが${LINK_WORDS[type]?.ja} ${name ?? id} を共有`,
    })),
    ...issued.slice(0, 3).map(({ type, id }) => ({
      en: `${LINK_WORDS[type]?.en} ${id} was issued in one alert and used in another`,
      ja: `${LINK_WORDS[type]?.ja} ${id} は、あるアラートで発行され別のアラートで使用`,
    })),
  ];
}

const isHandedOver = (alerts: readonly Alert[], id: string): boolean =>
  ['actor', 'target'].every((part) =>
    alerts.some(({ entities }) => entities.some((entity) => entity.id === id && entity.part === part)),
  );

function nextStepsOf(cores: readonly Alert[]): IncidentHead['nextSteps'] {
  const steps = new Map<string, { en: string; ja: string }>();
  const gravestFirst = [...cores].sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
  for (const { nextSteps } of gravestFirst)
    if (nextSteps !== null && !steps.has(nextSteps.en)) steps.set(nextSteps.en, nextSteps);
  return [...steps.values()].slice(0, 6);
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
