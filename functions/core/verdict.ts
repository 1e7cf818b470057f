/** What a person judged of alerts and incidents: the verdicts, their words, and the one record that learning and measures read. */
import * as z from 'zod';
import type { LocalText } from './text.ts';

/** Right and malicious; right but permitted; wrong logic or data; nobody could tell. */
export const VERDICTS = ['true_positive', 'benign_true_positive', 'false_positive', 'undetermined'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How a verdict is called in a sentence and in a table. */
export const VERDICT_WORDS: Readonly<Record<Verdict, LocalText>> = {
  true_positive: { en: 'true positive', ja: '正検知(脅威あり)' },
  benign_true_positive: { en: 'benign true positive', ja: '正検知(許可された行為)' },
  false_positive: { en: 'false positive', ja: '誤検知' },
  undetermined: { en: 'undetermined', ja: '判定不能' },
};

/** The field's abbreviations, for a narrow column. */
export const VERDICT_SHORT: Readonly<Record<Verdict, string>> = {
  true_positive: 'TP',
  benign_true_positive: 'BTP',
  false_positive: 'FP',
  undetermined: 'UND',
};

/** Who judged. Only what a person said, or confirmed, is learned from. */
export const JUDGES = ['human', 'policy', 'advisor'] as const;
export type Judge = (typeof JUDGES)[number];

/** One verdict on one incident: about all its alerts, or about those that are named. A later one on the same alert replaces it. */
export const verdictRecordSchema = z.strictObject({
  incidentId: z.string().min(1),
  /** The alerts that it is about; empty means every alert of the incident. */
  alertIds: z.array(z.string()),
  verdict: z.enum(VERDICTS),
  /** When it was given, epoch ms. */
  atMs: z.number(),
  by: z.enum(JUDGES),
  /** The person, policy or advisor. */
  name: z.string(),
});
export type VerdictRecord = z.infer<typeof verdictRecordSchema>;

/** True where what the rule says did happen: malicious, or permitted. */
export const isRightDetection = (verdict: Verdict): boolean => verdict === 'true_positive' || verdict === 'benign_true_positive';

/** True where nobody has to do anything: wrong, or permitted. */
export const isHarmless = (verdict: Verdict): boolean => verdict === 'false_positive' || verdict === 'benign_true_positive';
