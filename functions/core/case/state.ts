/** What a case is now: the projection of its events. */
import * as z from 'zod';
import { LEVELS } from '../finding.ts';
import { VERDICTS } from '../verdict.ts';
import { ACTOR_KINDS, evidenceSchema, observableSchema, taskSchema } from './event.ts';
import { IMPACTS, ROOT_CAUSES } from './judgement.ts';
import { STATUSES } from './lifecycle.ts';
import { PAPS, TLPS } from './marking.ts';
import { CLOCKS, CUSTODY_ACTIONS, RECORDED_TIMES, RELATIONS, SIDES, TASK_RESULTS } from './terms.ts';

const text = z.string();
const ms = z.number();
const maybeMs = z.nullable(z.number());
const level = z.enum(LEVELS);
const by = { by: text, atMs: ms };

/** The moments of the measures. Null: it did not happen (yet). @see SOC metrics, section C.1 */
export const timesSchema = z.strictObject({
  occurMs: maybeMs,
  compromiseMs: maybeMs,
  ingestMs: maybeMs,
  detectMs: maybeMs,
  /** Shown to people: when the case was opened. */
  surfaceMs: maybeMs,
  ackMs: maybeMs,
  /** The last verdict. */
  verdictMs: maybeMs,
  declareMs: maybeMs,
  scopeMs: maybeMs,
  containMs: maybeMs,
  eradicateMs: maybeMs,
  recoverMs: maybeMs,
  resolveMs: maybeMs,
  closeMs: maybeMs,
  awareMs: maybeMs,
  classifiedMajorMs: maybeMs,
  materialityDeterminedMs: maybeMs,
  ransomPaidMs: maybeMs,
});
export type CaseTimes = z.infer<typeof timesSchema>;

export const caseStateSchema = z.strictObject({
  incidentId: text,
  seq: z.int(),
  lastHash: text,
  status: z.enum(STATUSES),
  /** The status that it returns to when a merge or dissolution is taken back. */
  statusBefore: z.nullable(z.enum(STATUSES)),
  title: z.strictObject({ en: text, ja: text }),
  /** What counts: the person's where one set it, raised where the incident grew graver since. */
  severity: level,
  severityAuto: level,
  severityHuman: z.nullable(z.strictObject({ level, autoThen: level })),
  assetTier: z.nullable(z.int()),
  isAssetTierHuman: z.boolean(),
  verdict: z.nullable(
    z.strictObject({
      verdict: z.enum(VERDICTS),
      impact: z.enum(IMPACTS),
      rootCause: z.enum(ROOT_CAUSES),
      reason: text,
      alertIds: z.array(text),
      byKind: z.enum(ACTOR_KINDS),
      ...by,
    }),
  ),
  owner: z.nullable(text),
  watchers: z.array(text),
  tier: text,
  tlp: z.enum(TLPS),
  pap: z.enum(PAPS),
  /** The incident as of the last event about it. */
  incidentDigest: text,
  alertIds: z.array(text),
  ruleIds: z.array(text),
  tactics: z.array(text),
  eventCount: z.number(),
  firstMs: maybeMs,
  lastMs: maybeMs,
  /** Rules and severity that the verdict knew; more than these after closing reopens. */
  judged: z.nullable(z.strictObject({ ruleIds: z.array(text), severity: level, alertCount: z.int() })),
  /** Alerts that came after closing and were of what was judged already. */
  repeatCount: z.int(),
  /** Correlation knows no incident of this id any more, but people had worked on it. */
  isIncidentGone: z.boolean(),
  comments: z.array(z.strictObject({ seq: z.int(), text, mentions: z.array(text), tlp: z.nullable(z.enum(TLPS)), ...by })),
  tasks: z.array(
    taskSchema.extend({
      addedBy: text,
      result: z.nullable(z.enum(TASK_RESULTS)),
      note: text,
      doneBy: z.nullable(text),
      doneAtMs: maybeMs,
      /** The case that it came from with a merge. */
      from: z.nullable(text),
    }),
  ),
  observables: z.array(
    observableSchema.extend({
      ...by,
      from: z.nullable(text),
      sightings: z.array(z.strictObject({ seenAtMs: ms, source: text, note: text, ...by })),
    }),
  ),
  evidence: z.array(
    evidenceSchema.extend({
      from: z.nullable(text),
      custody: z.array(z.strictObject({ action: z.enum(CUSTODY_ACTIONS), to: z.nullable(text), note: text, ...by })),
    }),
  ),
  entries: z.array(
    z.strictObject({
      entryId: text,
      side: z.enum(SIDES),
      occurredAtMs: ms,
      text,
      eventIds: z.array(text),
      tlp: z.nullable(z.enum(TLPS)),
      ...by,
    }),
  ),
  links: z.array(z.strictObject({ to: text, relation: z.enum(RELATIONS) })),
  /** Cases that were merged into this one. */
  absorbed: z.array(
    z.strictObject({ caseId: text, by: z.enum(['correlation', 'person']), severity: level, alertCount: z.int() }),
  ),
  /** Where a person merged this case. */
  joinedInto: z.nullable(text),
  mergedInto: z.nullable(text),
  responses: z.array(
    z.strictObject({
      runId: text,
      outcome: text,
      atMs: ms,
      startedAtMs: maybeMs,
      mode: z.nullable(z.enum(['auto', 'human', 'approved'])),
      contains: z.nullable(z.boolean()),
      verifiedAtMs: maybeMs,
      undoes: z.nullable(text),
    }),
  ),
  proposal: z.nullable(z.strictObject({ reason: text, ...by })),
  escalations: z.array(z.strictObject({ from: text, to: text, ...by })),
  pauses: z.array(z.strictObject({ fromMs: ms, toMs: maybeMs, reason: text, waitingFor: text })),
  work: z.array(z.strictObject({ analyst: text, startMs: ms, stopMs: maybeMs })),
  reopens: z.array(z.strictObject({ reason: text, ...by })),
  alarms: z.array(z.strictObject({ clock: z.enum(CLOCKS), percent: z.int(), dueMs: ms })),
  times: timesSchema,
  /** Times that a person stated: what the incident says of them does not count any more. */
  recorded: z.array(z.enum(RECORDED_TIMES)),
  /** A person or model did something to it, beyond what Yagura does by itself. */
  isTouched: z.boolean(),
  openedAtMs: ms,
  updatedAtMs: ms,
  updatedBy: text,
  /** The newest requests, so that a repeated one is known. */
  requests: z.array(z.strictObject({ requestId: text, seq: z.int() })),
});
/** The projection of a case's events. */
export type CaseState = z.infer<typeof caseStateSchema>;
export type CaseTask = CaseState['tasks'][number];
export type CaseObservable = CaseState['observables'][number];
export type CaseEvidence = CaseState['evidence'][number];
