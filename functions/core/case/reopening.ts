/** Tells whether new alerts of a closed case are what was judged already, or something that people have to look at again. */
import { type Level, levelRank } from '../finding.ts';
import type { CasePolicy } from './policy.ts';
import type { CaseState } from './state.ts';

const DAY_MS = 86_400_000;

export interface Grown {
  severity: Level;
  alertsAdded: readonly string[];
  facts?: { ruleIds: readonly string[] } | undefined;
}

/**
 * Why the case comes back; undefined where it stays closed. Only what was judged false or benign may repeat, by the same rules, no
 * graver, and not for ever: an attacker who hides in known noise changes one of these.
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
  const isHarmless = verdict?.verdict === 'false_positive' || verdict?.verdict === 'benign_true_positive';
  if (!isHarmless || judged === null) return `${count} new alerts after it was closed as ${verdict?.verdict ?? 'unjudged'}`;
  const newRules = (grown.facts?.ruleIds ?? []).filter((id) => !judged.ruleIds.includes(id));
  if (newRules.length > 0) return `${count} new alerts after it was closed, ${newRules.length} of its rules were not judged`;
  if (isGraver) return `${count} new alerts after it was closed, now ${grown.severity}`;
  const ageMs = nowMs - (times.closeMs ?? nowMs);
  return ageMs > policy.repeatDays * DAY_MS
    ? `${count} alerts, more than ${policy.repeatDays} days after it was closed`
    : undefined;
}
