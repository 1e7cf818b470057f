/** The case stage: what happened to an incident → one more event of its case, its state, and an Incident Finding in the lake. */
import * as z from 'zod';
import type { BusEvent, BusEvents } from '../core/bus-event.ts';
import { digestOf, sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { Incident, IncidentHead } from '../core/incident.ts';
import { toIncidentFinding } from '../core/incident-ocsf.ts';
import { readIncident } from '../core/incident-store.ts';
import type { JsonObject } from '../core/json.ts';
import { encodeLake } from '../core/lake/encode.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import {
  CASE_EVENT_KINDS,
  CASE_STATE_SK,
  type CaseEvent,
  type CaseEventKind,
  casePk,
  eventSk,
  GENESIS,
  nextEvent,
} from './events.ts';

export interface CasePorts {
  table: Table;
  lake: ObjectStore;
  clock: Clock;
  meter: Meter;
}

/** What a case hears of. */
export type CaseCause = { [Name in 'IncidentChanged' | 'ResponseEnded']: { name: Name; detail: BusEvents[Name] } }[
  | 'IncidentChanged'
  | 'ResponseEnded'];

const ACTOR = 'yagura';
const MAX_ATTEMPTS = 12;

const stateSchema = z.object({
  incidentId: z.string(),
  seq: z.int(),
  lastHash: z.string(),
  status: z.enum(['new', 'merged', 'dissolved']),
  severity: z.string(),
  title: z.string(),
  /** Digest of the incident as of the last event about it. */
  incidentDigest: z.string(),
  alertIds: z.array(z.string()),
  /** `run outcome` of every response that ended. */
  responses: z.array(z.object({ runId: z.string(), outcome: z.string(), atMs: z.number() })),
  openedAtMs: z.number(),
  updatedAtMs: z.number(),
});
/** The projection of a case's events. */
export type CaseState = z.infer<typeof stateSchema>;

/** Takes a batch. Idempotent: the same cause again adds nothing. @throws YaguraError Conflict (retryable) under endless contention */
export async function updateCases(causes: readonly BusEvent[], ports: CasePorts): Promise<void> {
  for (const cause of causes) {
    if (cause.name === 'FindingsRaised') continue;
    const incident = await readIncident(ports.table, cause.detail.incidentId);
    // The incident is written before it is announced; an unknown id is somebody else's, and is counted.
    if (incident === undefined) ports.meter.count({ CaseUnknownIncidentCount: 1 });
    else await recordCause(cause, incident, ports);
  }
}

/** The state of one case, undefined where there is none. */
export async function caseState(table: Table, incidentId: string): Promise<CaseState | undefined> {
  const item = await table.get(casePk(incidentId), CASE_STATE_SK);
  return item === undefined ? undefined : stateFrom(item.data);
}

function stateFrom(data: JsonObject): CaseState {
  const parsed = stateSchema.safeParse(data);
  if (!parsed.success) throw new YaguraError('Bug', `A stored case cannot be read: ${parsed.error.message}`);
  return parsed.data;
}

async function recordCause(cause: CaseCause, incident: Incident, ports: CasePorts): Promise<void> {
  const { table, clock, meter } = ports;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const item = await table.get(casePk(incident.id), CASE_STATE_SK);
    const before = item === undefined ? undefined : stateFrom(item.data);
    const step = stepOf(cause, incident, before, clock.nowMs());
    if (step !== undefined) {
      const { event, state } = step;
      const isWritten = await table.write([
        { put: { pk: casePk(incident.id), sk: eventSk(event.seq), data: event }, condition: { absent: true } },
        {
          put: { pk: casePk(incident.id), sk: CASE_STATE_SK, data: state },
          condition: item === undefined ? { absent: true } : { version: item.version },
        },
      ]);
      if (!isWritten) continue;
      meter.count({ CaseEventCount: 1 });
    }
    // Also where nothing was added: a crash may have come between the event and the lake.
    return putInLake(incident, ports);
  }
  throw new YaguraError('Conflict', `Case ${incident.id} keeps changing under us`, { retryable: true });
}

interface Step {
  event: CaseEvent;
  state: CaseState;
}

