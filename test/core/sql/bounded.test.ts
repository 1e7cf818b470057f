import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAKE_NAMES } from '../../../functions/core/lake/names.ts';
import { LAKE_VIEWS } from '../../../functions/core/lake/views.ts';
import { boundedSql } from '../../../functions/core/sql/bounded.ts';
import { parseSql } from '../../../local/sql/parser.ts';

const NOW_MS = Date.UTC(2026, 10, 30, 12);
const bounded = (sql: string, more: { parameters?: readonly (string | number)[]; unbounded?: boolean } = {}) =>
  boundedSql(sql, { parse: parseSql, names: LAKE_NAMES, nowMs: NOW_MS, ...more });

describe('days from conditions on time', () => {
  it.each([
    [
      "SELECT 1 FROM api_activity WHERE time_dt BETWEEN TIMESTAMP '2026-11-01 00:00:00' AND TIMESTAMP '2026-11-02 10:00:00'",
      "SELECT 1 FROM api_activity WHERE (time_dt BETWEEN TIMESTAMP '2026-11-01 00:00:00' AND TIMESTAMP '2026-11-02 10:00:00' AND api_activity.eventday >= '20261101' AND api_activity.eventday <= '20261102')",
    ],
    [
      "SELECT 1 FROM audit AS a WHERE a.time > current_timestamp - INTERVAL '7' DAY -- since a week",
      "SELECT 1 FROM audit AS a WHERE (a.time > current_timestamp - INTERVAL '7' DAY AND a.eventday >= '20261123') -- since a week",
    ],
    [
      "SELECT 1 FROM events e WHERE '櫓😀' = e.status AND e.time >= 1793491200000 AND 1793577600000 > e.time",
      "SELECT 1 FROM events e WHERE '櫓😀' = e.status AND (e.time >= 1793491200000 AND e.eventday >= '20261101') AND (1793577600000 > e.time AND e.eventday <= '20261102')",
    ],
    [
      "SELECT 1 FROM events WHERE time_dt >= TIMESTAMP '2026-11-02 03:00:00 +09:00' OR (time_dt = TIMESTAMP '2026-10-01 00:00:00' AND status = 'x')",
      "SELECT 1 FROM events WHERE (time_dt >= TIMESTAMP '2026-11-02 03:00:00 +09:00' AND events.eventday >= '20261101') OR ((time_dt = TIMESTAMP '2026-10-01 00:00:00' AND events.eventday >= '20261001' AND events.eventday <= '20261001') AND status = 'x')",
    ],
    [
      "SELECT 1 FROM findings WHERE time >= date_add('month', -1, date_trunc('day', now()))",
      "SELECT 1 FROM findings WHERE (time >= date_add('month', -1, date_trunc('day', now())) AND findings.eventday >= '20261030')",
    ],
    [
      "SELECT 1 FROM events WHERE time_dt >= now() - INTERVAL '1' DAY AND time_dt <= now() - INTERVAL '12' HOUR",
      "SELECT 1 FROM events WHERE (time_dt >= now() - INTERVAL '1' DAY AND events.eventday >= '20261129') AND (time_dt <= now() - INTERVAL '12' HOUR AND events.eventday <= '20261201')",
    ],
    [
      'SELECT 1 FROM "api_activity" JOIN dns_activity d ON d.time_dt >= DATE \'2026-11-05\' WHERE "api_activity".time_dt >= from_iso8601_timestamp(\'2026-11-04T00:00:00Z\')',
      "SELECT 1 FROM \"api_activity\" JOIN dns_activity d ON (d.time_dt >= DATE '2026-11-05' AND d.eventday >= '20261105') WHERE (\"api_activity\".time_dt >= from_iso8601_timestamp('2026-11-04T00:00:00Z') AND \"api_activity\".eventday >= '20261104')",
    ],
  ])('%s', async (sql, expected) => {
    expect((await bounded(sql)).sql).toBe(expected);
  });

  it('takes the values of parameters', async () => {
    const { sql } = await bounded("SELECT '?' FROM events WHERE status = ? AND time >= ? AND time < ?", {
      parameters: ["'", 1793491200000, 1793577600000],
    });
    expect(sql).toContain("eventday >= '20261101') AND (time < ? AND events.eventday <= '20261102')");
  });

  it('leaves a query alone that says its days', async () => {
    for (const where of [
      "eventday = '20261101'",
      "eventday IN ('20261101', '20261102')",
      "eventday BETWEEN date_format(current_timestamp - INTERVAL '7' DAY, '%Y%m%d') AND '20261130'",
      "(eventday >= '20261101' AND time_dt > now()) OR eventday = '20251101'",
      "'20261101' <= eventday",
      "eventday LIKE '202611%'",
    ]) {
      const sql = `SELECT 1 FROM events WHERE ${where}`;
      expect((await bounded(sql)).sql).toBe(sql);
    }
    expect((await bounded("SELECT 1 FROM events WHERE eventday IN ('20261103', '20261101')")).scans).toEqual([
      { table: 'events', days: { from: '20261101', to: '20261103' } },
    ]);
  });

  it('reckons with days that parameters name', async () => {
    const sql =
      "SELECT 1 FROM events WHERE eventday BETWEEN date_format(date_parse(?, '%Y%m%d') - INTERVAL '30' DAY, '%Y%m%d') AND ?";
    expect((await bounded(sql, { parameters: ['20261110', '20261111'] })).scans).toEqual([
      { table: 'events', days: { from: '20261011', to: '20261111' } },
    ]);
  });

  it('knows every table of the lake, and that each has a day', () => {
    for (const { name } of LAKE_VIEWS) expect([name, LAKE_NAMES.get(name)?.columns.has('eventday')]).toEqual([name, true]);
    expect(LAKE_NAMES.get('api_activity_files')?.epochMs.has('time')).toBe(true);
  });
});

