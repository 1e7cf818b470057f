/** The words of messages that are ours, in English and Japanese. */
import type { Level } from '../finding.ts';
import type { LocalText } from '../text.ts';
import type { NoticeKind } from './notice.ts';

export const KIND_WORDS: Readonly<Record<NoticeKind, LocalText>> = {
  incident_opened: { en: 'New incident', ja: '新規インシデント' },
  incident_grew: { en: 'Incident grew', ja: 'インシデント拡大' },
  severity_raised: { en: 'Severity raised', ja: '深刻度上昇' },
  incident_merged: { en: 'Incident merged', ja: 'インシデント統合' },
  incident_closed: { en: 'Incident closed', ja: 'インシデント完了' },
  assigned: { en: 'Assigned', ja: '担当割り当て' },
  escalated: { en: 'Escalated', ja: 'エスカレーション' },
  mentioned: { en: 'Mentioned', ja: 'メンション' },
  sla_due: { en: 'SLA is about to be missed', ja: 'SLA 期限間近' },
  sla_breached: { en: 'SLA missed', ja: 'SLA 違反' },
  approval_asked: { en: 'Approval needed', ja: '承認依頼' },
  response_ended: { en: 'Response ended', ja: '対応終了' },
  rule_error: { en: 'A rule fails', ja: 'ルールのエラー' },
  source_silent: { en: 'A source is silent', ja: 'ログソース停止' },
  test: { en: 'Test message', ja: 'テスト通知' },
};

export const LEVEL_WORDS: Readonly<Record<Level, LocalText>> = {
  informational: { en: 'INFORMATIONAL', ja: '情報' },
  low: { en: 'LOW', ja: '低' },
  medium: { en: 'MEDIUM', ja: '中' },
  high: { en: 'HIGH', ja: '高' },
  critical: { en: 'CRITICAL', ja: '重大' },
};

export const WORDS = {
  severity: { en: 'Severity', ja: '深刻度' },
  when: { en: 'When (UTC)', ja: '日時 (UTC)' },
  people: { en: 'For', ja: '宛先' },
  open: { en: 'Open in Yagura', ja: 'Yagura で開く' },
  more: { en: 'more messages', ja: '件の通知をまとめました' },
} as const satisfies Record<string, LocalText>;
