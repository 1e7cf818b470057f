// The stage: what is due is asked once, anomalies become findings within one budget, a fault is told and blocks nobody.
import { describe, expect, it } from 'vitest';
import { type BaselinePorts, judgeBaselines } from '../../functions/baseline/stage.ts';
import { readStates } from '../../functions/baseline/state.ts';
import type { Baseline } from '../../functions/core/baseline/baseline.ts';
import { dueStretches } from '../../functions/core/baseline/due.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Finding } from '../../functions/core/finding.ts';
import type { Json } from '../../functions/core/json.ts';
import type { QueryResult } from '../../functions/ports/query.ts';
import { ledgerDay, ledgerOf, recordSpending } from '../../functions/ports/query-ledger.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { GEO } from '../core/baseline/estate.ts';
import { baselines } from '../core/baseline/weeks-lake.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 6, 1, 5);
const all = baselines();
const named = (...names: string[]): Baseline[] => all.filter(({ name }) => names.includes(name));

/** One user who is new in everything, of a group that has a history. */
function matrixRows(subjects: readonly string[]): Record<string, Json>[] {
  const cell = (subject: string, value: string, before_days: number): Record<string, Json> => ({
    ...{
      subject,
      account: '111122223333',
      source: 'aws-cloudtrail',
      at_ms: NOW_MS - DAY_MS,
      event_uids: [`${subject}-${value}`],
    },
    ...{
      principal_kind: 'human',
      peer_group: 'team',
      value,
      before_days,
      today: 1,
      first_day: before_days > 0 ? '20260501' : '20260630',
      judged_day: '20260630',
    },
  });
  const team = ['a', 'b', 'c', 'd', ...subjects].flatMap((subject) => ['read', 'list'].map((value) => cell(subject, value, 40)));
  return [
    ...team,
    ...subjects.flatMap((subject) => ['w', 'x', 'y', 'z'].map((value) => cell(subject, `${value}:${subject}`, 0))),
  ];
}

function world(rows: (sql: string) => Record<string, Json>[], more: { nowMs?: number } = {}) {
  const raised: Finding[] = [];
  const asked: string[] = [];
  const clock = { nowMs: more.nowMs ?? NOW_MS };
  const files = new Map<string, Uint8Array>();
  const ports = {
    table: createMemoryTable(),
    lake: { put: async (key: string, bytes: Uint8Array) => void files.set(key, bytes) },
    bus: {
      publish: async (events: { detail: { findings: Finding[] } }[]) =>
        void raised.push(...events.flatMap(({ detail }) => detail.findings)),
    },
    query: {
      run: async (sql: string): Promise<QueryResult> => {
        asked.push(sql);
        const found = rows(sql);
        const columns = Object.keys(found[0] ?? {}).map((name) => ({ name, type: 'varchar' }));
        return {
          columns,
          rows: found.map((row) => columns.map(({ name }) => row[name] ?? null)),
          scannedBytes: 1000,
          costUsd: 0.01,
          truncated: false,
        };
      },
    },
    geo: GEO,
    clock: { nowMs: () => clock.nowMs },
    meter: createMemoryMeter(),
  } as unknown as BaselinePorts;
  return { ports, raised, asked, clock, files };
}

