/** Reject reasons → what a person reads: what is wrong, what is allowed, how to fix it. */
import type { Problem } from '../core/error.ts';
import { safeText } from '../core/terminal-text.ts';
import { LIMITS, type Reject, type RejectReason } from './arrival.ts';
import { PARQUET_LIMITS } from './parquet.ts';

const MIB = 1024 * 1024;

const TEXTS: Record<RejectReason, { what: string; allowed: string; fix: string }> = {
  truncated_gzip: {
    what: 'the gzip data ends in the middle; what came before the cut was ingested',
    allowed: 'complete gzip files',
    fix: 'copy the object again; it is ingested again when its bytes change',
  },
  corrupt_compression: {
    what: 'the compressed data is damaged',
    allowed: 'valid gzip or zstd',
    fix: 'copy the object again, or decompress it by hand to see how much is readable',
  },
  decompression_bomb: {
    what: 'the object inflates to far more than logs do; reading stopped there',
    allowed: `up to ${LIMITS.bombBytes / MIB} MiB, or ${LIMITS.bombRatio} times its compressed size`,
    fix: 'if the file is genuine, decompress it first and replay the plain file',
  },
  empty_object: {
    what: 'the object is empty',
    allowed: 'at least one record',
    fix: 'delete it, or look for the failed delivery behind it',
  },
  unknown_format: {
    what: 'this is no log format that Yagura reads',
    allowed:
      'JSON, JSON lines, JSON arrays, {"Records": […]}, lines of a format that a source reads; gzip or zstd of these; Parquet of OCSF events',
    fix: 'describe it in a mapping file (docs/add-a-source.md), convert it, or leave it out',
  },
  object_missing: {
    what: 'the object is gone',
    allowed: 'an object that exists',
    fix: 'check lifecycle rules of the landing bucket',
  },
  record_too_large: {
    what: 'one record is larger than a log record can be',
    allowed: `records of up to ${LIMITS.recordBytes / MIB} MiB`,
    fix: 'split it; the original stays where it was',
  },
  nesting_too_deep: {
    what: 'the record is nested too deeply',
    allowed: `${LIMITS.depth} levels`,
    fix: 'flatten it at its producer',
  },
  invalid_json: { what: 'the record is not valid JSON', allowed: 'RFC 8259 JSON', fix: 'mend the record and replay it' },
  truncated_json: {
    what: 'the text ends in the middle of a record',
    allowed: 'complete records',
    fix: 'copy the object again; its complete records were ingested',
  },
  duplicate_keys: {
    what: 'the record names one key twice, so that two readers could see two different events',
    allowed: 'unique keys in each object',
    fix: 'find out who wrote it: no known provider does',
  },
  not_an_object: { what: 'the record is a bare value', allowed: 'JSON objects', fix: 'wrap it in an object' },
  unknown_source: {
    what: 'no source recognizes the record',
    allowed: 'records of the sources that `yagura sources` lists',
    fix: 'describe its product in a mapping file (docs/add-a-source.md) and run `yagura quarantine replay`, or leave the file out',
  },
  unknown_line: {
    what: 'no source reads this line of text',
    allowed: 'lines of the formats that `yagura sources` lists',
    fix: 'see whether the line is whole; a product of your own needs a mapping file (docs/add-a-source.md), then `yagura quarantine replay`',
  },
  corrupt_parquet: {
    what: 'the Parquet object cannot be read to its end; rows before the fault were ingested',
    allowed: 'Parquet as Spark, Arrow or DuckDB write it: zstd, gzip, snappy, brotli or no compression',
    fix: 'copy the object again, or write it anew with another tool',
  },
  parquet_too_large: {
    what: 'the Parquet object is larger than can be held in memory',
    allowed: `files of ${PARQUET_LIMITS.fileBytes / MIB} MiB, row groups of ${PARQUET_LIMITS.groupBytes / MIB} MiB uncompressed, pages of ${PARQUET_LIMITS.pageBytes / MIB} MiB`,
    fix: 'write smaller files or row groups',
  },
  wrong_source: {
    what: 'the record is not of the source that was asked for',
    allowed: 'records of that source',
    fix: 'leave --source out, or name the right one',
  },
};

/** True for a reason that there is. */
export const isRejectReason = (reason: unknown): reason is RejectReason =>
  typeof reason === 'string' && Object.hasOwn(TEXTS, reason);

/** The problem that a reject is, for a terminal or a log line. Quoted log text is cut and stripped of control characters. */
export function problemOf(reject: Pick<Reject, 'reason' | 'detail' | 'from' | 'record'>): Problem {
  const text = TEXTS[reject.reason];
  const at = reject.record === 0 ? reject.from : `${reject.from}#${reject.record}`;
  const detail = reject.detail === '' ? '' : `: ${safeText(reject.detail, 200)}`;
  return { at: safeText(at, 300), what: `${text.what}${detail}`, allowed: text.allowed, fix: text.fix };
}
