/** The detect stage over a table: what arrived since the last run, in any order, late or twice, gives the findings of the whole. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import type { Finding } from '../../functions/core/finding.ts';
import { correlationFinding } from '../../functions/core/sigma/correlation/finding.ts';
import type { HistoryQuery } from '../../functions/core/sigma/correlation/history.ts';
import { correlate } from '../../functions/core/sigma/correlation/judge.ts';
import type { Match } from '../../functions/core/sigma/correlation/match.ts';
import { matchItems } from '../../functions/core/sigma/correlation/match-items.ts';
import type { CorrelationPlan } from '../../functions/core/sigma/correlation/plan.ts';
import { LATENESS_MS, OVERLAP_MS } from '../../functions/detect/changed.ts';
import { type DetectPorts, detect } from '../../functions/detect/stage.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { match, planOf, T0, correlationText as text } from '../core/sigma/correlation/set.ts';
import { memoryStore } from '../ingest/memory-store.ts';

const MIN = 60_000;
const count = planOf(text('type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 10m\ncondition: {gte: 3}'));
const exactly = planOf(text('type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 10m\ncondition: {eq: 3}'));
const ordered = planOf(
  text('type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 5m\ncondition: {gte: 2}', { n: 50, name: 'inner' }),
  text('type: temporal_ordered\nrules: [inner, b]\ngroup-by: [user]\ntimespan: 30m'),
);

/** A table whose time is set, into which parts of batches bring matches, and on which detect runs. */
function world(plans: readonly CorrelationPlan[]) {
  const table = createMemoryTable();
  const lake = memoryStore();
  const meter = createMemoryMeter();
  const published: Finding[] = [];
  let nowMs = T0;
  let part = 0;
  const publish = async (events: readonly BusEvent[]): Promise<void> => {
    for (const event of events) if (event.name === 'FindingsRaised') published.push(...event.detail.findings);
  };
  const query: HistoryQuery = { run: async () => ({ columns: [], rows: [], scannedBytes: 0 }) };
  const ports: DetectPorts = { table, lake, bus: { publish }, query, clock: { nowMs: () => nowMs }, meter };
  return {
    ...{ table, lake, meter, published, ports },
    at: (ms: number) => {
      nowMs = ms;
    },
    bring: async (matches: readonly Match[], partId = `p${part++}`) => {
      const kept = plans.flatMap((plan) =>
        matches
          .filter(({ ruleId }) => plan.reads.has(ruleId))
          .map((one) => ({ plan, partition: JSON.stringify(one.fields['user'] ?? []), match: one })),
      );
      const { items } = matchItems(kept, { partId, nowMs });
      for (const put of items) await table.write([{ put }]);
    },
    run: (settled = false, some = plans) =>
      detect(ports, { plans: some, silent: new Set(), lakeMaps: [], eventOf: () => undefined }, { settled }),
  };
}

/** All events of each finding that was published, whenever. */
function merged(findings: readonly Finding[]): Map<string, string[]> {
  const all = new Map<string, Set<string>>();
  for (const { uid, eventUids } of findings) all.set(uid, new Set([...(all.get(uid) ?? []), ...eventUids]));
  return new Map([...all].sort().map(([uid, uids]) => [uid, [...uids].sort()]));
}
const expected = (plan: CorrelationPlan, matches: readonly Match[]) => merged(correlate(plan, matches).map(correlationFinding));
const burst = (secs: readonly number[], user = 'x') => secs.map((sec) => match('a', sec, { user }));

