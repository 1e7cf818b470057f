/** A response that ended → the case: what contained the attack, until it is taken back. */
import type { CaseEvent, CaseEventData } from './event.ts';
import type { CaseState } from './state.ts';

type Responses = CaseState['responses'];

export function respond(state: CaseState, data: CaseEventData<'response'>, { atMs }: CaseEvent): Partial<CaseState> {
  const { runId, outcome, startedAtMs, mode, contains, verifiedAtMs, undoes } = data;
  const responses: Responses = [
    ...state.responses,
    {
      runId,
      outcome,
      atMs,
      startedAtMs: startedAtMs ?? null,
      mode: mode ?? null,
      contains: contains ?? null,
      verifiedAtMs: verifiedAtMs ?? null,
      undoes: undoes ?? null,
    },
  ];
  // What a person recorded, or a status said, is not overwritten.
  if (state.recorded.includes('contain')) return { responses };
  return { responses, times: { ...state.times, containMs: containedAt(responses) } };
}

/** When the last containment was verified that nobody took back since. @see SOC metrics, section C.1 */
function containedAt(responses: Responses): number | null {
  const undone = new Set(responses.flatMap(({ outcome, undoes }) => (outcome === 'undone' && undoes !== null ? [undoes] : [])));
  const times = responses
    .filter(({ runId, outcome, contains }) => contains === true && outcome === 'done' && !undone.has(runId))
    .map(({ verifiedAtMs, atMs }) => verifiedAtMs ?? atMs);
  return times.length === 0 ? null : Math.max(...times);
}
