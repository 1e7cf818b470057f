import { expect, it } from 'vitest';
import { BREAKER_PK, budgetSk, DEFAULT_LIMITS, KILL_SWITCH_SK } from '../../functions/core/response-run.ts';
import { arrivalItem } from '../../functions/core/source-arrivals.ts';
import { freshnessSchema, readyRules } from '../../functions/core/source-freshness.ts';
import { tellHealth } from '../../functions/duty/health.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 2, 4, 9, 30);
const freshness = freshnessSchema.parse({ sources: { 'aws-cloudtrail': 1 } });
const readers = [
  { sources: ['aws-cloudtrail'], rules: 5 },
  { sources: ['okta-system-log'], rules: 2 },
  { sources: ['aws-cloudtrail', 'okta-system-log'], rules: 3 },
  { sources: ['never-connected'], rules: 7 },
];

async function world(hoursAgo: Record<string, number>) {
  const table = createSqliteTable(':memory:');
  for (const [source, hours] of Object.entries(hoursAgo))
    await table.write([{ put: arrivalItem({ source, lastMs: NOW_MS - hours * HOUR_MS }) }]);
  const counts: Record<string, number>[] = [];
  const tell = () =>
    tellHealth(
      { table, clock: { nowMs: () => NOW_MS }, meter: { count: (values) => counts.push(values) } },
      { freshness, readers },
    );
  return { table, tell, counts };
}

it('tells nothing silent where all speak as often as they must', async () => {
  const { tell, counts } = await world({ 'aws-cloudtrail': 0.9, 'okta-system-log': 23 });
  expect(await tell()).toMatchObject({ silent: [], open: [], problems: [], ready: 10, staleSource: 0, noSource: 7 });
  expect(counts).toEqual([
    { SilentSourceCount: 0, OpenBreakerCount: 0, ReadyRuleCount: 10, StaleSourceRuleCount: 0, NoSourceRuleCount: 7 },
  ]);
});

it('tells a source silent by its own hours, and the rules that hang on it alone', async () => {
  const { tell, counts } = await world({ 'aws-cloudtrail': 1.5, 'okta-system-log': 23 });
  const { silent, problems } = await tell();
  expect(silent).toEqual([{ source: 'aws-cloudtrail', silentMs: 1.5 * HOUR_MS, allowedMs: HOUR_MS }]);
  expect(problems).toEqual([{ what: 'source aws-cloudtrail is silent for 90 minutes' }]);
  expect(counts).toEqual([
    { SilentSourceCount: 1, OpenBreakerCount: 0, ReadyRuleCount: 5, StaleSourceRuleCount: 5, NoSourceRuleCount: 7 },
  ]);
});

it.each([
  ['an engaged kill switch', { sk: KILL_SWITCH_SK, data: { engaged: true } }, ['kill-switch']],
  ['a kill switch that nobody can read', { sk: KILL_SWITCH_SK, data: { engaged: 'yes' } }, ['kill-switch']],
  ['a kill switch at rest', { sk: KILL_SWITCH_SK, data: { engaged: false } }, []],
  [
    'a budget that is used up',
    { sk: budgetSk(Math.floor(NOW_MS / HOUR_MS)), data: { used: DEFAULT_LIMITS.actionsPerHour } },
    ['action-budget'],
  ],
  [
    'a budget with one action left',
    { sk: budgetSk(Math.floor(NOW_MS / HOUR_MS)), data: { used: DEFAULT_LIMITS.actionsPerHour - 1 } },
    [],
  ],
  ['the used budget of another hour', { sk: budgetSk(Math.floor(NOW_MS / HOUR_MS) - 1), data: { used: 99 } }, []],
])('%s', async (_, item, open) => {
  const { table, tell, counts } = await world({});
  await table.write([{ put: { pk: BREAKER_PK, ...item } }]);
  expect((await tell()).open).toEqual(open);
  expect(counts[0]?.['OpenBreakerCount']).toBe(open.length);
});

it('a rule that reads several sources is as ready as the best of them', () => {
  expect(readyRules([{ sources: ['a', 'b'], rules: 1 }], new Set(['a', 'b']), new Set(['a']))).toEqual({
    ready: 1,
    staleSource: 0,
    noSource: 0,
  });
});
