// The day of attacks, where each baseline must tell of its own, and the hardest of the quiet days, on which none may. All four weeks: `npm run bench:baselines`.
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { runBaseline } from '../../../functions/core/baseline/run.ts';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { BENIGN_FROM, GEO, LAST_DAY } from './estate.ts';
import { attackOn, isAbout, judgedDay } from './judged.ts';
import { baselines, weeksLake } from './weeks-lake.ts';

/** The second day of a long weekend; passwords expire on a Monday. */
const HARD_DAYS = [14, 20].map((day) => BENIGN_FROM + day);

const { lakeDir } = weeksLake(Array.from({ length: LAST_DAY + 1 }, (_, day) => day));
const query = createDuckdbQuery({ lakeDir });
const all = baselines();
afterAll(async () => {
  await query.close();
  rmSync(lakeDir, { recursive: true });
});

describe('an attack', () => {
  it.each(all.map((baseline) => [baseline.name, baseline] as const))('is told by %s, about whom it is', async (_, baseline) => {
    const { attack, stretch } = attackOn(baseline);
    const { anomalies, judged } = await runBaseline(baseline, stretch, { query, world: { geo: GEO } });
    const [own] = anomalies.filter((anomaly) => isAbout(anomaly, attack.subject) && anomaly.isSignal !== true);
    expect(own, JSON.stringify(anomalies.map(({ says }) => says.en))).toBeDefined();
    expect(judged).toBeGreaterThan(0);
    expect(own?.score).toBeGreaterThanOrEqual(50);
    for (const text of [own?.says.en, own?.says.ja, own?.evidence.observed, own?.evidence.expected])
      expect(text).not.toMatch(/undefined|NaN/);
    expect(own?.timeMs).toBeGreaterThanOrEqual(stretch.fromMs);
    expect(own?.timeMs).toBeLessThan(stretch.toMs);
  });
});

describe('a quiet day', () => {
  it.each(HARD_DAYS)('%i brings no alert of any baseline', { timeout: 400_000 }, async (day) => {
    const found = await judgedDay(query, all, day);
    const alerts = [...found].flatMap(([name, { alerts: own }]) => own.map(({ says }) => `${name}: ${says.en}`));
    expect(alerts).toEqual([]);
    expect([...found.values()].reduce((sum, { judged }) => sum + judged, 0)).toBeGreaterThan(100);
  });
});
