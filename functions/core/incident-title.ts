/** Turns the tactics of an incident into a title: the kind of attack in words, and by whom. */
import type { Alert } from './alert.ts';
import { techniqueById } from './attack/attack.ts';
import type { InvolvedEntity } from './incident.ts';
import type { LocalText } from './text.ts';

/** The kind that a tactic makes of an attack; the first one present names it, the others tell how it got there. */
const KINDS: readonly (readonly [string, LocalText])[] = [
  ['impact', { en: 'Destruction or disruption', ja: '破壊・業務妨害' }],
  ['exfiltration', { en: 'Data theft', ja: 'データ窃取' }],
  ['collection', { en: 'Data collection', ja: 'データ収集' }],
  ['credential-access', { en: 'Credential theft', ja: '認証情報の窃取' }],
  ['defense-impairment', { en: 'Tampering with defenses', ja: '防御の無効化' }],
  ['privilege-escalation', { en: 'Privilege escalation', ja: '権限昇格' }],
  ['persistence', { en: 'Backdoor access', ja: '永続化' }],
  ['lateral-movement', { en: 'Lateral movement', ja: '横展開' }],
  ['command-and-control', { en: 'Command and control', ja: '遠隔操作' }],
  ['execution', { en: 'Malicious execution', ja: '不正な実行' }],
  ['stealth', { en: 'Hidden activity', ja: '隠蔽活動' }],
  ['initial-access', { en: 'Suspicious access', ja: '不審なアクセス' }],
  ['discovery', { en: 'Reconnaissance of the environment', ja: '環境の探索' }],
  ['reconnaissance', { en: 'Reconnaissance', ja: '偵察' }],
  ['resource-development', { en: 'Preparation of an attack', ja: '攻撃の準備' }],
];

/** What an impact is called where its techniques all say more than the tactic. */
const IMPACTS: readonly (readonly [RegExp, LocalText])[] = [
  [/^T1486$/, { en: 'Encryption for ransom', ja: '身代金目的の暗号化' }],
  [/^T1496(\.|$)/, { en: 'Abuse of resources', ja: 'リソースの不正利用' }],
];

const MAX_NAME = 80;

/** Rules that name a tactic among others tell it in part only: what they tell together must come to this much. */
const TOLD_ENOUGH = 0.5;

export function titleOf(cores: readonly Alert[], entities: readonly InvolvedEntity[], fromSignals: boolean): LocalText {
  const actor =
    entities.find(({ part, type }) => part === 'actor' && type === 'principal') ?? entities.find(({ part }) => part === 'actor');
  const name = (actor?.name ?? actor?.id ?? '').slice(0, MAX_NAME);
  const by: LocalText = name === '' ? { en: '', ja: '' } : { en: ` by ${name}`, ja: `(${name})` };
  const [only] = cores;
  if (only !== undefined && new Set(cores.map(({ ruleId }) => ruleId)).size === 1) {
    return { en: `${only.title}${by.en}`, ja: `${only.title}${by.ja}` };
  }
  const kinds = kindsOf(cores);
  const [goal, ...before] = kinds;
  if (goal === undefined) return { en: `Several alerts${by.en}`, ja: `複数のアラート${by.ja}` };
  const after = before.slice(0, 2);
  const signals: LocalText = fromSignals ? { en: 'Weak signals of ', ja: '弱いシグナル: ' } : { en: '', ja: '' };
  const first = fromSignals ? goal.en.toLowerCase() : goal.en;
  return {
    en: `${signals.en}${first}${after.length === 0 ? '' : `, after ${after.map(({ en }) => en.toLowerCase()).join(' and ')}`}${by.en}`,
    ja: `${signals.ja}${goal.ja}${after.length === 0 ? '' : `(${after.map(({ ja }) => ja).join('・')}を経て)`}${by.ja}`,
  };
}

/** The kinds of attack that the alerts tell, the furthest first. */
function kindsOf(cores: readonly Alert[]): LocalText[] {
  const told = toldTactics(cores);
  const most = Math.min(TOLD_ENOUGH, Math.max(0, ...told.values()));
  return KINDS.flatMap(([tactic, words]) => {
    if ((told.get(tactic) ?? 0) < most || most === 0) return [];
    return [tactic === 'impact' ? impactOf(cores, words) : words];
  });
}

/** How much of each tactic is told: a rule that names one tells it whole, one that names three a third of each; a rule counts once. */
function toldTactics(cores: readonly Alert[]): Map<string, number> {
  const told = new Map<string, number>();
  for (const { tactics } of new Map(cores.map((alert) => [alert.ruleId, alert])).values())
    for (const tactic of tactics) told.set(tactic, (told.get(tactic) ?? 0) + 1 / tactics.length);
  return told;
}

function impactOf(cores: readonly Alert[], usual: LocalText): LocalText {
  const own = cores
    .filter(({ tactics }) => tactics.includes('impact'))
    .flatMap(({ attack }) => attack.filter((id) => techniqueById(id)?.tactics.includes('impact')));
  const named = IMPACTS.find(([pattern]) => own.some((id) => pattern.test(id)));
  if (named === undefined) return usual;
  const [pattern, words] = named;
  return pattern === IMPACTS[0]?.[0] || own.every((id) => pattern.test(id)) ? words : usual;
}
