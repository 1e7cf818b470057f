/** Every detection of ours says of every test case the same in the stream's predicate and in SQL over the lake. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectionFiles, rulesOf } from '../content/detection-files.ts';
import { compared, distinct, type RecordLake, recordLake } from './lake-verdicts.ts';

const files = detectionFiles('aws-cloudtrail');
const rules = rulesOf(files);
const records = distinct(files.flatMap(({ cases }) => cases.map(({ event }) => event)));

describe('every own detection over every test case of all of them', () => {
  let lake: RecordLake;
  beforeAll(async () => {
    lake = await recordLake(records);
  });
  afterAll(() => lake.close());

  it('is supported in SQL and gives the verdict of the predicate', async () => {
    const { pairs, undecided, unsupported, differences } = await compared(lake, rules, records);
    expect(unsupported).toEqual([]);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(undecided).toBe(0);
    expect(pairs).toBe(rules.length * records.length);
    expect(pairs).toBeGreaterThan(100_000);
  });
});
