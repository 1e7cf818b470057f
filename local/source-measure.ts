/** A source's records → how many of their values have a typed OCSF attribute, and how many are only kept in `unmapped`. */
import type { JsonObject } from '../functions/core/json.ts';
import { keepUntaken, type Unmapped } from '../functions/core/ocsf/unmapped.ts';
import { errorsOf, validateEvent } from '../functions/core/ocsf/validate.ts';
import { readArrival } from '../functions/ingest/read.ts';
import type { Source } from '../functions/sources/source.ts';
import { createPathObjectStore } from './adapters/path-object-store.ts';
import type { LogFile } from './log-files.ts';

export interface Measured {
  records: number;
  /** Values of the records: scalars, empty objects and lists. */
  leaves: number;
  /** Those that stand in an attribute as they are. What an attribute says in other words counts as kept, not as typed. */
  typed: number;
  /** Events that are not valid OCSF. */
  invalid: number;
}

export const nothingMeasured = (): Measured => ({ records: 0, leaves: 0, typed: 0, invalid: 0 });

/** Share of typed values, 0 to 1; undefined where there is no record. */
export const typedRatio = ({ leaves, typed }: Measured): number | undefined => (leaves === 0 ? undefined : typed / leaves);

const leafCount = (unmapped: Unmapped): number => Object.keys(unmapped).filter((path) => path !== '~dots').length;

export function measure(sum: Measured, source: Source, record: JsonObject, nowMs: number): void {
  const all: Unmapped = {};
  keepUntaken(all, record, new Map());
  const event = source.toOcsf(record, { nowMs });
  const leaves = leafCount(all);
  sum.records++;
  sum.leaves += leaves;
  sum.typed += Math.max(0, leaves - leafCount(event.unmapped ?? {}));
  if (errorsOf(validateEvent(event)).length > 0) sum.invalid++;
}

export interface FolderMeasure {
  bySource: Map<string, Measured>;
  /** Records and lines that no source reads. */
  unread: number;
}

/** The same over log files of one's own; nothing is stored. */
export async function measureFiles(files: readonly LogFile[], all: readonly Source[], nowMs: number): Promise<FolderMeasure> {
  const found: FolderMeasure = { bySource: new Map(), unread: 0 };
  const landing = createPathObjectStore();
  for (const { path } of files) {
    const sources = all.filter(({ takesKey }) => takesKey?.(path) !== false);
    const readers = { sources: all, surelyRecord: (record: JsonObject) => sources.some((source) => source.recognizes(record)) };
    for await (const item of readArrival({ kind: 'object', id: path, key: path }, landing, readers)) {
      if (item.kind === 'header') continue;
      const source = item.kind === 'record' ? (item.source ?? sources.find((one) => one.recognizes(item.record))) : undefined;
      if (item.kind !== 'record' || source === undefined) {
        found.unread++;
        continue;
      }
      const sum = found.bySource.get(source.id) ?? nothingMeasured();
      measure(sum, source, item.record, nowMs);
      found.bySource.set(source.id, sum);
    }
  }
  return found;
}
