/** What wakes ingest, what it tells about it afterwards, and the limits that hostile input meets. */
import type { Problem } from '../core/error.ts';
import type { IndicatorIndex } from '../core/indicator/index-of.ts';
import type { JsonObject } from '../core/json.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import type { MatchReader } from '../core/sigma/correlation/reader.ts';
import type { StreamRules } from '../core/sigma/rule.ts';
import type { Suppressor } from '../core/suppression/apply.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import type { Source } from '../sources/source.ts';

/** One object of the landing bucket, or one event that a bus delivered. */
export type Arrival =
  | {
      kind: 'object';
      /** The message's id: what a partial batch response names. */
      id: string;
      key: string;
      /** Equal for two arrivals exactly when they bring the same bytes; such an arrival is ingested once. */
      identity?: string;
      /** What its first record is numbered, where it is a part of an object. Default 1. */
      firstRecord?: number;
    }
  | { kind: 'event'; id: string; envelope: JsonObject };

export interface IngestPorts {
  landing: ObjectStore;
  raw: ObjectStore;
  lake: ObjectStore;
  quarantine: ObjectStore;
  table: Table;
  bus: Bus;
  clock: Clock;
  meter: Meter;
}

/** What the engine is fed with: sources, rules, and perhaps one source that every record must be of. */
export interface IngestContent {
  sources: readonly Source[];
  rules: StreamRules;
  /** What correlations keep of the rules' matches. Default: nothing. */
  matches?: MatchReader;
  /** Lowers the findings that nobody needs to look at, with the event at hand. Default: none. */
  suppressor?: Suppressor;
  /** Values that others saw in attacks: every event is asked for them. Default: none. */
  indicators?: IndicatorIndex;
  onlySource?: string;
  /** Sees every event on its way to the lake, findings of our own too. */
  inspect?: (event: OcsfEvent, sourceId: string) => void;
}

/** Why a record or an object could not become an event. The texts for people are in `reasons.ts`. */
export type RejectReason =
  | 'truncated_gzip'
  | 'corrupt_compression'
  | 'decompression_bomb'
  | 'empty_object'
  | 'unknown_format'
  | 'object_missing'
  | 'record_too_large'
  | 'nesting_too_deep'
  | 'invalid_json'
  | 'truncated_json'
  | 'duplicate_keys'
  | 'not_an_object'
  | 'unknown_source'
  | 'unknown_line'
  | 'wrong_source'
  | 'corrupt_parquet'
  | 'parquet_too_large';

/** Something that goes to quarantine: the reason, where it came from, and its bytes. */
export interface Reject {
  reason: RejectReason;
  /** What exactly, in words; may quote log text. */
  detail: string;
  /** Object key or message id. */
  from: string;
  /** 1-based number of the record within the object; 0 for the object as a whole. */
  record: number;
  /** Bytes as they arrived; at most `LIMITS.recordBytes`. */
  bytes: Uint8Array;
  sizeBytes: number;
  source?: string;
}

/** Totals of one call. `in = out + quarantined + dropped` always holds; the three maps say why. */
export interface IngestReport {
  objects: number;
  /** Objects that an earlier call had already ingested: nothing was read. */
  alreadyIngested: number;
  in: number;
  out: number;
  quarantined: number;
  dropped: number;
  findings: number;
  /** Events whose id another event of the batch had with other content; they have `#<digest>` behind it. */
  reusedIds: number;
  bytes: number;
  bySource: Record<string, number>;
  byClass: Record<string, number>;
  quarantinedByReason: Record<string, number>;
  droppedByReason: Record<string, number>;
  /** Objects skipped on purpose, by named reason: digests, configuration snapshots. Their contents are no records. */
  skippedObjects: Record<string, number>;
  ruleErrors: Record<string, number>;
  /** At most `LIMITS.problems`, for people; the counts above are complete. */
  problems: Problem[];
  /** Arrivals to deliver again: the world failed, not their content. */
  failedIds: string[];
}

export const LIMITS = {
  /** A record above this goes to quarantine. CloudTrail's largest event is 256 kB, EventBridge's 1 MB; the rest is margin. */
  recordBytes: 8 * 1024 * 1024,
  /** Deeper JSON is no log: V8 parses about 7,000 levels before its stack ends. */
  depth: 256,
  /** Up to here a compressed object is inflated in one call, above it in a stream. */
  wholeObjectBytes: 64 * 1024 * 1024,
  /** More output than this, and more than `bombRatio` times the input, is a bomb. Real logs compress 5–60 times. */
  bombBytes: 256 * 1024 * 1024,
  bombRatio: 200,
  /** Rows and raw bytes in memory before a part is written. */
  partRows: 40_000,
  partBytes: 48 * 1024 * 1024,
  /** Uncompressed size of one raw archive object; compressed it stays well under 8 MB. */
  rawObjectBytes: 32 * 1024 * 1024,
  problems: 50,
} as const;

export const emptyReport = (): IngestReport => ({
  objects: 0,
  alreadyIngested: 0,
  in: 0,
  out: 0,
  quarantined: 0,
  dropped: 0,
  findings: 0,
  reusedIds: 0,
  bytes: 0,
  bySource: {},
  byClass: {},
  quarantinedByReason: {},
  droppedByReason: {},
  skippedObjects: {},
  ruleErrors: {},
  problems: [],
  failedIds: [],
});

/** Adds one to a counter of a map. */
export const tally = (map: Record<string, number>, key: string, by = 1): void => {
  map[key] = (map[key] ?? 0) + by;
};

/** Adds the second report's numbers to the first. */
export function addReport(sum: IngestReport, part: IngestReport): void {
  for (const key of [
    'objects',
    'alreadyIngested',
    'in',
    'out',
    'quarantined',
    'dropped',
    'findings',
    'reusedIds',
    'bytes',
  ] as const)
    sum[key] += part[key];
  for (const key of ['bySource', 'byClass', 'quarantinedByReason', 'droppedByReason', 'skippedObjects', 'ruleErrors'] as const)
    for (const [name, count] of Object.entries(part[key])) tally(sum[key], name, count);
  sum.problems.push(...part.problems.slice(0, Math.max(0, LIMITS.problems - sum.problems.length)));
  sum.failedIds.push(...part.failedIds);
}
