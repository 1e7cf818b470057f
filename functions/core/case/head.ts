/** The part of a case that a queue needs, as one small item beside the whole. */
import * as z from 'zod';
import { isEnded } from './lifecycle.ts';
import { type CaseState, caseStateSchema } from './state.ts';

export const caseHeadSchema = caseStateSchema
  .pick({
    incidentId: true,
    seq: true,
    title: true,
    severity: true,
    assetTier: true,
    status: true,
    owner: true,
    watchers: true,
    tier: true,
    tlp: true,
    mergedInto: true,
    isIncidentGone: true,
    repeatCount: true,
    proposal: true,
    escalations: true,
    pauses: true,
    reopens: true,
    alarms: true,
    times: true,
    updatedAtMs: true,
    updatedBy: true,
  })
  .extend({
    verdict: z.nullable(
      caseStateSchema.shape.verdict.unwrap().pick({ verdict: true, impact: true, rootCause: true, atMs: true }),
    ),
    alertCount: z.int(),
    openTaskCount: z.int(),
    /** The earliest due time of an open task. */
    taskDueMs: z.nullable(z.number()),
  });
export type CaseHead = z.infer<typeof caseHeadSchema>;

export function caseHead(state: CaseState): CaseHead {
  const open = state.tasks.filter(({ result }) => result === null);
  const due = open.flatMap(({ dueMs }) => dueMs ?? []);
  const { verdict } = state;
  const head = {
    ...state,
    verdict:
      verdict === null
        ? null
        : { verdict: verdict.verdict, impact: verdict.impact, rootCause: verdict.rootCause, atMs: verdict.atMs },
    alertCount: state.alertIds.length + state.absorbed.reduce((sum, { alertCount }) => sum + alertCount, 0),
    openTaskCount: open.length,
    taskDueMs: due.length === 0 ? null : Math.min(...due),
  };
  const keys = Object.keys(caseHeadSchema.shape) as (keyof CaseHead)[];
  return Object.fromEntries(keys.map((key) => [key, head[key]])) as CaseHead;
}

export const OPEN_CASES_PK = 'cases#open';
/** The partition of cases that ended in a month, `yyyy-mm`. */
export const endedCasesPk = (month: string): string => `cases#ended#${month}`;

/** Where the queue finds it: with the open ones, or with those that ended in the same month. */
export function queueIndex({ incidentId, status, times, updatedAtMs }: CaseState): { pk: string; sk: string } {
  const month = new Date(times.closeMs ?? updatedAtMs).toISOString().slice(0, 7);
  return { pk: isEnded(status) ? endedCasesPk(month) : OPEN_CASES_PK, sk: incidentId };
}
