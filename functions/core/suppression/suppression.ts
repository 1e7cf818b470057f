/** What a suppression says: which findings, why, who answers for it, and until when. Plain data, so that it travels into functions as JSON. */
import type { Condition, Selection } from '../sigma/ast.ts';

export interface Suppression {
  /** The file's name without its ending. */
  id: string;
  /** `suppressions/<id>.yml`, for messages. */
  path: string;
  title: string;
  reason: string;
  /** Who answers for it: a person or a team, best a mail address. */
  owner: string;
  /** From the first moment of this UTC day, epoch ms. */
  fromMs: number;
  /** Up to the last moment of its `expires` day: the first moment after it, epoch ms. */
  untilMs: number;
  /** Rule ids, names of rule files or their titles; `any` means every rule. */
  rules: readonly string[] | 'any';
  selections: readonly Selection[];
  condition: Condition;
  /** It reads fields of the event itself, which only the ingest pass has at hand. */
  readsEvent: boolean;
}

export const DAY_MS = 86_400_000;
/** Nobody may look away for longer without saying so again. */
export const MAX_DAYS = 366;

/** The last UTC day that it holds, `yyyy-mm-dd`. */
export const lastDay = ({ untilMs }: Pick<Suppression, 'untilMs'>): string => new Date(untilMs - 1).toISOString().slice(0, 10);

/** Its time is over. Whether it held for a finding is asked of the finding's own time, not of the clock. */
export const isExpired = ({ untilMs }: Pick<Suppression, 'untilMs'>, nowMs: number): boolean => nowMs >= untilMs;
