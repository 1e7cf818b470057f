/** Turns the events of a case into what the case is now, one after the other; the same events always give the same state. */
import {
  actorKindOf,
  type CaseEvent,
  type CaseEventData,
  type CaseEventKind,
  chained,
  GENESIS,
  type NewCaseEvent,
} from './event.ts';
import type { Actor } from './outcome.ts';
import { emptyCase } from './project-empty.ts';
import { absorb, autoSeverity, changeIncident, severityOf } from './project-incident.ts';
import { respond } from './project-response.ts';
import { recordTime, withTime } from './project-time.ts';
import type { CaseState } from './state.ts';

type Reducer<Kind extends CaseEventKind> = (state: CaseState, data: CaseEventData<Kind>, event: CaseEvent) => Partial<CaseState>;

/** One more whenever the same events give another state: states that are stored beside their events are then projected anew. */
export const PROJECTION_VERSION = 2;

const MAX_REQUESTS = 40;
const stamp = ({ actor, atMs }: CaseEvent): { by: string; atMs: number } => ({ by: actor, atMs });

const REDUCERS: { [Kind in CaseEventKind]: Reducer<Kind> } = {
  opened: changeIncident,
  updated: changeIncident,
  merged: changeIncident,
  dissolved: changeIncident,
  response: respond,
  acknowledged: (state, _, { atMs }) => ({
    status: state.status === 'new' ? 'triaging' : state.status,
    times: withTime(state.times, { ackMs: state.times.ackMs ?? atMs }),
  }),
  assigned: (_state, { to }) => ({ owner: to }),
  watched: (state, { who }) => ({ watchers: [...new Set([...state.watchers, who])].sort() }),
  unwatched: (state, { who }) => ({ watchers: state.watchers.filter((id) => id !== who) }),
  commented: (state, { text, mentions, tlp }, event) => ({
    comments: [...state.comments, { seq: event.seq, text, mentions, tlp, ...stamp(event) }],
    watchers: [...new Set([...state.watchers, ...mentions])].sort(),
  }),
  task_added: (state, task, { actor }) => ({
    tasks: [...state.tasks, { ...task, addedBy: actor, result: null, note: '', doneBy: null, doneAtMs: null, from: null }],
  }),
  task_completed: (state, { taskId, result, note }, { actor, atMs }) => ({
    tasks: state.tasks.map((task) => (task.taskId === taskId ? { ...task, result, note, doneBy: actor, doneAtMs: atMs } : task)),
  }),
  status_changed: (state, { to }, { atMs }) => ({
    status: to,
    proposal: null,
    times: withTime(state.times, { resolveMs: to === 'resolved' ? atMs : null }),
  }),
  verdict_set: (state, { verdict, impact, rootCause, reason, alertIds }, event) => ({
    verdict: { verdict, impact, rootCause, reason, alertIds, byKind: actorKindOf(event), ...stamp(event) },
    judged: { ruleIds: state.ruleIds, severity: state.severityAuto, alertCount: state.alertIds.length },
    // What was proposed was proposed of another verdict.
    proposal: null,
    times: withTime(state.times, { verdictMs: event.atMs }),
  }),
  severity_set: (state, { to }) => ({ severity: to, severityHuman: { level: to, autoThen: autoSeverity(state) } }),
  asset_tier_set: (_, { to }) => ({ assetTier: to, isAssetTierHuman: true }),
  marking_set: (_, { tlp, pap }) => ({ tlp, pap }),
  linked: (state, { to, relation }) => ({ links: [...state.links, { to, relation }] }),
  unlinked: (state, { to, relation }) => ({
    links: state.links.filter((link) => link.to !== to || link.relation !== relation),
  }),
  joined: (state, { into }) => ({ status: 'merged', statusBefore: state.status, joinedInto: into, mergedInto: into }),
  separated: (state) => ({ status: state.statusBefore ?? 'triaging', statusBefore: null, joinedInto: null, mergedInto: null }),
  absorbed: absorb,
  released: (state, { caseId }) =>
    withMembers(
      state,
      state.absorbed.filter((member) => member.caseId !== caseId),
    ),
  member_grew: (state, { caseId, alertCount, severity }) =>
    withMembers(
      state,
      state.absorbed.map((member) => (member.caseId === caseId ? { ...member, alertCount, severity } : member)),
    ),
  escalated: (state, { from, to }, event) => ({ tier: to, escalations: [...state.escalations, { from, to, ...stamp(event) }] }),
  paused: (state, { reason, waitingFor }, { atMs }) => ({
    pauses: [...state.pauses, { fromMs: atMs, toMs: null, reason, waitingFor }],
  }),
  resumed: (state, _, { atMs }) => ({ pauses: ended(state.pauses, atMs) }),
  evidence_added: (state, evidence, event) => ({
    evidence: [
      ...state.evidence,
      {
        ...evidence,
        from: null,
        custody: [{ action: 'collected', to: null, note: '', by: evidence.collectedBy, atMs: event.atMs }],
      },
    ],
  }),
  custody_recorded: (state, { evidenceId, action, to, note }, event) => ({
    evidence: state.evidence.map((item) =>
      item.evidenceId === evidenceId ? { ...item, custody: [...item.custody, { action, to, note, ...stamp(event) }] } : item,
    ),
  }),
  observable_added: (state, observable, event) => ({
    observables: [...state.observables, { ...observable, ...stamp(event), from: null, sightings: [] }],
  }),
  sighting_added: (state, { observableId, seenAtMs, source, note }, event) => ({
    observables: state.observables.map((item) =>
      item.observableId === observableId
        ? { ...item, sightings: [...item.sightings, { seenAtMs, source, note, ...stamp(event) }] }
        : item,
    ),
  }),
  timeline_entry_added: (state, entry, event) => ({ entries: [...state.entries, { ...entry, ...stamp(event) }] }),
  close_proposed: (_, { reason }, event) => ({ proposal: { reason, ...stamp(event) } }),
  close_rejected: () => ({ proposal: null }),
  closed: (state, _, { atMs }) => ({
    status: 'closed',
    proposal: null,
    repeatCount: 0,
    pauses: ended(state.pauses, atMs),
    work: state.work.map((span) => ({ ...span, stopMs: span.stopMs ?? atMs })),
    times: withTime(state.times, { closeMs: atMs, resolveMs: state.times.resolveMs ?? atMs }),
  }),
  reopened: (state, { reason }, event) => ({
    // A person who reopens has it in hand; what reopened by itself must be seen again.
    status: actorKindOf(event) === 'rule' ? 'new' : 'investigating',
    verdict: null,
    judged: null,
    reopens: [...state.reopens, { reason, ...stamp(event) }],
    // Its clocks run again from here.
    alarms: [],
    times: withTime(state.times, {
      closeMs: null,
      resolveMs: null,
      verdictMs: null,
      ackMs: actorKindOf(event) === 'rule' ? null : event.atMs,
    }),
  }),
  work_started: (state, _, { actor, atMs }) => ({ work: [...state.work, { analyst: actor, startMs: atMs, stopMs: null }] }),
  work_stopped: (state, _, { actor, atMs }) => ({
    work: state.work.map((span) => (span.analyst === actor && span.stopMs === null ? { ...span, stopMs: atMs } : span)),
  }),
  work_logged: (state, { startMs, stopMs }, { actor }) => ({ work: [...state.work, { analyst: actor, startMs, stopMs }] }),
  timestamp_recorded: (state, { name, occurredAtMs }) => ({
    times: recordTime(state.times, name, occurredAtMs),
    recorded: [...new Set([...state.recorded, name])],
  }),
  sla_alarmed: (state, { clock, percent, dueMs }) => ({ alarms: [...state.alarms, { clock, percent, dueMs }] }),
  exported: () => ({}),
};

