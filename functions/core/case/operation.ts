/** What may be done to a case: one typed operation each, as the command line and the API take it. */
import * as z from 'zod';
import { LEVELS } from '../finding.ts';
import { VERDICTS } from '../verdict.ts';
import { IMPACTS, ROOT_CAUSES } from './judgement.ts';
import { PHASES, STATUSES } from './lifecycle.ts';
import { PAPS, TLPS } from './marking.ts';
import { CUSTODY_ACTIONS, OBSERVABLE_TYPES, RECORDED_TIMES, RELATIONS, SIDES, TASK_REQUIRED, TASK_RESULTS } from './terms.ts';

const MAX_TEXT = 10_000;
/** Ids of persons, teams and tiers: what a mention can name. */
export const personSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/, 'letters, digits, . _ @ + - (at most 64)');
export const caseIdSchema = z.string().regex(/^[A-Za-z0-9-]{4,100}$/, 'an incident id such as INC-3f2a…');

const said = z.string().trim().min(1).max(MAX_TEXT);
const maybeSaid = z.string().trim().max(MAX_TEXT).default('');
const word = z.string().trim().min(1).max(200);
/** Epoch ms, not before 2000: seconds instead of milliseconds are caught. */
const when = z.int().min(946_684_800_000).max(4_102_444_800_000);
const tlp = z.enum(TLPS);
const localText = z.union([said, z.strictObject({ en: said, ja: said })]);

const op = <const Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ op: z.literal(name), ...shape });

export const operationSchema = z.discriminatedUnion('op', [
  op('acknowledge', {}),
  op('assign', { to: z.nullable(personSchema), reason: maybeSaid }),
  op('watch', { who: personSchema.optional() }),
  op('unwatch', { who: personSchema.optional() }),
  op('comment', { text: said, tlp: tlp.optional() }),
  op('add_task', {
    title: localText,
    phase: z.enum(PHASES).default('analyze'),
    required: z.enum(TASK_REQUIRED).default('never'),
    dependsOn: z.array(z.string()).max(20).default([]),
    dueMs: when.optional(),
    assignee: personSchema.optional(),
  }),
  op('complete_task', { taskId: word, result: z.enum(TASK_RESULTS).default('done'), note: maybeSaid }),
  op('set_status', { to: z.enum(STATUSES), reason: maybeSaid }),
  op('set_verdict', {
    verdict: z.enum(VERDICTS),
    impact: z.enum(IMPACTS).default('none'),
    rootCause: z.enum(ROOT_CAUSES).default('unknown'),
    reason: said,
    /** The alerts that it is about; empty means all of them. */
    alertIds: z.array(word).max(1000).default([]),
  }),
  op('set_severity', { to: z.enum(LEVELS), reason: said }),
  op('set_asset_tier', { to: z.int().min(1).max(4), reason: said }),
  op('set_tlp', { tlp: tlp.optional(), pap: z.enum(PAPS).optional(), reason: said }),
  op('link', { to: caseIdSchema, relation: z.enum(RELATIONS).default('related'), reason: maybeSaid }),
  op('unlink', { to: caseIdSchema, relation: z.enum(RELATIONS).default('related'), reason: maybeSaid }),
  /** This case goes into another, which goes on. */
  op('merge', { into: caseIdSchema, reason: said }),
  /** This case, merged by a person, stands alone again. */
  op('unmerge', { reason: said }),
  op('escalate', { to: word, reason: said }),
  op('pause', { reason: said, waitingFor: word }),
  op('resume', { reason: maybeSaid }),
  op('add_evidence', {
    name: word,
    sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
    sizeBytes: z.int().min(0),
    storedAt: z.string().max(1000).optional(),
    collectedAtMs: when.optional(),
    note: maybeSaid,
    tlp: tlp.optional(),
  }),
  op('record_custody', { evidenceId: word, action: z.enum(CUSTODY_ACTIONS), to: word.optional(), note: maybeSaid }),
  op('add_observable', {
    type: z.enum(OBSERVABLE_TYPES),
    value: z.string().trim().min(1).max(2000),
    isMalicious: z.boolean().optional(),
    note: maybeSaid,
    tlp: tlp.optional(),
    pap: z.enum(PAPS).optional(),
  }),
  op('add_sighting', { observableId: word, seenAtMs: when.optional(), source: maybeSaid, note: maybeSaid }),
  op('add_timeline_entry', {
    side: z.enum(SIDES),
    occurredAtMs: when,
    text: said,
    eventIds: z.array(word).max(100).default([]),
    tlp: tlp.optional(),
  }),
  op('propose_close', { reason: said }),
  op('reject_close', { reason: said }),
  op('approve_close', { reason: maybeSaid }),
  op('close', { reason: said }),
  op('reopen', { reason: said }),
  op('start_work', {}),
  op('stop_work', {}),
  op('log_work', { startMs: when, stopMs: when, note: maybeSaid }),
  op('record_timestamp', { name: z.enum(RECORDED_TIMES), occurredAtMs: when, reason: maybeSaid }),
  op('record_export', {
    recipient: word,
    clearance: tlp,
    format: word,
    redactedCount: z.int().min(0),
    sha256: z.string().length(64),
  }),
]);

/** A checked operation, every default filled in. */
export type Operation = z.output<typeof operationSchema>;
/** An operation as a caller writes it. */
export type OperationInput = z.input<typeof operationSchema>;
export type OperationName = Operation['op'];
export type OperationOf<Name extends OperationName> = Extract<Operation, { op: Name }>;
export const OPERATION_NAMES = operationSchema.options.map((option) => option.shape.op.value);
