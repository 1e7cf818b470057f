/** Turns an incident's weighed alerts into the decision to put it before a person, and says what decided. */
import type { Alert } from './alert.ts';
import { COINCIDENCE_THRESHOLD, coincidenceOf } from './coincidence.ts';
import { levelRank } from './finding.ts';
import { peakOf, RISK_THRESHOLD, rarity, type Weighed } from './risk.ts';
import type { LocalText } from './text.ts';

const HOUR_MS = 3_600_000;
/** So many different rules over two families of sources are enough where nothing is known of how common they are; else risk is needed, too. */
const MANY_RULES = 5;
const MIN_FAMILIES = 2;
/** Risk that is enough however common its rules are. */
const ALONE_RISK = 200;

/** The factor of an indicator with a confidence of 80 and more. */
const INTEL_HIGH = 1.8;

export interface Surfacing {
  /** True where a person has to look; else the incident is kept, and rises by itself when it grows. */
  isSurfaced: boolean;
  /** Every alert of it was judged false or benign. */
  isSettled?: true;
  /** What decided, or what is missing. */
  reasons: LocalText[];
}

/** An alert of the incident, and its part in the risk. */
export interface WeighedAlert extends Weighed {
  alert: Alert;
}

/** What rarely comes together, and what is never innocent alone. Decision 0073. */
export function surfacingOf(weighed: readonly WeighedAlert[]): Surfacing {
  const risk = peakOf(confirmed(weighed));
  const { score, rules, spanMs, isUnknown } = coincidenceOf(weighed);
  const reasons = decisive(weighed);
  const isBroad = rules >= MANY_RULES && familiesOf(weighed) >= MIN_FAMILIES;
  const isEnough = rules > 1 && (!isUnknown || isBroad || risk >= RISK_THRESHOLD);
  if (score >= COINCIDENCE_THRESHOLD && isEnough) {
    const hours = Math.max(1, Math.ceil(spanMs / HOUR_MS));
    reasons.push({
      en: `${rules} different rules, new for the actor, within ${hours} h: rarity ${score}, shown from ${COINCIDENCE_THRESHOLD} on`,
      ja: `アクターにとって新しい ${rules} 種のルールが ${hours} 時間以内に一致: 希少度 ${score}(${COINCIDENCE_THRESHOLD} から表示)`,
    });
  }
  if (reasons.length === 0 && risk >= ALONE_RISK)
    reasons.push({
      en: `Risk ${risk} reached the threshold of ${ALONE_RISK}`,
      ja: `リスク ${risk} がしきい値 ${ALONE_RISK} に到達`,
    });
  if (reasons.length === 0) reasons.push(...news(weighed));
  if (reasons.length > 0) return { isSurfaced: true, reasons };
  return {
    isSurfaced: false,
    reasons: [
      {
        en: `Kept, not shown: rarity ${score}, shown from ${COINCIDENCE_THRESHOLD} on`,
        ja: `保留(非表示): 希少度 ${score}(${COINCIDENCE_THRESHOLD} から表示)`,
      },
      { en: `risk ${risk} of ${ALONE_RISK}`, ja: `リスク ${risk} / ${ALONE_RISK}` },
    ],
  };
}

/** AWS's own products are one family: two of them that say the same do not confirm each other. */
const familiesOf = (weighed: readonly WeighedAlert[]): number =>
  new Set(weighed.filter(({ input }) => levelRank(input.level) >= 1).map(({ alert }) => alert.source.split('-')[0])).size;

/** A rule that is common here does not confirm itself: of what it repeats only its heaviest alert counts. */
function confirmed(weighed: readonly WeighedAlert[]): WeighedAlert[] {
  const heaviest = new Map<string, WeighedAlert>();
  for (const one of weighed) {
    const known = heaviest.get(one.alert.ruleId);
    if (known === undefined || one.weight > known.weight) heaviest.set(one.alert.ruleId, one);
  }
  return weighed.filter((one) => rarity(one.actors) === 1 || heaviest.get(one.alert.ruleId) === one);
}

/** A decoy that was touched, however often, and an indicator of high confidence are each enough alone. */
function decisive(weighed: readonly WeighedAlert[]): LocalText[] {
  const touched = weighed.find(({ alert }) => alert.isCanary === true)?.alert.title;
  if (touched !== undefined)
    return [
      { en: `"${touched}" touches a decoy that nobody has a reason to touch`, ja: `「${touched}」がおとり資産(カナリア)に接触` },
    ];
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
