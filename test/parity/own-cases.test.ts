/** Every detection of ours says of every test case the same in the stream's predicate and in SQL over the lake. */
import { describe, expect, it } from 'vitest';
import { SOURCES } from '../../functions/sources/index.ts';
import { ocsf } from '../../functions/sources/ocsf/source.ts';
import { detectionFiles, detectionFolders, rulesOf } from '../content/detection-files.ts';
import { compared, distinct, recordLake } from './lake-verdicts.ts';

describe.each(detectionFolders())('every own detection of %s over every test case of all of them', (folder) => {
  const files = detectionFiles(folder);
  const rules = rulesOf(files);
  const records = distinct(files.flatMap(({ cases }) => cases.map(({ event }) => event)));
  const source = SOURCES.find(({ id }) => id === folder) ?? ocsf;

  it('is supported in SQL and gives the verdict of the predicate', async () => {
    const lake = await recordLake(records, source, { ownUids: true });
    const { pairs, undecided, unsupported, differences } = await compared(lake, rules, records);
    await lake.close();
    expect(unsupported).toEqual([]);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(undecided).toBe(0);
    expect(pairs).toBe(rules.length * records.length);
    expect(pairs).toBeGreaterThan(4);
  }, 240_000);
});
