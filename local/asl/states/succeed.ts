/** Succeed: ends its thread well. */
import type { SucceedState } from '../definition.ts';
import { conclude, type Exit, type StateRun } from './state-run.ts';

export const runSucceed = (state: SucceedState, run: StateRun): Promise<Exit> =>
  conclude(run, { fields: { Output: state.Output }, fallback: run.active.input, next: undefined });
