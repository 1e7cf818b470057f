/** Decides, by rules that no model can move, whether an incident may be closed without a person, is audited, or waits for one. */
import * as z from 'zod';
import { option, text } from '../config-option.ts';
import { sha256 } from '../digest.ts';
import { type Level, levelRank } from '../finding.ts';
import type { AssetTier } from '../risk-factors.ts';
import type { LocalText } from '../text.ts';
import { type Advice, asksForPerson } from './advisor.ts';
import type { Assessment } from './assess.ts';

/** What a deployment allows. Nothing is closed by default: the list of rules is empty. */
export const autoClosePolicySchema = z.strictObject({
  rules: option(z.array(z.string().min(1)).default([]), {
    ...text('Ids of the rules whose alerts may be closed without a person.', '人を介さずアラートをクローズしてよいルールの ID。'),
    why: text('Nothing is closed unseen unless somebody decided so.', '誰かが決めない限り、見ずにクローズしないため。'),
  }),
  since: option(
    z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'a day: yyyy-mm-dd')
      .optional(),
    text(
      'Audited errors before this day are settled: it is moved on when a rule that was stopped may go on.',
      'この日より前に監査で見つかった誤りは解決済みとします。停止したルールを再開するときに進めます。',
    ),
  ),
});
export type AutoClosePolicy = z.output<typeof autoClosePolicySchema>;

/** Below this upper bound of P(malicious), and by so many verdicts, a class is known well enough. */
export const MAX_UPPER = 0.02;
export const MIN_VERDICTS = 30;
/** The share of closable incidents that a person sees all the same. */
export const AUDIT_SHARE = 0.05;

export interface CloseQuestion {
  incidentId: string;
  severity: Level;
  /** One for each alert that is not a signal; none means that nothing is known. */
  assessments: readonly Assessment[];
  tier?: AssetTier;
  hasIntel: boolean;
  isCanary: boolean;
  /** When a person found that a closed or audited incident of each rule was malicious. */
  auditedErrorsMs: ReadonlyMap<string, number>;
  advice?: Advice;
}

export interface Guard {
  id: 'listed' | 'severity' | 'verdicts' | 'bound' | 'tier' | 'intel' | 'stopped' | 'advice';
  passed: boolean;
  says: LocalText;
}

export interface CloseDecision {
  /** `audit`: it could be closed, and a person looks to see whether that would have been right. */
  what: 'close' | 'audit' | 'person';
  guards: Guard[];
}

export function decideClose(question: CloseQuestion, policy: AutoClosePolicy): CloseDecision {
  const guards = guardsOf(question, policy);
  if (!guards.every(({ passed }) => passed)) return { what: 'person', guards };
  return { what: isAudited(question.incidentId) ? 'audit' : 'close', guards };
}

/** The same for one incident whenever it is asked, and unknown to who does not hold its id: no run can be lucky twice. */
export const isAudited = (incidentId: string): boolean =>
  Number.parseInt(sha256(`audit ${incidentId}`).slice(0, 8), 16) / 2 ** 32 < AUDIT_SHARE;

function guardsOf(question: CloseQuestion, policy: AutoClosePolicy): Guard[] {
  const { assessments, severity, tier, hasIntel, isCanary, advice } = question;
  const all = (test: (one: Assessment) => boolean): boolean => assessments.length > 0 && assessments.every(test);
  const verdicts = Math.min(...assessments.map((one) => one.verdicts));
  const upper = Math.max(...assessments.map(({ upper95 }) => upper95));
  const sinceMs = policy.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${policy.since}T00:00:00Z`);
  const isStopped = assessments.some(
    ({ ruleId }) =>
      (question.auditedErrorsMs.get(ruleId) ?? Number.NEGATIVE_INFINITY) >= sinceMs && question.auditedErrorsMs.has(ruleId),
  );
  const guard = (id: Guard['id'], passed: boolean, en: string, ja: string): Guard => ({ id, passed, says: { en, ja } });
  const shown = (value: number): string => (Number.isFinite(value) ? String(value) : '0');
  return [
    guard(
      'listed',
      all(({ ruleId }) => policy.rules.includes(ruleId)),
      'every rule of it is on the list',
      'すべてのルールが許可リストにある',
    ),
    guard(
      'severity',
      levelRank(severity) < levelRank('high'),
      `its severity is ${severity}, below high`,
      `深刻度 ${severity} が high 未満`,
    ),
    guard(
      'verdicts',
      all((one) => one.verdicts >= MIN_VERDICTS),
      `${shown(verdicts)} verdicts of each rule, ${MIN_VERDICTS} are needed`,
      `各ルールの判定 ${shown(verdicts)} 件(必要 ${MIN_VERDICTS} 件)`,
    ),
    guard(
      'bound',
      all(({ upper95 }) => upper95 < MAX_UPPER),
      `P(malicious) below ${boundText(upper)} with 95 % certainty, ${100 * MAX_UPPER} % are allowed`,
      `悪性の確率は 95 % の確かさで ${boundText(upper)} 未満(許容 ${100 * MAX_UPPER} %)`,
    ),
    guard('tier', tier !== 'crown_jewel', 'no crown jewel is involved', '最重要資産が関係しない'),
    guard('intel', !hasIntel && !isCanary, 'no canary and no indicator is involved', 'カナリア・脅威指標に該当しない'),
    guard('stopped', !isStopped, 'no audit found an error of these rules', '監査で誤りが見つかっていない'),
    guard('advice', !asksForPerson(advice), 'no advisor asks for a person', '助言者が人の確認を求めていない'),
  ];
}

const boundText = (upper: number): string => (Number.isFinite(upper) ? `${(100 * upper).toFixed(1)} %` : '100 %');
