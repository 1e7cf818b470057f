import { expect, test } from 'vitest';
import { isRightDetection, VERDICT_SHORT, VERDICT_WORDS, VERDICTS, verdictRecordSchema } from '../../functions/core/verdict.ts';

test('every verdict has words in both languages, and an abbreviation of its own', () => {
  for (const verdict of VERDICTS) {
    expect(VERDICT_WORDS[verdict].en).not.toBe('');
    expect(VERDICT_WORDS[verdict].ja).toMatch(/[぀-ヿ一-龯]/);
  }
  expect(new Set(Object.values(VERDICT_SHORT)).size).toBe(VERDICTS.length);
});

test('a benign true positive is a right detection, a false positive is none', () => {
  expect(VERDICTS.filter(isRightDetection)).toEqual(['true_positive', 'benign_true_positive']);
});

test('a record names its incident, and has no other fields', () => {
  const record = { incidentId: 'INC-1', alertIds: [], verdict: 'false_positive', atMs: 1, by: 'human', name: 'ana@example.com' };
  expect(verdictRecordSchema.parse(record)).toEqual(record);
  expect(verdictRecordSchema.safeParse({ ...record, verdict: 'benign' }).success).toBe(false);
  expect(verdictRecordSchema.safeParse({ ...record, incidentId: '' }).success).toBe(false);
  expect(verdictRecordSchema.safeParse({ ...record, note: 'x' }).success).toBe(false);
});
