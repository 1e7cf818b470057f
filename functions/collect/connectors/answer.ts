/** What a vendor's answer says of the page after it. */
import { isJsonObject, type Json } from '../../core/json.ts';

/** The text of a member, or undefined where it is absent, empty or no text. */
export function textIn(json: Json | undefined, name: string): string | undefined {
  const value = isJsonObject(json) && Object.hasOwn(json, name) ? json[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
