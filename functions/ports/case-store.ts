/** Keeps cases in the table: the chain of events, the state that follows from it, the queue, and what the lake has yet to hear. */
import { actorKindOf, type CaseEvent, chained, GENESIS, type NewCaseEvent, readCaseEvent } from '../core/case/event.ts';
import { type CaseHead, caseHead, caseHeadSchema, endedCasesPk, OPEN_CASES_PK, queueIndex } from '../core/case/head.ts';
import type { Actor } from '../core/case/outcome.ts';
import { PROJECTION_VERSION, projectCase, projectEvent } from '../core/case/project.ts';
import { type CaseState, caseStateSchema } from '../core/case/state.ts';
import { YaguraError } from '../core/error.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { isHarmless } from '../core/verdict.ts';
import type { Table, Write } from './table.ts';

export const casePk = (incidentId: string): string => `case#${incidentId}`;
export const CASE_STATE_SK = 'state';
const HEAD_SK = 'head';
export const EVENT_PREFIX = 'event#';
export const eventSk = (seq: number): string => `${EVENT_PREFIX}${String(seq).padStart(8, '0')}`;
/** How far the lake has heard of a case. */
export const CASE_LAKE_SK = 'lake';
/** Cases with events that the lake does not have yet. */
export const CASE_OUTBOX_PK = 'case-outbox';
/** A larger state is not kept beside its events, but projected from them each time. */
const MAX_SNAPSHOT_BYTES = 300_000;
/** Of one transaction: each event is an item, and each case three more. */
const MAX_EVENTS = 80;

export interface StoredCase {
  state: CaseState;
  /** The version of the state item: what a commit builds upon. */
  version: number;
}

/** One case, undefined where there is none. @throws YaguraError Bug where a stored item cannot be read */
export async function readCase(table: Table, incidentId: string): Promise<StoredCase | undefined> {
  const item = await table.get(casePk(incidentId), CASE_STATE_SK);
  if (item === undefined) return undefined;
  const snapshot = caseStateSchema.safeParse(item.data['snapshot']);
  // Too large, or written by another version: the events know.
  const isCurrent = item.data['projection'] === PROJECTION_VERSION && snapshot.success;
  const state = isCurrent ? snapshot.data : projectCase(await eventsUpTo(table, incidentId, item.data));
  if (state === undefined) throw new YaguraError('Bug', `Case ${incidentId} has a state and no events`);
  return { state, version: item.version };
}

/** Events may have been added between the two reads: the state is of those that it names. */
async function eventsUpTo(table: Table, incidentId: string, data: JsonObject): Promise<CaseEvent[]> {
  const seq = Number(data['seq'] ?? Number.MAX_SAFE_INTEGER);
  return (await caseEvents(table, incidentId)).filter((event) => event.seq <= seq);
}

/** Every event of a case after `afterSeq`, in order. @throws YaguraError Bug where a stored item is no case event at all */
export async function caseEvents(table: Table, incidentId: string, afterSeq = 0): Promise<CaseEvent[]> {
  const range = afterSeq === 0 ? { prefix: EVENT_PREFIX } : { from: eventSk(afterSeq + 1), to: eventSk(99_999_999) };
  const items = await table.query(casePk(incidentId), range);
  return items.map(({ sk, data }) => {
    const read = readCaseEvent(data);
    if (!read.ok) throw new YaguraError('Bug', `Case event ${incidentId} ${sk} cannot be read: ${read.problem}`);
    return read.event;
  });
}

/** The cases that nobody has ended, in no particular order. */
export const openCases = (table: Table): Promise<CaseHead[]> => heads(table, OPEN_CASES_PK);
/** The cases that ended in a month, `yyyy-mm`. */
export const endedCases = (table: Table, month: string): Promise<CaseHead[]> => heads(table, endedCasesPk(month));

async function heads(table: Table, pk: string): Promise<CaseHead[]> {
  const items = await table.queryIndex(pk);
  return items.map(({ data }) => {
    const parsed = caseHeadSchema.safeParse(data);
    if (!parsed.success) throw new YaguraError('Bug', 'A stored case head cannot be read');
    return parsed.data;
  });
}

/** New events of one case, upon what was read of it. */
export interface CaseCommit {
  incidentId: string;
  /** Undefined for a case that these events open. */
  before: StoredCase | undefined;
  events: readonly NewCaseEvent[];
  actor: Actor;
  atMs: number;
  requestId?: string | undefined;
}

export interface Committed {
  state: CaseState;
  events: CaseEvent[];
}

