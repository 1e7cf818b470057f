// The lake while it is compacted, as Trino sees it: every state of a random history, through the views that Athena has.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutView } from '../../functions/core/lake/table-view.ts';
import type { Query } from '../../functions/ports/query.ts';
import { allAt, visibleRows } from '../maintain/lake-reader.ts';
import { DAY_MS, HOUR_MS, type LakeState, lakeWorld } from '../maintain/lake-world.ts';
import { play, step } from '../maintain/played.ts';
import { createLake } from './trino-lake.ts';
import { trinoQuery } from './trino-query.ts';
import { startTrino } from './trino-server.ts';

const server = await startTrino();
afterAll(async () => {
  if ('url' in server) await server.stop();
});

describe.skipIf('missing' in server)('the lake on Trino, while it is compacted', () => {
  const query: Query = trinoQuery('url' in server ? server.url : '');
  const folder = 'folder' in server ? server.folder : '';
  const written = new Map<string, Uint8Array>();

  beforeAll(() => createLake(query, folder, ['aws-cloudtrail', 'okta']), 120_000);

  /** Makes the folder hold what the state holds. */
  function become({ objects }: LakeState): void {
    for (const key of written.keys())
      if (!objects.has(key)) {
        rmSync(join(folder, key));
        written.delete(key);
      }
    for (const [key, bytes] of objects) {
      if (written.get(key) === bytes) continue;
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), bytes);
      written.set(key, bytes);
    }
  }

  it('shows each event once, in its last copy, in every state', { timeout: 600_000 }, async () => {
    let compared = 0;
    for (const steps of fc.sample(fc.array(step, { minLength: 14, maxLength: 24 }), { numRuns: 8, seed: 20_261_201 })) {
      const world = lakeWorld(Math.floor(Date.now() / DAY_MS) * DAY_MS - 40 * DAY_MS);
      await play(world, steps);
      expect(world.nowMs()).toBeLessThan(Date.now() - HOUR_MS);
      for (const state of world.states.filter((_, i) => i % 5 === 0 || i === world.states.length - 1)) {
        become(state);
        await query.run(`CREATE OR REPLACE VIEW lake_cut AS ${cutView(state.commits).athenaSql}`);
        const { rows } = await query.run(
          "SELECT source, eventday, metadata.uid, to_unixtime(ingest_time_dt) * 1000 FROM api_activity WHERE eventday >= '20200101'",
        );
        const expected = visibleRows(allAt(state, Date.now()))
          .map(({ source, eventday, uid, ingestMs }) => [source, eventday, uid, ingestMs].join('|'))
          .sort();
        expect(rows.map((row) => row.join('|')).sort()).toEqual(expected);
        compared += expected.length;
      }
    }
    expect(compared).toBeGreaterThan(100);
    expect(existsSync(join(folder, 'cold'))).toBe(true);
  });

  it('plans views over all classes, twice in a query', { timeout: 300_000 }, async () => {
    const days = "eventday >= '20200101' AND source = 'okta'";
    const { rows: one } = await query.run(`SELECT count(*) FROM api_activity WHERE ${days}`);
    const { rows } = await query.run(
      `SELECT count(*) FROM events AS a JOIN events AS b ON a.metadata.uid = b.metadata.uid AND a.eventday = b.eventday WHERE a.${days.replace(' AND ', ' AND a.')} AND b.${days.replace(' AND ', ' AND b.')}`,
    );
    expect(rows).toEqual(one);
    const observed = await query.run(`SELECT count(*) FROM observable_days WHERE ${days}`);
    expect(observed.rows).toEqual([[0]]);
  });
});