const ended = (pauses: CaseState['pauses'], atMs: number): CaseState['pauses'] =>
  pauses.map((pause) => ({ ...pause, toMs: pause.toMs ?? atMs }));

const withMembers = (state: CaseState, absorbed: CaseState['absorbed']): Partial<CaseState> => ({
  absorbed,
  severity: severityOf({ ...state, absorbed }),
});

/** The state after one more event. The first one must open the case. */
export function projectEvent(before: CaseState | undefined, event: CaseEvent): CaseState {
  const state = before ?? emptyCase(event);
  const reduce = REDUCERS[event.kind] as Reducer<CaseEventKind>;
  const { requestId } = event;
  const after = { ...state, ...reduce(state, event.data, event) };
  return {
    ...after,
    seq: event.seq,
    lastHash: event.hash,
    // Who only takes a copy does not work on it.
    isTouched: after.isTouched || (actorKindOf(event) !== 'rule' && event.kind !== 'exported'),
    updatedAtMs: event.atMs,
    updatedBy: event.actor,
    requests: requestId === undefined ? state.requests : [...state.requests, { requestId, seq: event.seq }].slice(-MAX_REQUESTS),
  };
}

/** The case that these events tell, from the first; undefined where there are none. */
export function projectCase(events: readonly CaseEvent[]): CaseState | undefined {
  let state: CaseState | undefined;
  for (const event of events) state = projectEvent(state, event);
  return state;
}

/** The state that events will give which have no place in the chain yet. */
export const projectNew = (before: CaseState, events: readonly NewCaseEvent[], by: { actor: Actor; atMs: number }): CaseState =>
  events.reduce(
    (state, one) =>
      projectEvent(
        state,
        chained({
          ...{ incidentId: state.incidentId, seq: state.seq + 1, atMs: by.atMs, prevHash: GENESIS },
          ...{ actor: by.actor.id, actorKind: by.actor.kind },
          ...one,
        }),
      ),
    before,
  );
