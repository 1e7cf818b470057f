/** Turns the alerts of one attack into the stored part of its incident: title, severity, risk, what it is shown for, and why each of it. */
import { type Alert, eventCount, ingestOf, isCore } from './alert.ts';
import { foldAlerts } from './alert-fold.ts';
import { attackPath } from './attack-path.ts';
import { LEVELS, levelRank } from './finding.ts';
import { byKillChain, type IncidentHead, type InvolvedEntity, incidentIdOf } from './incident.ts';
import { involvedEntities } from './incident-entities.ts';
import { lowersOf } from './incident-lower.ts';
import { judge } from './incident-severity.ts';
import { titleOf } from './incident-title.ts';
import { type Habit, weigh } from './risk.ts';
import { riskFactor, tierOfFactors } from './risk-factors.ts';
import { type Surfacing, surfacingOf, type WeighedAlert } from './surfacing.ts';
import type { LocalText } from './text.ts';

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
  /** Alerts that were judged false or benign when their case was closed: they are shown, and count no more. */
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

const SETTLED: Surfacing = {
  isSurfaced: false,
  isSettled: true,
  reasons: [{ en: 'Every alert of it was judged false or benign', ja: 'すべてのアラートが誤検知または無害と判定済み' }],
};

const settledNote = (count: number): LocalText[] =>
  count === 0
    ? []
    : [
        {
          en: `Judged false or benign, and counted no more: ${count} of its alerts`,
          ja: `誤検知または無害と判定済みで、数えないアラート: ${count} 件`,
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
