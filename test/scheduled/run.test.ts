import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { YaguraError } from '../../functions/core/error.ts';
import { listAlerts } from '../../functions/core/incident-store.ts';
import { parseScheduled, type ScheduledQuery } from '../../functions/core/scheduled/file.ts';
import { dueWindows, MAX_CATCH_UP, retryAfterMs } from '../../functions/core/scheduled/window.ts';
import type { Query } from '../../functions/ports/query.ts';
import { ledgerDay, ledgerOf, recordSpending } from '../../functions/ports/query-ledger.ts';
import { scheduled } from '../../functions/scheduled/stage.ts';
import { readState } from '../../functions/scheduled/state.ts';
import type { ScheduledContent, ScheduledPorts } from '../../functions/scheduled/task.ts';
import { type LocalState, openState } from '../../local/ports.ts';
import { readScheduled, runScheduled } from '../../local/scheduled.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { drainBus } from '../../local/stages.ts';
import { yagura } from '../local/command.ts';
import { writeLogs } from './lake.ts';
import { END_MS, SCENARIOS } from './scenarios.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const all = await readScheduled();
const byId = (id: string): ScheduledQuery => {
  const found = all.find((query) => query.id === id);
  if (found === undefined) throw new Error(`no query ${id}`);
  return found;
};
const secrets = byId('aws_many_secrets_by_one_principal');
const clones = byId('github_many_repositories_cloned');

let dir: string;
let nowMs: number;
let state: LocalState;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yagura-scheduled-'));
  nowMs = END_MS + 11 * MIN;
  state = await openState(dir, { clock: { nowMs: () => nowMs }, write: true });
});
afterEach(async () => {
  await state.close();
  rmSync(dir, { recursive: true });
});
const put = (...ids: string[]): void => {
  for (const id of ids) writeLogs(state.lakeDir, SCENARIOS[id]?.fires.logs ?? [], id);
};
const raised = async () => {
  const found: { ruleId: string; title: string; summary: string }[] = [];
  await state.bus.drain([
    {
      FindingsRaised: async (details) => {
        for (const { findings } of details) found.push(...findings);
      },
    },
  ] as Parameters<LocalState['bus']['drain']>[0]);
  return found;
};
const contentOf = (queries: readonly ScheduledQuery[], dailyUsd = 10): ScheduledContent => ({
  queries,
  dailyUsd,
  parse: parseSql,
});
const task = async (given: object, content: ScheduledContent, more: Partial<ScheduledPorts> = {}) =>
  (await scheduled(given, { ...state, ...more }, content)) as unknown as Record<string, never>;
const runOf = async (content: ScheduledContent, more: Partial<ScheduledPorts> = {}) => {
  const { runs } = (await task({ op: 'plan' }, content, more)) as unknown as { runs: object[] };
  const reports = [];
  for (const run of runs) reports.push(await task({ op: 'run', run }, content, more));
  return reports;
};

describe('the machine on a laptop', () => {
  it('runs what is due and raises findings that become alerts, each once', async () => {
    put('aws_many_secrets_by_one_principal', 'github_many_repositories_cloned', 'aws_trail_stopped_and_not_restarted');
    const first = await runScheduled(state);
    expect(first).toMatchObject({ ran: true, raised: 3, failed: 0 });
    expect(first.costUsd).toBeGreaterThan(0);
    await drainBus(state);
    const alerts = await listAlerts(state.table);
    expect(alerts.map(({ ruleId }) => ruleId).sort()).toEqual([
      'scheduled/aws_many_secrets_by_one_principal',
      'scheduled/aws_trail_stopped_and_not_restarted',
      'scheduled/github_many_repositories_cloned',
    ]);
    // The lake has them as Detection Findings.
    const { rows } = await state.query.run(
      "SELECT count(*) FROM findings WHERE eventday >= '20260301' AND rule_id LIKE 'scheduled/%'",
    );
    expect(rows).toEqual([[3]]);
    // The same minute once more: nothing is due. An hour later: windows overlap, findings do not.
    expect((await runScheduled(state)).ran).toBe(false);
    nowMs += HOUR;
    const second = await runScheduled(state);
    expect(second).toMatchObject({ ran: true, raised: 0, failed: 0 });
  });

  it('judges history that was just brought in, up to now', async () => {
    put('aws_many_secrets_by_one_principal');
    nowMs = END_MS + 400 * DAY;
    const moved =
      SCENARIOS['github_many_repositories_cloned']?.fires.logs.map((log) => ({ ...log, ingestMs: nowMs - MIN })) ?? [];
    writeLogs(state.lakeDir, moved, 'moved');
    expect((await runScheduled(state, { settled: true })).raised).toBe(2);
    // The next time only what came since, with the overlap.
    nowMs += DAY;
    expect((await runScheduled(state, { settled: true })).raised).toBe(0);
  });
});

