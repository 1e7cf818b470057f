/** Sources → a function that maps a raw record by the id of its source: what the lake keeps of a record can be read again. */
import type { JsonObject } from '../core/json.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import type { Source } from './source.ts';

/** Undefined for a source that is not among these. */
export function eventOfSources(sources: readonly Source[]): (sourceId: string, record: JsonObject) => OcsfEvent | undefined {
  const byId = new Map(sources.map((source) => [source.id, source]));
  return (sourceId, record) => byId.get(sourceId)?.toOcsf(record, { nowMs: 0 });
}
