// Whatever breaks, and whenever readers read: each event once, in its last ingested copy.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../functions/core/lake/cut.ts';
import { maintain } from '../../functions/maintain/stage.ts';
import { allAt, isSettled, type Scans, type SeenRow, visibleRows } from './lake-reader.ts';
import { batchFiles, DAY_MS, HOUR_MS, type LakeState, type LakeWorld, lakeWorld, type TestEvent } from './lake-world.ts';
import { play, step, type Written } from './played.ts';

const START = Date.UTC(2026, 10, 1);
const MIN_MS = 60_000;
/** No query of ours runs longer. */
const QUERY_MS = 30 * MIN_MS;

const keyOf = (row: Pick<SeenRow, 'source' | 'eventday' | 'key'>): string => `${row.source}|${row.eventday}|${row.key}`;

/**
 * The events that must be seen: those with a copy that is settled. A batch that is written again replaces its file; where its events are
 * late, the new file is settled some minutes after, and nobody can see the old one meanwhile.
 */
function expectedAt(written: readonly Written[], nowMs: number): Set<string> {
  const there = written.filter(({ putMs }) => putMs <= nowMs);
  const isReplaced = (row: Written): boolean =>
    written.some((other) => other.batch === row.batch && other.ingestMs > row.ingestMs && other.putMs <= nowMs + QUERY_MS);
  const settled = there.filter((row) => isSettled(row, nowMs) && !isReplaced(row));
  return new Set(settled.map(keyOf));
}

function countsOf(rows: readonly SeenRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}

/** A row that a later copy overwrote under the same name is gone from the hot files, so its own time is not asked for. */
function checkMoment(written: readonly Written[], state: LakeState): void {
  const rows = visibleRows(allAt(state));
  const expected = expectedAt(written, state.atMs);
  const seen = countsOf(rows);
  for (const [key, count] of seen) expect(count, `${key} at ${new Date(state.atMs).toISOString()}`).toBe(1);
  for (const key of expected) expect(seen.has(key), `${key} at ${new Date(state.atMs).toISOString()}`).toBe(true);
}

