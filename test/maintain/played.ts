// Steps that a lake can go through (batches, waiting, runs that break), as random data and as what they do.
import * as fc from 'fast-check';
import { dayOf } from '../../functions/core/lake/cut.ts';
import { maintain } from '../../functions/maintain/stage.ts';
import { batchFiles, DAY_MS, HOUR_MS, type LakeWorld } from './lake-world.ts';

const MIN_MS = 60_000;

export type Step =
  | { kind: 'ingest'; uids: number[]; daysAgo: number; source: string; content: string | undefined }
  | { kind: 'again'; batch: number }
  | { kind: 'wait'; hours: number }
  | { kind: 'maintain'; crash: { at: number; isDone: boolean } | undefined };

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      uids: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
      daysAgo: fc.constantFrom(0, 0, 1, 1, 1, 2, 3, -1),
      source: fc.constantFrom('aws-cloudtrail', 'aws-cloudtrail', 'okta'),
      // Records with one id and other content; files of older versions tell nothing of the content.
      content: fc.constantFrom('c0', 'c0', 'c1', undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), batch: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(0.05, 0.4, 1, 3, 13, 24, 24) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('maintain' as const),
      crash: fc.option(fc.record({ at: fc.nat(14), isDone: fc.boolean() }), { nil: undefined }),
    }),
  },
);

export interface Written {
  table: string;
  source: string;
  eventday: string;
  uid: string;
  key: string;
  ingestMs: number;
  /** When the file lay there. */
  putMs: number;
  batch: string;
}

/** Plays the steps; returns every row that was ever written. */
export async function play(world: LakeWorld, steps: readonly Step[]): Promise<Written[]> {
  const written: Written[] = [];
  const batches: { name: string; source: string; events: { uid: string; timeMs: number; digest: string | undefined }[] }[] = [];
  const ingest = (batch: (typeof batches)[number]): void => {
    const ingestMs = world.nowMs();
    // A stage reads the clock, works, and puts its files later, one after another.
    const rows = batch.events.map((event) => ({ ...event, source: batch.source }));
    for (const { key, bytes } of batchFiles(rows, { batch: batch.name, ingestMs })) {
      world.wait(2 * MIN_MS);
      world.put(key, bytes);
    }
    for (const { uid, timeMs, digest } of batch.events)
      written.push({
        table: 'api_activity',
        source: batch.source,
        eventday: dayOf(timeMs),
        uid,
        key: digest ?? uid,
        ingestMs,
        putMs: world.nowMs(),
        batch: batch.name,
      });
  };
  for (const one of steps) {
    if (one.kind === 'wait') world.wait(one.hours * HOUR_MS);
    if (one.kind === 'again' && batches.length > 0) {
      const batch = batches[one.batch % batches.length];
      if (batch !== undefined) ingest(batch);
    }
    if (one.kind === 'ingest') {
      // The same uid and content on the same day is the same event.
      const dayMs = Math.floor(world.nowMs() / DAY_MS) * DAY_MS - one.daysAgo * DAY_MS;
      const events = [...new Set(one.uids)].map((uid) => ({
        uid: `e${uid}`,
        timeMs: dayMs + uid * HOUR_MS,
        digest: one.content && `d${uid}${one.content}`,
      }));
      const batch = { name: `b${batches.length}`, source: one.source, events };
      batches.push(batch);
      ingest(batch);
    }
    if (one.kind === 'maintain') {
      world.crash = one.crash === undefined ? undefined : { ...one.crash };
      await maintain(world.ports, { leaseMs: 16 * MIN_MS }).catch(() => undefined);
      world.crash = undefined;
    }
  }
  return written;
}
