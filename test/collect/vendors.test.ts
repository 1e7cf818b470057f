import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../functions/collect/stage.ts';
import { isJsonObject } from '../../functions/core/json.ts';
import { finishEvent } from '../../functions/core/ocsf/finish.ts';
import type { Arrival } from '../../functions/ingest/arrival.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import type { Source } from '../../functions/sources/source.ts';
import { loadStream } from '../../local/content.ts';
import { memoryStore } from '../ingest/memory-store.ts';
import { VENDORS } from './vendors/index.ts';
import type { Fault, Vendor, VendorEvent } from './vendors/server.ts';
import { Killed, type Laboratory, laboratory, landedIds, START_MS } from './world.ts';

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const rules = await loadStream();

interface Plan {
  /** Minutes from the start at which an event happens, and minutes until it can be seen. */
  events: { atMin: number; lateMin: number; feed: number }[];
  /** One for each request, in order. */
  faults: (Fault | undefined)[];
  /** Runs of the stage: minutes since the one before, and the write at which the process dies. */
  runs: { afterMin: number; killAt: number | undefined; when: 'before' | 'after' }[];
  skewMin: number;
  repeats: boolean;
  emptyPages: boolean;
}

const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('throttle' as const),
      seconds: fc.integer({ min: 0, max: 400 }),
      as: fc.constantFrom('seconds' as const, 'date' as const, 'reset' as const, 'nothing' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(500, 502, 503, 504) }) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>({ kind: 'cut' }, { kind: 'tokens-end' }, { kind: 'pages-end' }) },
);

const plan: fc.Arbitrary<Plan> = fc.record({
  events: fc.array(
    // Ten minutes stay between what comes late and the overlap of an hour.
    fc.record({ atMin: fc.integer({ min: -1200, max: 400 }), lateMin: fc.integer({ min: 0, max: 50 }), feed: fc.nat(9) }),
    { minLength: 1, maxLength: 25 },
  ),
  faults: fc.array(fault, { maxLength: 80 }),
  runs: fc.array(
    fc.record({
      afterMin: fc.integer({ min: 1, max: 120 }),
      killAt: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  skewMin: fc.integer({ min: -10, max: 10 }),
  repeats: fc.boolean(),
  emptyPages: fc.boolean(),
});

/** Plays the plan, and then lets time pass until everything that happened must have been given. */
async function play(lab: Laboratory, given: Plan): Promise<VendorEvent[]> {
  const { vendor, world, clock } = lab;
  const skewMs = given.skewMin * MIN_MS;
  const events = given.events.map(({ atMin, lateMin, feed }, i) => {
    const atMs = START_MS + skewMs + atMin * MIN_MS + i;
    return { id: `id-${i}`, feed: vendor.feeds[feed % vendor.feeds.length] ?? '', atMs, visibleAtMs: atMs + lateMin * MIN_MS };
  });
  Object.assign(world, { events, skewMs, repeats: given.repeats, emptyPages: given.emptyPages, faults: [...given.faults] });
  for (const { afterMin, killAt, when } of given.runs) {
    clock.pass(afterMin * MIN_MS);
    lab.killAt(killAt ?? Number.POSITIVE_INFINITY, when);
    await collect(lab.ports, lab.content).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  }
  lab.killAt(Number.POSITIVE_INFINITY, 'before');
  world.faults = [];
  for (let i = 0; i < 14; i++) {
    clock.pass(HOUR_MS);
    await collect(lab.ports, lab.content);
  }
  return events;
}

/** The vendor's records as a source of their own, by the record's own id. */
const sourceOf = (vendor: Vendor): Source => ({
  ...{
    id: vendor.connector.id,
    title: { en: 'a', ja: 'a' },
    arrivals: ['poll'],
    eventPatterns: [],
    logsources: [],
    classes: [0],
  },
  judgeKey: (key) => (key.startsWith(`collect/${vendor.connector.id}/`) ? 'own' : undefined),
  recognizes: (record) => vendor.idOf(record) !== undefined,
  toOcsf: (record, { nowMs }) =>
    finishEvent({
      ...{ class_uid: 0, activity_id: 99, activity_name: 'Record', severity_id: 1, time: nowMs, attributes: {} },
      metadata: { version: '1.8.0', uid: vendor.idOf(record) ?? '', product: { name: 'x', vendor_name: 'x' } },
    }),
});

async function ingestAll(lab: Laboratory): Promise<{ out: number; dropped: number; quarantined: number; reusedIds: number }> {
  const arrivals: Arrival[] = lab.landing.keys().map((key) => ({ kind: 'object', id: key, key }));
  const stores = { landing: lab.landing, raw: memoryStore(), lake: memoryStore(), quarantine: memoryStore() };
  const ports = { ...stores, table: lab.table, meter: lab.meter, clock: lab.clock, bus: { publish: async () => undefined } };
  return await ingest(arrivals, ports, { sources: [sourceOf(lab.vendor)], rules });
}

describe.each(VENDORS.map((vendor) => [vendor.connector.id, vendor] as const))('%s', (_, vendor) => {
  it('loses no record and counts none twice, whatever fails and wherever the process dies', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const lab = await laboratory(vendor);
        try {
          const events = await play(lab, given);
          const ids = new Set(landedIds(lab));
          expect(events.filter(({ id }) => !ids.has(id))).toEqual([]);
          expect([...ids].filter((id) => !events.some((event) => event.id === id))).toEqual([]);
          expect(await ingestAll(lab)).toMatchObject({ out: events.length, quarantined: 0, reusedIds: 0 });
        } finally {
          await lab.close();
        }
      }),
      { numRuns: Number(process.env['COLLECT_RUNS'] ?? 6), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });

  it('writes the records as the vendor gives them, one a line, below keys that tell source and day', async () => {
    const lab = await laboratory(vendor);
    try {
      const events = vendor.feeds.map((feed, i) => ({
        id: `id-${i}`,
        feed,
        atMs: START_MS - 2 * HOUR_MS + 500,
        visibleAtMs: START_MS - 2 * HOUR_MS + 500,
      }));
      lab.world.events = events;
      const report = await collect(lab.ports, lab.content);
      expect(report.problems).toEqual([]);
      expect(report.feeds.map(({ isCaughtUp }) => isCaughtUp)).toEqual(vendor.feeds.map(() => true));
      expect(landedIds(lab).sort()).toEqual(events.map(({ id }) => id).sort());
      for (const key of lab.landing.keys()) {
        expect(key).toMatch(
          new RegExp(`^collect/${vendor.connector.id}/2026/03/\\d\\d/${vendor.connector.id}-[\\w-]+\\.jsonl\\.gz$`),
        );
      }
      expect(lab.world.requests.every(({ headers }) => isJsonObject({ ...headers } as object))).toBe(true);
    } finally {
      await lab.close();
    }
  });

  it('asks nothing while nothing is due, and no more than it must when there is nothing new', async () => {
    const lab = await laboratory(vendor);
    try {
      await collect(lab.ports, lab.content);
      const first = lab.world.requests.length;
      lab.clock.pass(2 * MIN_MS);
      expect(await collect(lab.ports, lab.content)).toEqual({ feeds: [], problems: [] });
      expect(lab.world.requests).toHaveLength(first);
      lab.clock.pass(5 * MIN_MS);
      await collect(lab.ports, lab.content);
      expect(lab.world.requests.length - first).toBeLessThanOrEqual(vendor.feeds.length * 2 + 1);
    } finally {
      await lab.close();
    }
  });
});
