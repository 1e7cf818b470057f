/** Turns a case and the policy into its clocks: what is due when, what was met, what is breached, and what burns most. */
import { addDuration } from './calendar.ts';
import { durationOf } from './duration.ts';
import type { CaseHead } from './head.ts';
import { isEnded } from './lifecycle.ts';
import type { CasePolicy } from './policy.ts';
import { casePriority, type Priority } from './priority.ts';
import { CLOCKS, type Clock } from './terms.ts';

/** What clocks depend on: a state and a head both have it. */
export type SlaInput = Pick<CaseHead, 'severity' | 'assetTier' | 'status' | 'times' | 'pauses' | 'reopens' | 'escalations'> & {
  verdict: Pick<NonNullable<CaseHead['verdict']>, 'verdict' | 'impact'> | null;
};

export interface SlaClock {
  clock: Clock;
  startMs: number;
  /** Pauses that began before it are in it; what is paused once the time is over moves nothing. */
  dueMs: number;
  /** The same had nobody ever paused. */
  unpausedDueMs: number;
  /** When it was met; null while it is not. */
  metMs: number | null;
  /** It will not be asked for: judged harmless, or the case ended elsewhere. */
  isCancelled: boolean;
  isPaused: boolean;
  isBreached: boolean;
  /** Until it is due; negative once it is over. */
  leftMs: number;
  /** Share of its time that is used, without pauses; above 1 it is breached. */
  usedRatio: number;
}

export const priorityUnder = (of: SlaInput, policy: CasePolicy): Priority => casePriority(of, policy.defaultAssetTier);

/** The clocks that the priority of the case has. */
export function slaClocks(of: SlaInput, policy: CasePolicy, nowMs: number): SlaClock[] {
  const startMs = of.reopens.at(-1)?.atMs ?? of.times.surfaceMs;
  if (startMs === null) return [];
  const times = policy.sla[priorityUnder(of, policy)];
  return CLOCKS.flatMap((clock) => {
    const duration = times[clock];
    if (duration === null) return [];
    const baseDueMs = addDuration(startMs, durationOf(duration), policy.calendar);
    return [clockOf(of, { clock, startMs, baseDueMs, nowMs })];
  });
}

function clockOf(
  of: SlaInput,
  { clock, startMs, baseDueMs, nowMs }: { clock: Clock; startMs: number; baseDueMs: number; nowMs: number },
): SlaClock {
  const met = metMs(of, clock);
  // What happened before it was reopened does not count for the clocks of now.
  const isMet = met !== null && (of.reopens.length === 0 || met >= startMs);
  const untilMs = isMet ? met : nowMs;
  const dueMs = pausedDueMs(of, { startMs, baseDueMs, untilMs });
  const isCancelled = !isMet && isNotAsked(of, clock);
  const isPaused = !isMet && of.pauses.some(({ toMs }) => toMs === null);
  return {
    clock,
    startMs,
    dueMs,
    unpausedDueMs: baseDueMs,
    metMs: isMet ? met : null,
    isCancelled,
    isPaused,
    isBreached: !isCancelled && untilMs > dueMs,
    leftMs: dueMs - untilMs,
    usedRatio: 1 - (baseDueMs + pausedMs(of, startMs, untilMs) - untilMs) / Math.max(1, baseDueMs - startMs),
  };
}

function metMs({ times, escalations }: SlaInput, clock: Clock): number | null {
  const earliest = (...moments: (number | null | undefined)[]): number | null => {
    const there = moments.filter((ms) => ms !== null && ms !== undefined);
    return there.length === 0 ? null : Math.min(...there);
  };
  switch (clock) {
    case 'acknowledge':
      return times.ackMs;
    // Who judged or contained it had no need to ask for more.
    case 'escalate':
      return earliest(escalations.at(-1)?.atMs, times.verdictMs, times.containMs, times.resolveMs);
    case 'contain':
      return times.containMs;
    case 'resolve':
      return earliest(times.resolveMs, times.closeMs);
  }
}

/** What was judged harmless needs no containment; what ended elsewhere has its clocks there. */
function isNotAsked({ status, verdict }: SlaInput, clock: Clock): boolean {
  if (isEnded(status) || (status === 'resolved' && clock !== 'resolve')) return true;
  return clock === 'contain' && verdict !== null && (verdict.verdict !== 'true_positive' || verdict.impact === 'none');
}

/** A breach stays one: only a pause that begins while there is time left gives more of it. */
function pausedDueMs(
  { pauses }: Pick<SlaInput, 'pauses'>,
  { startMs, baseDueMs, untilMs }: { startMs: number; baseDueMs: number; untilMs: number },
): number {
  return [...pauses]
    .sort((a, b) => a.fromMs - b.fromMs)
    .reduce((dueMs, { fromMs, toMs }) => {
      const from = Math.max(startMs, fromMs);
      const to = Math.min(untilMs, toMs ?? untilMs);
      return from < dueMs ? dueMs + Math.max(0, to - from) : dueMs;
    }, baseDueMs);
}

/** Time on hold between two moments. */
export function pausedMs({ pauses }: Pick<SlaInput, 'pauses'>, fromMs: number, toMs: number): number {
  return pauses.reduce((sum, pause) => {
    const from = Math.max(fromMs, pause.fromMs);
    const to = Math.min(toMs, pause.toMs ?? toMs);
    return sum + Math.max(0, to - from);
  }, 0);
}

/** The running clock that is nearest to its end, or furthest past it; undefined where none runs. */
export const burning = (clocks: readonly SlaClock[]): SlaClock | undefined =>
  clocks
    .filter(({ metMs: met, isCancelled }) => met === null && !isCancelled)
    .sort((a, b) => Number(a.isPaused) - Number(b.isPaused) || a.leftMs - b.leftMs)[0];
