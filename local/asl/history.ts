/** Events of an execution in the shape of GetExecutionHistory. */
import type { Json, JsonObject } from '../../functions/core/json.ts';

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html ; the time is ISO 8601 text */
export interface HistoryEvent extends JsonObject {
  id: number;
  previousEventId: number;
  timestamp: string;
  type: string;
}

/** An execution that reaches it fails. @see Step Functions quotas: 25,000 events */
export const MAX_EVENTS = 25_000;

const NOT_TRUNCATED = { truncated: false };

/** `{input, inputDetails}` of an event: data is JSON text there. */
export const inputDetails = (input: Json): JsonObject => ({ input: JSON.stringify(input), inputDetails: NOT_TRUNCATED });
/** `{output, outputDetails}` of an event. */
export const outputDetails = (output: Json): JsonObject => ({ output: JSON.stringify(output), outputDetails: NOT_TRUNCATED });

/** Details of a state's exit; variables are JSON text by name. */
export function exitDetails(name: string, output: Json, assigned: JsonObject): JsonObject {
  const texts = Object.entries(assigned).map(([variable, value]): [string, Json] => [variable, JSON.stringify(value)]);
  const variables =
    texts.length === 0 ? {} : { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: NOT_TRUNCATED };
  return { ...variables, name, ...outputDetails(output) };
}

/** `{error?, cause?}`; absent members stay absent. */
export const errorDetails = (failure: { error?: string; cause?: string }): JsonObject => ({
  ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  ...(failure.error === undefined ? {} : { error: failure.error }),
});

/** The member of an event that holds its details, or undefined for types without details. */
export function detailsKey(type: string): string | undefined {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
