/** A response that ended → what its case records of it: what it did, since when, who let it act, and what it takes back. */
import type { NewCaseEvent } from '../core/case/event.ts';
import { event } from '../core/case/outcome.ts';
import type { CaseState } from '../core/case/state.ts';
import { Plan } from '../core/plan.ts';
import { PLAN_SK, RUN_APPROVAL_SK, runPk, STEP_PREFIX, StepRecord } from '../core/response-run.ts';
import type { Table } from '../ports/table.ts';

export interface Ended {
  runId: string;
  outcome: string;
}

/** Empty where the case knows it already. */
export async function responseEvents(
  { runId, outcome }: Ended,
  before: CaseState | undefined,
  table: Table,
): Promise<NewCaseEvent[]> {
  const isKnown = before?.responses.some((response) => response.runId === runId && response.outcome === outcome) === true;
  if (isKnown) return [];
  const plan = Plan.safeParse((await table.get(runPk(runId), PLAN_SK))?.data);
  // A response of before plans were kept: that it ended is all that is known.
  if (!plan.success) return [event('response', { runId, outcome })];
  const { playbook, createdAtMs, kind, steps } = plan.data;
  const verifiedAtMs = await lastVerified(runId, table);
  const undoes = steps.flatMap(({ origin }) => origin?.runId ?? [])[0];
  const changesSomething = steps.some(({ calls }) => calls.some(({ tier }) => tier !== 'read'));
  return [
    event('response', {
      runId,
      outcome,
      playbook,
      startedAtMs: createdAtMs,
      mode: await modeOf(runId, plan.data.requester, table),
      contains: kind === 'respond' && changesSomething,
      ...(verifiedAtMs === undefined ? {} : { verifiedAtMs }),
      ...(undoes === undefined ? {} : { undoes }),
    }),
  ];
}

async function lastVerified(runId: string, table: Table): Promise<number | undefined> {
  const items = await table.query(runPk(runId), { prefix: STEP_PREFIX });
  const times = items.flatMap(({ data }) => {
    const step = StepRecord.safeParse(data);
    return step.success ? (step.data.verifiedAtMs ?? []) : [];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Who let it act: persons who were asked, the person who started it, or nobody. */
async function modeOf(runId: string, requester: string, table: Table): Promise<'auto' | 'human' | 'approved'> {
  const asked = await table.get(runPk(runId), RUN_APPROVAL_SK);
  if (asked !== undefined) return 'approved';
  return requester === 'yagura' ? 'auto' : 'human';
}
