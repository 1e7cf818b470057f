/** Turns an incident's weighed alerts into the decision to put it before a person, and says what decided. */
import type { Alert } from './alert.ts';
import { levelRank } from './finding.ts';
import { independentTactics, peakOf, RISK_THRESHOLD, type Weighed } from './risk.ts';
import type { LocalText } from './text.ts';

const WEEK_MS = 7 * 86_400_000;
const MIN_TACTICS = 3;
const MIN_FAMILIES = 2;
/** What is worth less than a low signal that is new and rare shows no tactic by itself. */
const TELLING = 10;

/** The factor of an indicator with a confidence of 80 and more. */
const INTEL_HIGH = 1.8;

export interface Surfacing {
  /** True where a person has to look; else the incident is kept, and rises by itself when it grows. */
  isSurfaced: boolean;
  /** What decided, or what is missing. */
  reasons: LocalText[];
}

/** An alert of the incident, and its part in the risk. */
export interface WeighedAlert extends Weighed {
  alert: Alert;
}

/** AWS's own products are one family: two of them that say the same do not confirm each other. */
export const sourceFamily = (source: string): string => source.split('-')[0] ?? source;

/** @see E.3 of risk-based alerting: a threshold of risk, or breadth over sources, or one thing that is never innocent */
export function surfacingOf(weighed: readonly WeighedAlert[]): Surfacing {
  const risk = peakOf(weighed);
  const breadth = breadthOf(weighed);
  const isBroad = breadth.tactics >= MIN_TACTICS && breadth.families >= MIN_FAMILIES;
  const reasons = decisive(weighed);
  if (risk >= RISK_THRESHOLD)
    reasons.push({
      en: `Risk ${risk} reached the threshold of ${RISK_THRESHOLD}`,
      ja: `リスク ${risk} がしきい値 ${RISK_THRESHOLD} に到達`,
    });
  if (isBroad)
    reasons.push({
      en: `${breadth.tactics} ATT&CK tactics in ${breadth.families} families of sources within 7 days`,
      ja: `7 日以内に ${breadth.families} 系統のソースで ATT&CK 戦術 ${breadth.tactics} 種`,
    });
  if (reasons.length > 0) return { isSurfaced: true, reasons };
  return {
    isSurfaced: false,
    reasons: [
      { en: `Kept, not shown: risk ${risk} of ${RISK_THRESHOLD}`, ja: `保留(非表示): リスク ${risk} / ${RISK_THRESHOLD}` },
      {
        en: `${breadth.tactics} of ${MIN_TACTICS} tactics, ${breadth.families} of ${MIN_FAMILIES} families of sources`,
        ja: `戦術 ${breadth.tactics} / ${MIN_TACTICS} 種、ソース ${breadth.families} / ${MIN_FAMILIES} 系統`,
      },
    ],
  };
}

/** An indicator of high confidence is enough alone. */
function decisive(weighed: readonly WeighedAlert[]): LocalText[] {
  const hit = weighed.find(({ alert }) => (alert.factors?.intel ?? 1) >= INTEL_HIGH);
  if (hit === undefined) return [];
  const { title } = hit.alert;
  return [{ en: `"${title}" meets an indicator of high confidence`, ja: `「${title}」が確度の高い脅威インジケーターに一致` }];
}

interface Breadth {
  tactics: number;
  families: number;
}

/** The widest week: tactics that different telling rules showed, and the families of sources that showed them. */
function breadthOf(weighed: readonly WeighedAlert[]): Breadth {
  const telling = weighed.filter(({ weight, input }) => weight >= TELLING && levelRank(input.level) >= 1);
  const weeks = telling.map(({ input: { timeMs } }): Breadth => {
    const within = telling.filter(({ input }) => input.timeMs >= timeMs && input.timeMs - timeMs <= WEEK_MS);
    return {
      tactics: independentTactics(within.map(({ alert }) => alert)),
      families: new Set(within.filter(({ alert }) => alert.tactics.length > 0).map(({ alert }) => sourceFamily(alert.source)))
        .size,
    };
  });
  const score = ({ tactics, families }: Breadth): number =>
    Math.min(tactics, MIN_TACTICS) + Math.min(families, MIN_FAMILIES) + tactics / 100;
  return weeks.reduce((best, week) => (score(week) > score(best) ? week : best), { tactics: 0, families: 0 });
}
