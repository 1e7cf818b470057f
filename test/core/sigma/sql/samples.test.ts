/** Public sample rules: each is asked in SQL or refused with its reason. Skips where the samples are not at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSigma } from '../../../../functions/core/sigma/parse.ts';
import { compileSql, LAKE_MAPS } from '../../../../functions/core/sigma/sql/compile.ts';
import { futureMap } from '../../../../functions/core/sigma/sql/lake-map.ts';
import { LAKE_CATALOG } from '../../../../local/adapters/duckdb-query.ts';
import { translate } from '../../../../local/sql/translate.ts';

const FOLDER = '../shared/samples/sigma-rules/rules';
const window = { fromDay: '20261101', toDay: '20261130' };
const there = existsSync(FOLDER);
if (!there) console.warn(`SKIPPED: ${FOLDER} is not here, so no public rule is compiled to SQL`);

describe.skipIf(!there)('public sample rules', () => {
  const files = there
    ? readdirSync(FOLDER, { recursive: true })
        .map(String)
        .filter((file) => file.endsWith('.yml'))
    : [];
  const rules = files.flatMap((file) => parseSigma(readFileSync(join(FOLDER, file), 'utf8'), file).rules);

  it('compile for the sources that there are, or say why not', async () => {
    const results = rules.map((rule) => ({ rule, ...compileSql(rule, { window }) }));
    const ours = results.filter(({ rule }) => rule.logsource.service === 'cloudtrail');
    expect(ours.filter(({ sql }) => sql === undefined).flatMap(({ problems }) => problems)).toEqual([]);
    for (const { sql } of ours) await translate(sql ?? '', LAKE_CATALOG);
    for (const { sql, problems } of results) expect(sql !== undefined || problems.length > 0).toBe(true);
  });

  it('compile all for the sources that there will be', async () => {
    const results = rules.map((rule) => compileSql(rule, { window, lakeMaps: [futureMap(rule.logsource), ...LAKE_MAPS] }));
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    for (const { sql } of results) await translate(sql ?? '', LAKE_CATALOG);
  });
});
