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

/** A baseline that does not run is a finding about ourselves, once a day: an analyst must know what is blind. */
export function baselineErrorFinding(
  { name, version, title, file }: Baseline,
  { why, nowMs }: { why: string; nowMs: number },
): Finding {
  const dayMs = 24 * HOUR_MS;
  const day = Math.floor(nowMs / dayMs) * dayMs;
  return {
    uid: shortId('finding', 'rule_error', `baseline/${name}`, version, String(day)),
    ruleId: 'rule_error',
    ruleVersion: version,
    title: `A baseline could not run: ${title.en}`.slice(0, 300),
    level: 'medium',
    attack: [],
    tactics: [],
    source: 'yagura',
    analyticOf: 'yagura',
    eventUids: [`baseline/${name}@${version}:${day}`],
    timeMs: nowMs,
    entities: [{ type: 'application', id: `yagura:baseline/${name}`, part: 'context', name: title.en }],
    summary: `baseline/${name} did not judge: ${why}`.slice(0, MAX_SUMMARY),
    dedupKey: `rule_error|baseline/${name}`,
    dedupWindowMs: dayMs,
    nextSteps: {
      en: `Correct ${file.path} (\`yagura baselines list\` shows its last run). Up to a week of missed days is caught up afterwards.`,
      ja: `${file.path} を修正してください(\`yagura baselines list\` で前回の実行を確認できます)。実行されなかった期間は 1 週間まで修正後に処理されます。`,
    },
  };
}