function stepOf(cause: CaseCause, incident: Incident, before: CaseState | undefined, nowMs: number): Step | undefined {
  const { timeline: _timeline, eventIds: _eventIds, ...head } = incident;
  const digest = digestOf(head);
  const responses = before?.responses ?? [];
  const response = cause.name === 'ResponseEnded' ? { ...cause.detail, atMs: nowMs } : undefined;
  if (response !== undefined) {
    if (responses.some(({ runId, outcome }) => runId === response.runId && outcome === response.outcome)) return undefined;
  } else if (before?.incidentDigest === digest) return undefined;
  const kind = response === undefined ? kindOf(head, before) : 'response';
  const event = nextEvent({
    incidentId: incident.id,
    seq: (before?.seq ?? 0) + 1,
    atMs: nowMs,
    actor: ACTOR,
    kind,
    data: response === undefined ? changeOf(head, before, digest) : { runId: response.runId, outcome: response.outcome },
    prevHash: before?.lastHash ?? GENESIS,
  });
  const ended = response === undefined ? [] : [{ runId: response.runId, outcome: response.outcome, atMs: nowMs }];
  const state: CaseState = {
    incidentId: incident.id,
    seq: event.seq,
    lastHash: event.hash,
    status: head.status,
    severity: head.severity,
    title: head.title.en,
    // A response says nothing of the incident: what changed in it is still to be told.
    incidentDigest: response === undefined ? digest : (before?.incidentDigest ?? ''),
    alertIds: response === undefined ? head.alertIds : (before?.alertIds ?? []),
    responses: [...responses, ...ended],
    openedAtMs: before?.openedAtMs ?? nowMs,
    updatedAtMs: nowMs,
  };
  return { event, state };
}

function kindOf(head: IncidentHead, before: CaseState | undefined): CaseEventKind {
  if (head.status !== 'new') return head.status;
  return before === undefined || before.incidentDigest === '' ? 'opened' : 'updated';
}

function changeOf(head: IncidentHead, before: CaseState | undefined, incidentDigest: string): CaseEvent['data'] {
  const known = new Set(before?.alertIds ?? []);
  const now = new Set(head.alertIds);
  return {
    title: head.title.en,
    severity: head.severity,
    severityBefore: before?.severity ?? null,
    alertsAdded: head.alertIds.filter((id) => !known.has(id)),
    alertsRemoved: [...known].filter((id) => !now.has(id)),
    eventCount: head.eventCount,
    mergedInto: head.mergedInto,
    incidentDigest,
  };
}

/** Writes the newest event's snapshot under a key that depends on the event alone: writing it again changes when it came in, and nothing else. */
async function putInLake(incident: Incident, { table, lake, clock }: CasePorts): Promise<void> {
  const state = await caseState(table, incident.id);
  const item = state === undefined ? undefined : await table.get(casePk(incident.id), eventSk(state.seq));
  if (state === undefined || item === undefined) return;
  const kind = z.enum(CASE_EVENT_KINDS).parse(item.data['kind']);
  const event = toIncidentFinding(incident, {
    seq: state.seq,
    atMs: state.updatedAtMs,
    kind,
    comment: commentOf(kind, item.data['data']),
  });
  const text = JSON.stringify(item.data);
  const rawRef = {
    key: `${casePk(incident.id)}/${eventSk(state.seq)}`,
    line: state.seq,
    sha256: sha256(text),
    bytes: Buffer.byteLength(text),
  };
  const files = encodeLake(
    [{ event, source: 'yagura', rawRef, ingestTimeMs: clock.nowMs() }],
    `case-${incident.id}-${state.seq}`,
  );
  for (const { key, bytes } of files) await lake.put(key, bytes);
}

function commentOf(kind: CaseEventKind, data: unknown): string {
  const words = z.object({ runId: z.string(), outcome: z.string() }).safeParse(data);
  if (words.success) return `Response ${words.data.runId} ended: ${words.data.outcome}`;
  const change = z.object({ alertsAdded: z.array(z.string()), severity: z.string() }).safeParse(data);
  return change.success ? `${kind}: ${change.data.alertsAdded.length} alerts more, severity ${change.data.severity}` : kind;
}
