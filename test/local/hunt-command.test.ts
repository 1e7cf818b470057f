// `yagura hunt` as a person uses it: what it says, what it asks, and what a row becomes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseHunt } from '../../functions/core/hunt.ts';
import { asOf } from '../../functions/core/hunt-as-of.ts';
import { scheduledHunt } from '../../functions/core/hunt-schedule.ts';
import { listAlerts, listIncidents } from '../../functions/core/incident-store.ts';
import { LAKE_NAMES } from '../../functions/core/lake/names.ts';
import { bindQuery } from '../../functions/core/query-file.ts';
import { parseScheduled } from '../../functions/core/scheduled/file.ts';
import { missingColumns, rowFinding } from '../../functions/core/scheduled/finding.ts';
import { windowValues } from '../../functions/core/scheduled/window.ts';
import { boundedSql } from '../../functions/core/sql/bounded.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { LAKE_CATALOG, typeOfParameter } from '../../local/adapters/duckdb-query.ts';
import { listCommand, rowsText, runCommand, showCommand, valuesOf } from '../../local/commands/hunt.ts';
import { promoteCommand, scheduleCommand } from '../../local/commands/hunt-promote.ts';
import { replayCommand } from '../../local/commands/replay.ts';
import { findHunt, loadHunts } from '../../local/hunt-files.ts';
import { openState } from '../../local/ports.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { translate } from '../../local/sql/translate.ts';
import { EVERYDAY_AWS } from '../content/hunts/everyday-aws.ts';
import { AWS_PLANTS } from '../content/hunts/plants-aws.ts';
import { at, type Raw } from '../content/hunts/records.ts';
import { writeLogs } from '../scheduled/lake.ts';
import type { Logged } from '../scheduled/scenarios.ts';

const HUNTS = await loadHunts();
const folder = mkdtempSync(join(tmpdir(), 'yagura-hunt-'));
const state = join(folder, 'state');
const KEY = 'aws_key_used_from_new_address';
const PLANTED = AWS_PLANTS.filter(({ hunt }) => hunt === KEY).flatMap(({ records }) => records);

let said = '';
const quiet = [process.stdout, process.stderr].map((stream) =>
  vi.spyOn(stream, 'write').mockImplementation((text, ...rest: unknown[]) => {
    said += String(text);
    const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
    done?.();
    return true;
  }),
);
const saying = async (work: Promise<number>): Promise<string> => {
  said = '';
  expect(await work).toBe(0);
  return said;
};

beforeAll(async () => {
  const file = join(folder, 'trail.json');
  writeFileSync(file, JSON.stringify({ Records: [...EVERYDAY_AWS, ...PLANTED].map(({ record }) => record) }));
  await replayCommand([file], { state });
}, 120_000);
afterAll(() => {
  for (const spy of quiet) spy.mockRestore();
  rmSync(folder, { recursive: true, force: true });
});

