/** An anomaly and its baseline → a finding on the same path as every other, with what was observed and what was expected. */
import { techniqueById } from '../attack/attack.ts';
import { shortId } from '../digest.ts';
import { type Finding, type Level, levelRank } from '../finding.ts';
import type { Anomaly } from './anomaly.ts';
import type { Baseline, Stretch } from './baseline.ts';

/** The same anomaly of the same stretch has the same uid: raising it again changes nothing. */
export const anomalyUid = (baseline: Pick<Baseline, 'id'>, { key }: Anomaly, { fromMs }: Stretch): string =>
  shortId('anomaly', baseline.id, key, String(fromMs));

const MAX_SUMMARY = 1000;
const MAX_UIDS = 200;
const HOUR_MS = 3_600_000;

/** Where the budget has no room, and for what is only ever a signal, the level is low: it adds risk, it does not alert. */
function levelOf(baseline: Baseline, { level, isSignal }: Anomaly, isAlerting: boolean): Level {
  if (level === 'informational') return level;
  const own = level ?? baseline.level;
  if (isAlerting && isSignal !== true) return own;
  return levelRank(own) > levelRank('low') ? 'low' : own;
}

export interface FindingOf {
  baseline: Baseline;
  anomaly: Anomaly;
  stretch: Stretch;
  /** The budget has room for it. */
  isAlerting: boolean;
}

export function anomalyFinding({ baseline, anomaly, stretch, isAlerting }: FindingOf): Finding {
  const uid = anomalyUid(baseline, anomaly, stretch);
  const tactics = new Set(baseline.attack.flatMap((id) => techniqueById(id)?.tactics ?? []));
  return {
    uid,
    ruleId: baseline.id,
    ruleVersion: baseline.version,
    title: baseline.title.en,
    level: levelOf(baseline, anomaly, isAlerting),
    attack: [...baseline.attack],
    tactics: [...tactics].sort(),
    source: anomaly.source === '' ? 'yagura' : anomaly.source,
    analyticOf: 'yagura',
    eventUids: anomaly.eventUids.slice(0, MAX_UIDS),
    timeMs: anomaly.timeMs > 0 ? anomaly.timeMs : stretch.toMs - 1,
    entities: anomaly.entities,
    summary: anomaly.says.en.slice(0, MAX_SUMMARY),
    dedupKey: [baseline.id, anomaly.key].join('|').slice(0, 900),
    dedupWindowMs: baseline.every === 'day' ? 24 * HOUR_MS : 6 * HOUR_MS,
    nextSteps: {
      en: `${baseline.title.en}: ${anomaly.says.en.slice(0, MAX_SUMMARY)}. ${baseline.nextSteps.en}`,
      ja: `${baseline.title.ja}: ${anomaly.says.ja.slice(0, MAX_SUMMARY)}。${baseline.nextSteps.ja}`,
    },
  };
}