/**
 * Writes the events of one or several cases, their states and the note for the lake, all or nothing. Undefined where somebody else wrote
 * first. @throws YaguraError BadInput where an event is too large for the table
 */
export async function commitCases(table: Table, commits: readonly CaseCommit[]): Promise<Committed[] | undefined> {
  const committed = commits.map(next);
  const count = committed.reduce((sum, { events }) => sum + events.length, 0);
  if (count > MAX_EVENTS) throw new YaguraError('Bug', `${count} events in one step`);
  const writes = committed.flatMap(({ state, events }, i) => writesOf(state, events, commits[i]?.before));
  if (!(await table.write(writes))) return undefined;
  for (const one of committed) await markJudged(table, one);
  return committed;
}

function next({ incidentId, before, events, actor, atMs, requestId }: CaseCommit): Committed {
  let state = before?.state;
  const written: CaseEvent[] = [];
  for (const event of events) {
    const whole = chained({
      incidentId,
      seq: (state?.seq ?? 0) + 1,
      atMs,
      actor: actor.id,
      actorKind: actor.kind,
      ...(requestId === undefined ? {} : { requestId }),
      ...event,
      prevHash: state?.lastHash ?? GENESIS,
    });
    state = projectEvent(state, whole);
    written.push(whole);
  }
  if (state === undefined) throw new YaguraError('Bug', `Nothing opens case ${incidentId}`);
  return { state, events: written };
}

function writesOf(state: CaseState, events: readonly CaseEvent[], before: StoredCase | undefined): Write[] {
  const pk = casePk(state.incidentId);
  const snapshot = Buffer.byteLength(JSON.stringify(state)) <= MAX_SNAPSHOT_BYTES ? json(state) : null;
  const { seq, lastHash } = state;
  return [
    ...events.map((event): Write => ({ put: { pk, sk: eventSk(event.seq), data: json(event) }, condition: { absent: true } })),
    {
      put: { pk, sk: CASE_STATE_SK, data: { seq, lastHash, projection: PROJECTION_VERSION, snapshot } },
      condition: before === undefined ? { absent: true } : { version: before.version },
    },
    { put: { pk, sk: HEAD_SK, data: json(caseHead(state)), index: queueIndex(state) } },
    { put: { pk: CASE_OUTBOX_PK, sk: state.incidentId, data: {} } },
  ];
}

/** The mark of an alert that was judged false or benign: how grave its incident was then. */
export const judgedKey = (alertId: string): { pk: string; sk: string } => ({ pk: `judged#${alertId}`, sk: 'judged' });
/** Alerts of that age are in no incident that grows. */
const JUDGED_SEC = 60 * 86_400;
const MARKS_AT_ONCE = 50;

/**
 * Marks the alerts of a case that is closed as false or benign. What is judged stays so when new alerts reopen the case; a person who
 * reopens it doubts it, and who closes it otherwise contradicts it: the marks go. After the commit, since a case has more alerts than a
 * transaction takes: where a crash comes between, they count as before, and are shown again.
 */
async function markJudged(table: Table, { state: { verdict, alertIds, severityAuto }, events }: Committed): Promise<void> {
  const closed = events.find(({ kind }) => kind === 'closed');
  const isDoubted = events.some((event) => event.kind === 'reopened' && actorKindOf(event) !== 'rule');
  if (closed === undefined && !isDoubted) return;
  const isMarked = closed !== undefined && verdict !== null && verdict.byKind !== 'ai' && isHarmless(verdict.verdict);
  if (!isMarked) return doubtJudged(table, alertIds);
  const ids = verdict.alertIds.length > 0 ? verdict.alertIds : alertIds;
  const mark = { data: { severity: severityAuto }, expiresAtSec: Math.floor(closed.atMs / 1000) + JUDGED_SEC };
  await writeMarks(
    table,
    ids.map((id) => ({ put: { ...judgedKey(id), ...mark } })),
  );
}

/** These alerts count again. */
export const doubtJudged = (table: Table, alertIds: readonly string[]): Promise<void> =>
  writeMarks(
    table,
    alertIds.map((id) => ({ delete: judgedKey(id) })),
  );

async function writeMarks(table: Table, writes: readonly Write[]): Promise<void> {
  for (let from = 0; from < writes.length; from += MARKS_AT_ONCE) await table.write(writes.slice(from, from + MARKS_AT_ONCE));
}

function json(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new YaguraError('Bug', 'Not a JSON object');
  return value;
}
