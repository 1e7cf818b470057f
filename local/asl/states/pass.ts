/** Pass: the input, or its Output, goes on. */
import type { JsonPathPassState, PassState } from '../definition.ts';
import { resolvePathTemplate } from '../json-path.ts';
import { conclude, type Exit, type StateRun } from './state-run.ts';

export const runPass = (state: PassState, run: StateRun): Promise<Exit> =>
  conclude(run, { fields: state, fallback: run.active.input, next: state.Next });

/** The JSONPath form, for machines that mix languages. */
export async function runJsonPathPass(state: JsonPathPassState, run: StateRun): Promise<Exit> {
  const { states, variables } = run.scope();
  const resolve = (template: Parameters<typeof resolvePathTemplate>[0], input = states.input) =>
    resolvePathTemplate(template, { input, context: states.context, variables });
  const output = state.Result ?? (state.Parameters === undefined ? run.active.input : resolve(state.Parameters));
  const assigned = Object.entries(state.Assign ?? {}).map(([key, item]) =>
    Object.entries(resolve({ [key]: item }, output) ?? {}),
  );
  return { kind: 'exit', next: state.Next, output, assigned: Object.fromEntries(assigned.flat()) };
}
