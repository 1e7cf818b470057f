/** Turns findings into groups that each fit one bus event. */
import { MAX_DETAIL_BYTES } from './bus-event.ts';
import type { Finding } from './finding.ts';

export function* findingGroups(findings: readonly Finding[]): Generator<Finding[]> {
  let group: Finding[] = [];
  let size = 0;
  for (const finding of findings) {
    const bytes = Buffer.byteLength(JSON.stringify(finding)) + 1;
    if (size + bytes > MAX_DETAIL_BYTES && group.length > 0) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(finding);
    size += bytes;
  }
  if (group.length > 0) yield group;
}