describe('yagura hunt', () => {
  it('lists and shows, in both languages', async () => {
    expect(await saying(listCommand({ locale: 'ja', attack: 't1621' }))).toContain('二要素の要求が繰り返し拒否されている');
    expect(said).not.toContain('aws_');
    expect(await saying(showCommand('identity_mfa', { locale: 'en', sql: true }))).toMatch(
      /Hypothesis[\s\S]*How to read it[\s\S]*What next[\s\S]*least_refusals[\s\S]*FROM authentication/,
    );
    await expect(listCommand({ locale: 'en', attack: 'T9999' })).rejects.toThrow(/T9999 is no technique of ATT&CK v19\.1/);
    await expect(listCommand({ locale: 'en', attack: 'T1562.001' })).rejects.toThrow(/T\d{4}(\.\d{3})? took its place/);
    await expect(showCommand('aws_key', { locale: 'en' })).rejects.toThrow(/aws_key_created_then_used_elsewhere, aws_key_used/);
    await expect(showCommand('aws_root_user_act', { locale: 'en' })).resolves.toBe(0);
    await expect(showCommand('aws_rot_user_acts', { locale: 'en' })).rejects.toThrow(/did you mean aws_root_user_acts/);
  });

  it('runs over the days that the state holds, and says what it costs and how to read it', async () => {
    const text = await saying(runCommand(KEY, { state, format: 'table', locale: 'en' }));
    expect(text).toMatch(/AKIABACKUPXXXXXXXXXX[\s\S]*20260301–20260314[\s\S]*1 rows · \d+\.\d\d MB · \$0\.0000[\s\S]*What next/);
    const json = await saying(runCommand(KEY, { state, format: 'json', locale: 'ja', set: ['recent_days=2'] }));
    expect(JSON.parse(json.split('\n')[0] ?? '')).toMatchObject({ new_ip: '192.0.2.66', usual_networks: 1 });
    expect(await saying(runCommand(KEY, { state, format: 'csv', locale: 'en', to: '2026-03-13' }))).toContain('Nothing found');
  });

  it.each<[string, Parameters<typeof runCommand>[1], RegExp]>([
    [
      'a value of another type',
      { state, format: 'table', locale: 'en', set: ['recent_days=x'] },
      /recent_days: the value "x" \(allowed: a whole number/,
    ],
    ['a value that is none', { state, format: 'table', locale: 'en', set: ['recent_days'] }, /name=value/],
    ['an unknown name', { state, format: 'table', locale: 'en', set: ['recnt_days=1'] }, /did you mean recent_days/],
    ['the window as a value', { state, format: 'table', locale: 'en', set: ['from_day=20260101'] }, /use --from and --to/],
    [
      'a window that is none',
      { state, format: 'table', locale: 'en', from: '2026-03-05', to: '2026-03-01' },
      /ends .* before it begins/,
    ],
    ['a first day after the last that is held', { state, format: 'table', locale: 'en', from: '2026-04-05' }, /before it begins/],
    ['a day that is none', { state, format: 'table', locale: 'en', from: 'monday' }, /monday is no day/],
  ])('refuses %s', async (_, options, message) => {
    await expect(runCommand(KEY, options)).rejects.toThrow(message);
  });

  it('says that the state holds nothing to look at', async () => {
    await expect(runCommand('ot_devices_searched', { state, format: 'table', locale: 'en' })).rejects.toThrow(/no event of zeek/);
  });

  it('writes rows that do not fit a line as lines, safe for a terminal', () => {
    const text = rowsText(['who', 'examples'], [['\u001b[31mred\u202e', ['a'.repeat(60)]]], 40);
    expect(text).toBe(`#1\n  who       red·\n  examples  ["${'a'.repeat(60)}"]`);
    expect(rowsText(['who'], [['ann']], 40)).toContain('#  who');
  });

  it('makes a signal of a row once, then a case', async () => {
    const ask = { state, row: 1, every: '6h', locale: 'en' as const };
    expect(await saying(promoteCommand(KEY, { ...ask, as: 'finding' }))).toMatch(/raised: .*\(low\)[\s\S]*is a signal/);
    expect(await saying(promoteCommand(KEY, { ...ask, as: 'finding' }))).toContain('raised before');
    const text = await saying(promoteCommand(KEY, { ...ask, as: 'case' }));
    const id = /case (INC-\S+):/.exec(text)?.[1];
    const opened = await openState(state);
    try {
      const alert = (await listAlerts(opened.table)).find(({ ruleId }) => ruleId === `scheduled/hunt_${KEY}`);
      expect(alert).toMatchObject({ level: 'medium', attack: ['T1078.004', 'T1552.001'] });
      const incident = (await listIncidents(opened.table)).find((one) => one.id === id);
      expect(incident?.alertIds).toContain(alert?.id);
      const { rows } = await opened.query.run("SELECT finding_uid FROM findings WHERE eventday >= '20260301' AND rule_id = ?", {
        parameters: [`scheduled/hunt_${KEY}`],
      });
      expect(rows).toHaveLength(1);
    } finally {
      await opened.close();
    }
    await expect(promoteCommand(KEY, { ...ask, as: 'case', row: 2 })).rejects.toThrow(/--row: 2 \(allowed: 1 to 1\)/);
  });

  it('writes a scheduled detection that is read as one, staged, and never over another', async () => {
    const options = { every: '6h', status: 'experimental', into: folder, locale: 'en' } as const;
    const set = ["known_accounts=*/ '; DROP TABLE x --,\u3042"];
    expect(await saying(scheduleCommand('aws_bucket_opened_to_stranger', { ...options, set }))).toContain('alert nobody');
    const file = join(folder, 'hunt_aws_bucket_opened_to_stranger.sql');
    const { query, problems } = parseScheduled('queries/scheduled/x.sql', readFileSync(file, 'utf8'));
    expect(problems).toEqual([]);
    expect(query?.meta.parameters['known_accounts']?.default).toEqual(["*/ '; DROP TABLE x --", '\u3042']);
    await expect(scheduleCommand('aws_bucket_opened_to_stranger', options)).rejects.toThrow(/is there already[\s\S]*--force/);
    expect(await scheduleCommand('aws_bucket_opened_to_stranger', { ...options, force: true })).toBe(0);
    await expect(scheduleCommand(KEY, { ...options, every: '7s' })).rejects.toThrow(/every: must be a time/);
  });

  it.each([
    ['on time', at(14, 13, 6), [at(14, 18)], [at(14, 9), at(16, 18), at(21, 9)]],
    // Three days late: an event counts when it comes.
    ['late', at(17, 10), [at(17, 12), at(18, 12)], [at(14, 18), at(17, 9), at(20, 12)]],
  ] as const)(
    'tells what came in since its last run, once: %s',
    async (_, ingestMs, finds, findsNot) => {
      expect(
        await saying(promoteCommand(KEY, { state, as: 'rule', row: 1, every: '1d', into: folder, force: true, locale: 'en' })),
      ).toContain(`hunt_${KEY}.sql`);
      const { query } = parseScheduled('queries/scheduled/x.sql', readFileSync(join(folder, `hunt_${KEY}.sql`), 'utf8'));
      if (query === undefined) throw new Error('it is not read');
      const dir = mkdtempSync(join(tmpdir(), 'yagura-hunt-'));
      const opened = await openState(dir, { write: true });
      const logged = ({ source, record }: Raw, ms?: number): Logged => {
        const timeMs = Date.parse(String(record['eventTime']));
        return { source, record, timeMs, ...(ms === undefined ? {} : { ingestMs: ms }) };
      };
      writeLogs(opened.lakeDir, [...EVERYDAY_AWS.map((one) => logged(one)), ...PLANTED.map((one) => logged(one, ingestMs))]);
      const asked = async (toMs: number) => {
        const window = { fromMs: toMs - query.meta.lookback * 60_000, toMs };
        const { sql, parameters } = bindQuery(query, windowValues(query, window));
        const { columns, rows } = await opened.query.run(sql, { parameters });
        const names = columns.map(({ name }) => name);
        expect(missingColumns(query, names)).toEqual([]);
        return rows.map((values) => rowFinding(query, { columns: names, values }));
      };
      try {
        const uids = new Set<string>();
        for (const toMs of finds) {
          const [finding, ...more] = await asked(toMs);
          expect(more).toEqual([]);
          expect(finding).toMatchObject({ level: 'medium', timeMs: at(14, 13, 1), source: 'aws-cloudtrail' });
          if (finding !== undefined) uids.add(finding.uid);
        }
        expect(uids.size).toBe(1);
        for (const toMs of findsNot) expect(await asked(toMs), new Date(toMs).toISOString()).toEqual([]);
      } finally {
        await opened.close();
        rmSync(dir, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

describe('every hunt', () => {
  it.each(HUNTS)('$id can be scheduled as it is', async (hunt) => {
    const { query } = await scheduledHunt(hunt, {}, { every: '1d', status: 'test', parse: parseSql });
    expect(query.meta).toMatchObject({ level: hunt.meta.level, sources: hunt.meta.data });
    const toMs = at(14, 18);
    const { sql, parameters } = bindQuery(query, windowValues(query, { fromMs: toMs - 2 * 86_400_000, toMs }));
    const { scans } = await boundedSql(sql, { parse: parseSql, names: LAKE_NAMES, nowMs: toMs, parameters });
    // As of the end of the window, and of its beginning.
    expect(scans.length % 2).toBe(0);
    expect(sql.match(/ingest_time(_dt)? < /g)).toHaveLength(scans.length);
    await translate(sql, LAKE_CATALOG, parameters.map(typeOfParameter));
  });

  it('says which table of a hunt cannot follow the time of ingest', async () => {
    const of = (sql: string) => asOf({ path: 'queries/hunts/x.sql', sql }, parseSql);
    await expect(of('SELECT value FROM observable_days WHERE eventday BETWEEN :from_day AND :to_day')).rejects.toMatchObject({
      problems: [{ at: 'queries/hunts/x.sql', what: '`observable_days` does not say when its rows came in' }],
    });
    await expect(
      of('SELECT uid FROM cloudtrail AS c WHERE c.eventday >= :from_day AND c.eventday <= :to_day'),
    ).rejects.toMatchObject({
      problems: [{ fix: 'write c.eventday BETWEEN :from_day AND :to_day in that WHERE' }],
    });
    const both = await of(
      "SELECT 'あ😀' FROM cloudtrail c JOIN authentication a ON a.x = c.y WHERE c.eventday BETWEEN :from_day AND :to_day AND (a.eventday BETWEEN :from_day AND :to_day)",
    );
    expect(both('m')).toBe(
      "SELECT 'あ😀' FROM cloudtrail c JOIN authentication a ON a.x = c.y WHERE c.eventday BETWEEN :from_day AND :to_day AND c.ingest_time < :m AND (a.eventday BETWEEN :from_day AND :to_day AND a.ingest_time_dt < :m)",
    );
  });

  it('tells what is wrong with a file', () => {
    const text = readFileSync(`queries/hunts/${KEY}.sql`, 'utf8');
    const problems = (from: string, to: string) =>
      parseHunt(
        'queries/hunts/x.sql',
        text.replace(from, to),
        SOURCES.map(({ id }) => id),
      ).problems;
    expect(problems('[aws-cloudtrail]', '[aws-cloudtrial]')[0]).toMatchObject({ fix: 'did you mean aws-cloudtrail?' });
    expect(problems('T1078.004', 'T1562.001')[0]?.what).toContain('was replaced by');
    expect(problems('hypothesis:', 'hypotesis:')[0]).toMatchObject({
      at: 'queries/hunts/x.sql:5:1',
      fix: 'did you mean "hypothesis"?',
    });
    expect(problems('', '')).toEqual([]);
    expect(valuesOf(findHunt(HUNTS, KEY), ['recent_days=2'])).toEqual({ recent_days: 2 });
  });
});