describe('a run', () => {
  it('keeps what it cost, by query and day', async () => {
    put('aws_many_secrets_by_one_principal');
    await runOf(contentOf([secrets]));
    const [entry] = await ledgerOf(state.table, ledgerDay(nowMs));
    expect(entry).toMatchObject({ asker: 'scheduled', id: secrets.id, runs: 1 });
    expect((await readState(state.table, secrets.id)).last).toMatchObject({
      outcome: 'ok',
      rows: 1,
      raised: 1,
      costUsd: entry?.costUsd,
    });
  });

  it('says of a query that fails that it is blind, and runs the others; mended, it catches up', async () => {
    put('aws_many_secrets_by_one_principal');
    const broken = { ...clones, version: 'a'.repeat(16), sql: clones.sql.replace('metadata.uid', 'metadata.nothing') };
    const content = contentOf([broken, secrets]);
    const reports = await runOf(content);
    // The two would share a scan: where that fails, each is asked by itself.
    expect(reports).toMatchObject([{ asked: 2, together: 0, failed: 1, raised: 1 }]);
    const findings = await raised();
    expect(findings.map(({ ruleId }) => ruleId).sort()).toEqual(['rule_error', `scheduled/${secrets.id}`]);
    expect(findings.find(({ ruleId }) => ruleId === 'rule_error')?.summary).toContain('there is no field `nothing`');
    // Not at once again, and louder only once a day.
    nowMs += 5 * MIN;
    expect(await runOf(content)).toEqual([]);
    nowMs += HOUR;
    expect((await runOf(content)).reduce((sum, { failed = 0 }) => sum + Number(failed), 0)).toBe(1);
    expect((await raised()).length).toBe(0);
    put('github_many_repositories_cloned');
    const mended = contentOf([clones, secrets]);
    await runOf(mended);
    expect((await raised()).map(({ ruleId }) => ruleId)).toEqual([`scheduled/${clones.id}`]);
  });

  it('asks queries of one table and window with one scan, and keeps what each cost', async () => {
    put('aws_many_secrets_by_one_principal', 'github_many_repositories_cloned');
    const asked: string[] = [];
    const watched: Query = {
      run: (sql, options) => {
        asked.push(sql);
        return state.query.run(sql, options);
      },
    };
    expect(await runOf(contentOf([secrets, clones]), { query: watched })).toMatchObject([
      { asked: 2, together: 2, failed: 0, raised: 2 },
    ]);
    expect(asked).toHaveLength(1);
    expect((await raised()).map(({ ruleId }) => ruleId).sort()).toEqual(
      [`scheduled/${secrets.id}`, `scheduled/${clones.id}`].sort(),
    );
    const entries = await ledgerOf(state.table, ledgerDay(nowMs));
    expect(entries.map(({ id, runs, costUsd }) => [id, runs, costUsd])).toEqual([
      [secrets.id, 1, 0.000025],
      [clones.id, 1, 0.000025],
    ]);
    // One whose window was done before is asked alone.
    nowMs += HOUR;
    await runOf(contentOf([secrets]));
    nowMs += MIN;
    expect(await runOf(contentOf([secrets, clones]))).toMatchObject([{ asked: 1, together: 0 }]);
  });

  it('leaves a fault of the world to the machine, which tries again and skips what is done', async () => {
    put('aws_many_secrets_by_one_principal');
    const unwell: Query = { run: async () => Promise.reject(new YaguraError('Throttled', 'slow down')) };
    const content = contentOf([secrets]);
    const { runs } = (await task({ op: 'plan' }, content)) as unknown as { runs: object[] };
    await expect(task({ op: 'run', run: runs[0] }, content, { query: unwell })).rejects.toMatchObject({ code: 'Throttled' });
    expect(await task({ op: 'run', run: runs[0] }, content)).toMatchObject({ asked: 1, raised: 1 });
    expect(await task({ op: 'run', run: runs[0] }, content)).toMatchObject({ asked: 0 });
    expect(await task({ op: 'failed', run: runs[0], error: 'Throttled', cause: 'x' }, content)).toEqual({ failed: 0 });
  });

  it('whose machine gave up says so, and gives its claim back', async () => {
    const content = contentOf([secrets]);
    const { runs } = (await task({ op: 'plan' }, content)) as unknown as { runs: object[] };
    expect(((await task({ op: 'plan' }, content)) as unknown as { runs: object[] }).runs).toEqual([]);
    expect(await task({ op: 'failed', run: runs[0], error: 'States.Timeout', cause: 'x' }, content)).toEqual({ failed: 1 });
    expect((await raised())[0]).toMatchObject({ ruleId: 'rule_error', summary: expect.stringContaining('States.Timeout') });
    nowMs += HOUR + MIN;
    expect((await runOf(content)).length).toBe(1);
  });

  it('that scanned more than its budget is judged, and then paused until its file changes', async () => {
    put('aws_many_secrets_by_one_principal');
    const dear: Query = {
      run: async (sql, options) => ({ ...(await state.query.run(sql, options)), scannedBytes: secrets.meta.budgetBytes + 1 }),
    };
    await runOf(contentOf([secrets]), { query: dear });
    expect((await raised()).map(({ ruleId }) => ruleId).sort()).toEqual(['rule_error', `scheduled/${secrets.id}`]);
    nowMs += 3 * HOUR;
    expect(await runOf(contentOf([secrets]))).toEqual([]);
    expect((await runOf(contentOf([{ ...secrets, version: 'b'.repeat(16) }]))).length).toBe(1);
  });

  it('counts what a stopped query had scanned, alone and with others: it is charged', async () => {
    const stopped: Query = {
      run: async () => {
        throw new YaguraError('Refused', 'stopped: above its budget', { scannedBytes: 40e9 });
      },
    };
    const [report] = await runOf(contentOf([secrets, clones]), { query: stopped });
    // Once together, then each by itself.
    expect(report).toMatchObject({ failed: 2, scannedBytes: 120e9, costUsd: expect.closeTo(0.6, 9) });
    const ledger = await ledgerOf(state.table, ledgerDay(nowMs));
    expect(ledger).toMatchObject([
      { id: secrets.id, scannedBytes: 60e9 },
      { id: clones.id, scannedBytes: 60e9 },
    ]);
    // What is tried again by the machine is charged, too.
    const timedOut: Query = {
      run: async () => {
        throw new YaguraError('Unavailable', 'timed out', { scannedBytes: 10e9 });
      },
    };
    const again = contentOf([{ ...secrets, version: 'b'.repeat(16) }]);
    nowMs += HOUR;
    await expect(runOf(again, { query: timedOut })).rejects.toMatchObject({ retryable: true });
    expect((await ledgerOf(state.table, ledgerDay(nowMs))).find(({ id }) => id === secrets.id)?.scannedBytes).toBe(70e9);
  });

  it('is told query by query: what found something, and what failed', async () => {
    const logs = SCENARIOS[secrets.id]?.fires.logs ?? [];
    writeLogs(
      state.lakeDir,
      logs.map((log) => ({ ...log, ingestMs: Date.now() - MIN })),
      'now',
    );
    // The command takes the state's lock.
    await state.close();
    const { code, stdout } = await yagura(['scheduled', 'run', secrets.id, clones.id, '--state', dir, '--locale', 'ja']);
    expect(code).toBe(0);
    expect(stdout).toContain(secrets.meta.title.ja);
    expect(stdout).not.toContain(clones.id);
    expect(stdout).toMatch(/検知 1 件、失敗したクエリ 0 件/);
    state = await openState(dir, { write: true });
  });

  it('stops with the daily budget, with one finding that says so, and goes on the next day', async () => {
    put('aws_many_secrets_by_one_principal');
    const content = contentOf([secrets], 0.01);
    await recordSpending(state.table, { asker: 'hunt', id: 'a_dear_one', scannedBytes: 2e9, costUsd: 0.01 }, nowMs);
    expect(await task({ op: 'plan' }, content)).toEqual({ runs: [], tripped: true });
    expect(await task({ op: 'plan' }, content)).toEqual({ runs: [], tripped: true });
    const findings = await raised();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ ruleId: 'query_budget', summary: expect.stringContaining('hunt/a_dear_one $0.01') });
    nowMs += 12 * HOUR;
    const [report] = await runOf(content);
    expect(report).toMatchObject({ failed: 0 });
  });

  it('leaves people free to ask, with a warning', async () => {
    await recordSpending(state.table, { asker: 'hunt', id: 'x', scannedBytes: 2e12, costUsd: 10 }, Date.now());
    const { code, stdout, stderr } = await yagura(['query', 'SELECT 1 AS n', '--format', 'json', '--state', dir]);
    expect([code, stdout]).toEqual([0, '{"n":1}\n']);
    expect(stderr).toContain("warning: $10.00 of today's $10.00 are spent");
    const spent = await yagura(['cost', '--spent', '--state', dir]);
    expect(spent.stdout).toMatch(/hunt\s+x\s+1\s+2\.0 TB\s+\$10\.00[\s\S]*the budget of today is spent/);
  });

  it('refuses what is no task', async () => {
    await expect(task({ op: 'drop' }, contentOf([]))).rejects.toMatchObject({ code: 'BadInput' });
  });
});

