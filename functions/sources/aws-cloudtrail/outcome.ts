/** Turns what CloudTrail says of a call's outcome into the OCSF status. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';

export const SUCCESS = 1;
export const FAILURE = 2;

/**
 * Failure where there is an error code or message, or where the response names the event itself a failure, as sign-ins do
 * (`responseElements.ConsoleLogin`, `serviceEventDetails.UserAuthentication`). Undefined for Insights events: nobody tried anything.
 */
export function outcomeOf(record: JsonObject, name: string): number | undefined {
  const { errorCode, errorMessage } = record;
  if (isSaid(errorCode) || isSaid(errorMessage)) return FAILURE;
  if (says(record['responseElements'], name, 'Failure') || says(record['serviceEventDetails'], name, 'Failure')) return FAILURE;
  return record['eventCategory'] === 'Insight' || record['eventType'] === 'AwsCloudTrailInsight' ? undefined : SUCCESS;
}

const isSaid = (value: unknown): boolean => (typeof value === 'string' && value !== '') || typeof value === 'number';

const says = (details: unknown, name: string, outcome: string): boolean =>
  isJsonObject(details) && Object.hasOwn(details, name) && details[name] === outcome;
