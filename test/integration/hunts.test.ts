// Every hunt on Trino and on DuckDB over one lake with all that was planted: the same rows; and values that stay values.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { scheduledHunt } from '../../functions/core/hunt-schedule.ts';
import type { LakeInput } from '../../functions/core/lake/encode.ts';
import { bindQuery, parseQueryFile, queryFields } from '../../functions/core/query-file.ts';
import { windowValues } from '../../functions/core/scheduled/window.ts';
import { isoText } from '../../functions/core/timestamp.ts';
import type { Query } from '../../functions/ports/query.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { loadHunts } from '../../local/hunt-files.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { FAMILIES } from '../content/hunts/plants.ts';
import { at, FROM_DAY, TO_DAY } from '../content/hunts/records.ts';
import { addRows, rowsOf } from '../content/hunts/world.ts';
import { answersOf } from './both-engines.ts';
import { createLake } from './trino-lake.ts';
import { trinoQuery } from './trino-query.ts';
import { startTrino } from './trino-server.ts';

const HUNTS = await loadHunts();
const WINDOW = { from_day: FROM_DAY, to_day: TO_DAY };

const ECHO = `/*
title: { en: Echo, ja: 反響 }
parameters: { word: { type: text }, words: { type: text, list: true } }
budgetBytes: 10000000000
*/
SELECT :word AS word, count(*) AS events, count_if(source IN (:words)) AS some FROM authentication
WHERE eventday BETWEEN :from_day AND :to_day AND (source = 'aws-cloudtrail' OR "user".name = :word)`;

const HOSTILE = [
  "'; DROP TABLE audit --",
  "' OR 1=1 --",
  '?',
  ':word',
  '/* */ */',
  '\x24{word} {{word}} <%= word %>',
  '\\',
  "\\'",
  '"',
  "''",
  "U&'\\0027'",
  '\u202e\u0007\n\t',
  '日本語 ｆｕｌｌ 🙂 é e\u0301',
];

/** No two events at one moment: which of them is the first is nobody's to say. */
function apart(row: LakeInput, i: number): LakeInput {
  const time = row.event.time + (i % 997);
  return { ...row, event: { ...row.event, time, time_dt: isoText(time) } };
}

const server = await startTrino();
afterAll(async () => {
  if ('url' in server) await server.stop();
});

describe.skipIf('missing' in server)('hunts on both engines', () => {
  const trino: Query = trinoQuery('url' in server ? server.url : '');
  const lakeDir = 'folder' in server ? server.folder : '';
  const duckdb = createDuckdbQuery({ lakeDir });
  const files: string[] = [];
  let found = 0;
  afterAll(async () => {
    await duckdb.close();
    for (const file of files) rmSync(file);
  });
  beforeAll(async () => {
    const everyday = FAMILIES.flatMap((family) => family.everyday);
    const planted = FAMILIES.flatMap(({ plants }) => plants.flatMap(({ records }) => records));
    files.push(...addRows(lakeDir, rowsOf([...everyday, ...planted]).map(apart)));
    // Each source is a folder a day that Trino looks for: no more of them than are there.
    const sources = everyday.map(({ source }) => source);
    await createLake(trino, lakeDir, [...new Set(sources)]);
  });

  it.each(HUNTS)('$id gives the same rows', async (hunt) => {
    const values = FAMILIES.flatMap(({ plants }) => plants).find((plant) => plant.hunt === hunt.id)?.values;
    const { sql, parameters } = bindQuery(hunt, { ...WINDOW, ...values });
    const [a, b] = [await answersOf(trino, sql, parameters), await answersOf(duckdb, sql, parameters)];
    expect(b).toEqual(a);
    expect(a.rows.length).toBeGreaterThan(0);
  });

  it.each(HUNTS)('$id gives the same rows as a scheduled detection', async (hunt) => {
    const given = FAMILIES.flatMap(({ plants }) => plants).find((plant) => plant.hunt === hunt.id)?.values;
    const { query } = await scheduledHunt(hunt, { ...given }, { every: '1d', status: 'test', parse: parseSql });
    const toMs = at(15);
    const { sql, parameters } = bindQuery(query, windowValues(query, { fromMs: toMs - query.meta.lookback * 60_000, toMs }));
    const [a, b] = [await answersOf(trino, sql, parameters), await answersOf(duckdb, sql, parameters)];
    expect(b).toEqual(a);
    found += a.rows.length;
  });

  it('finds by schedule what was planted last', () => expect(found).toBeGreaterThan(HUNTS.length / 2));

  it.each(HOSTILE)('takes %j for nothing but a text', async (word) => {
    const { file } = parseQueryFile('echo.sql', ECHO, z.strictObject(queryFields));
    if (file === undefined) throw new Error('the query is not read');
    const { sql, parameters } = bindQuery(file, { ...WINDOW, word, words: [word, 'aws-cloudtrail'] });
    for (const query of [trino, duckdb]) {
      const { rows } = await query.run(sql, { parameters });
      expect(rows[0]?.[0]).toBe(word);
      expect(rows[0]?.[1]).toBe(rows[0]?.[2]);
      expect(Number(rows[0]?.[1])).toBeGreaterThan(0);
    }
  });
});