describe('detect', () => {
  it('raises a finding for a burst that batches and runs cut in pieces, with all its events', async () => {
    const { bring, run, published, at, lake } = world([count]);
    const events = burst([0, 200, 400]);
    for (const [i, one] of events.entries()) {
      at(T0 + (i + 1) * 5 * MIN);
      await bring([one]);
      await run();
    }
    expect(merged(published)).toEqual(expected(count, events));
    expect(published).toMatchObject([{ ruleId: count.root.correlation.info.id, level: 'high', timeMs: T0 + 400_000 }]);
    expect(lake.keys()).toEqual([
      expect.stringMatching(/^ocsf\/detection_finding\/source=yagura\/eventday=20260105\/detect-[0-9a-f]{16}\.parquet$/),
    ]);
  });

  it('raises a rule_error for a correlation that throws, and judges the others', async () => {
    const broken: CorrelationPlan = { ...exactly, root: { ...exactly.root, correlation: { ...exactly.root.correlation } } };
    Object.defineProperty(broken.root.correlation, 'bounds', {
      get: () => {
        throw new TypeError('no bounds');
      },
    });
    const { bring, run, published, at } = world([broken, count]);
    await bring(burst([0, 1, 2]));
    await run(true);
    at(T0 + MIN);
    await run(true);
    expect(published.map(({ ruleId }) => ruleId).sort()).toEqual([count.root.correlation.info.id, 'rule_error'].sort());
    expect(published.find(({ ruleId }) => ruleId === 'rule_error')?.summary).toContain('no bounds');
  });

  it('raises nothing twice: not in the overlap, not in a run that is repeated', async () => {
    const { bring, run, published, at } = world([count]);
    await bring(burst([0, 1, 2]));
    for (const minutes of [1, 2, 6, 11]) {
      at(T0 + minutes * MIN);
      await run();
    }
    expect(published).toHaveLength(1);
  });

  it('tells of a hit again when it has grown, under the same uid, and replaces it in the lake', async () => {
    const { bring, run, published, at, lake } = world([count]);
    await bring(burst([0, 1, 2]));
    await run();
    at(T0 + 20 * MIN);
    await bring(burst([30]));
    await run();
    expect(published.map(({ eventUids }) => eventUids.length)).toEqual([3, 4]);
    expect(new Set(published.map(({ uid }) => uid)).size).toBe(1);
    expect(new Set(published.map(({ summary }) => summary)).size).toBe(1);
    expect(lake.keys()).toHaveLength(1);
  });

  it('finds what came hours late, by the time of its ingest', async () => {
    const { bring, run, published, at } = world([count]);
    const [first, second, third] = burst([0, 1, 2]);
    await bring([first, third].filter((one) => one !== undefined));
    await run();
    at(T0 + 7 * 60 * MIN);
    await run();
    expect(published).toEqual([]);
    await bring([second].filter((one) => one !== undefined));
    await run();
    expect(published).toHaveLength(1);
  });

  it('sees what a slow batch wrote only after a run, within the overlap', async () => {
    const { bring, run, published, at } = world([count]);
    at(T0 + 30 * MIN);
    await run();
    // The batch took the clock before that run, and wrote after it.
    await bring(burst([0, 1, 2]));
    at(T0 + 34 * MIN + OVERLAP_MS);
    await run();
    expect(published).toHaveLength(1);
  });

  it('goes on in steps through a backlog, and keeps what it has done when it is stopped', async () => {
    const { bring, run, published, at, table } = world([count]);
    for (let hour = 0; hour < 10; hour++) {
      at(T0 + hour * 60 * MIN);
      for (const minutes of [0, 10, 20]) {
        at(T0 + (hour * 60 + minutes) * MIN);
        await bring(burst([hour * 3_600 + minutes], `user-${hour}`));
      }
    }
    const { write } = table;
    const { length: all } = await table.query('match-slots');
    expect(all).toBe(30);
    table.write = async (writes) => {
      if (published.length > 4 && writes.some((one) => 'put' in one && one.put.pk.startsWith('correlation-hit')))
        throw new Error('stopped');
      return write(writes);
    };
    await expect(run()).rejects.toThrow('stopped');
    const doneMs = Number((await table.get('detect', 'watermark'))?.data['doneMs']);
    expect(doneMs).toBeGreaterThan(T0 + 60 * MIN);
    table.write = write;
    await run();
    expect(new Set(published.map(({ uid }) => uid)).size).toBe(10);
  });

  it('reads a group of many items in pages, and of a flood the newest', async () => {
    const { bring, run, published, meter } = world([count]);
    for (let i = 0; i < 450; i++) await bring([match('a', i, { user: 'x' })]);
    await run();
    expect(published[0]?.eventUids).toHaveLength(450);
    expect(meter.totals['CorrelationTruncatedCount'] ?? 0).toBe(0);
  });

  it('begins again where a run failed', async () => {
    const { bring, run, published, ports, at } = world([count]);
    await run();
    await bring(burst([0, 1, 2]));
    const { publish } = ports.bus;
    ports.bus.publish = async () => {
      throw new Error('the bus is away');
    };
    await expect(run()).rejects.toThrow('the bus is away');
    ports.bus.publish = publish;
    at(T0 + 3 * 60 * MIN);
    await run();
    expect(published).toHaveLength(1);
  });

  it('waits with conditions that more events could break until their windows are whole', async () => {
    const { bring, run, published, at } = world([exactly]);
    await bring(burst([0, 1, 2]));
    for (let minutes = 0; minutes < 40; minutes += 5) {
      at(T0 + minutes * MIN);
      await run();
    }
    expect(published).toEqual([]);
    at(T0 + 10 * MIN + LATENESS_MS + 5 * MIN);
    await run();
    expect(published).toHaveLength(1);
  });

  it('does not raise such a condition where a late event broke it in time', async () => {
    const { bring, run, published, at } = world([exactly]);
    await bring(burst([0, 1, 2]));
    at(T0 + 25 * MIN);
    await bring(burst([3]));
    for (let minutes = 25; minutes < 120; minutes += 5) {
      at(T0 + minutes * MIN);
      await run();
    }
    expect(published).toEqual([]);
  });

  it('judges everything at once where nothing more is coming', async () => {
    const { bring, run, published } = world([exactly]);
    await bring(burst([0, 1, 2]));
    await run(true);
    expect(published).toHaveLength(1);
  });

  it('leaves matches alone that were kept for another text of the rule', async () => {
    const { bring, run, published } = world([count]);
    await bring(burst([0, 1, 2]));
    await run(false, [planOf(text('type: event_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10m\ncondition: {gte: 3}'))]);
    expect(published).toEqual([]);
  });

  it('takes a batch that is written twice as one', async () => {
    const { bring, run, published } = world([count]);
    await bring(burst([0, 1]), 'same');
    await bring(
      burst([0, 1]).map((one, i) => ({ ...one, eventUid: `again${i}` })),
      'same',
    );
    await run();
    expect(published).toEqual([]);
  });
});