describe('windows', () => {
  it('end on whole steps once batches have settled, overlap, and are caught up in order, a few at once', () => {
    const due = (doneMs: number | undefined, now: number) =>
      dueWindows(secrets, doneMs === undefined ? { failures: 0 } : { failures: 0, doneMs }, { nowMs: now });
    expect(due(undefined, END_MS + 10 * MIN).windows).toEqual([{ fromMs: END_MS - 3 * HOUR, toMs: END_MS }]);
    expect(due(END_MS, END_MS + HOUR + 9 * MIN).windows).toEqual([]);
    expect(due(END_MS, END_MS + HOUR + 10 * MIN).windows).toEqual([{ fromMs: END_MS - 2 * HOUR, toMs: END_MS + HOUR }]);
    const missed = due(END_MS - 30 * HOUR, END_MS + 10 * MIN);
    expect(missed.windows).toHaveLength(MAX_CATCH_UP);
    expect(missed.windows[0]?.toMs).toBe(END_MS - 29 * HOUR);
    expect(due(END_MS - 8 * DAY, END_MS + 10 * MIN).skipped).toBe(24);
  });

  it('wait longer after each failure, at most a day', () => {
    expect([1, 2, 3, 9].map((failures) => retryAfterMs(secrets, failures) / HOUR)).toEqual([1, 2, 4, 24]);
  });
});

