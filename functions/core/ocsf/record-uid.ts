/** Gives a record without an id of its own one that follows from its content. */
import { digestOf, sha256 } from '../digest.ts';
import type { JsonObject } from '../json.ts';
import { jsonText } from '../json-text.ts';

/** The last record that was asked about, so that who maps a record next can tell whether its event's id is its content. */
let last: { record: JsonObject; uid: string } | undefined;

/** Digest of the record whatever the order of its keys: the same record arriving twice is one event. Never throws. */
export function recordUid(record: JsonObject): string {
  const uid = uidOf(record);
  last = { record, uid };
  return uid;
}

function uidOf(record: JsonObject): string {
  try {
    return digestOf(record);
  } catch {
    // Nested deeper than the stack.
    return sha256(jsonText(record));
  }
}

/** True where this id of the record that was just mapped is its digest, and not merely looks like one. */
export const isRecordUid = (record: JsonObject, uid: string): boolean => last?.record === record && last.uid === uid;
