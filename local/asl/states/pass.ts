/** Pass: the input, or its Output, goes on. */
import { isJsonObject, type Json } from '../../../functions/core/json.ts';
import type { JsonPathPassState, PassState } from '../definition.ts';
import { insertAt, resolvePathTemplate, selectAt } from '../json-path.ts';
import { checkSize, conclude, type Exit, type StateRun } from './state-run.ts';

export const runPass = (state: PassState, run: StateRun): Promise<Exit> =>
  conclude(run, { fields: state, fallback: run.active.input, next: state.Next });

/** The JSONPath form, for machines that mix languages. */
export async function runJsonPathPass(state: JsonPathPassState, run: StateRun): Promise<Exit> {
  const { states, variables } = run.scope();
  const scoped = (input: Json) => ({ input, context: states.context, variables });
  const input = selectAt(state.InputPath, 'InputPath', scoped(states.input));
  const asked = state.Parameters === undefined ? input : resolvePathTemplate(state.Parameters, scoped(input));
  const result = state.Result ?? asked;
  const combined = insertAt(states.input, state.ResultPath, result);
  const assigned = resolvePathTemplate(state.Assign ?? {}, scoped(result));
  const output = selectAt(state.OutputPath, 'OutputPath', scoped(combined));
  checkSize(output, run.active.name);
  return { kind: 'exit', next: state.Next, output, assigned: isJsonObject(assigned) ? assigned : {} };
}
