/** Which events that came meanwhile make an operation mean something else than its author thought. */
import type { CaseEvent, CaseEventKind } from './event.ts';
import type { Operation, OperationName } from './operation.ts';

const ENDS = ['closed', 'reopened', 'joined', 'merged', 'dissolved', 'separated'] as const satisfies CaseEventKind[];
const JUDGES = ['verdict_set', 'severity_set', 'status_changed', 'updated', ...ENDS] as const satisfies CaseEventKind[];

/** Operations that are not here add to the case and can be applied to whatever it became. */
const CONFLICTS: Readonly<Partial<Record<OperationName, readonly CaseEventKind[]>>> = {
  assign: ['assigned', ...ENDS],
  set_status: ['status_changed', ...ENDS],
  set_verdict: ['verdict_set', 'updated', ...ENDS],
  set_severity: ['severity_set', ...ENDS],
  set_asset_tier: ['asset_tier_set', ...ENDS],
  set_tlp: ['marking_set'],
  merge: ['absorbed', ...ENDS],
  unmerge: ENDS,
  escalate: ['escalated', ...ENDS],
  pause: ['paused', 'resumed', ...ENDS],
  resume: ['paused', 'resumed', ...ENDS],
  propose_close: ['close_proposed', 'close_rejected', ...JUDGES],
  approve_close: ['close_proposed', 'close_rejected', ...JUDGES],
  reject_close: ['close_proposed', ...ENDS],
  close: ['close_proposed', 'close_rejected', ...JUDGES],
  reopen: ENDS,
};

/** What others did meanwhile that the author of an operation has to know first. */
export function conflictsOf(operation: Operation, actor: string, later: readonly CaseEvent[]): CaseEvent[] {
  const kinds = CONFLICTS[operation.op] ?? [];
  return later.filter((event) => event.actor !== actor && kinds.includes(event.kind) && !isMoreOfTheSame(event));
}

/** An incident that grows by alerts of rules that it has already, no graver, changes no judgement. */
const isMoreOfTheSame = (event: CaseEvent): boolean =>
  event.kind === 'updated' &&
  event.data.severity === event.data.severityBefore &&
  (event.data.rulesAdded === undefined || event.data.rulesAdded.length === 0);
