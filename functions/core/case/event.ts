/** The events of a case: what happened, to whom it is owed, and the hash that chains each to the one before. */
import * as z from 'zod';
import { digestOf } from '../digest.ts';
import { LEVELS } from '../finding.ts';
import { VERDICTS } from '../verdict.ts';
import { IMPACTS, ROOT_CAUSES } from './judgement.ts';
import { PHASES, STATUSES } from './lifecycle.ts';
import { PAPS, TLPS } from './marking.ts';
import { PRIORITIES } from './priority.ts';
import {
  CLOCKS,
  CUSTODY_ACTIONS,
  OBSERVABLE_TYPES,
  RECORDED_TIMES,
  RELATIONS,
  SIDES,
  TASK_REQUIRED,
  TASK_RESULTS,
} from './terms.ts';

const text = z.string();
const ms = z.number();
const reason = text;
const local = z.strictObject({ en: text, ja: text });
const assetTier = z.int().min(1).max(4);

/** What the incident is at this moment, as far as priority, measures and a later reopening need it. */
const facts = z.strictObject({
  title: local,
  /** Event time of the first and last event that raised it. */
  firstMs: ms,
  lastMs: ms,
  /** When its first alert was made. */
  detectedAtMs: ms,
  /** When the first of its events was ingested. */
  ingestedAtMs: z.exactOptional(ms),
  risk: z.number(),
  ruleIds: z.array(text),
  tactics: z.array(text),
  techniques: z.array(text),
  assetTier: z.nullable(assetTier),
});

/** The incident as correlation changed it. */
const incident = z.strictObject({
  title: text,
  severity: z.enum(LEVELS),
  severityBefore: z.nullable(z.enum(LEVELS)),
  alertsAdded: z.array(text),
  alertsRemoved: z.array(text),
  eventCount: z.number(),
  mergedInto: z.nullable(text),
  incidentDigest: text,
  /** Rules that it did not have before. */
  rulesAdded: z.exactOptional(z.array(text)),
  /** What the policy says that a new case begins with. */
  begins: z.exactOptional(z.strictObject({ tier: text, tlp: z.enum(TLPS), pap: z.enum(PAPS) })),
  facts: z.exactOptional(facts),
});

export const taskSchema = z.strictObject({
  taskId: text,
  title: local,
  phase: z.enum(PHASES),
  required: z.enum(TASK_REQUIRED),
  /** Ids of tasks that must be done first. */
  dependsOn: z.array(text),
  dueMs: z.nullable(ms),
  assignee: z.nullable(text),
  /** `file:key` of the template that it comes from. */
  template: z.nullable(text),
});
export const observableSchema = z.strictObject({
  observableId: text,
  type: z.enum(OBSERVABLE_TYPES),
  value: text,
  isMalicious: z.nullable(z.boolean()),
  note: text,
  /** Null: as the case. */
  tlp: z.nullable(z.enum(TLPS)),
  pap: z.nullable(z.enum(PAPS)),
});
export const evidenceSchema = z.strictObject({
  evidenceId: text,
  name: text,
  /** Lower-case hex SHA-256 of the bytes. */
  sha256: text,
  sizeBytes: z.int(),
  /** Key in the evidence store; null where it lies elsewhere, as the note says. */
  storedAt: z.nullable(text),
  collectedBy: text,
  collectedAtMs: ms,
  note: text,
  tlp: z.nullable(z.enum(TLPS)),
});
/** What a case brings into the one that takes it over; its comments stay in its own history. */
export const carriedSchema = z.strictObject({
  owner: z.nullable(text),
  watchers: z.array(text),
  tier: text,
  tlp: z.enum(TLPS),
  pap: z.enum(PAPS),
  surfaceMs: z.nullable(ms),
  ackMs: z.nullable(ms),
  severity: z.enum(LEVELS),
  tasks: z.array(taskSchema),
  observables: z.array(observableSchema),
  evidence: z.array(evidenceSchema),
});

