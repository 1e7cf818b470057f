/** Gives a record without an id of its own one that follows from its content. */
import { digestOf, sha256 } from '../digest.ts';
import type { JsonObject } from '../json.ts';
import { jsonText } from '../json-text.ts';

/** Digest of the record whatever the order of its keys: the same record arriving twice is one event. Never throws. */
export function recordUid(record: JsonObject): string {
  try {
    return digestOf(record);
  } catch {
    // Nested deeper than the stack.
    return sha256(jsonText(record));
  }
}
