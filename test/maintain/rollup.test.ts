// The daily rollup says what a look through all events says, before, while and after events are compacted, and when they come late or again.
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maintain } from '../../functions/maintain/stage.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { batchFiles, DAY_MS, HOUR_MS, type LakeState, lakeWorld, type TestEvent } from './lake-world.ts';
import { stateFolder } from './state-folder.ts';

const START = Date.UTC(2026, 10, 4, 1);
const DAY = START - 2 * DAY_MS - HOUR_MS;

const observed = (...values: (string | [number, string])[]) => ({
  observables: values.map((value, n) => {
    const [type_id, text] = typeof value === 'string' ? [2, value] : value;
    return { name: `field${n}`, type_id, type: type_id === 2 ? 'IP Address' : 'User Name', value: text };
  }),
});
const event = (uid: string, values: Parameters<typeof observed>, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ uid, timeMs: DAY + Number(uid.slice(1)) * 1000, source: 'okta', more: observed(...values) },
  ...more,
});

/** What the rollup says of a state, and what its events say. */
async function bothOf(state: LakeState): Promise<{ rollup: string[]; scan: string[] }> {
  const folder = stateFolder(state);
  const query = createDuckdbQuery({ lakeDir: folder });
  const days = "eventday >= '20260101'";
  const texts = async (sql: string): Promise<string[]> => (await query.run(sql)).rows.map((row) => row.join('|')).sort();
  const rollup = await texts(
    `SELECT source, eventday, class_name, type_id, value, sum(observation_count), min(first_seen_dt), max(last_seen_dt) FROM observable_days WHERE ${days} GROUP BY source, eventday, class_name, type_id, value`,
  );
  const parts = ['api_activity', 'authentication'].map(
    (name) =>
      `SELECT source, eventday, '${name}' AS class_name, item.type_id, item.value, count(*), min(time_dt), max(time_dt) FROM ${name} CROSS JOIN UNNEST(observables) AS o (item) WHERE ${days} AND item.value IS NOT NULL GROUP BY source, eventday, item.type_id, item.value`,
  );
  const scan = await texts(parts.join(' UNION ALL '));
  await query.close();
  rmSync(folder, { recursive: true });
  return { rollup, scan };
}

describe('the daily rollup of observables', () => {
  it('agrees with the events in every state, and counts each event once, though some come late and some again', async () => {
    const world = lakeWorld(START);
    const put = (batch: string, events: readonly TestEvent[], ingestMs = world.nowMs()): void => {
      for (const { key, bytes } of batchFiles(events, { batch, ingestMs })) world.put(key, bytes);
    };
    put(
      'a',
      [
        event('e1', ['192.0.2.1', [4, 'ann']]),
        event('e2', ['192.0.2.1', '192.0.2.2', "it's; DROP", '日本']),
        event('e3', ['192.0.2.9'], { classUid: 3002 }),
        event('e4', []),
        event('e5', ['192.0.2.1', '192.0.2.1']),
      ],
      DAY + HOUR_MS,
    );
    put('b', [event('e1', ['192.0.2.1', [4, 'ann']])], DAY + 2 * HOUR_MS);
    await maintain(world.ports);
    world.wait(DAY_MS);
    put('late', [event('e6', ['192.0.2.2', '198.51.100.7'])]);
    put('again', [event('e2', ['192.0.2.1', '192.0.2.2', "it's; DROP", '日本'])]);
    world.wait(DAY_MS);
    world.crash = { at: 5, isDone: true };
    await maintain(world.ports).catch(() => undefined);
    world.crash = undefined;
    world.wait(HOUR_MS);
    await maintain(world.ports);
    world.wait(DAY_MS);
    await maintain(world.ports);
    const hasHot = (state: LakeState): boolean => [...state.objects.keys()].some((key) => key.includes('/again.parquet'));
    for (const [i, state] of world.states.entries()) {
      if (i % 3 > 0 && i < world.states.length - 1) continue;
      const { rollup, scan } = await bothOf(state);
      // A copy of a compacted event is counted again while it is hot; everything else is the same to the digit.
      const plain = (rows: readonly string[]) => (hasHot(state) ? rows.map((row) => row.split('|').slice(0, 5).join('|')) : rows);
      expect(plain(rollup), `state ${i}`).toEqual(plain(scan));
    }
    const { rollup } = await bothOf(world.states.at(-1) as LakeState);
    expect(rollup).toContain(`okta|20261102|api_activity|2|192.0.2.1|4|2026-11-02 00:00:01.000|2026-11-02 00:00:05.000`);
    expect(rollup).toContain(`okta|20261102|api_activity|2|198.51.100.7|1|2026-11-02 00:00:06.000|2026-11-02 00:00:06.000`);
    expect([...(world.states.at(-1)?.objects.keys() ?? [])].filter((key) => key.startsWith('ocsf/'))).toEqual([]);
  });

  it('goes with its class when that goes', async () => {
    const world = lakeWorld(START);
    for (const classUid of [6003, 3002])
      for (const { key, bytes } of batchFiles([event('e1', ['192.0.2.1'], { classUid })], { batch: 'x', ingestMs: DAY }))
        world.put(key, bytes);
    await maintain(world.ports);
    const files = () => [...(world.states.at(-1)?.objects.keys() ?? [])].filter((key) => key.startsWith('rollup/'));
    expect(files()).toHaveLength(2);
    world.wait(10 * DAY_MS);
    await maintain(world.ports, { retentionDays: { authentication: 5 } });
    expect(files().map((key) => key.includes('-api_activity-'))).toEqual([true]);
  });
});
