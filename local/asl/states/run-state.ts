/** A state that is ready → what its kind does. */
import type { State } from '../definition.ts';
import { startMap, startParallel } from './children.ts';
import { runChoice } from './choice.ts';
import { runFail } from './fail.ts';
import { runJsonPathPass, runPass } from './pass.ts';
import type { Outcome, StateRun } from './state-run.ts';
import { runSucceed } from './succeed.ts';
import { prepareTask } from './task.ts';
import { runWait } from './wait.ts';

/** @throws StateFailure */
export async function runState(entry: State, run: StateRun, token: string | undefined): Promise<Outcome> {
  switch (entry.kind) {
    case 'Pass':
      return runPass(entry.state, run);
    case 'JsonPathPass':
      return runJsonPathPass(entry.state, run);
    case 'Choice':
      return runChoice(entry.state, run);
    case 'Wait':
      return runWait(entry.state, run);
    case 'Succeed':
      return runSucceed(entry.state, run);
    case 'Fail':
      return runFail(entry.state, run);
    case 'Task':
      return prepareTask(entry.state, run, token);
    case 'Parallel':
      return { kind: 'wait', phase: await startParallel(entry.state, run) };
    case 'Map':
      return { kind: 'wait', phase: await startMap(entry.state, run) };
  }
}
