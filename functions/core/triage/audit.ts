/** Verdicts → of which rules an audit found an error: closed by policy, or of the audited share, and malicious by a person's word. */
import { isCore } from '../alert.ts';
import type { VerdictRecord } from '../verdict.ts';
import type { Judgeable } from './examples.ts';
import { isAudited } from './policy.ts';

/** Rule → when a person said so last, epoch ms. */
export function auditedErrors(
  alerts: readonly Judgeable[],
  verdicts: readonly VerdictRecord[],
  listed: readonly string[],
): Map<string, number> {
  const rulesOf = new Map<string, Set<string>>();
  for (const { incidentId, ruleId, level } of alerts)
    if (incidentId !== null && isCore(level)) rulesOf.set(incidentId, (rulesOf.get(incidentId) ?? new Set()).add(ruleId));
  const closed = new Set<string>();
  const errors = new Map<string, number>();
  for (const { incidentId, by, verdict, atMs } of [...verdicts].sort((a, b) => a.atMs - b.atMs)) {
    const rules = [...(rulesOf.get(incidentId) ?? [])];
    if (by === 'policy' && verdict !== 'true_positive') closed.add(incidentId);
    if (by !== 'human' || verdict !== 'true_positive') continue;
    const wasSampled = isAudited(incidentId) && rules.length > 0 && rules.every((rule) => listed.includes(rule));
    if (closed.has(incidentId) || wasSampled) for (const rule of rules) errors.set(rule, atMs);
  }
  return errors;
}
