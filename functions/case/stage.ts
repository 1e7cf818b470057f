/** The case stage: what happened to an incident → events of its case, and every event of a case → an Incident Finding in the lake. */

import type { BusEvent, BusEvents } from '../core/bus-event.ts';
import type { NewCaseEvent } from '../core/case/event.ts';
import { isEnded } from '../core/case/lifecycle.ts';
import { event } from '../core/case/outcome.ts';
import { type CasePolicy, DEFAULT_POLICY } from '../core/case/policy.ts';
import { projectNew } from '../core/case/project.ts';
import type { CaseState } from '../core/case/state.ts';
import type { TaskTemplate } from '../core/case/template.ts';
import { YaguraError } from '../core/error.ts';
import type { Incident } from '../core/incident.ts';
import { getIncident, readIncident } from '../core/incident-store.ts';
import { isHarmless } from '../core/verdict.ts';
import type { Bus } from '../ports/bus.ts';
import { type CaseCommit, commitCases, readCase, type StoredCase } from '../ports/case-store.ts';
import { announce } from '../ports/change-case.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import { deliverCases } from './deliver.ts';
import { incidentEvents } from './incident-events.ts';
import { growthOf, letGo, takenOver } from './others.ts';
import { responseEvents } from './response.ts';

export interface CasePorts {
  table: Table;
  lake: ObjectStore;
  bus: Bus;
  clock: Clock;
  meter: Meter;
}

export interface CaseContent {
  policy: CasePolicy;
  /** Tasks that cases of a kind begin with. */
  templates: readonly TaskTemplate[];
}

/** What a case hears of incidents and responses. */
export type CaseCause = { [Name in 'IncidentChanged' | 'ResponseEnded']: { name: Name; detail: BusEvents[Name] } }[
  | 'IncidentChanged'
  | 'ResponseEnded'];

const ACTOR = { id: 'yagura', kind: 'rule' } as const;
const MAX_ATTEMPTS = 12;

const DEFAULT_CONTENT: CaseContent = { policy: DEFAULT_POLICY, templates: [] };

/** Takes a batch. Idempotent: the same cause again adds nothing. @throws YaguraError Conflict (retryable) under endless contention */
export async function updateCases(
  causes: readonly BusEvent[],
  ports: CasePorts,
  content: CaseContent = DEFAULT_CONTENT,
): Promise<void> {
  await recordCauses(causes, ports, content);
  // Also what people changed, and what a crash kept from the lake.
  await deliverCases(ports, content.policy);
}

/** The cases alone, without their Incident Findings in the lake. */
export async function recordCauses(
  causes: readonly BusEvent[],
  ports: Omit<CasePorts, 'lake'>,
  content: CaseContent = DEFAULT_CONTENT,
): Promise<void> {
  for (const cause of causes) {
    if (cause.name !== 'IncidentChanged' && cause.name !== 'ResponseEnded') continue;
    const incident = await readIncident(ports.table, cause.detail.incidentId);
    // The incident is written before it is announced; an unknown id is somebody else's, and is counted.
    if (incident === undefined) ports.meter.count({ CaseUnknownIncidentCount: 1 });
    else await recordCause(cause, incident, ports, content);
  }
}

/** The state of one case, undefined where there is none. */
export const caseState = async (table: Table, incidentId: string): Promise<CaseState | undefined> =>
  (await readCase(table, incidentId))?.state;

async function recordCause(
  cause: CaseCause,
  incident: Incident,
  ports: Omit<CasePorts, 'lake'>,
  content: CaseContent,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const commits = await commitsOf(cause, incident, ports, content);
    if (commits.length === 0) return;
    const committed = await commitCases(ports.table, commits);
    if (committed === undefined) continue;
    ports.meter.count({ CaseEventCount: committed.reduce((sum, { events }) => sum + events.length, 0) });
    return announce(ports.bus, committed);
  }
  throw new YaguraError('Conflict', `Case ${incident.id} keeps changing under us`, { retryable: true });
}