describe('runs over any arrival', () => {
  const anyMatch = fc
    .record({
      rule: fc.constantFrom('a' as const, 'b' as const),
      min: fc.integer({ min: 0, max: 180 }),
      user: fc.constantFrom('x', 'y'),
    })
    .map(({ rule, min, user }) => match(rule, min * 60, { user }));
  /** Batches with some matches in several of them, and the minutes that pass before each. */
  const arrivals = fc
    .array(anyMatch, { minLength: 1, maxLength: 25 })
    .chain((matches) =>
      fc.tuple(fc.constant(matches), fc.array(fc.tuple(fc.subarray(matches), fc.integer({ min: 0, max: 40 })), { maxLength: 5 })),
    );

  it.each([
    ['event_count', count, true],
    ['a nested correlation', ordered, true],
    ['an exact count, at the end', exactly, false],
  ])('of %s end with the hits of all matches together', async (_, plan, runsBetween) => {
    await fc.assert(
      fc.asyncProperty(arrivals, async ([matches, batches]) => {
        const { bring, run, published, at } = world([plan]);
        let nowMs = T0;
        for (const [some, minutes] of [...batches, [matches, 10] as const]) {
          nowMs += minutes * MIN;
          at(nowMs);
          await bring(some);
          if (runsBetween) await run();
        }
        await run(true);
        expect(merged(published)).toEqual(expected(plan, matches));
      }),
      { numRuns: 60 },
    );
  });
});
