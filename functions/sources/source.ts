/** What the engine knows of a log source. A source is one folder with one of these; engine code never names one. */
import type { JsonObject } from '../core/json.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import type { LocalText } from '../core/text.ts';

/** What a source says of an object by its key alone: its own, deliberately skipped (with a named reason), or nothing. */
export type KeyVerdict = 'own' | { skip: string } | undefined;

/** What `toOcsf` may need beside the record. */
export interface MapContext {
  /** Ingest time, epoch ms: the event's time only where the record has none. */
  nowMs: number;
}

/** A Sigma log source that this source's raw records satisfy. @see Sigma specification 2.1, "Log source" */
export interface SigmaLogsource {
  product?: string;
  service?: string;
  category?: string;
}

export interface Source {
  /** Folder name and partition value: `aws-cloudtrail`. */
  id: string;
  title: LocalText;
  /** How it arrives. */
  arrivals: readonly ('object' | 'event' | 'poll' | 'push')[];
  /** Patterns of events on an EventBridge bus that carry its records in `detail` (AWS event-pattern JSON). */
  eventPatterns: readonly JsonObject[];
  logsources: readonly SigmaLogsource[];
  /** OCSF class uids that it emits. */
  classes: readonly number[];
  /** Judges an object key, with `/` separators, anywhere in a bucket or a folder. */
  judgeKey(key: string): KeyVerdict;
  /** True where a parsed record (already split) is surely this source's. Cheap: looks at a few fields. */
  recognizes(record: JsonObject): boolean;
  /** A record that is no event of this source, though it lies among them: the named reason to drop it. */
  judgeRecord?(record: JsonObject): { skip: string } | undefined;
  /** Never throws: a sparse record still becomes an event of the right class, with what it has. */
  toOcsf(record: JsonObject, context: MapContext): OcsfEvent;
}
