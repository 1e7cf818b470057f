import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from './engine-for-tests.ts';
import { EXPRESSION_CASES, EXPRESSION_FAILURES } from './expression-cases.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

describe('an expression', () => {
  it('has at least 100 cases', () => expect(EXPRESSION_CASES.length).toBeGreaterThan(100));

  it.each(EXPRESSION_CASES)('%s', async (sql, expected) => {
    expect(await engine.run(`SELECT ${sql}`)).toEqual([[expected]]);
  });
});

describe('what Athena ends the query for', () => {
  it.each(EXPRESSION_FAILURES)('%s', async (sql) => {
    await expect(engine.run(`SELECT ${sql}`)).rejects.toMatchObject({ code: 'BadInput' });
  });
});