describe('the lake, in the cases that chance seldom finds', () => {
  const day = START - 2 * DAY_MS;
  const put = (
    world: LakeWorld,
    batch: string,
    events: readonly Pick<TestEvent, 'uid' | 'digest'>[],
    ingestMs = world.nowMs(),
  ): void => {
    const rows = events.map((event) => ({ ...event, timeMs: day, source: 'okta' }));
    for (const { key, bytes } of batchFiles(rows, { batch, ingestMs })) world.put(key, bytes);
  };
  const uidsAt = (world: LakeWorld): string[] =>
    visibleRows(allAt(world.states.at(-1) as LakeState, world.nowMs()))
      .map(({ uid, ingestMs }) => `${uid}@${ingestMs < START ? 'first' : 'again'}`)
      .sort();

  it('shows an event that came again after it was compacted in its last copy, before and after that copy is compacted too', async () => {
    const world = lakeWorld(START + HOUR_MS);
    put(world, 'a', [{ uid: 'x' }, { uid: 'y' }], START - DAY_MS);
    await maintain(world.ports);
    world.wait(DAY_MS);
    put(world, 'b', [{ uid: 'x' }]);
    expect(uidsAt(world)).toEqual(['x@first', 'y@first']);
    world.wait(HOUR_MS);
    expect(uidsAt(world)).toEqual(['x@again', 'y@first']);
    world.wait(DAY_MS);
    expect(await maintain(world.ports)).toMatchObject({ outcome: 'done', rows: 1, copies: 1 });
    expect(uidsAt(world)).toEqual(['x@again', 'y@first']);
    world.wait(HOUR_MS);
    expect(uidsAt(world)).toEqual(['x@again', 'y@first']);
    world.wait(3 * HOUR_MS);
    expect((await maintain(world.ports)).retired.absorbed).toBe(1);
    expect(uidsAt(world)).toEqual(['x@again', 'y@first']);
  });

  it('shows every state of what one id has, and each state once, before and after it is compacted', async () => {
    const world = lakeWorld(START + HOUR_MS);
    const [open, closed] = [
      { uid: 'x', digest: 'open' },
      { uid: 'x', digest: 'closed' },
    ];
    put(world, 'a', [open], START - DAY_MS);
    put(world, 'b', [closed], START - HOUR_MS);
    expect(uidsAt(world)).toEqual(['x@first', 'x@first']);
    await maintain(world.ports);
    world.wait(HOUR_MS);
    expect(uidsAt(world)).toEqual(['x@first', 'x@first']);
    world.wait(DAY_MS);
    put(world, 'c', [closed, { uid: 'x', digest: 'open again' }]);
    world.wait(HOUR_MS);
    expect(uidsAt(world)).toEqual(['x@again', 'x@again', 'x@first']);
    world.wait(DAY_MS);
    expect(await maintain(world.ports)).toMatchObject({ outcome: 'done', rows: 2, copies: 1 });
    world.wait(HOUR_MS);
    expect(uidsAt(world)).toEqual(['x@again', 'x@again', 'x@first']);
    const again = [...(world.states.at(-1)?.objects.keys() ?? [])].filter((key) => key.startsWith('replaced/'));
    expect(again).toHaveLength(1);
  });

  it('keeps hot files until no query that began before the cut can want them', async () => {
    const world = lakeWorld(START + HOUR_MS);
    put(world, 'a', [{ uid: 'x' }], START - DAY_MS);
    await maintain(world.ports);
    const hot = (): number => [...(world.states.at(-1)?.objects.keys() ?? [])].filter((key) => key.startsWith('ocsf/')).length;
    world.wait(2 * HOUR_MS);
    expect((await maintain(world.ports)).retired.absorbed).toBe(0);
    expect(hot()).toBe(1);
    world.wait(HOUR_MS);
    expect((await maintain(world.ports)).retired.absorbed).toBe(1);
    expect(hot()).toBe(0);
  });

  it('keeps a hot file that was written again since it was taken over', async () => {
    const world = lakeWorld(START + HOUR_MS);
    put(world, 'a', [{ uid: 'x' }], START - DAY_MS);
    await maintain(world.ports);
    put(world, 'a', [{ uid: 'x' }]);
    world.wait(3 * HOUR_MS);
    expect((await maintain(world.ports)).retired.absorbed).toBe(0);
    expect(uidsAt(world)).toEqual(['x@again']);
  });

  it('takes over what came too late for its cut with the next one, and shows it from then on', async () => {
    const world = lakeWorld(START + HOUR_MS);
    put(world, 'a', [{ uid: 'x' }], START - DAY_MS);
    await maintain(world.ports);
    // A writer that slept for hours.
    put(world, 'b', [{ uid: 'y' }], START - DAY_MS);
    for (let run = 0; run < 3; run++) {
      world.wait(DAY_MS);
      await maintain(world.ports);
    }
    for (const state of world.states) {
      const rows = visibleRows(allAt(state));
      expect(new Set(rows.map(keyOf)).size).toBe(rows.length);
    }
    expect(uidsAt(world).map((text) => text.slice(0, 1))).toEqual(['x', 'y']);
  });

  it('goes on where a run ran out of time, and commits when all is done', async () => {
    const world = lakeWorld(START + HOUR_MS);
    for (const source of ['a', 'b', 'c'])
      for (const { key, bytes } of batchFiles([{ uid: source, timeMs: day, source }], { batch: 'x', ingestMs: day }))
        world.put(key, bytes);
    const reports = [];
    for (let run = 0; run < 3; run++) reports.push(await maintain(world.ports, { budgetMs: 0 }));
    expect(reports.map(({ outcome, rounds }) => [outcome, rounds.done, rounds.left])).toEqual([
      ['working', 1, 2],
      ['working', 1, 1],
      ['done', 1, 0],
    ]);
  });

  it('is done by one run at a time', async () => {
    const world = lakeWorld(START + HOUR_MS);
    put(world, 'a', [{ uid: 'x' }], START - DAY_MS);
    world.crash = { at: 3, isDone: true };
    await expect(maintain(world.ports)).rejects.toThrow('broke');
    world.crash = undefined;
    expect((await maintain(world.ports)).outcome).toBe('busy');
    world.wait(17 * MIN_MS);
    expect((await maintain(world.ports)).outcome).toBe('done');
  });

  it('names a file that it cannot read, goes on with the others, and moves no cut', async () => {
    const world = lakeWorld(START + HOUR_MS);
    put(world, 'a', [{ uid: 'x' }], START - DAY_MS);
    const broken = `ocsf/api_activity/source=aws-cloudtrail/eventday=${dayOf(day)}/broken.parquet`;
    world.put(broken, Buffer.from('PAR1 but no more'));
    const report = await maintain(world.ports);
    expect(report).toMatchObject({ outcome: 'working', rounds: { done: 1, left: 1 } });
    expect(report.problems).toMatchObject([{ at: broken, fix: expect.stringContaining('replay') }]);
    expect(uidsAt({ ...world, states: world.states.map((state) => withoutKey(state, broken)) })).toEqual(['x@first']);
  });

  it('deletes cold files of a class after its retention, by when events came in, and of no other class', async () => {
    const world = lakeWorld(START + HOUR_MS);
    for (const classUid of [6003, 4001])
      for (const { key, bytes } of batchFiles([{ uid: 'x', timeMs: day - 900 * DAY_MS, source: 'okta', classUid }], {
        ...{ batch: `c${classUid}`, ingestMs: day },
      }))
        world.put(key, bytes);
    const retentionDays = { network_activity: 30 };
    await maintain(world.ports, { retentionDays });
    const classes = (): string[] =>
      [...(world.states.at(-1)?.objects.keys() ?? [])]
        .filter((key) => key.startsWith('cold/'))
        .map((key) => key.split('/')[1] ?? '');
    expect(classes().sort()).toEqual(['api_activity', 'network_activity']);
    world.wait(31 * DAY_MS);
    expect((await maintain(world.ports, { retentionDays })).retired.expired).toBe(1);
    expect(classes()).toEqual(['api_activity']);
  });
});

