/** A parsed value → the records inside it: transport envelopes are taken off, whatever they carry. */
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { parseJson } from '../core/json-exact.ts';

/** Envelopes inside envelopes (an EventBridge event in a CloudWatch subscription in …) beyond this are kept as they are. */
const MAX_LAYERS = 4;

/**
 * The records that one value carries: EventBridge (`detail-type` and `detail`, or the findings in it), CloudWatch Logs (`message`), LookupEvents
 * (`CloudTrailEvent`), SNS (`Type: Notification`). A value that is no envelope is its own record; text inside one stays text.
 */
export function unwrap(value: JsonObject, layer = 0): (JsonObject | string)[] {
  if (layer >= MAX_LAYERS) return [value];
  const inner = contents(value);
  return inner === undefined ? [value] : inner.flatMap((item) => (typeof item === 'string' ? [item] : unwrap(item, layer + 1)));
}

function contents(value: JsonObject): (JsonObject | string)[] | undefined {
  if (typeof value['detail-type'] === 'string' && isJsonObject(value['detail'])) return detailOf(value['detail']);
  if (typeof value['CloudTrailEvent'] === 'string') return parsed(value['CloudTrailEvent']);
  // A message that is no JSON is a line of text: a flow, a database's audit line.
  if (typeof value['message'] === 'string' && typeof value['timestamp'] === 'number' && 'id' in value)
    return parsed(value['message']) ?? lines(value['message']);
  if (value['Type'] === 'Notification' && typeof value['Message'] === 'string') return parsed(value['Message']);
  return undefined;
}

/** Security Hub puts its findings in a list. */
function detailOf(detail: JsonObject): JsonObject[] {
  const { findings } = detail;
  return Array.isArray(findings) && findings.length > 0 && findings.every(isJsonObject) ? findings : [detail];
}

const lines = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== '');

function parsed(text: string): JsonObject[] | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    const value = parseJson(text);
    if (isJsonObject(value)) return [value];
    return Array.isArray(value) && value.every(isJsonObject) ? value : undefined;
  } catch {
    return undefined;
  }
}
