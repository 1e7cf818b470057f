/** Matches of rules → what the correlations of the detect stage will read, marked with the time of this moment: that is what its windows are of. */
import { matchItems } from '../core/sigma/correlation/match-items.ts';
import type { KeptMatch } from '../core/sigma/correlation/reader.ts';
import { writeGroups } from '../ports/table-limits.ts';
import type { IngestPorts } from './arrival.ts';

export async function keepMatches(
  matches: readonly KeptMatch[],
  partId: string,
  { table, clock, meter }: Pick<IngestPorts, 'table' | 'clock' | 'meter'>,
): Promise<void> {
  const { items, droppedCount } = matchItems(matches, { partId, nowMs: clock.nowMs() });
  for (const puts of writeGroups(items.map((put) => ({ put })))) await table.write(puts);
  if (matches.length > 0) meter.count({ CorrelationMatchCount: matches.length, CorrelationMatchDroppedCount: droppedCount });
}
