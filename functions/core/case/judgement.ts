/** The two things that a verdict says beside right or wrong: how much harm was done, and what was at the root. */
import type { LocalText } from '../text.ts';
import type { Verdict } from '../verdict.ts';

/** Harm that was done, not harm that was possible. */
export const IMPACTS = ['none', 'low', 'medium', 'high'] as const;
export type Impact = (typeof IMPACTS)[number];

export const ROOT_CAUSES = [
  'stolen_credentials',
  'phishing',
  'vulnerability',
  'misconfiguration',
  'malware',
  'insider',
  'supply_chain',
  'human_error',
  'authorized_test',
  'authorized_change',
  'business_process',
  'rule_logic',
  'bad_data',
  'bad_intelligence',
  'unknown',
] as const;
export type RootCause = (typeof ROOT_CAUSES)[number];

const MALICIOUS = ROOT_CAUSES.slice(0, 8);

/** What may be at the root of each verdict: a permitted change is no phishing. */
export const ROOT_CAUSES_OF: Readonly<Record<Verdict, readonly RootCause[]>> = {
  true_positive: [...MALICIOUS, 'unknown'],
  benign_true_positive: ['authorized_test', 'authorized_change', 'business_process', 'human_error', 'unknown'],
  false_positive: ['rule_logic', 'bad_data', 'bad_intelligence', 'unknown'],
  undetermined: ['unknown'],
};

export const IMPACT_WORDS: Readonly<Record<Impact, LocalText>> = {
  none: { en: 'no impact', ja: '影響なし' },
  low: { en: 'low impact', ja: '影響小' },
  medium: { en: 'medium impact', ja: '影響中' },
  high: { en: 'high impact', ja: '影響大' },
};
export const ROOT_CAUSE_WORDS: Readonly<Record<RootCause, LocalText>> = {
  stolen_credentials: { en: 'stolen credentials', ja: '認証情報の窃取' },
  phishing: { en: 'phishing', ja: 'フィッシング' },
  vulnerability: { en: 'vulnerability', ja: '脆弱性' },
  misconfiguration: { en: 'misconfiguration', ja: '設定不備' },
  malware: { en: 'malware', ja: 'マルウェア' },
  insider: { en: 'insider', ja: '内部不正' },
  supply_chain: { en: 'supply chain', ja: 'サプライチェーン' },
  human_error: { en: 'human error', ja: '人為ミス' },
  authorized_test: { en: 'authorized test', ja: '許可された試験' },
  authorized_change: { en: 'authorized change', ja: '許可された変更' },
  business_process: { en: 'business process', ja: '業務処理' },
  rule_logic: { en: 'rule logic', ja: 'ルールの論理' },
  bad_data: { en: 'bad data', ja: 'データ不備' },
  bad_intelligence: { en: 'bad intelligence', ja: '脅威情報の誤り' },
  unknown: { en: 'unknown', ja: '不明' },
};
