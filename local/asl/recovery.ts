/** A failed state's Retry and Catch → when to try again, or where to go. */
import type { Catcher, Retrier, State } from './definition.ts';
import { errorMatches, type Failure } from './failure.ts';
import type { ActiveState } from './snapshot.ts';

/** Defaults of a retrier. @see States Language specification, "Retrying after error" */
const DEFAULTS = { intervalSec: 1, backoffRate: 2, maxAttempts: 3 };

export interface Retry {
  /** Index of the retrier, whose attempts are counted for themselves. */
  index: number;
  delayMs: number;
}

/** The retry that the failure still has, or undefined. */
export function retryFor(entry: State, active: ActiveState, failure: Failure, random: () => number): Retry | undefined {
  const retriers = 'Retry' in entry.state ? (entry.state.Retry ?? []) : [];
  const index = retriers.findIndex((retrier) => errorMatches(retrier.ErrorEquals, failure));
  const retrier = retriers[index];
  if (retrier === undefined) return undefined;
  const used = active.attempts[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? DEFAULTS.maxAttempts)) return undefined;
  return { index, delayMs: delayMs(retrier, used, random) };
}

function delayMs(retrier: Retrier, used: number, random: () => number): number {
  const grown = (retrier.IntervalSeconds ?? DEFAULTS.intervalSec) * (retrier.BackoffRate ?? DEFAULTS.backoffRate) ** used;
  const capped = Math.min(grown, retrier.MaxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
  const chosen = retrier.JitterStrategy === 'FULL' ? capped * random() : capped;
  return Math.round(chosen * 1000);
}

/** The catcher that takes the failure, with its index. */
export function catcherFor(entry: State, failure: Failure): { index: number; catcher: Catcher } | undefined {
  const catchers = 'Catch' in entry.state ? (entry.state.Catch ?? []) : [];
  const index = catchers.findIndex((catcher) => errorMatches(catcher.ErrorEquals, failure));
  const catcher = catchers[index];
  return catcher === undefined ? undefined : { index, catcher };
}