describe('the baseline stage', () => {
  it('asks once for what several baselines ask alike, and raises findings that alert', async () => {
    const { ports, raised, asked, files } = world(() => matrixRows(['mallory']));
    const report = await judgeBaselines(ports, { baselines: named('new_actions', 'unlike_peers'), dailyUsd: 10 });
    expect(report).toMatchObject({ judged: 2, anomalies: 2, alerts: 2, raised: 2, failed: 0, tripped: false });
    expect(asked).toHaveLength(1);
    expect(raised.map(({ level, entities }) => [level, entities[0]?.id])).toEqual([
      ['medium', 'mallory'],
      ['medium', 'mallory'],
    ]);
    expect(raised[0]?.nextSteps?.ja).toContain('mallory');
    expect(files.size).toBe(2);
    const ledger = await ledgerOf(ports.table, ledgerDay(NOW_MS));
    expect(ledger.map(({ asker }) => asker)).toEqual(['baseline', 'baseline']);
    expect(ledger.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(0.01, 10);
  });

  it('judges a stretch once, and raises nothing twice where its memory of the run is lost', async () => {
    const { ports, raised } = world(() => matrixRows(['mallory']));
    const content = { baselines: named('new_actions'), dailyUsd: 10 };
    await judgeBaselines(ports, content);
    expect(await judgeBaselines(ports, content)).toMatchObject({ judged: 0, raised: 0 });
    await ports.table.write([{ delete: { pk: 'baseline', sk: 'new_actions' } }]);
    expect(await judgeBaselines(ports, content)).toMatchObject({ judged: 1, alerts: 1, raised: 0 });
    expect(raised).toHaveLength(1);
  });

  it('lets the budget alert and keeps the rest as signals of level low', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `user${String(i).padStart(2, '0')}`);
    const { ports, raised } = world(() => matrixRows(many));
    const report = await judgeBaselines(ports, {
      baselines: named('new_actions', 'unlike_peers', 'rare_actions'),
      dailyUsd: 10,
      dailyAlerts: 12,
    });
    expect(report.anomalies).toBeGreaterThanOrEqual(80);
    expect(report.alerts).toBeLessThanOrEqual(12);
    expect(raised.filter(({ level }) => level === 'medium')).toHaveLength(report.alerts);
    expect(raised.filter(({ level }) => level === 'low')).toHaveLength(report.anomalies - report.alerts);
  });

  it('tells of a baseline that cannot run, waits longer each time, and lets the others run', async () => {
    const broken = { ...(named('drift')[0] as Baseline) };
    const { ports, raised, clock, asked } = world((sql) => {
      if (sql === broken.file.sql || sql.includes('mixes')) throw new YaguraError('BadInput', 'the query failed: no such column');
      return matrixRows(['mallory']);
    });
    const content = { baselines: [broken, ...named('new_actions')], dailyUsd: 10 };
    expect(await judgeBaselines(ports, content)).toMatchObject({ judged: 1, failed: 1 });
    expect(raised.map(({ ruleId }) => ruleId)).toContain('rule_error');
    expect((await readStates(ports.table)).get('drift')?.state).toMatchObject({
      failures: 1,
      last: { outcome: 'failed', why: expect.stringContaining('no such column') },
    });
    const before = asked.length;
    clock.nowMs += 60_000;
    await judgeBaselines(ports, content);
    expect(asked).toHaveLength(before);
    clock.nowMs += 20 * 60_000;
    await judgeBaselines(ports, content);
    expect((await readStates(ports.table)).get('drift')?.state.failures).toBe(2);
  });

  it('throws what the world is at fault for, so that the tick is repeated', async () => {
    const { ports } = world(() => {
      throw new YaguraError('Throttled', 'too many queries');
    });
    await expect(judgeBaselines(ports, { baselines: named('drift'), dailyUsd: 10 })).rejects.toMatchObject({ code: 'Throttled' });
  });

  it('asks nothing when the budget of queries is spent', async () => {
    const { ports, asked } = world(() => []);
    await recordSpending(ports.table, { asker: 'scheduled', id: 'x', scannedBytes: 1, costUsd: 11 }, NOW_MS);
    expect(await judgeBaselines(ports, { baselines: all, dailyUsd: 10 })).toMatchObject({ tripped: true, judged: 0 });
    expect(asked).toEqual([]);
  });

  it('takes an answer without the columns of its detector for broken content, not for quiet', async () => {
    const { ports, raised } = world(() => [{ subject: 'a' }]);
    expect(await judgeBaselines(ports, { baselines: named('drift'), dailyUsd: 10 })).toMatchObject({ failed: 1 });
    expect(raised[0]?.summary).toContain('lacks columns');
  });
});

describe('stretches', () => {
  const daily = { every: 'day', version: 'v' } as const;

  it('are whole, and late enough for late events', () => {
    expect(dueStretches(daily, {}, Date.UTC(2026, 6, 1, 2, 59))).toEqual([
      { fromMs: Date.UTC(2026, 5, 29), toMs: Date.UTC(2026, 5, 30) },
    ]);
    expect(dueStretches(daily, {}, Date.UTC(2026, 6, 1, 3))).toEqual([
      { fromMs: Date.UTC(2026, 5, 30), toMs: Date.UTC(2026, 6, 1) },
    ]);
    expect(dueStretches({ every: 'hour', version: 'v' }, {}, Date.UTC(2026, 6, 1, 5, 10))).toEqual([
      { fromMs: Date.UTC(2026, 6, 1, 3), toMs: Date.UTC(2026, 6, 1, 4) },
    ]);
  });

  it('are caught up after an outage, a week at the most, each once', () => {
    const doneMs = Date.UTC(2026, 5, 1);
    const due = dueStretches(daily, { doneMs }, NOW_MS);
    expect(due).toHaveLength(7);
    expect(due.at(-1)?.toMs).toBe(Date.UTC(2026, 6, 1));
    expect(dueStretches(daily, { doneMs: due.at(-1)?.toMs ?? 0 }, NOW_MS)).toEqual([]);
  });

  it('wait after a failure, unless the file changed', () => {
    const failed = { doneMs: Date.UTC(2026, 5, 30), version: 'v', retryAtMs: NOW_MS + 1000 };
    expect(dueStretches(daily, failed, NOW_MS)).toEqual([]);
    expect(dueStretches({ ...daily, version: 'w' }, failed, NOW_MS)).toHaveLength(1);
  });
});
