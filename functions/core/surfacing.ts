/** Turns an incident's weighed alerts into the decision to put it before a person, and says what decided. */
import type { Alert } from './alert.ts';
import { tacticOf } from './attack/attack.ts';
import { attackPath } from './attack-path.ts';
import { burstOf } from './burst.ts';
import { levelRank } from './finding.ts';
import { independentTactics, peakOf, RISK_HALF_LIFE_MS, RISK_THRESHOLD, rarity, type Weighed } from './risk.ts';
import type { LocalText } from './text.ts';

const WEEK_MS = 7 * 86_400_000;
const MIN_TACTICS = 3;
const MIN_FAMILIES = 2;
/** Less risk is enough where one thing led to the next, or where three tactics lie close together. */
const FORWARD_RISK = 70;
/** Things that are new for an actor within a day, by different rules: two are chance here and there, three are a story. */
const MIN_NEWS = 3;
const MIN_NEWS_ALERTING = 2;
const MIN_NEWS_TACTICS = 2;
const MIN_NEWS_WEIGHT = 50;
/** How long one thing may take to lead to the next. */
const FORWARD_MS = 3 * 86_400_000;
/** What the tactics together must be worth, one of a rule that is rare here being worth 1. */
const MIN_WORTH = 2;

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
  const risk = peakOf(confirmed(weighed));
  const breadth = breadthOf(weighed);
  const isBroad = breadth.tactics >= MIN_TACTICS && breadth.families >= MIN_FAMILIES && breadth.worth >= MIN_WORTH;
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
  if (reasons.length === 0) reasons.push(...goesForward(weighed), ...newAtOnce(weighed));
  if (reasons.length === 0 && risk >= FORWARD_RISK && breadth.tactics >= MIN_TACTICS && breadth.worth >= MIN_WORTH)
    reasons.push({
      en: `Risk ${risk}, and ${breadth.tactics} tactics by rules that are new for the actor`,
      ja: `リスク ${risk}、かつアクターにとって新しいルールで戦術 ${breadth.tactics} 種`,
    });
  if (reasons.length === 0) reasons.push(...news(weighed));
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

/** Within three days one thing led to the next, and together they are risk enough. */
function goesForward(weighed: readonly WeighedAlert[]): LocalText[] {
  for (const { input: last } of weighed) {
    const within = weighed.filter(({ input }) => input.timeMs <= last.timeMs && last.timeMs - input.timeMs <= FORWARD_MS);
    const risk = peakOf(confirmed(within));
    const forward = risk >= FORWARD_RISK ? pathOf(within) : [];
    if (forward.length < MIN_TACTICS) continue;
    const names = forward.map((slug) => tacticOf(slug)?.name ?? slug).join(' → ');
    return [{ en: `Risk ${risk}, and it goes forward: ${names}`, ja: `リスク ${risk}、かつ攻撃が進行: ${names}` }];
  }
  return [];
}

/** The way forward through the tactics that alerts which are new for their actor show. */
const pathOf = (weighed: readonly WeighedAlert[]): string[] =>
  attackPath(
    weighed
      .filter(({ repeats, input }) => repeats === 1 && levelRank(input.level) >= 1)
      .map(({ alert }) => ({ id: alert.id, timeMs: alert.firstMs, tactics: alert.tactics, techniques: [] })),
  ).tactics;

/** Rules may be common here, and each thing alone may be; that one actor does several of them for the first time on one day is not. */
function newAtOnce(weighed: readonly WeighedAlert[]): LocalText[] {
  const { rules, alerting, tactics, weight } = burstOf(weighed);
  const isStory = rules >= MIN_NEWS && alerting >= MIN_NEWS_ALERTING && tactics >= MIN_NEWS_TACTICS;
  if (!isStory || weight < MIN_NEWS_WEIGHT) return [];
  return [
    {
      en: `${rules} rules within a day say what they never said of the actor, over ${tactics} ATT&CK tactics (weight ${weight})`,
      ja: `1 日のうちに ${rules} 件のルールがアクターについて初めて該当、ATT&CK 戦術 ${tactics} 種(重み ${weight})`,
    },
  ];
}

/** A rule that is common here does not confirm itself: of what it repeats only its heaviest alert counts. */
function confirmed(weighed: readonly WeighedAlert[]): WeighedAlert[] {
  const heaviest = new Map<string, WeighedAlert>();
  for (const one of weighed) {
    const known = heaviest.get(one.alert.ruleId);
    if (known === undefined || one.weight > known.weight) heaviest.set(one.alert.ruleId, one);
  }
  return weighed.filter((one) => rarity(one.actors) === 1 || heaviest.get(one.alert.ruleId) === one);
}

/** An indicator of high confidence is enough alone. */
function decisive(weighed: readonly WeighedAlert[]): LocalText[] {
  const hit = weighed.find(({ alert }) => (alert.factors?.intel ?? 1) >= INTEL_HIGH);
  if (hit === undefined) return [];
  const { title } = hit.alert;
  return [{ en: `"${title}" meets an indicator of high confidence`, ja: `「${title}」が確度の高い脅威インジケーターに一致` }];
}

/** A grave alert that is news here, for its actor and by its rule, needs no other. */
function news(weighed: readonly WeighedAlert[]): LocalText[] {
  const grave = weighed.find(isNews);
  if (grave === undefined) return [];
  const { title } = grave.alert;
  return [
    {
      en: `"${title}" is grave, new for the actor, and its rule names hardly anybody here`,
      ja: `「${title}」は深刻で、アクターにとって初めてであり、この組織ではまれなルール`,
    },
  ];
}

/** Suppressed alerts and signals are below high by then. */
const isNews = ({ repeats, actors, input }: WeighedAlert): boolean =>
  repeats === 1 && rarity(actors) === 1 && levelRank(input.level) >= levelRank('high');

interface Breadth {
  tactics: number;
  /** Each tactic by the rarest rule that showed it. */
  worth: number;
  families: number;
}

/** The widest moment: tactics that different telling rules showed in the week before it, and the families of sources that showed them. */
function breadthOf(weighed: readonly WeighedAlert[]): Breadth {
  const telling = weighed.filter(({ repeats, input }) => repeats === 1 && levelRank(input.level) >= 1);
  const moments = telling.map(({ input: { timeMs } }): Breadth => {
    const within = telling.filter(({ input }) => input.timeMs <= timeMs && timeMs - input.timeMs <= WEEK_MS);
    return {
      tactics: independentTactics(within.map(({ alert }) => alert)),
      worth: worthAt(timeMs, within),
      families: new Set(within.filter(({ alert }) => alert.tactics.length > 0).map(({ alert }) => sourceFamily(alert.source)))
        .size,
    };
  });
  const score = ({ tactics, worth, families }: Breadth): number =>
    Math.min(tactics, MIN_TACTICS) + Math.min(families, MIN_FAMILIES) + Math.min(worth, MIN_WORTH) + tactics / 100;
  return moments.reduce((best, one) => (score(one) > score(best) ? one : best), { tactics: 0, worth: 0, families: 0 });
}

/** Rarity fades as risk does: three things in an hour are an attack sooner than three in a week. */
function worthAt(timeMs: number, telling: readonly WeighedAlert[]): number {
  const worth = new Map<string, number>();
  for (const { alert, actors, input } of telling) {
    const now = rarity(actors) * 2 ** -((timeMs - input.timeMs) / RISK_HALF_LIFE_MS);
    for (const tactic of alert.tactics) worth.set(tactic, Math.max(now, worth.get(tactic) ?? 0));
  }
  return [...worth.values()].reduce((sum, value) => sum + value, 0);
}
