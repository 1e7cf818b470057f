/** What is left out on purpose, by the word of the sources: whole objects by their key, records by what they hold. The reasons are named. */
import type { JsonObject } from '../core/json.ts';
import type { Source } from '../sources/source.ts';

export function skippedByKey(sources: readonly Source[], key: string): string | undefined {
  const verdicts = sources.map((source) => source.judgeKey(key));
  // What one source reads is not skipped because another would.
  if (verdicts.includes('own')) return undefined;
  return verdicts.find((verdict) => verdict !== undefined && verdict !== 'own')?.skip;
}

/** @param of the source that recognized the record; else all are asked */
export function droppedByContent(sources: readonly Source[], record: JsonObject, of: Source | undefined): string | undefined {
  for (const source of of === undefined ? sources : [of]) {
    const verdict = source.judgeRecord?.(record);
    if (verdict !== undefined) return verdict.skip;
  }
  return undefined;
}
