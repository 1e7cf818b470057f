/** The body of a refusal → the vendor's own reason, where we know to find it. */
import { isJsonObject, type Json, valueAt } from './json.ts';

/** Where vendors write why they refuse, most telling first. */
const REASONS = [
  'errorSummary',
  'error_description',
  'error.message',
  'errors.0.message',
  'message_detail',
  'message',
  'Message',
  'detail',
  'error.code',
  'error',
];

/** The vendor's own reason in the text of a body, if it has one that we know to find. Not safe to show as it is. */
export function vendorReason(body: string): string | undefined {
  const object = jsonObjectIn(body);
  if (object === undefined) return undefined;
  for (const path of REASONS) {
    const value = reach(object, path);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function reach(object: Json, path: string): Json | undefined {
  if (path !== 'errors.0.message') return valueAt(object, path);
  const errors = valueAt(object, 'errors');
  return Array.isArray(errors) ? valueAt(errors[0], 'message') : undefined;
}

/** Text that is a JSON object, as that object. */
export function jsonObjectIn(text: string): Readonly<Record<string, Json>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
