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

/** One line of a text log, read. */
export type ReadLine =
  | { record: JsonObject }
  /** A header or directive (`#fields …`): says how the lines after it read, and is no event. */
  | 'header'
  /** Not of this format. */
  | undefined;

/** Where the lines of one text come from. */
export interface LineContext {
  /** Object key, or the name of the log group and stream that carried the line. */
  key: string;
}

/** Reads the lines of one object in their order. */
export interface LineReader {
  /** @param line without its line end */
  read(line: string): ReadLine;
}

/** How lines of text become records, for a source whose logs are no JSON. */
export interface LineFormat {
  /** True where a line, seen alone, is surely of this format; header lines too. Cheap. */
  recognizesLine(line: string): boolean;
  /** True where any device writes such lines (syslog): each line is offered to the formats of products first. */
  isGeneral?: boolean;
  /** A reader for one object; a header that it reads changes how it reads what follows. */
  open(context: LineContext): LineReader;
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
  /** Made of a user's mapping file: it is asked before all others, record by record. */
  isUsers?: boolean;
  /** False where none of its records can be in an object of this key. Default: true of every key. */
  takesKey?(key: string): boolean;
  /** Judges an object key, with `/` separators, anywhere in a bucket or a folder. */
  judgeKey(key: string): KeyVerdict;
  /** True where a parsed record (already split) is surely this source's. Cheap: looks at a few fields. */
  recognizes(record: JsonObject): boolean;
  /** Where its logs come as lines of text. `recognizes` is true for each record that a reader of these makes. */
  lines?: LineFormat;
  /** A record that is no event of this source, though it lies among them: the named reason to drop it. */
  judgeRecord?(record: JsonObject): { skip: string } | undefined;
  /** Never throws: a sparse record still becomes an event of the right class, with what it has. */
  toOcsf(record: JsonObject, context: MapContext): OcsfEvent;
}
