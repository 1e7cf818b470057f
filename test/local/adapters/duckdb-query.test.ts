import { existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DERIVED_VIEWS, LAKE_VIEWS } from '../../../functions/core/lake/views.ts';
import { createDuckdbLake } from '../../../local/adapters/duckdb-lake.ts';
import { createDuckdbQuery, LAKE_CATALOG } from '../../../local/adapters/duckdb-query.ts';
import { trinoText } from '../../../local/sql/sql-type.ts';
import { translate } from '../../../local/sql/translate.ts';
import { addBatch, DAY_MS, event, newLake, TIME } from './lake-folder.ts';

const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of opened) await one.close();
});

function open(lakeDir = newLake()) {
  const query = createDuckdbQuery({ lakeDir });
  opened.push(query);
  return { lakeDir, query };
}

describe('the query port over the lake folder', () => {
  it('answers from an empty lake with empty, typed tables', async () => {
    const { query } = open(join(newLake(), 'not', 'there'));
    const result = await query.run('SELECT metadata.uid, time_dt, resources FROM api_activity');
    expect(result.rows).toEqual([]);
    expect(result.scannedBytes).toBe(0);
    expect(result.columns.map(({ type }) => type.slice(0, 12))).toEqual(['varchar', 'timestamp(3)', 'array(row("u']);
  });

  it('converts every kind of value to JSON', async () => {
    const { lakeDir, query } = open();
    addBatch(lakeDir, 'b1', [
      event('e1', {
        traffic: 1,
        is_alert: true,
        actor: { user: { name: 'ann' } },
        unmapped: { a: 'b', __proto__x: 'c' },
        count: 3,
      }),
    ]);
    const sql = `SELECT time_dt, time, count, is_alert, unmapped, actor.user, resources, CAST(9007199254740993 AS bigint), 1.25,
      ARRAY[1, NULL], from_unixtime(0), DATE '2026-01-01', source, eventday, ocsf_extra FROM api_activity`;
    expect((await query.run(sql)).rows).toEqual([
      [
        '2026-06-30 12:00:00.000',
        TIME,
        3,
        true,
        { a: 'b', __proto__x: 'c' },
        expect.objectContaining({ name: 'ann', uid: null }),
        null,
        '9007199254740993',
        1.25,
        [1, null],
        '1970-01-01 00:00:00.000 UTC',
        '2026-01-01',
        'aws-cloudtrail',
        '20260630',
        '{"traffic":1}',
      ],
    ]);
  });

  it('gives an event that arrived twice once, as last ingested', async () => {
    const { lakeDir, query } = open();
    addBatch(lakeDir, 'b1', [event('same', { message: 'first' }), event('other')]);
    addBatch(lakeDir, 'b2', [event('same', { message: 'second' })], { ingestTimeMs: TIME + 1000 });
    addBatch(lakeDir, 'b0', [event('same', { message: 'zeroth' })], { ingestTimeMs: TIME - 1000 });
    addBatch(lakeDir, 'b3', [event('same', { message: 'of another source' })], { source: 'other-source' });
    const result = await query.run('SELECT source, metadata.uid, message FROM api_activity ORDER BY 1, 2');
    expect(result.rows).toEqual([
      ['aws-cloudtrail', 'other', null],
      ['aws-cloudtrail', 'same', 'second'],
      ['other-source', 'same', 'of another source'],
    ]);
    expect((await query.run("SELECT count(*) FROM api_activity WHERE message = 'first'")).rows).toEqual([[0]]);
    expect((await query.run('SELECT count(*) FROM events')).rows).toEqual([[3]]);
  });

  it('keeps every event without an id', async () => {
    const { lakeDir, query } = open();
    addBatch(lakeDir, 'b1', [event('x', { metadata: { version: '1.8.0' } }), event('x', { metadata: { version: '1.8.0' } })]);
    expect((await query.run('SELECT count(*) FROM api_activity')).rows).toEqual([[2]]);
  });

  it('sees files that were added since the last query, and fields that older files lack', async () => {
    const { lakeDir, query } = open();
    addBatch(lakeDir, 'b1', [event('e1')]);
    expect((await query.run('SELECT count(*) FROM api_activity')).rows).toEqual([[1]]);
    addBatch(lakeDir, 'b2', [event('e2', { actor: { user: { name: 'ann' } } })]);
    expect((await query.run('SELECT metadata.uid, actor.user.name FROM api_activity ORDER BY 1')).rows).toEqual([
      ['e1', null],
      ['e2', 'ann'],
    ]);
  });

  it('answers while another writer adds files', async () => {
    const { lakeDir, query } = open();
    addBatch(lakeDir, 'b0', [event('e0')]);
    const counts: number[] = [];
    await Promise.all([
      (async () => {
        for (let i = 1; i <= 15; i++) {
          addBatch(lakeDir, `b${i}`, [event(`e${i}`)]);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })(),
      (async () => {
        for (let i = 0; i < 4; i++) counts.push(Number((await query.run('SELECT count(*) FROM api_activity')).rows[0]?.[0]));
      })(),
    ]);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect((await query.run('SELECT count(*) FROM api_activity')).rows).toEqual([[16]]);
  });

  it('counts the bytes of the partitions that a query can touch', async () => {
    const { lakeDir, query } = open();
    for (let day = 0; day < 4; day++) addBatch(lakeDir, 'b1', [event(`d${day}`, { time: TIME - day * DAY_MS })]);
    const all = await query.run('SELECT count(*) FROM api_activity WHERE is_alert IS NULL');
    const one = await query.run("SELECT metadata.uid FROM api_activity WHERE eventday = '20260630'");
    expect(one.rows).toEqual([['d0']]);
    expect(all.scannedBytes).toBeGreaterThan(0);
    expect(one.scannedBytes).toBeGreaterThan(0);
    expect(one.scannedBytes).toBeLessThan(all.scannedBytes / 2);
  });

  it('takes placeholders, stops at maxRows, and runs side by side', async () => {
    const { lakeDir, query } = open();
    addBatch(
      lakeDir,
      'b1',
      Array.from({ length: 30 }, (_, i) => event(`e${i}`, { count: i })),
    );
    const [limited, chosen] = await Promise.all([
      query.run('SELECT metadata.uid FROM api_activity', { maxRows: 7 }),
      query.run('SELECT count FROM api_activity WHERE metadata.uid = ? AND count < ?', { parameters: ['e5', 10] }),
    ]);
    expect(limited.rows).toHaveLength(7);
    expect(chosen.rows).toEqual([[5]]);
  });

  it('explains a query without running it', async () => {
    const { query } = open();
    expect((await query.run('EXPLAIN SELECT count(*) FROM events')).rows.length).toBeGreaterThan(0);
  });

  it('tells a broken file from a wrong query', async () => {
    const { lakeDir, query } = open();
    const [path = ''] = addBatch(lakeDir, 'b1', [event('e1')]);
    truncateSync(path, 20);
    await expect(query.run('SELECT count(*) FROM api_activity')).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(query.run('SELECT nothing FROM api_activity')).rejects.toMatchObject({ code: 'BadInput' });
    rmSync(path);
    expect((await query.run('SELECT count(*) FROM api_activity')).rows).toEqual([[0]]);
  });
});

describe('the engine', () => {
  it.each([
    "SELECT * FROM read_text('/etc/hostname')",
    "COPY (SELECT 1) TO '/tmp/yagura-must-not-exist.csv'",
    "ATTACH '/tmp/yagura-must-not-exist.db'",
    'INSTALL httpfs',
    'SET enable_external_access = true',
    "SET memory_limit = '100GB'",
    "SELECT * FROM glob('/etc/*')",
  ])('is locked down even for SQL that no translation checked: %s', async (sql) => {
    const lake = createDuckdbLake({ lakeDir: newLake() });
    opened.push(lake);
    await expect(lake.use((connection) => connection.run(sql))).rejects.toThrow();
    expect(existsSync('/tmp/yagura-must-not-exist.csv')).toBe(false);
  });
});

describe('the views', () => {
  it.each(DERIVED_VIEWS.filter(({ isMadeByEngine }) => isMadeByEngine !== true).map((view) => [view.name, view] as const))(
    '%s has the columns and types that it declares',
    async (_, view) => {
      const { columns, tables } = await translate(view.embeddedSql ?? view.athenaSql, LAKE_CATALOG);
      expect([...tables].sort()).toEqual([...view.reads].sort());
      expect(columns.map(({ name, type }) => [name, trinoText(type)])).toEqual(
        view.columns.map(({ name, trinoType }) => [name, trinoType]),
      );
    },
  );

  it('all answer', async () => {
    const { lakeDir, query } = open();
    addBatch(lakeDir, 'b1', [
      event('e1', {
        api: { operation: 'GetUser', service: { name: 'iam.amazonaws.com' }, response: { error: 'AccessDenied' } },
        src_endpoint: { ip: '192.0.2.1' },
        resources: [{ uid: 'arn:aws:iam::111122223333:user/x' }],
        cloud: { provider: 'AWS', region: 'eu-west-1', account: { uid: '111122223333' } },
      }),
      event('e2', { class_uid: 3002, class_name: 'Authentication', api: { operation: 'ConsoleLogin' } }),
      event('e3', { class_uid: 2004, finding_info: { uid: 'f1', title: 'Bad', attacks: [{ technique: { uid: 'T1098' } }] } }),
    ]);
    for (const { name } of LAKE_VIEWS.slice(0, 3))
      expect((await query.run(`SELECT * FROM ${name}`)).rows.length).toBeGreaterThanOrEqual(0);
    const trail = await query.run(
      "SELECT event_name, error_code, src_ip, account_id, region, resources FROM cloudtrail WHERE eventday = '20260630' ORDER BY 1",
    );
    expect(trail.rows).toEqual([
      ['ConsoleLogin', null, null, null, null, null],
      ['GetUser', 'AccessDenied', '192.0.2.1', '111122223333', 'eu-west-1', ['arn:aws:iam::111122223333:user/x']],
    ]);
    expect((await query.run('SELECT title, techniques FROM findings')).rows).toEqual([['Bad', ['T1098']]]);
    expect((await query.run('SELECT class_name, count(*) FROM events GROUP BY class_name ORDER BY 2 DESC, 1')).rows).toEqual([
      ['API Activity', 2],
      ['Authentication', 1],
    ]);
  });
});
