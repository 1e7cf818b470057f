/** Wait: goes on after so many seconds, or at a time. */
import { MAX_SECONDS, type WaitState } from '../definition.ts';
import { evaluateInteger, evaluateString, evaluationFailure } from '../template.ts';
import { conclude, type Exit, type Outcome, type StateRun } from './state-run.ts';

/** RFC 3339 with an upper-case T and a zone. @see States Language specification, "Timestamps" */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export async function runWait(state: WaitState, run: StateRun): Promise<Outcome> {
  const scope = run.scope();
  if (state.Seconds !== undefined) {
    const waitSec = await evaluateInteger(state.Seconds, 'Seconds', scope, { min: 0, max: MAX_SECONDS });
    return { kind: 'wait', phase: { kind: 'until', atMs: run.nowMs + waitSec * 1000 } };
  }
  const text = await evaluateString(state.Timestamp ?? '', 'Timestamp', scope);
  const atMs = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs))
    throw evaluationFailure(scope, 'Timestamp', `The field 'Timestamp' is not an ISO 8601 timestamp: ${JSON.stringify(text)}`);
  return { kind: 'wait', phase: { kind: 'until', atMs } };
}

export const endWait = (state: WaitState, run: StateRun): Promise<Exit> =>
  conclude(run, { fields: state, fallback: run.active.input, next: state.Next });
