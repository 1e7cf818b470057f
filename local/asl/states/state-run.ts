/** What the code of one kind of state gets to work with, and what it may answer. */
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { STATES_ERROR, StateFailure } from '../failure.ts';
import type { ActiveState, Phase } from '../snapshot.ts';
import { type EvaluationScope, evaluateTemplate, type StatesVariable } from '../template.ts';

export interface StateRun {
  readonly active: ActiveState;
  readonly nowMs: number;
  readonly region: string;
  /** The variables and `$states` that the state's fields see; all values are those at its entry. */
  scope(extra?: Partial<StatesVariable>): EvaluationScope;
  /** Adds an event of this state to the history. */
  emit(type: string, details?: JsonObject): void;
}

export interface Exit {
  kind: 'exit';
  next: string | undefined;
  output: Json;
  assigned: JsonObject;
}
/** Left, waiting in a phase, or (Fail) ended on purpose. Failures are thrown as StateFailure. */
export type Outcome = Exit | { kind: 'wait'; phase: Phase };

/** Largest output of a state or task. @see Step Functions quotas: 256 KiB of UTF-8 */
export const MAX_PAYLOAD_BYTES = 262_144;

/** @throws StateFailure States.DataLimitExceeded */
export function checkSize(value: Json, what: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= MAX_PAYLOAD_BYTES) return;
  const cause = `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new StateFailure({ error: STATES_ERROR.dataLimit, cause });
}

export interface Conclusion {
  /** `Assign` and `Output` as written: of the state, of a choice rule, or of a catcher. */
  fields: { Assign?: JsonObject | undefined; Output?: Json | undefined };
  /** The output where there is no `Output`. */
  fallback: Json;
  next: string | undefined;
  /** Field prefix in messages: `Catch[0]/`. */
  prefix?: string;
  extra?: Partial<StatesVariable>;
}

/** Evaluates Assign and Output, both with the values at the state's entry. */
export async function conclude(run: StateRun, { fields, fallback, next, prefix = '', extra = {} }: Conclusion): Promise<Exit> {
  const scope = run.scope(extra);
  const assigned: [string, Json][] = [];
  for (const [variable, template] of Object.entries(fields.Assign ?? {})) {
    const value = await evaluateTemplate(template, `${prefix}Assign/${variable}`, scope);
    checkSize(value, run.active.name);
    assigned.push([variable, value]);
  }
  const output = fields.Output === undefined ? fallback : await evaluateTemplate(fields.Output, `${prefix}Output`, scope);
  checkSize(output, run.active.name);
  return { kind: 'exit', next, output, assigned: Object.fromEntries(assigned) };
}
