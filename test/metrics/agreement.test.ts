import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLake } from '../../functions/core/lake/encode.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { bothWays } from './both-ways.ts';
import { Case, DAY, MIN, randomCases, rowsOf, T0 } from './random-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
const cases = randomCases(7, 160);
const query = createDuckdbQuery({ lakeDir: folder });
beforeAll(() => {
  for (const { key, bytes } of encodeLake(rowsOf(cases), 'cases')) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
  }
});
afterAll(() => query.close());

describe('measures by TypeScript and by SQL over the lake', () => {
  it.each([
    ['a month', { fromMs: T0 + 30 * DAY, toMs: T0 + 60 * DAY }],
    ['a day', { fromMs: T0 + 40 * DAY, toMs: T0 + 41 * DAY }],
    ['everything', { fromMs: T0, toMs: T0 + 400 * DAY }],
    ['a period that cuts work and pauses', { fromMs: T0 + 45 * DAY + 7 * MIN, toMs: T0 + 52 * DAY + 13 * MIN }],
  ])('agree on %s', async (_, period) => {
    for (const [name, [sql, ts]] of Object.entries(await bothWays(cases, period, query))) {
      expect({ name, rows: sql }).toEqual({ name, rows: ts });
      expect(ts.length).toBeGreaterThan(4);
    }
  });

  it('have something to disagree about', () => {
    const kinds = new Set(cases.flatMap(({ told }) => told.events.map(({ kind }) => kind)));
    for (const kind of [
      'paused',
      'resumed',
      'work_stopped',
      'closed',
      'reopened',
      'dissolved',
      'response',
      'timestamp_recorded',
      'escalated',
    ])
      expect(kinds).toContain(kind);
    expect(new Case('x').state).toBeUndefined();
  });
});
