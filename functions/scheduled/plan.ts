/** The time, and what is remembered of earlier runs → the runs that are due, each claimed, queries of one scan together. */

import type { ScheduledQuery } from '../core/scheduled/file.ts';
import { groupsOf } from '../core/scheduled/group.ts';
import { type Due, dueWindows } from '../core/scheduled/window.ts';
import { budgetOf } from '../ports/query-ledger.ts';
import { raiseBudgetFinding } from './budget.ts';
import { claim, isLeased, readStates } from './state.ts';
import type { Run, ScheduledContent, ScheduledPorts } from './task.ts';

export interface PlanOptions {
  settled?: boolean | undefined;
  fromDay?: string | undefined;
  only?: readonly string[] | undefined;
}

export interface Planned {
  runs: Run[];
  /** The day's budget is spent: nothing runs until tomorrow. */
  tripped: boolean;
}

/** Idempotent up to the claims: a second plan while runs are under way finds nothing due. */
export async function plan(ports: ScheduledPorts, content: ScheduledContent, options: PlanOptions): Promise<Planned> {
  const { table, clock, meter } = ports;
  const nowMs = clock.nowMs();
  const wanted = content.queries.filter(({ id }) => options.only === undefined || options.only.includes(id));
  const states = await readStates(table);
  const due: { query: ScheduledQuery; due: Due }[] = [];
  let skipped = 0;
  for (const query of wanted) {
    const known = states.get(query.id);
    const state = known?.state ?? { failures: 0 };
    if (isLeased(state, nowMs)) continue;
    const found = dueWindows(query, state, { nowMs, ...(options.settled === true ? { settled: true } : {}) });
    skipped += found.skipped;
    if (found.windows.length > 0) due.push({ query, due: found });
  }
  const budget = await budgetOf(table, content.dailyUsd, nowMs);
  meter.count({
    ScheduledDueCount: due.length,
    ScheduledWindowSkippedCount: skipped,
    QueryBudgetTrippedCount: budget.tripped ? 1 : 0,
    QuerySpentMicroUsdCount: Math.round(budget.costUsd * 1e6),
  });
  if (budget.tripped) {
    if (due.length > 0) await raiseBudgetFinding(ports, budget, { nowMs, held: due.map(({ query }) => query.id) });
    return { runs: [], tripped: true };
  }
  const claimed: typeof due = [];
  for (const one of due) if (await claim(table, one.query.id, { known: states.get(one.query.id), nowMs })) claimed.push(one);
  const groups = await groupsOf(
    claimed.map(({ query, due: { windows } }) => ({ query, windows })),
    content.parse,
  );
  const more = options.fromDay === undefined ? {} : { fromDay: options.fromDay };
  return {
    runs: groups.map(({ queries, windows }) => ({ queries: queries.map(({ id }) => id), windows, ...more })),
    tripped: false,
  };
}