const withoutKey = ({ objects, ...state }: LakeState, key: string): LakeState => ({
  ...state,
  objects: new Map([...objects].filter(([name]) => name !== key)),
});

describe('the lake, whatever breaks while it is compacted', () => {
  it('shows each event exactly once at every moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const world = lakeWorld(START);
        const written = await play(world, steps);
        for (const state of world.states) checkMoment(written, state);
      }),
      { numRuns: 120 },
    );
  });

  it('shows each event exactly once to a query that makes its scans at different times', async () => {
    const pick = fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 6, maxLength: 24 }),
        fc.array(fc.record({ start: fc.nat(10_000), delaySec: fc.nat(1500), pick }), { minLength: 20, maxLength: 20 }),
        async (steps, queries) => {
          const world = lakeWorld(START);
          const written = await play(world, steps);
          for (const query of queries) {
            const scans = scansOf(world.states, query);
            const seen = countsOf(visibleRows(scans));
            for (const [key, count] of seen) expect(count, key).toBe(1);
            for (const key of expectedAt(written, scans.nowMs)) expect(seen.has(key), key).toBe(true);
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  it('takes everything over in the end, keeps one row of each event, and deletes the hot files', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
        const world = lakeWorld(START);
        const written = await play(world, steps);
        for (let run = 0; run < 4; run++) {
          world.wait(2 * DAY_MS);
          const { outcome, problems } = await maintain(world.ports);
          expect(['idle', 'done']).toContain(outcome);
          expect(problems).toEqual([]);
        }
        const { objects, commits } = world.states.at(-1) as LakeState;
        expect([...objects.keys()].filter((key) => key.startsWith('ocsf/'))).toEqual([]);
        expect([...objects.keys()].filter((key) => /absorbed|work|open/.test(key))).toEqual([]);
        checkMoment(written, { objects, commits, atMs: world.nowMs() });
      }),
      { numRuns: 40 },
    );
  });
});

interface SlowQuery {
  start: number;
  delaySec: number;
  pick: number[];
}

/** A query begins in one state of the lake, and makes each scan in any that comes while it runs. */
function scansOf(states: readonly LakeState[], { start, delaySec, pick }: SlowQuery): Scans {
  const first = start % states.length;
  const begun = states[first] as LakeState;
  const next = states[first + 1]?.atMs ?? begun.atMs + QUERY_MS;
  const nowMs = Math.min(begun.atMs + delaySec * 1000, next - 1);
  const until = states.filter(({ atMs }, i) => i >= first && atMs <= nowMs + QUERY_MS);
  const at = (i: number): LakeState => until[(pick[i] ?? 0) % until.length] as LakeState;
  return { nowMs, hot: at(0), late: at(1), cold: at(2), replaced: at(3), cuts: [at(4), at(5), at(6), at(7)] };
}
