/** Turns the alerts of an incident into its severity, with the reasons in words. */
import type { Alert } from './alert.ts';
import { tacticOf } from './attack/attack.ts';
import { LEVELS, type Level, levelRank } from './finding.ts';
import { independentTactics, peakOf } from './risk.ts';
import type { WeighedAlert } from './surfacing.ts';
import type { LocalText } from './text.ts';

/** From this risk on an incident is at least high. */
const HIGH_RISK = 250;
/** Tactics at which an attacker has reached a goal. */
const GOALS = ['exfiltration', 'impact', 'defense-impairment'];

export interface Judgement {
  severity: Level;
  reasons: LocalText[];
  risk: number;
}

const atLeast = (level: Level, floor: Level): Level => (levelRank(level) >= levelRank(floor) ? level : floor);

/** The gravest alert sets the floor; breadth of the attack, a goal reached, and risk raise it. */
export function judge(weighed: readonly WeighedAlert[], cores: readonly Alert[], fromSignals: boolean): Judgement {
  const risk = peakOf(weighed);
  const breadth = independentTactics(cores);
  const goals = GOALS.filter((goal) => cores.some(({ tactics }) => tactics.includes(goal)));
  const gravest = [...cores].sort((a, b) => levelRank(b.level) - levelRank(a.level))[0];
  const reasons: LocalText[] = [];
  let severity: Level = fromSignals ? 'medium' : (gravest?.level ?? LEVELS[0]);
  if (fromSignals) reasons.push(signalReason(cores.length, breadth, risk));
  else if (gravest !== undefined) {
    reasons.push({
      en: `Its gravest alert is "${gravest.title}" (${severity})`,
      ja: `最も重大なアラート: 「${gravest.title}」(${severity})`,
    });
  }
  const raise = (to: Level, reason: LocalText): void => {
    if (levelRank(to) <= levelRank(severity)) return;
    severity = atLeast(severity, to);
    reasons.push(reason);
  };
  if (!fromSignals && breadth >= 3)
    raise('high', { en: `${breadth} ATT&CK tactics by different rules`, ja: `異なるルールで ATT&CK 戦術 ${breadth} 種` });
  if (!fromSignals && breadth >= 4 && severity === 'high' && goals.length > 0) {
    const names = goals.map((goal) => tacticOf(goal)?.name ?? goal).join(', ');
    raise('critical', {
      en: `${breadth} tactics, and a goal is reached: ${names}`,
      ja: `戦術 ${breadth} 種、目的に到達: ${names}`,
    });
  }
  if (risk >= HIGH_RISK)
    raise('high', { en: `Risk score ${risk} of its alerts together`, ja: `アラート全体のリスクスコア ${risk}` });
  return { severity, reasons, risk };
}

const signalReason = (count: number, breadth: number, risk: number): LocalText => ({
  en: `No single alert is grave, but ${count} signals of one actor show ${breadth} tactics (risk ${risk})`,
  ja: `単独で重大なものはないが、同一アクターの ${count} 件のシグナルが戦術 ${breadth} 種を示す(リスク ${risk})`,
});