describe('a file', () => {
  const text = `/*
title: { en: A, ja: あ }
description: { en: B, ja: い }
every: 1h
lookback: 2h
level: high
attack: [T1530]
sources: [aws-cloudtrail]
entities: { who: principal }
dedup: [who]
budgetBytes: 10000000
summary: '{who} did something'
*/
SELECT actor.user.uid AS who, time_dt AS time FROM api_activity
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to`;
  const problemsOf = (from: string | RegExp, to: string) =>
    parseScheduled('queries/scheduled/a_b.sql', text.replace(from, to)).problems;

  it('is read with its id and what its techniques stand for', () => {
    const { query, problems } = parseScheduled('queries/scheduled/a_b.sql', text);
    expect(problems).toEqual([]);
    expect(query).toMatchObject({
      id: 'a_b',
      tactics: ['collection'],
      meta: { every: 60, lookback: 120, status: 'test', lateDays: 3 },
    });
  });

  it.each<[string, string | RegExp, string, object]>([
    [
      'no overlap',
      'lookback: 2h',
      'lookback: 1h',
      { at: 'queries/scheduled/a_b.sql:5:11', what: expect.stringContaining('at least 70m') },
    ],
    ['a time that is none', 'every: 1h', 'every: hourly', { what: expect.stringContaining('15m, 1h or 7d') }],
    ['no ingest window', / AND ingest_time_dt < :ingest_to/, '', { what: 'the query has no :ingest_to' }],
    ['no days', 'BETWEEN :from_day AND :to_day', '>= :from_day', { what: 'the query has no :to_day' }],
    ['an unknown key', 'level: high', 'level: high\nlevels: x', { fix: 'did you mean "level"?' }],
    ['an unknown technique', 'T1530', 'T9999', { what: expect.stringContaining('no technique') }],
    ['no entity', 'entities: { who: principal }', 'entities: {}', { what: expect.stringContaining('at least one column') }],
    [
      'a target that is no entity',
      'dedup: [who]',
      'targets: [whom]\ndedup: [who]',
      { what: expect.stringContaining('whom is no column of entities') },
    ],
  ])('is refused for %s', (_, from, to, problem) => {
    expect(problemsOf(from, to)).toContainEqual(expect.objectContaining(problem));
  });
});
