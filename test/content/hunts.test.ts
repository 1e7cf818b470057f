// Each hunt finds what was planted in a fortnight of ordinary life, first; without it, it finds nothing, or nothing that ranks as high.
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { bindQuery } from '../../functions/core/query-file.ts';
import type { Query } from '../../functions/ports/query.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { findHunt, loadHunts } from '../../local/hunt-files.ts';
import type { Plant } from './hunts/plant.ts';
import { FAMILIES } from './hunts/plants.ts';
import { FROM_DAY, TO_DAY } from './hunts/records.ts';
import { addTo, newLake } from './hunts/world.ts';

const HUNTS = await loadHunts();
type Row = Record<string, unknown>;

async function ask(query: Query, { hunt: id, values = {} }: Pick<Plant, 'hunt' | 'values'>) {
  const hunt = findHunt(HUNTS, id);
  const { sql, parameters } = bindQuery(hunt, { from_day: FROM_DAY, to_day: TO_DAY, ...values });
  const { columns, rows } = await query.run(sql, { parameters });
  const names = columns.map(({ name }) => name);
  return { hunt, names, rows: rows.map((row): Row => Object.fromEntries(names.map((name, i) => [name, row[i]]))) };
}

const saysAsMuch = (row: Row, first: Row): boolean =>
  Object.entries(first).every(([key, value]) => JSON.stringify(row[key]) === JSON.stringify(value));

it('there are at least forty hunts, each with something planted for it', () => {
  const planted = FAMILIES.flatMap(({ plants }) => plants.map(({ hunt }) => hunt));
  expect(HUNTS.map(({ id }) => id).filter((id) => !planted.includes(id))).toEqual([]);
  expect(HUNTS.length).toBeGreaterThanOrEqual(40);
});

describe.each(FAMILIES)('hunts of $name', ({ everyday, plants }) => {
  const lakeDir = newLake(everyday);
  const query = createDuckdbQuery({ lakeDir });
  afterAll(async () => {
    await query.close();
    rmSync(lakeDir, { recursive: true, force: true });
  });

  it.each(plants)('$hunt finds what was planted, before all else', async (plant) => {
    const before = await ask(query, plant);
    // Everyday life alone must not give the row; what it gives is little enough to look through.
    expect(before.rows.filter((row) => saysAsMuch(row, plant.first))).toEqual([]);
    expect(before.rows.length).toBeLessThanOrEqual(3);
    const planted = addTo(lakeDir, plant.records);
    const { hunt, names, rows } = await ask(query, plant).finally(() => planted.forEach((file) => void rmSync(file)));
    expect(rows[0]).toMatchObject(plant.first);
    expect(Object.keys(hunt.meta.entities).filter((column) => !names.includes(column))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['first_seen', 'last_seen', 'examples']));
    expect(rows[0]?.['examples']).toEqual(expect.arrayContaining([expect.any(String)]));
  });
});
