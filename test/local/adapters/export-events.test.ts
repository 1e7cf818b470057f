import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableForClass } from '../../../functions/core/lake/tables.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import { type ExportEventsOptions, exportEvents } from '../../../local/adapters/export-events.ts';
import { eventOf } from '../../core/lake/arbitrary-event.ts';
import { addBatch, DAY_MS, event, newLake, TIME } from './lake-folder.ts';

async function all(options: ExportEventsOptions): Promise<OcsfEvent[]> {
  const events: OcsfEvent[] = [];
  for await (const one of exportEvents(options)) events.push(one);
  return events;
}
const uids = (events: readonly OcsfEvent[]): string[] => events.map(({ metadata }) => metadata.uid);

describe('exporting events', () => {
  it('gives nothing from an empty lake', async () => {
    expect(await all({ lakeDir: newLake() })).toEqual([]);
  });

  it('gives back random events exactly, each once, though batches repeat', async () => {
    const lakeDir = newLake();
    const original = [6003, 3002, 2004, 424242].flatMap((classUid) =>
      fc
        .sample(eventOf(tableForClass(classUid)), { numRuns: 15, seed: classUid })
        .map((one) => ({ ...one, class_uid: classUid, time: TIME + (one.time % DAY_MS) })),
    ) as OcsfEvent[];
    addBatch(lakeDir, 'first', original);
    addBatch(lakeDir, 'again', original, { ingestTimeMs: TIME + 5 });
    const byUid = (events: readonly OcsfEvent[]) => [...events].sort((a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1));
    expect(byUid(await all({ lakeDir }))).toEqual(byUid(original));
  });

  it('goes by table, source and day, in order of time', async () => {
    const lakeDir = newLake();
    addBatch(lakeDir, 'b1', [
      event('late', { time: TIME + 2 }),
      event('login', { class_uid: 3002 }),
      event('early', { time: TIME + 1 }),
      event('yesterday', { time: TIME - DAY_MS }),
    ]);
    expect(uids(await all({ lakeDir }))).toEqual(['yesterday', 'early', 'late', 'login']);
  });

  it('can be limited to a class or a source', async () => {
    const lakeDir = newLake();
    addBatch(lakeDir, 'b1', [
      event('a'),
      event('b', { class_uid: 3002 }),
      event('c', { class_uid: 424242 }),
      event('d', { class_uid: 515151 }),
    ]);
    addBatch(lakeDir, 'b2', [event('e')], { source: 'other' });
    expect(uids(await all({ lakeDir, classUid: 3002 }))).toEqual(['b']);
    expect(uids(await all({ lakeDir, classUid: 424242 }))).toEqual(['c']);
    expect(uids(await all({ lakeDir, source: 'other' }))).toEqual(['e']);
  });
});
