/** Turns an OCSF event into every id by which its record can be found again: in the lake, at its provider, and in the store that it passed. */
import { type JsonObject, valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';

/** Fields that a shipper or a store writes into a record begin with an underscore: Elasticsearch's `_id`, GitHub's `_document_id`. */
const STORE_ID = /^_\w*(id|Id|ID)$/;

/** The provider's own id where ours is finer (one that was used twice), of the operation that the record is a part of, of the request it tells of. */
const OTHER_IDS = ['metadata.original_event_uid', 'metadata.correlation_uid', 'api.request.uid'];

/**
 * `metadata.uid` first, then the others.
 * @see OCSF 1.8.0, metadata (uid, original_event_uid, correlation_uid) and request (uid)
 */
export function recordIds(event: OcsfEvent): string[] {
  const stored = Object.entries(event.unmapped ?? {}).filter(([name]) => STORE_ID.test(name));
  const others = OTHER_IDS.map((path) => valueAt(event as unknown as JsonObject, path));
  const ids = [event.metadata.uid, ...others, ...stored.map(([, id]) => id)];
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))];
}
