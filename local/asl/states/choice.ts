/** Choice: the first rule whose condition holds says where to go, else the Default. */
import { type ChoiceState, isExpression } from '../definition.ts';
import { STATES_ERROR, StateFailure } from '../failure.ts';
import { evaluateTemplate, typeFailure } from '../template.ts';
import { conclude, type Exit, type StateRun } from './state-run.ts';

export async function runChoice(state: ChoiceState, run: StateRun): Promise<Exit> {
  const scope = run.scope();
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const value = isExpression(rule.Condition) ? await evaluateTemplate(rule.Condition, field, scope) : rule.Condition;
    if (typeof value !== 'boolean') throw typeFailure(field, 'boolean', { template: rule.Condition, value }, scope);
    if (value) return conclude(run, { fields: rule, fallback: run.active.input, next: rule.Next, prefix: `Choices[${index}]/` });
  }
  if (state.Default !== undefined) return conclude(run, { fields: state, fallback: run.active.input, next: state.Default });
  // AWS names this one States.Runtime in JSONata and JSONPath alike, not States.NoChoiceMatched.
  throw new StateFailure({
    error: STATES_ERROR.runtime,
    cause: scope.cause('Failed to transition out of the state. The state does not point to a next state.'),
  });
}
