/** Turns the clocks of a case into what the SOC has to do about them now: alarms, once each, and escalations by rule. */

import { escalate } from './apply-lifecycle.ts';
import type { NewCaseEvent } from './event.ts';
import { isEnded } from './lifecycle.ts';
import { event } from './outcome.ts';
import type { CasePolicy } from './policy.ts';
import { priorityUnder, type SlaClock, slaClocks } from './sla.ts';
import type { CaseState } from './state.ts';

/** Asking again right after gives nothing more. */
export function dutyEvents(state: CaseState, policy: CasePolicy, nowMs: number): NewCaseEvent[] {
  if (isEnded(state.status)) return [];
  const running = slaClocks(state, policy, nowMs).filter(
    ({ metMs, isCancelled, isPaused }) => metMs === null && !isCancelled && !isPaused,
  );
  return [...running.flatMap((clock) => alarm(state, policy, clock)), ...escalation(state, policy, running, nowMs)];
}

/** Of the marks that it passed since the last look the highest says all. */
function alarm(state: CaseState, policy: CasePolicy, { clock, usedRatio, dueMs }: SlaClock): NewCaseEvent[] {
  const told = state.alarms.filter((one) => one.clock === clock).map(({ percent }) => percent);
  const passed = policy.alarmPercents.filter((percent) => usedRatio * 100 >= percent);
  const highest = Math.max(0, ...passed);
  if (highest === 0 || told.some((percent) => percent >= highest)) return [];
  return [event('sla_alarmed', { clock, percent: highest, dueMs, priority: priorityUnder(state, policy) })];
}

function escalation(state: CaseState, policy: CasePolicy, running: readonly SlaClock[], nowMs: number): NewCaseEvent[] {
  const { tiers } = policy;
  const priority = priorityUnder(state, policy);
  const due = policy.escalation.filter(
    ({ priorities, clock, percent, to }) =>
      priorities.includes(priority) &&
      tiers.indexOf(to) > tiers.indexOf(state.tier) &&
      running.some((one) => one.clock === clock && one.usedRatio * 100 >= percent),
  );
  const [highest] = due.sort((a, b) => tiers.indexOf(b.to) - tiers.indexOf(a.to));
  if (highest === undefined) return [];
  const reason = `${priority}: ${highest.percent} % of the time to ${highest.clock} is used`;
  const actor = { id: 'yagura', kind: 'rule' } as const;
  const outcome = escalate(state, { op: 'escalate', to: highest.to, reason }, { actor, atMs: nowMs, policy });
  return outcome.ok ? outcome.events : [];
}
