/** Turns a plan into the text that a person reads before deciding: what, where, why, what stays open, how to undo. */
import type { Json } from './json.ts';
import type { Plan, PlannedCall, PlannedStep } from './plan.ts';
import type { Locale, LocalText } from './text.ts';

/** One line of text that cannot steer a terminal: control, format and bidirectional characters become visible. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);

const WORDS = {
  plan: { en: 'Plan', ja: '計画' },
  run: { en: 'run', ja: '実行' },
  playbook: { en: 'Playbook', ja: 'プレイブック' },
  incident: { en: 'Incident', ja: 'インシデント' },
  undo: { en: 'taking back', ja: '取り消し対象' },
  why: { en: 'Why', ja: '理由' },
  asked: { en: 'asked by', ja: '依頼者' },
  needs: { en: 'Needs', ja: '必要な承認' },
  where: { en: 'Where', ja: '対象' },
  now: { en: 'Now', ja: '現在' },
  calls: { en: 'Calls', ja: '呼び出し' },
  nothing: { en: 'nothing: it is so already', ja: 'なし（すでにその状態です）' },
  reach: { en: 'Reach', ja: '影響範囲' },
  open: { en: 'Stays open', ja: '残るリスク' },
  back: { en: 'Undo', ja: '元に戻す方法' },
  late: { en: 'decided when it runs', ja: '実行時に決定' },
} as const satisfies Record<string, LocalText>;

const REACH: readonly LocalText[] = [
  { en: 'one credential or object', ja: '認証情報またはオブジェクト 1 件' },
  { en: 'one identity or host', ja: 'ID またはホスト 1 件' },
  { en: 'one workload, subnet or bucket', ja: 'ワークロード、サブネット、バケット 1 件' },
  { en: 'the whole account', ja: 'アカウント全体' },
  { en: 'the whole organization', ja: '組織全体' },
];
const REVERSIBLE = {
  full: { en: 'can be taken back fully', ja: '完全に元に戻せます' },
  partial: { en: 'can be taken back in part', ja: '一部を元に戻せます' },
  none: { en: 'cannot be taken back', ja: '元に戻せません' },
} as const satisfies Record<PlannedStep['reversible'], LocalText>;

export interface PlanTextOptions {
  /** When the question expires, epoch ms. */
  expiresAtMs?: number;
}

/** Lines without colour or markup. Whatever came from a log or a person is made printable. */
export function planText(plan: Plan, locale: Locale, options: PlanTextOptions = {}): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][locale];
  const head = [
    `${word('plan')} ${plan.hash.slice(0, 12)} (${word('run')} ${plan.runId})`,
    `${word('playbook')}: ${plan.playbook}   ${word('incident')}: ${plan.incidentId}`,
    `${word('why')}: ${printable(plan.reason)} (${word('asked')}: ${printable(plan.requester)})`,
    `${word('needs')}: ${needsText(plan, locale, options)}`,
  ];
  return [...head, ...plan.steps.flatMap((step) => ['', ...stepLines(step, plan, locale)])].join('\n');
}

function needsText({ approvalsNeeded }: Plan, locale: Locale, { expiresAtMs }: PlanTextOptions): string {
  const until =
    expiresAtMs === undefined ? undefined : `${new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const english = approvalsNeeded === 1 ? 'the approval of 1 person' : `the approval of ${approvalsNeeded} persons`;
  if (locale === 'en') return `${english}${until === undefined ? '' : `, until ${until}`}`;
  return `${approvalsNeeded} 名の承認${until === undefined ? '' : `（期限 ${until}）`}`;
}

function stepLines(step: PlannedStep, plan: Plan, locale: Locale): string[] {
  const word = (key: keyof typeof WORDS): string => WORDS[key][locale];
  const { target, texts, origin } = step;
  const isUndo = plan.kind === 'undo';
  const what = isUndo ? texts.undoes[locale] : texts.does[locale];
  const now = [...Object.entries(step.observed), ...Object.entries(step.facts)].map(([key, value]) => `${key} = ${short(value)}`);
  const calls = step.calls.map((call) => callText(call, word('late')));
  const lines = [
    `${step.index + 1}. ${what}`,
    `   ${word('where')}: ${target.provider} ${target.accountId} ${target.region}, ${printable(target.uid)}`,
    ...(origin === undefined ? [] : [`   ${word('undo')}: ${word('run')} ${origin.runId} #${origin.index + 1}`]),
    `   ${word('now')}: ${now.join(', ')}`,
    `   ${word('calls')}: ${calls.length === 0 ? word('nothing') : calls.join('; ')}`,
    `   ${word('reach')}: ${REACH[step.blastRadius - 1]?.[locale] ?? step.blastRadius}; ${REVERSIBLE[step.reversible][locale]}`,
  ];
  if (isUndo) return lines;
  const open = texts.staysOpen.map((text) => `     - ${text[locale]}`);
  return [
    ...lines,
    ...(open.length === 0 ? [] : [`   ${word('open')}:`, ...open]),
    `   ${word('back')}: ${texts.undoes[locale]}`,
  ];
}

function callText(call: PlannedCall, lateWord: string): string {
  const late = (call.late ?? []).map((name) => `${name}=(${lateWord})`);
  const given = Object.entries(call.parameters).map(([name, value]) => `${name}=${short(value)}`);
  return `${call.service}:${call.operation} ${[...given, ...late].join(' ')}`.trim();
}

const MAX_VALUE = 300;
const short = (value: Json): string => {
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}… (${text.length})`;
};
