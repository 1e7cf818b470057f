/** A field of a state, with expressions anywhere inside → its value, or the failure that Step Functions reports for it. */
import type { Json } from '../../functions/core/json.ts';
import { isJsonObject } from '../../functions/core/json.ts';
import { expressionOf, isExpression } from './definition.ts';
import { STATES_ERROR, StateFailure } from './failure.ts';
import { evaluate, type Limits } from './jsonata.ts';
import type { Ambient } from './jsonata-functions.ts';

/** `$states` of one state: what may be read depends on the field. */
export interface StatesVariable {
  input: Json;
  context: Json;
  result?: Json;
  errorOutput?: Json;
}

export interface EvaluationScope {
  states: StatesVariable;
  variables: Readonly<Record<string, Json>>;
  ambient: Ambient;
  limits: Limits;
  /** Puts AWS's opening ("An error occurred while executing the state …") before a cause. */
  cause(what: string): string;
}

type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

/** Evaluates every expression of a field; keys are never expressions. @throws StateFailure States.QueryEvaluationError */
export async function evaluateTemplate(template: Json, field: string, scope: EvaluationScope): Promise<Json> {
  if (isExpression(template)) return evaluateExpression(template, field, scope);
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) items.push(await evaluateTemplate(item, `${field}[${index}]`, scope));
    return items;
  }
  if (!isJsonObject(template)) return template;
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(template)) entries.push([key, await evaluateTemplate(item, `${field}/${key}`, scope)]);
  return Object.fromEntries(entries);
}

async function evaluateExpression(text: string, field: string, scope: EvaluationScope): Promise<Json> {
  const source = expressionOf(text);
  const bindings: Record<string, Json> = { ...scope.variables, states: { ...scope.states } };
  const outcome = await evaluate(source, bindings, scope.ambient, scope.limits);
  if ('value' in outcome) return outcome.value;
  const how = 'undefined' in outcome ? 'returned nothing (undefined).' : `threw an error during evaluation${outcome.problem}`;
  throw evaluationFailure(scope, field, `The JSONata expression '${source}' specified for the field '${field}' ${how}`);
}

export function evaluationFailure(scope: Pick<EvaluationScope, 'cause'>, field: string, what: string): StateFailure {
  return new StateFailure({ error: STATES_ERROR.query, cause: scope.cause(what), location: field });
}

/** The type that AWS names in its messages. */
export function jsonType(value: Json): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return 'number';
  return typeof value === 'object' ? 'object' : typeof value === 'string' ? 'string' : 'boolean';
}

/** The failure for an expression whose value has the wrong type. */
export function typeFailure(
  field: string,
  expected: string,
  given: { template: Json; value: Json },
  scope: EvaluationScope,
): StateFailure {
  const { template, value } = given;
  const said = isExpression(template) ? `The JSONata expression '${expressionOf(template)}' specified for` : 'The value of';
  const got = `returned an unexpected result type. Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`;
  return evaluationFailure(scope, field, `${said} the field '${field}' ${got}`);
}

/** A string field. @throws StateFailure */
export async function evaluateString(template: Json, field: string, scope: EvaluationScope): Promise<string> {
  const value = await evaluateTemplate(template, field, scope);
  if (typeof value === 'string') return value;
  throw typeFailure(field, 'string', { template, value }, scope);
}

/** A number field that must be a whole number within bounds. @throws StateFailure */
export async function evaluateInteger(
  template: Json,
  field: string,
  scope: EvaluationScope,
  bounds: { min: number; max: number },
): Promise<number> {
  const value = await evaluateTemplate(template, field, scope);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw typeFailure(field, 'integer', { template, value }, scope);
  if (value >= bounds.min && value <= bounds.max) return value;
  const said = isExpression(template)
    ? `The JSONata expression '${expressionOf(template)}' specified for the field '${field}'`
    : `The field '${field}'`;
  throw evaluationFailure(scope, field, `${said} is out of range. Expected ${bounds.min} to ${bounds.max}, but was ${value}`);
}
