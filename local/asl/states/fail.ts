/** Fail: ends the execution, or the Parallel or Map around it, with an error and a cause. */
import type { FailState } from '../definition.ts';
import { StateFailure } from '../failure.ts';
import { evaluateString } from '../template.ts';
import type { StateRun } from './state-run.ts';

export async function runFail(state: FailState, run: StateRun): Promise<never> {
  const scope = run.scope();
  const error = state.Error === undefined ? undefined : await evaluateString(state.Error, 'Error', scope);
  const cause = state.Cause === undefined ? undefined : await evaluateString(state.Cause, 'Cause', scope);
  throw new StateFailure({ ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) });
}
