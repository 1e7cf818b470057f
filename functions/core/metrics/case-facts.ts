/** The events of a case up to a moment → what the measures read of it: frozen, so that a later verdict does not change a past report. */
import { type ActorKind, actorKindOf, type CaseEvent } from '../case/event.ts';
import type { CasePolicy } from '../case/policy.ts';
import { projectCase } from '../case/project.ts';
import { type SlaClock, slaClocks } from '../case/sla.ts';
import { overMs } from '../case/sla-moment.ts';
import type { CaseState } from '../case/state.ts';

/** A clock that was met, or whose time is over. */
export interface DecidedClock {
  clock: SlaClock['clock'];
  isMissed: boolean;
  /** When it was met, or when its time was over. */
  atMs: number;
}

export interface CaseFacts {
  state: CaseState;
  /** Who looked first; null where nobody did. */
  ackKind: ActorKind | null;
  /** The first step of a response that acted, whatever came of it. */
  firstActionMs: number | null;
  /** The first verdict or closing. */
  disposedMs: number | null;
  hasHumanEvent: boolean;
  clocks: DecidedClock[];
}

/** What a response that acted ended with; a rejected or expired one did nothing. */
const ACTED = ['done', 'failed', 'undone'];

/** @param toMs end of the period: what came then or later is not known. Undefined where the case was not there yet */
export function caseFacts(
  events: readonly CaseEvent[],
  { toMs, policy }: { toMs: number; policy: CasePolicy },
): CaseFacts | undefined {
  const known = events.filter(({ atMs }) => atMs < toMs);
  const state = projectCase(known);
  if (state === undefined) return undefined;
  const ack = known.find(({ kind }) => kind === 'acknowledged');
  return {
    state,
    ackKind: ack === undefined ? null : actorKindOf(ack),
    firstActionMs: earliest(known.flatMap((event) => actionMs(event))),
    disposedMs: earliest(known.filter(({ kind }) => kind === 'verdict_set' || kind === 'closed').map(({ atMs }) => atMs)),
    hasHumanEvent: known.some((event) => actorKindOf(event) === 'human'),
    clocks: slaClocks(state, policy, toMs).flatMap((clock) => decided(clock, state, toMs)),
  };
}

function decided(clock: SlaClock, state: CaseState, toMs: number): DecidedClock[] {
  const { metMs, isCancelled } = clock;
  const limitMs = overMs(clock, state);
  if (!isCancelled && limitMs !== null && (metMs ?? toMs) > limitMs)
    return [{ clock: clock.clock, isMissed: true, atMs: limitMs }];
  return metMs === null ? [] : [{ clock: clock.clock, isMissed: false, atMs: metMs }];
}

const actionMs = (event: CaseEvent): number[] =>
  event.kind === 'response' && ACTED.includes(event.data.outcome) ? [event.data.startedAtMs ?? event.atMs] : [];

const earliest = (times: readonly number[]): number | null => (times.length === 0 ? null : Math.min(...times));

/** Cases that are parts of others, or of nothing, are no cases of their own. */
export const isCounted = ({ state }: CaseFacts): boolean => state.status !== 'merged' && state.status !== 'dissolved';
/** Judged to be what it said, and malicious. */
export const isConfirmed = ({ state }: CaseFacts): boolean => state.verdict?.verdict === 'true_positive';
