// The text of a table's view, as Athena gets it, over the states that a lake goes through: it shows what the model of it shows.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyFile } from '../../functions/core/lake/encode.ts';
import { cutView, manyTablesSql, TIERS } from '../../functions/core/lake/table-view.ts';
import { storedTableName, tableForClass } from '../../functions/core/lake/tables.ts';
import { TABLE_VIEWS, tableColumns } from '../../functions/core/lake/views.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { prepareEngine } from '../../local/sql/engine.ts';
import type { Catalog } from '../../local/sql/session.ts';
import { fromLakeType } from '../../local/sql/sql-type.ts';
import { translate } from '../../local/sql/translate.ts';
import { allAt, type SeenRow, visibleRows } from './lake-reader.ts';
import { DAY_MS, HOUR_MS, type LakeState, lakeWorld } from './lake-world.ts';
import { play, step } from './played.ts';
import { stateFolder } from './state-folder.ts';

const table = tableForClass(6003);
const view = TABLE_VIEWS.find(({ name }) => name === table.name);
/** The text of `events`, over this one table. */
const MANY = { name: 'many', athenaSql: manyTablesSql([table], tableColumns(table)) };
const columnsOf = (columns: readonly { name: string; type: Parameters<typeof fromLakeType>[0] }[]) =>
  columns.map(({ name, type }) => ({ name, type: fromLakeType(type) }));
const TEXT = { kind: 'string' } as const;
const CATALOG: Catalog = new Map([
  [storedTableName(table), columnsOf([...tableColumns(table), { name: 'tier', type: TEXT }])],
  ['lake_cut', columnsOf(cutView([]).columns)],
  [table.name, columnsOf(tableColumns(table))],
]);

/** The files of a state, and one without rows of each kind, which gives every column its type. */
function folderOf(state: LakeState): string {
  const folder = stateFolder(state);
  for (const tier of TIERS) {
    const path = join(folder, tier, 'api_activity/source=none/eventday=00000000');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'none.parquet'), emptyFile(table));
  }
  return folder;
}

async function rowsOnDuckdb(folder: string, { commits }: LakeState): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await prepareEngine(connection);
    const hive = "union_by_name = true, hive_partitioning = true, hive_types = {'source': VARCHAR, 'eventday': VARCHAR}";
    const tiers = TIERS.map(
      (tier) => `SELECT *, '${tier}' AS tier FROM read_parquet('${folder}/${tier}/api_activity/*/*/*.parquet', ${hive})`,
    );
    await connection.run(`SET TimeZone = 'UTC'; CREATE VIEW ${storedTableName(table)} AS ${tiers.join(' UNION ALL BY NAME ')}`);
    for (const { name, athenaSql } of [cutView(commits), ...(view === undefined ? [] : [view]), MANY])
      await connection.run(`CREATE VIEW ${name} AS ${(await translate(athenaSql, CATALOG)).sql}`);
    const [one = [], many] = await Promise.all(
      [table.name, MANY.name].map(async (name) => {
        const reader = await connection.runAndReadAll(
          `SELECT source, eventday, metadata.uid, epoch_ms(ingest_time_dt) FROM ${name}`,
        );
        return reader
          .getRows()
          .map((row) => row.map(String).join('|'))
          .sort();
      }),
    );
    expect(many).toEqual(one);
    return one;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const textOf = ({ source, eventday, uid, ingestMs }: SeenRow): string => [source, eventday, uid, ingestMs].join('|');

describe('the view of a table', () => {
  it('shows on an engine what its model shows, and the embedded engine shows the same events', { timeout: 120_000 }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 20 }), fc.nat(), async (steps, pick) => {
        const world = lakeWorld(Math.floor(Date.now() / DAY_MS) * DAY_MS - 20 * DAY_MS);
        await play(world, steps);
        // Late events have all settled: nobody can hold the engine's clock still.
        if (world.nowMs() > Date.now() - HOUR_MS) return;
        const state = world.states[pick % world.states.length] as LakeState;
        const folder = folderOf(state);
        const expected = visibleRows(allAt(state, Date.now())).map(textOf).sort();
        expect(await rowsOnDuckdb(folder, state)).toEqual(expected);
        const query = createDuckdbQuery({ lakeDir: folder });
        const { rows } = await query.run('SELECT source, eventday, metadata.uid FROM api_activity');
        await query.close();
        expect(rows.map((row) => row.join('|')).sort()).toEqual(expected.map((text) => text.replace(/\|\d+$/, '')));
        compared += expected.length;
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 20 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
