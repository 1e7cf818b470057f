/** Turns one event of a case, and what the case was after it, into an OCSF Incident Finding (2005). */
import type { Incident } from '../incident.ts';
import { toIncidentFinding } from '../incident-ocsf.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import type { Verdict } from '../verdict.ts';
import { actorKindOf, type CaseEvent } from './event.ts';
import { eventText } from './event-text.ts';
import type { Impact } from './judgement.ts';
import { type CaseStatus, isEnded } from './lifecycle.ts';
import type { CasePolicy } from './policy.ts';
import { casePriority, type Priority } from './priority.ts';
import { slaClocks } from './sla.ts';
import { overMs } from './sla-moment.ts';
import type { CaseState } from './state.ts';

/** Longer data of an event is left out of the lake; the chain has it. */
const MAX_DATA_CHARS = 20_000;

const STATUS_ID: Readonly<Record<CaseStatus, number>> = {
  new: 1,
  triaging: 2,
  investigating: 2,
  containing: 2,
  eradicating: 2,
  recovering: 2,
  resolved: 4,
  closed: 5,
  merged: 5,
  dissolved: 5,
};
/** 0 Unknown, 1 False Positive, 2 True Positive, 5 Benign, 7 Insufficient Data. */
const VERDICT_ID: Readonly<Record<Verdict, number>> = {
  true_positive: 2,
  benign_true_positive: 5,
  false_positive: 1,
  undetermined: 7,
};
/** 1 Low … 4 Critical. */
const PRIORITY_ID: Readonly<Record<Priority, number>> = { P1: 4, P2: 3, P3: 2, P4: 1 };
const IMPACT_ID: Readonly<Record<Impact, number | undefined>> = { none: undefined, low: 1, medium: 2, high: 3 };

export interface CaseMoment {
  incident: Incident;
  /** The case after this event. */
  state: CaseState;
  event: CaseEvent;
  policy: CasePolicy;
}

export function toCaseFinding({ incident, state, event, policy }: CaseMoment): OcsfEvent {
  const isPaused = state.pauses.some(({ toMs }) => toMs === null);
  const isOver = isEnded(state.status);
  const { verdict } = state;
  return toIncidentFinding(incident, {
    seq: event.seq,
    atMs: event.atMs,
    activityId: isOver ? 3 : event.seq === 1 ? 1 : 2,
    severity: state.severity,
    statusId: isPaused && !isOver ? 3 : STATUS_ID[state.status],
    verdictId: verdict === null ? 0 : VERDICT_ID[verdict.verdict],
    priorityId: PRIORITY_ID[casePriority(state, policy.defaultAssetTier)],
    impactId: verdict === null ? undefined : IMPACT_ID[verdict.impact],
    assignee: state.owner,
    group: state.tier,
    comment: eventText(event).en,
    unmapped: recordOf(event, state, policy),
  });
}

function recordOf(event: CaseEvent, state: CaseState, policy: CasePolicy): Record<string, string> {
  const data = JSON.stringify(event.data);
  const record: Record<string, string> = {
    case_seq: String(event.seq),
    case_event: event.kind,
    case_actor: event.actor,
    case_actor_kind: actorKindOf(event),
    case_hash: event.hash,
    case_status: state.status,
    case_tlp: state.tlp,
    case_times: JSON.stringify(state.times),
    case_clocks: clocksOf(event, state, policy),
  };
  if (data.length <= MAX_DATA_CHARS) record['case_data'] = data;
  if (state.verdict !== null) record['case_root_cause'] = state.verdict.rootCause;
  return record;
}

/** When the time of each clock is over, and when it was met: business time is reckoned here, not in SQL. */
function clocksOf({ atMs }: CaseEvent, state: CaseState, policy: CasePolicy): string {
  const clocks = slaClocks(state, policy, atMs).map((one) => [
    one.clock,
    { overMs: overMs(one, state), metMs: one.metMs, isCancelled: one.isCancelled },
  ]);
  return JSON.stringify(Object.fromEntries(clocks));
}
