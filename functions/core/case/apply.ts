/** The one way to change a case: state and operation → events, or a refusal that says what is allowed. Pure. */
import * as lifecycle from './apply-lifecycle.ts';
import * as other from './apply-other.ts';
import * as record from './apply-record.ts';
import { guard, NO_TOUCH } from './guard.ts';
import type { Operation, OperationName } from './operation.ts';
import { type ApplyContext, event, type Outcome } from './outcome.ts';
import type { CaseState } from './state.ts';

const APPLY: { [Name in OperationName]: lifecycle.Apply<Name> } = {
  acknowledge: lifecycle.acknowledge,
  assign: lifecycle.assign,
  watch: record.watch,
  unwatch: record.unwatch,
  comment: record.comment,
  add_task: record.addTask,
  complete_task: record.completeTask,
  set_status: lifecycle.setStatus,
  set_verdict: lifecycle.setVerdict,
  set_severity: lifecycle.setSeverity,
  set_asset_tier: lifecycle.setAssetTier,
  set_tlp: record.setTlp,
  link: other.link,
  unlink: other.unlink,
  merge: other.merge,
  unmerge: other.unmerge,
  escalate: lifecycle.escalate,
  pause: lifecycle.pause,
  resume: lifecycle.resume,
  add_evidence: record.addEvidence,
  record_custody: record.recordCustody,
  add_observable: record.addObservable,
  add_sighting: record.addSighting,
  add_timeline_entry: record.addTimelineEntry,
  propose_close: lifecycle.proposeClose,
  reject_close: lifecycle.rejectClose,
  approve_close: lifecycle.approveClose,
  close: lifecycle.close,
  reopen: lifecycle.reopen,
  start_work: record.startWork,
  stop_work: record.stopWork,
  log_work: record.logWork,
  record_timestamp: record.recordTimestamp,
  record_export: record.recordExport,
};

/** What an operation makes of a case. The first touch of a person, or of a rule that judges, acknowledges it. */
export function applyOperation(state: CaseState, operation: Operation, context: ApplyContext): Outcome {
  const refusal = guard(state, operation, context);
  if (refusal !== undefined) return refusal;
  const touched = touchedFirst(state, operation, context);
  const apply = APPLY[operation.op] as lifecycle.Apply<OperationName>;
  const outcome = apply(touched, operation, context);
  if (!outcome.ok || touched === state || outcome.events.length === 0) return outcome;
  return { ...outcome, events: [event('acknowledged', {}), ...outcome.events] };
}

/** The case as it is once it was acknowledged by this operation. */
function touchedFirst(state: CaseState, { op }: Operation, { actor, atMs }: ApplyContext): CaseState {
  const isJudging = op === 'set_verdict' || op === 'close';
  const isTouch = actor.kind === 'human' ? !NO_TOUCH.includes(op) : actor.kind === 'rule' && isJudging;
  if (!isTouch || state.times.ackMs !== null || state.status !== 'new') return state;
  return { ...state, status: 'triaging', times: { ...state.times, ackMs: atMs } };
}

export { otherCaseId } from './apply-other.ts';
