/** New cases that nobody took yet, and what verdicts taught → those that policy closes, and the share that a person audits. */
import { applyOperation } from '../core/case/apply.ts';
import type { NewCaseEvent } from '../core/case/event.ts';
import type { Operation } from '../core/case/operation.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import { projectNew } from '../core/case/project.ts';
import type { CaseState } from '../core/case/state.ts';
import { levelRank } from '../core/finding.ts';
import { type JudgedClosing, judgeClosing, type Learned, storedKnown, usualVerdict } from '../core/triage/close.ts';
import { AUDIT_SHARE, type AutoClosePolicy } from '../core/triage/policy.ts';
import { commitCases, openCases, readCase, type StoredCase } from '../ports/case-store.ts';
import { announce, parseOperation } from '../ports/change-case.ts';
import { readTriage } from '../ports/learned.ts';
import type { DutyPorts } from './stage.ts';

/** Who closes where policy does. A person's `reopen` takes it back, and policy leaves that case alone from then on. */
export const POLICY_ACTOR = { id: 'policy', kind: 'rule' } as const;

export interface AutoCloseReport {
  closedCount: number;
  /** Could be closed, and are left to a person who checks whether that would have been right. */
  auditedCount: number;
}

/** Safe to repeat and beside itself: a case that somebody changed meanwhile is left for the next look. */
export async function closeByPolicy(
  ports: DutyPorts,
  { policy, autoClose }: { policy: CasePolicy; autoClose: AutoClosePolicy },
): Promise<AutoCloseReport> {
  const report: AutoCloseReport = { closedCount: 0, auditedCount: 0 };
  const candidates = autoClose.rules.length === 0 ? [] : await untouched(ports);
  if (candidates.length > 0) {
    const learned = await readTriage(ports, storedKnown);
    for (const stored of candidates) {
      const { incidentId: id, severity, alertIds } = stored.state;
      const judged = judgeClosing({ id, severity, alertIds }, learned, autoClose);
      const events = eventsOf(stored.state, judged, { learned, policy, atMs: ports.clock.nowMs() });
      if (events.length === 0 || !(await commit(ports, stored, events))) continue;
      if (judged.what === 'close') report.closedCount++;
      else report.auditedCount++;
    }
  }
  ports.meter.count({ AutoClosedCount: report.closedCount, AutoCloseAuditCount: report.auditedCount });
  return report;
}

/** Cases below high that no person has looked at, judged or brought back. */
async function untouched({ table }: DutyPorts): Promise<StoredCase[]> {
  const heads = (await openCases(table)).filter(
    ({ status, severity, owner, verdict }) =>
      status === 'new' && owner === null && verdict === null && levelRank(severity) < levelRank('high'),
  );
  const found: StoredCase[] = [];
  for (const { incidentId } of heads) {
    const stored = await readCase(table, incidentId);
    if (stored !== undefined && isUntouched(stored.state)) found.push(stored);
  }
  return found;
}

const isUntouched = ({ status, owner, verdict, times, reopens, isTouched, absorbed }: CaseState): boolean =>
  status === 'new' &&
  owner === null &&
  verdict === null &&
  times.ackMs === null &&
  reopens.length === 0 &&
  !isTouched &&
  absorbed.every(({ by }) => by !== 'person');

interface Deciding {
  learned: Learned;
  policy: CasePolicy;
  atMs: number;
}

/** Empty where a person has to look, where the audit is noted already, and where the case lacks something that only a person can do. */
function eventsOf(state: CaseState, judged: JudgedClosing, of: Deciding): NewCaseEvent[] {
  const { what, assessments } = judged;
  if (what === 'person') return [];
  const lines = assessments.map(({ line }) => line.en).join('; ');
  if (what === 'audit') {
    if (state.comments.some(({ by }) => by === POLICY_ACTOR.id)) return [];
    const text = `Policy could close this. It is of the ${100 * AUDIT_SHARE} % that a person audits: judge it as if nobody had. ${lines}`;
    return applied(state, [parseOperation({ op: 'comment', text })], of) ?? [];
  }
  const verdict = usualVerdict(assessments, of.learned.judged);
  const reason = `closed by policy, every guard holds: ${lines}`;
  const operations = [
    parseOperation({ op: 'set_verdict', verdict, rootCause: 'unknown', reason }),
    parseOperation({ op: 'close', reason }),
  ];
  return applied(state, operations, of) ?? [];
}

/** The events of these operations one after the other; undefined where one is refused, as for required tasks that are open. */
function applied(before: CaseState, operations: readonly Operation[], { policy, atMs }: Deciding): NewCaseEvent[] | undefined {
  const events: NewCaseEvent[] = [];
  for (const operation of operations) {
    const state = projectNew(before, events, { actor: POLICY_ACTOR, atMs });
    const outcome = applyOperation(state, operation, { actor: POLICY_ACTOR, atMs, policy });
    if (!outcome.ok) return undefined;
    events.push(...outcome.events);
  }
  return events;
}

/** All or nothing, upon the very state that was judged. */
async function commit({ table, bus, clock }: DutyPorts, before: StoredCase, events: readonly NewCaseEvent[]): Promise<boolean> {
  const { incidentId } = before.state;
  const committed = await commitCases(table, [{ incidentId, before, events, actor: POLICY_ACTOR, atMs: clock.nowMs() }]);
  if (committed === undefined) return false;
  await announce(bus, committed);
  return true;
}