/** The events of the incident's case first, then those of the cases that have to hear of it. */
async function commitsOf(
  cause: CaseCause,
  incident: Incident,
  ports: Omit<CasePorts, 'lake'>,
  content: CaseContent,
): Promise<CaseCommit[]> {
  const { policy } = content;
  const nowMs = ports.clock.nowMs();
  const read = (incidentId: string): Promise<StoredCase | undefined> => readCase(ports.table, incidentId);
  const before = await read(incident.id);
  const opening = (of: Incident, isWanted: boolean): NewCaseEvent[] =>
    incidentEvents({ incident: of, before: undefined, isWanted, nowMs, ...content });
  const events =
    cause.name === 'ResponseEnded'
      ? [
          ...(before === undefined ? opening(incident, true) : []),
          ...(await responseEvents(cause.detail, before?.state, ports.table)),
        ]
      : before === undefined
        ? opening(incident, cause.detail.isWanted === true)
        : incidentEvents({ incident, before: before.state, isWanted: true, nowMs, ...content });
  if (events.length === 0) return [];
  const commit = (incidentId: string, of: StoredCase | undefined, more: readonly NewCaseEvent[]): CaseCommit[] =>
    more.length === 0 ? [] : [{ incidentId, before: of, events: more, actor: ACTOR, atMs: nowMs }];
  const commits = commit(incident.id, before, events);
  if (before === undefined || cause.name === 'ResponseEnded') return commits;
  const state = before.state;
  if (incident.status === 'merged') {
    const target = await getIncident(ports.table, incident.id);
    if (target === undefined || target.id === incident.id) return commits;
    const holder = await read(target.id);
    // What was judged harmless makes no case of an incident that is kept.
    const isWanted = !isSettled(state) || target.surfacing.isSurfaced;
    const opened = holder === undefined ? opening(target, isWanted) : [];
    if (holder === undefined && opened.length === 0) return commits;
    return [...commits, ...commit(target.id, holder, [...opened, ...takenOver(state, holder?.state)])];
  }
  if (state.joinedInto === null && state.mergedInto !== null && incident.mergedInto === null) {
    const holder = await read(state.mergedInto);
    const alone = holder !== undefined && incident.surfacing.isSettled === true ? asJudged(holder.state) : [];
    return [
      ...commit(incident.id, before, [...events, ...alone]),
      ...commit(state.mergedInto, holder, letGo(state, holder?.state)),
    ];
  }
  if (state.joinedInto === null) return commits;
  return [...commits, ...(await growthCommits(state, events, { policy, nowMs, read }))];
}

/** What was judged harmless as a part of another is so alone, where all of it was. */
function asJudged(holder: CaseState): NewCaseEvent[] {
  const { verdict, incidentId } = holder;
  if (!isSettled(holder) || verdict === null) return [];
  const reason = `It was judged as a part of ${incidentId}: ${verdict.reason}`;
  const { impact, rootCause } = verdict;
  return [
    event('verdict_set', { verdict: verdict.verdict, impact, rootCause, reason, alertIds: [], from: null }),
    event('closed', { reason, proposedBy: null }),
  ];
}

/** Closed, and judged false or benign. */
const isSettled = ({ status, verdict }: CaseState): boolean => isEnded(status) && verdict !== null && isHarmless(verdict.verdict);

async function growthCommits(
  before: CaseState,
  events: readonly NewCaseEvent[],
  { policy, nowMs, read }: { policy: CasePolicy; nowMs: number; read(incidentId: string): Promise<StoredCase | undefined> },
): Promise<CaseCommit[]> {
  const added = events.flatMap((one) => (one.kind === 'updated' ? one.data.alertsAdded : []));
  if (added.length === 0) return [];
  const stored = new Map<string, StoredCase>();
  const told = await growthOf(projectNew(before, events, { actor: ACTOR, atMs: nowMs }), added, {
    policy,
    nowMs,
    read: async (incidentId) => {
      const one = await read(incidentId);
      if (one !== undefined) stored.set(incidentId, one);
      return one?.state;
    },
  });
  return told.map(({ incidentId, events: more }) => ({
    incidentId,
    before: stored.get(incidentId),
    events: more,
    actor: ACTOR,
    atMs: nowMs,
  }));
}
