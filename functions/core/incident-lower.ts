/** Turns an incident's weighed alerts into what would lower its severity or take it from the queue: each counterfactual is computed. */
import { isCore } from './alert.ts';
import { type Level, levelRank } from './finding.ts';
import { judge } from './incident-severity.ts';
import { peakOf, RISK_HALF_LIFE_MS, RISK_THRESHOLD, rarity, type Weighed } from './risk.ts';
import { type Surfacing, surfacingOf, type WeighedAlert } from './surfacing.ts';
import type { LocalText } from './text.ts';

const MAX_RULES = 6;
const MAX_NOTES = 3;

export interface Lowering {
  weighed: readonly WeighedAlert[];
  fromSignals: boolean;
  severity: Level;
  surfacing: Surfacing;
}

export function lowersOf(of: Lowering): LocalText[] {
  return [...withoutOneRule(of), ...byWaiting(of), ...alreadyLess(of.weighed)];
}

/** What remains where one rule's alerts turn out to be wrong. */
function withoutOneRule({ weighed, fromSignals, severity, surfacing }: Lowering): LocalText[] {
  const byRule = Map.groupBy(weighed, ({ alert }) => alert.ruleId);
  const gravest = [...byRule.values()]
    .sort((a, b) => sumOf(b) - sumOf(a) || (ruleOf(a) < ruleOf(b) ? -1 : 1))
    .slice(0, MAX_RULES);
  return gravest.flatMap((alerts): LocalText[] => {
    const [first] = alerts;
    if (first === undefined) return [];
    const { title, ruleId } = first.alert;
    const rest = weighed.filter(({ alert }) => alert.ruleId !== ruleId);
    const cores = rest.map(({ alert }) => alert).filter(({ level }) => fromSignals || isCore(level));
    if (cores.length === 0)
      return [{ en: `If "${title}" is false, nothing of it is left`, ja: `「${title}」が誤検知なら何も残りません` }];
    const left = judge(rest, cores, fromSignals).severity;
    const isShown = surfacingOf(rest).isSurfaced;
    if (levelRank(left) >= levelRank(severity) && isShown === surfacing.isSurfaced) return [];
    const queue: LocalText =
      isShown === surfacing.isSurfaced ? { en: '', ja: '' } : { en: ', and leaves the queue', ja: '、キューから外れます' };
    return [
      { en: `If "${title}" is false, it is ${left}${queue.en}`, ja: `「${title}」が誤検知なら深刻度は ${left}${queue.ja}` },
    ];
  });
}

const sumOf = (weighed: readonly Weighed[]): number => weighed.reduce((sum, { weight }) => sum + weight, 0);
const ruleOf = (weighed: readonly WeighedAlert[]): string => weighed[0]?.alert.ruleId ?? '';

/** How long nothing must follow until risk, as it stands at the end, is below the threshold. */
function byWaiting({ weighed }: Lowering): LocalText[] {
  const last = weighed.at(-1)?.input.timeMs ?? 0;
  const nowScore = weighed.reduce(
    (score, { weight, input }) => score + weight * 2 ** -((last - input.timeMs) / RISK_HALF_LIFE_MS),
    0,
  );
  if (peakOf(weighed) < RISK_THRESHOLD || nowScore <= RISK_THRESHOLD) return [];
  const hours = Math.ceil(24 * Math.log2(nowScore / RISK_THRESHOLD));
  return [
    {
      en: `Risk halves every 24 h: ${hours} h after its last alert it is below ${RISK_THRESHOLD}; what was surfaced stays until a person decides`,
      ja: `リスクは 24 時間で半減: 最後のアラートから ${hours} 時間で ${RISK_THRESHOLD} 未満になりますが、表示済みのものは人が判断するまで残ります`,
    },
  ];
}

/** What habit has taken off already. */
function alreadyLess(weighed: readonly WeighedAlert[]): LocalText[] {
  const told = new Map<string, LocalText>();
  for (const { alert, repeats, actors } of weighed) {
    if (told.has(alert.ruleId)) continue;
    const isCommon = rarity(actors) < 1;
    if (!isCommon && repeats < 3) continue;
    told.set(alert.ruleId, {
      en: `"${alert.title}" counts for less already: ${isCommon ? `it named ${actors} actors this week` : `it said the same ${repeats} times`}`,
      ja: `「${alert.title}」は既に低く評価: ${isCommon ? `今週 ${actors} 件のアクターに発生` : `同じ内容が ${repeats} 回`}`,
    });
  }
  return [...told.values()].slice(0, MAX_NOTES);
}