const DAY = "eventday = '20261101'";

describe('scans without a bound', () => {
  it.each([
    ['no condition', 'SELECT * FROM events'],
    ['an upper bound alone', "SELECT * FROM events WHERE eventday <= '20261101' AND time_dt < now()"],
    ['a bound in a string', `SELECT * FROM events WHERE status = 'x AND ${DAY.replaceAll("'", "''")}'`],
    ['a bound in a comment', `SELECT * FROM events /* WHERE ${DAY} */ -- ${DAY}`],
    ['a bound in the select list', `SELECT ${DAY} FROM events`],
    ['a bound in HAVING', `SELECT eventday FROM events GROUP BY 1 HAVING ${DAY}`],
    ['one branch of OR', `SELECT * FROM events WHERE ${DAY} OR status = 'x'`],
    ['NOT', `SELECT * FROM events WHERE NOT (eventday < '20261101')`],
    ['NOT BETWEEN', "SELECT * FROM events WHERE eventday NOT BETWEEN '20261101' AND '20261102'"],
    ['NOT IN', "SELECT * FROM events WHERE eventday NOT IN ('20261101')"],
    ['other than', "SELECT * FROM events WHERE eventday <> '20261101'"],
    ['one branch of UNION', `SELECT status FROM events WHERE ${DAY} UNION ALL SELECT status FROM events`],
    ['the inside of a subquery', `SELECT * FROM (SELECT * FROM events) WHERE ${DAY}`],
    ['the outside of a subquery', `SELECT * FROM events WHERE uid IN (SELECT metadata.uid FROM api_activity WHERE ${DAY})`],
    ['a scalar subquery', `SELECT (SELECT count(*) FROM api_activity) FROM events WHERE ${DAY}`],
    ['EXISTS', `SELECT 1 FROM events e WHERE e.${DAY} AND EXISTS (SELECT 1 FROM api_activity a WHERE e.${DAY})`],
    ['WITH', `WITH w AS (SELECT * FROM events) SELECT * FROM w WHERE ${DAY}`],
    ['a name that WITH hides elsewhere only', `SELECT * FROM (WITH events AS (SELECT 1 AS x) SELECT * FROM events) t, events`],
    ['one side of a join', `SELECT * FROM events a JOIN api_activity b ON a.status = b.status WHERE a.${DAY}`],
    ['the kept side of LEFT JOIN', `SELECT * FROM events a LEFT JOIN api_activity b ON a.${DAY} AND b.${DAY}`],
    ['FULL JOIN', `SELECT * FROM events a FULL JOIN api_activity b ON a.${DAY} AND b.${DAY}`],
    ['an ambiguous column', `SELECT * FROM events a, api_activity b WHERE ${DAY}`],
    ['columns under other names', `SELECT * FROM (TABLE events)`],
    [
      'an alias that renames',
      "SELECT * FROM findings AS f (a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,eventday) WHERE eventday = '20261101'",
    ],
    [
      'MATCH_RECOGNIZE',
      `SELECT * FROM events MATCH_RECOGNIZE (MEASURES A.eventday AS eventday PATTERN (A) DEFINE A AS true) WHERE ${DAY}`,
    ],
    ['a comparison with a column', 'SELECT * FROM events WHERE eventday >= source'],
    [
      'a comparison with a query',
      "SELECT * FROM events WHERE eventday = (SELECT max(eventday) FROM api_activity WHERE eventday > '20261101')",
    ],
    ['a field of that name', "SELECT * FROM events WHERE metadata.eventday = '20261101'"],
    ['CASE', `SELECT * FROM events WHERE CASE WHEN ${DAY} THEN true ELSE true END`],
    ['the stored table', 'SELECT * FROM api_activity_files'],
    ['a quoted name', 'SELECT * FROM "yagura"."events"'],
    ['TABLE', 'TABLE events'],
    ['ingest time', "SELECT * FROM events WHERE ingest_time_dt >= TIMESTAMP '2026-11-01 00:00:00'"],
    ['time that shrinks', 'SELECT * FROM events WHERE time >= 0 - to_unixtime(now())'],
  ])('%s', async (_, sql) => {
    await expect(bounded(sql)).rejects.toMatchObject({ code: 'Refused' });
    expect((await bounded(sql, { unbounded: true })).unbounded.length).toBeGreaterThan(0);
  });

  it('shows what to add, and where', async () => {
    const error = await bounded(`SELECT 1 FROM api_activity a WHERE a.${DAY}\nUNION ALL\nSELECT 1 FROM audit t`).catch((e) => e);
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]).toMatchObject({
      at: 'line 3:15',
      what: expect.stringContaining('`audit` is read without a first day'),
      fix: "add to the WHERE of this SELECT: AND t.eventday >= '20261123', or t.time >= current_timestamp - INTERVAL '7' DAY",
    });
  });

  it('says what a day looks like', async () => {
    await expect(bounded("SELECT 1 FROM events WHERE eventday >= '2026-11-01'")).rejects.toMatchObject({
      code: 'BadInput',
      problems: [{ what: "eventday is compared with '2026-11-01', which is no day" }],
    });
    for (const value of ['20261101', "DATE '2026-11-01'", 'current_date'])
      await expect(bounded(`SELECT 1 FROM events WHERE eventday >= ${value}`)).rejects.toMatchObject({
        problems: [{ what: `eventday is compared with ${value}, which is no day`, fix: expect.stringContaining('in quotes') }],
      });
  });

  it('refuses what is no query, and tables that are not there', async () => {
    for (const sql of [
      'DROP TABLE events',
      'INSERT INTO events SELECT 1',
      'CREATE TABLE x AS SELECT 1',
      `EXPLAIN ANALYZE SELECT * FROM events WHERE ${DAY}`,
    ])
      await expect(bounded(sql)).rejects.toMatchObject({ code: 'BadInput', message: expect.stringContaining('read only') });
    await expect(bounded('SELECT * FROM event')).rejects.toMatchObject({ problems: [{ fix: 'Did you mean `events`?' }] });
  });

  it('lets pass what reads nothing of the lake', async () => {
    for (const sql of [
      'SELECT 1',
      'SHOW TABLES',
      'EXPLAIN SELECT * FROM events',
      'SELECT * FROM information_schema.tables',
      'WITH events AS (SELECT 1 AS n) SELECT * FROM events',
    ])
      expect((await bounded(sql)).sql).toBe(sql);
  });
});

describe('the same rows', () => {
  it('inserts only what follows from the condition beside it', async () => {
    const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(moment, fc.constantFrom('>', '>=', '=', '<='), moment, async (at, sign, event) => {
        const text = at.toISOString().replace('T', ' ').replace('Z', '');
        const { sql } = await bounded(
          `SELECT 1 FROM events WHERE time_dt >= TIMESTAMP '1990-01-01' AND time_dt ${sign} TIMESTAMP '${text}'`,
        );
        const day = event.toISOString().slice(0, 10).replaceAll('-', '');
        const holds = { '>': event > at, '>=': event >= at, '=': +event === +at, '<=': event <= at }[sign];
        const [, from] = /eventday >= '(\d+)'\)?( AND eventday|$)/.exec(sql.slice(sql.indexOf(text))) ?? [];
        const [, to] = /eventday <= '(\d+)'/.exec(sql) ?? [];
        if (holds) {
          expect(from === undefined || day >= from).toBe(true);
          expect(to === undefined || day <= to).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