/** What each kind of event says. Kinds are only ever added, and fields only as optional ones: old chains must stay readable. */
export const CASE_EVENTS = {
  opened: incident,
  updated: incident,
  merged: incident,
  dissolved: incident,
  response: z.strictObject({
    runId: text,
    outcome: text,
    playbook: z.exactOptional(text),
    startedAtMs: z.exactOptional(ms),
    /** Who let it act. */
    mode: z.exactOptional(z.enum(['auto', 'human', 'approved'])),
    /** True where what it did contains the attack. */
    contains: z.exactOptional(z.boolean()),
    /** When its last step was verified. */
    verifiedAtMs: z.exactOptional(ms),
    /** The run that it took back. */
    undoes: z.exactOptional(text),
  }),
  /** First touch: whoever looks at it now. */
  acknowledged: z.strictObject({}),
  assigned: z.strictObject({ from: z.nullable(text), to: z.nullable(text), reason }),
  watched: z.strictObject({ who: text }),
  unwatched: z.strictObject({ who: text }),
  commented: z.strictObject({ text, mentions: z.array(text), tlp: z.nullable(z.enum(TLPS)) }),
  task_added: taskSchema,
  task_completed: z.strictObject({ taskId: text, result: z.enum(TASK_RESULTS), note: text }),
  status_changed: z.strictObject({ from: z.enum(STATUSES), to: z.enum(STATUSES), reason }),
  verdict_set: z.strictObject({
    verdict: z.enum(VERDICTS),
    impact: z.enum(IMPACTS),
    rootCause: z.enum(ROOT_CAUSES),
    reason,
    /** The alerts that it is about; empty means all of them. */
    alertIds: z.array(text),
    /** The verdict before. */
    from: z.nullable(z.enum(VERDICTS)),
  }),
  severity_set: z.strictObject({ from: z.enum(LEVELS), to: z.enum(LEVELS), reason }),
  asset_tier_set: z.strictObject({ from: z.nullable(assetTier), to: assetTier, reason }),
  marking_set: z.strictObject({ tlp: z.enum(TLPS), pap: z.enum(PAPS), reason }),
  linked: z.strictObject({ to: text, relation: z.enum(RELATIONS), reason }),
  unlinked: z.strictObject({ to: text, relation: z.enum(RELATIONS), reason }),
  /** A person merged this case into another. */
  joined: z.strictObject({ into: text, reason }),
  /** It was taken out again. */
  separated: z.strictObject({ from: text, reason }),
  /** Another case was merged into this one, by correlation or by a person. */
  absorbed: z.strictObject({ caseId: text, by: z.enum(['correlation', 'person']), reason, carried: carriedSchema }),
  released: z.strictObject({ caseId: text, reason }),
  /** A case that a person merged into this one has more alerts. */
  member_grew: z.strictObject({ caseId: text, seq: z.int(), alertCount: z.int(), severity: z.enum(LEVELS) }),
  escalated: z.strictObject({ from: text, to: text, reason }),
  paused: z.strictObject({ reason, waitingFor: text }),
  resumed: z.strictObject({ reason }),
  evidence_added: evidenceSchema,
  custody_recorded: z.strictObject({ evidenceId: text, action: z.enum(CUSTODY_ACTIONS), to: z.nullable(text), note: text }),
  observable_added: observableSchema,
  sighting_added: z.strictObject({ observableId: text, seenAtMs: ms, source: text, note: text }),
  timeline_entry_added: z.strictObject({
    entryId: text,
    side: z.enum(SIDES),
    occurredAtMs: ms,
    text,
    eventIds: z.array(text),
    tlp: z.nullable(z.enum(TLPS)),
  }),
  close_proposed: z.strictObject({ reason }),
  close_rejected: z.strictObject({ reason }),
  closed: z.strictObject({ reason, proposedBy: z.nullable(text) }),
  reopened: z.strictObject({ reason, alertIds: z.array(text) }),
  work_started: z.strictObject({}),
  work_stopped: z.strictObject({}),
  work_logged: z.strictObject({ startMs: ms, stopMs: ms, note: text }),
  timestamp_recorded: z.strictObject({
    name: z.enum(RECORDED_TIMES),
    occurredAtMs: ms,
    /** What was recorded before, where this corrects it. */
    before: z.nullable(ms),
    reason,
  }),
  /** A clock passed so many percent of its time; 100 is a breach. */
  sla_alarmed: z.strictObject({
    clock: z.enum(CLOCKS),
    percent: z.int(),
    dueMs: ms,
    priority: z.enum(PRIORITIES),
  }),
  exported: z.strictObject({
    recipient: text,
    clearance: z.enum(TLPS),
    format: text,
    redactedCount: z.int(),
    sha256: text,
  }),
} as const;

export type CaseEventKind = keyof typeof CASE_EVENTS;
export const CASE_EVENT_KINDS = Object.keys(CASE_EVENTS) as CaseEventKind[];
export type CaseEventData<Kind extends CaseEventKind = CaseEventKind> = z.infer<(typeof CASE_EVENTS)[Kind]>;

/** A person; a model, which may advise and never decide; or a rule of ours. */
export const ACTOR_KINDS = ['human', 'ai', 'rule'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

const envelope = z.strictObject({
  incidentId: text,
  /** 1, 2, 3 … without gaps. */
  seq: z.int().min(1),
  atMs: ms,
  /** Who: `yagura`, or a person's id. */
  actor: text,
  /** Absent in chains that were begun before people could act: then it is a rule. */
  actorKind: z.exactOptional(z.enum(ACTOR_KINDS)),
  /** What the caller named the request, so that a repeated one is done once. */
  requestId: z.exactOptional(text),
  prevHash: text,
  hash: text,
});
type Envelope = z.infer<typeof envelope>;

/** What happened, before it has a place in the chain. */
export type NewCaseEvent = { [Kind in CaseEventKind]: { kind: Kind; data: CaseEventData<Kind> } }[CaseEventKind];
export type CaseEvent = Envelope & NewCaseEvent;

/** The hash before the first event. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 over everything but the hash itself, the previous hash included. */
export const caseEventHash = ({ hash: _, ...rest }: CaseEvent): string => digestOf(rest);

/** The event with its place in the chain. */
export function chained(event: Omit<Envelope, 'hash'> & NewCaseEvent): CaseEvent {
  const whole: CaseEvent = { ...event, hash: '' };
  return { ...whole, hash: caseEventHash(whole) };
}

export type ReadEvent = { ok: true; event: CaseEvent } | { ok: false; problem: string };

const headSchema = envelope.extend({ kind: z.enum(CASE_EVENT_KINDS), data: z.unknown() });

/** A stored item as an event; what does not fit is told without what it holds. */
export function readCaseEvent(stored: unknown): ReadEvent {
  const head = headSchema.safeParse(stored);
  if (!head.success) return { ok: false, problem: problemOf(head.error) };
  const { kind, data, ...rest } = head.data;
  const parsed = CASE_EVENTS[kind].safeParse(data);
  if (!parsed.success) return { ok: false, problem: `data of "${kind}": ${problemOf(parsed.error)}` };
  return { ok: true, event: { ...rest, kind, data: parsed.data } as CaseEvent };
}

const problemOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, code }) => `${path.join('.') || 'it'} is not as it must be (${code})`)
    .join('; ');

/** Who acted, for measures that tell people from machines. */
export const actorKindOf = ({ actor, actorKind }: Pick<CaseEvent, 'actor' | 'actorKind'>): ActorKind =>
  actorKind ?? (actor === 'yagura' ? 'rule' : 'human');
