/** Every detection of ours says of every test case the same in the stream's predicate and in SQL over the lake. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../functions/core/sigma/predicate.ts';
import { detectionFiles, rulesOf } from '../content/detection-files.ts';
import { distinct, type RecordLake, recordLake } from './lake-verdicts.ts';

const files = detectionFiles('aws-cloudtrail');
const rules = rulesOf(files);
const records = distinct(files.flatMap(({ cases }) => cases.map(({ event }) => event)));

describe('every own detection over every test case', () => {
  let lake: RecordLake;
  beforeAll(async () => {
    lake = await recordLake(records);
  });
  afterAll(() => lake.close());

  it('is supported in SQL and gives the verdict of the predicate', async () => {
    const started = Date.now();
    const answers = await lake.verdicts(rules);
    expect([...answers].filter(([, verdicts]) => verdicts === undefined).map(([rule]) => rule.info.path)).toEqual([]);
    const differences: string[] = [];
    for (const [rule, verdicts] of answers) {
      for (const [index, record] of records.entries()) {
        const wanted = evaluate(rule, record);
        if (verdicts?.[index] !== wanted) differences.push(`${rule.info.path}: ${wanted} ≠ ${verdicts?.[index]} of ${JSON.stringify(record)}`);
      }
    }
    console.log(rules.length * records.length, Date.now() - started);
    expect(differences.slice(0, 5)).toEqual([]);
  });
});
