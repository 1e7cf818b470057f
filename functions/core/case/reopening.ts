/** Tells whether new alerts of a closed case are what was judged already, or something that people have to look at again. */
import { type Level, levelRank } from '../finding.ts';
import { isHarmless } from '../verdict.ts';
import type { CasePolicy } from './policy.ts';
import type { CaseState } from './state.ts';

const DAY_MS = 86_400_000;

export interface Grown {
  severity: Level;
  alertsAdded: readonly string[];
  facts?: { ruleIds: readonly string[] } | undefined;
  /** False where what is new of it, without what was judged, is nothing that a person has to see. Default: true. */
  isSurfaced?: boolean;
}

/**
 * Why the case comes back; undefined where it stays closed. Only what was judged false or benign may repeat: while what is new would not be
 * shown by itself, or by the same rules, no graver, and not for ever. An attacker who hides in known noise changes one of these.
 */
export function reopening(
  closed: CaseState,
  grown: Grown,
  { policy, nowMs }: { policy: CasePolicy; nowMs: number },
): string | undefined {
  const count = grown.alertsAdded.length;
  const { verdict, judged, times } = closed;
  const isGraver = judged !== null && levelRank(grown.severity) > levelRank(judged.severity);
  if (count === 0) return isGraver ? `it became ${grown.severity} after it was closed` : undefined;
  if (verdict === null || !isHarmless(verdict.verdict) || judged === null)
    return `${count} new alerts after it was closed as ${verdict?.verdict ?? 'unjudged'}`;
  const ageMs = nowMs - (times.closeMs ?? nowMs);
  if (ageMs > policy.repeatDays * DAY_MS) return `${count} alerts, more than ${policy.repeatDays} days after it was closed`;
  if (grown.isSurfaced === false) return undefined;
  if (isGraver) return `${count} new alerts after it was closed, now ${grown.severity}`;
  const newRules = (grown.facts?.ruleIds ?? []).filter((id) => !judged.ruleIds.includes(id));
  return newRules.length > 0
    ? `${count} new alerts after it was closed, ${newRules.length} of its rules were not judged`
    : undefined;
}
