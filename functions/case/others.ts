/** What happens to one case → what other cases have to hear: the one that takes it over, lets it go, or holds it by a person's merge. */
import { carriedFrom } from '../core/case/apply-other.ts';
import type { NewCaseEvent } from '../core/case/event.ts';
import { isEnded } from '../core/case/lifecycle.ts';
import { event } from '../core/case/outcome.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import { reopening } from '../core/case/reopening.ts';
import type { CaseState } from '../core/case/state.ts';

export interface OtherEvents {
  incidentId: string;
  events: NewCaseEvent[];
}

const MAX_DEPTH = 10;

/** The case that correlation merged this one into has its people and its open work now. @param target undefined where it has no case yet */
export function takenOver(before: CaseState, target: CaseState | undefined): NewCaseEvent[] {
  if (target?.absorbed.some(({ caseId }) => caseId === before.incidentId) === true) return [];
  const carried = carriedFrom(before);
  const absorbed = event('absorbed', {
    caseId: before.incidentId,
    by: 'correlation',
    reason: 'correlation found that it is the same attack',
    carried,
  });
  const isUnfinished = before.isTouched && !isEnded(before.status);
  if (target?.status !== 'closed' || !isUnfinished) return [absorbed];
  return [
    absorbed,
    event('reopened', { reason: `${before.incidentId}, still being worked on, was merged into it`, alertIds: [] }),
  ];
}

/** It stands alone again. */
export const letGo = (before: CaseState, target: CaseState | undefined): NewCaseEvent[] =>
  target?.absorbed.some(({ caseId, by }) => caseId === before.incidentId && by === 'correlation') === true
    ? [event('released', { caseId: before.incidentId, reason: 'correlation keeps it apart again' })]
    : [];

export interface Growth {
  policy: CasePolicy;
  nowMs: number;
  read(incidentId: string): Promise<CaseState | undefined>;
}

/** A case that a person merged elsewhere grows: all that hold it, directly or not, hear of it. */
export async function growthOf(
  member: CaseState,
  added: readonly string[],
  { policy, nowMs, read }: Growth,
): Promise<OtherEvents[]> {
  const told: OtherEvents[] = [];
  let child = member;
  for (let depth = 0; depth < MAX_DEPTH && child.joinedInto !== null; depth++) {
    const holder = await read(child.joinedInto);
    if (holder === undefined) break;
    const alertCount = child.alertIds.length + child.absorbed.reduce((sum, one) => sum + one.alertCount, 0);
    const { severity, incidentId: caseId } = child;
    const events = [event('member_grew', { caseId, seq: child.seq, alertCount, severity })];
    if (holder.status === 'closed') {
      const facts = { ruleIds: [...holder.ruleIds, ...child.ruleIds] };
      const reason = reopening(holder, { severity, alertsAdded: added, facts }, { policy, nowMs });
      if (reason !== undefined) events.push(event('reopened', { reason, alertIds: added.slice(0, 100) }));
    }
    told.push({ incidentId: holder.incidentId, events });
    child = {
      ...holder,
      absorbed: holder.absorbed.map((one) => (one.caseId === caseId ? { ...one, alertCount, severity } : one)),
    };
  }
  return told;
}
