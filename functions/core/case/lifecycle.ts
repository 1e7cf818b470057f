/** The statuses of a case, the phase of NIST SP 800-61r3 that each stands for, and which may follow which. */
import type { LocalText } from '../text.ts';

/** `merged` and `dissolved` come from correlation or from a merge by a person, never from a status change. */
export const STATUSES = [
  'new',
  'triaging',
  'investigating',
  'containing',
  'eradicating',
  'recovering',
  'resolved',
  'closed',
  'merged',
  'dissolved',
] as const;
export type CaseStatus = (typeof STATUSES)[number];

/** The functions of incident response and the lessons after it. @see NIST SP 800-61r3, section 3 (CSF 2.0 DE, RS, RC and ID.IM) */
export const PHASES = ['detect', 'analyze', 'contain', 'eradicate', 'recover', 'improve'] as const;
export type Phase = (typeof PHASES)[number];

export const PHASE_OF: Readonly<Record<CaseStatus, Phase>> = {
  new: 'detect',
  triaging: 'analyze',
  investigating: 'analyze',
  containing: 'contain',
  eradicating: 'eradicate',
  recovering: 'recover',
  resolved: 'improve',
  closed: 'improve',
  merged: 'detect',
  dissolved: 'detect',
};

/** Statuses that a person may set from each; closing, reopening and merging are operations of their own. */
export const TRANSITIONS: Readonly<Record<CaseStatus, readonly CaseStatus[]>> = {
  new: ['triaging', 'investigating'],
  triaging: ['investigating', 'containing', 'resolved'],
  investigating: ['triaging', 'containing', 'eradicating', 'recovering', 'resolved'],
  containing: ['investigating', 'eradicating', 'recovering', 'resolved'],
  eradicating: ['investigating', 'containing', 'recovering', 'resolved'],
  recovering: ['investigating', 'containing', 'eradicating', 'resolved'],
  resolved: ['investigating', 'containing', 'eradicating', 'recovering'],
  closed: [],
  merged: [],
  dissolved: [],
};

/** Nobody works on these any more. */
export const isEnded = (status: CaseStatus): boolean => status === 'closed' || status === 'merged' || status === 'dissolved';

export const STATUS_WORDS: Readonly<Record<CaseStatus, LocalText>> = {
  new: { en: 'new', ja: '新規' },
  triaging: { en: 'triaging', ja: 'トリアージ中' },
  investigating: { en: 'investigating', ja: '調査中' },
  containing: { en: 'containing', ja: '封じ込め中' },
  eradicating: { en: 'eradicating', ja: '根絶中' },
  recovering: { en: 'recovering', ja: '復旧中' },
  resolved: { en: 'resolved', ja: '解決済み' },
  closed: { en: 'closed', ja: 'クローズ' },
  merged: { en: 'merged', ja: '統合済み' },
  dissolved: { en: 'dissolved', ja: '解消' },
};
export const PHASE_WORDS: Readonly<Record<Phase, LocalText>> = {
  detect: { en: 'detect', ja: '検知' },
  analyze: { en: 'analyze', ja: '分析' },
  contain: { en: 'contain', ja: '封じ込め' },
  eradicate: { en: 'eradicate', ja: '根絶' },
  recover: { en: 'recover', ja: '復旧' },
  improve: { en: 'improve', ja: '改善' },
};
