/** Turns the ordinary work of machines and people into the records of one day. */
import { momentOf } from './activity.ts';
import type { Callers } from './caller.ts';
import { changes, people } from './people.ts';
import type { Random } from './random.ts';
import { recordOf, type StoryRecord } from './record.ts';
import { workloads } from './workloads.ts';

/** Records in no promised order, for the 24 hours from `startMs`. */
export function activitiesOf(random: Random, callers: Callers, startMs: number): StoryRecord[] {
  const records: StoryRecord[] = [];
  for (const { caller, perDay, rhythm, call } of [...workloads(callers), ...people(callers)]) {
    // No day is like the other: a tenth more or less.
    const times = Math.round(perDay * (0.95 + random.next() / 10));
    for (let i = 0; i < times; i++) {
      const atMs = momentOf(random, startMs, rhythm);
      records.push(recordOf(random, atMs, caller(atMs), call(random)));
    }
  }
  for (const { caller, atMin, call } of changes(callers)) {
    const atMs = startMs + (atMin * 60 + random.int(0, 59)) * 1000;
    records.push(recordOf(random, atMs, caller(atMs), call));
  }
  return records;
}
