/** The seat of an advisor beside the model: it may add evidence and ask for a person, never lower, close or act. None sits there yet. */
import type { LocalText } from '../text.ts';
import type { Verdict } from '../verdict.ts';

/** What an advisor is shown: facts of ours, in which text from logs stands in columns that say so. */
export interface AdvisorQuestion {
  incidentId: string;
  facts: readonly { id: string; atMs: number; rule: string; says: string; isLogText: boolean }[];
}

export interface Advice {
  /** Who advises: model and version. */
  by: string;
  opinion: Verdict;
  /** 0–1. */
  confidence: number;
  says: LocalText;
  /** Ids of the facts that it rests on. */
  factIds: readonly string[];
  /** The facts held text that reads like instructions: then nothing is closed without a person. */
  injectionSuspected: boolean;
}

/** Undefined where it has nothing to say. */
export type Advisor = (question: AdvisorQuestion) => Promise<Advice | undefined>;

/** True where the advice must bring a person: it is the only thing that advice can do. */
export const asksForPerson = (advice: Advice | undefined): boolean =>
  advice !== undefined && (advice.injectionSuspected || advice.opinion === 'true_positive' || advice.opinion === 'undetermined');
