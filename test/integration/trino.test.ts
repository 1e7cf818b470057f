// Athena's SQL as Trino itself answers it: the dialect's cases, the lake's views, and every rule in SQL, on Trino and on DuckDB over the same files.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../functions/core/json.ts';
import { LAKE_VIEWS } from '../../functions/core/lake/views.ts';
import type { ScheduledQuery } from '../../functions/core/scheduled/file.ts';
import { groupsOf } from '../../functions/core/scheduled/group.ts';
import { merged } from '../../functions/core/scheduled/merge.ts';
import { shapeOf } from '../../functions/core/scheduled/shape.ts';
import { verdictSql } from '../../functions/core/sigma/sql/compile.ts';
import type { Query } from '../../functions/ports/query.ts';
import { awsCloudtrail } from '../../functions/sources/aws-cloudtrail/source.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { readScheduled } from '../../local/scheduled.ts';
import { parseSql } from '../../local/sql/parser.ts';
import { detectionFiles, rulesOf } from '../content/detection-files.ts';
import { queryContract } from '../contracts/query.contract.ts';
import { EXPRESSION_CASES, EXPRESSION_FAILURES } from '../local/sql/expression-cases.ts';
import { QUERY_CASES } from '../local/sql/query-cases.ts';
import { distinct } from '../parity/lake-verdicts.ts';
import { boundAtEnd, writeLogs } from '../scheduled/lake.ts';
import { END_MS, SCENARIOS } from '../scheduled/scenarios.ts';
import { NOW_MS } from '../sources/samples.ts';
import { answersOf, DAY, rawRef, rowTexts, sampleRows, writeLake } from './both-engines.ts';
import { asTrino } from './trino-dialect.ts';
import { createLake } from './trino-lake.ts';
import { trinoQuery } from './trino-query.ts';
import { startTrino } from './trino-server.ts';

const scheduledQueries = await readScheduled();
const server = await startTrino();
afterAll(async () => {
  if ('url' in server) await server.stop();
});

/** The table of `engine-for-tests.ts`, in Trino's spelling. */
const RESOURCES = 'ARRAY(ROW(uid varchar, type varchar))';
const ACTOR = 'ROW("user" ROW(name varchar, uid varchar), ip varchar)';
const T = `SELECT * FROM (VALUES
  (1, 'ann', BIGINT '10', 1.5e0, true, TIMESTAMP '2026-03-01 10:00:00.250', ARRAY['a', 'b'], MAP(ARRAY['k', 'z'], ARRAY['v', '']),
    CAST(ROW(ROW('ann', 'U1'), '192.0.2.10') AS ${ACTOR}), CAST(ARRAY[ROW('r1', 'bucket'), ROW('r2', 'key')] AS ${RESOURCES}),
    '{"a":{"b":"x"},"n":5,"list":[1,2],"no":null}'),
  (2, 'bob', NULL, 2.5e0, false, TIMESTAMP '2026-03-01 23:59:59.999', CAST(ARRAY[] AS array(varchar)), CAST(MAP() AS map(varchar, varchar)),
    CAST(ROW(ROW('bob', 'U2'), '198.51.100.7') AS ${ACTOR}), CAST(ARRAY[] AS ${RESOURCES}), 'not json'),
  (3, NULL, BIGINT '30', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, 'ann', BIGINT '5', -0.5e0, true, TIMESTAMP '2026-03-08 00:00:00.000', ARRAY['b', NULL], MAP(ARRAY['k'], ARRAY['w']),
    CAST(ROW(CAST(NULL AS ROW(name varchar, uid varchar)), '2001:db8::1') AS ${ACTOR}), CAST(ARRAY[ROW('r1', NULL)] AS ${RESOURCES}), '[]'))
  AS t (id, name, amount, score, ok, time_dt, tags, labels, actor, resources, data)`;

describe.skipIf('missing' in server)('Trino', () => {
  const query: Query = trinoQuery('url' in server ? server.url : '');

  beforeAll(async () => {
    await query.run('CREATE SCHEMA hive.yagura');
    await query.run(`CREATE TABLE t AS ${T}`);
    await query.run("CREATE TABLE u AS SELECT * FROM (VALUES (1, 'red'), (2, 'blue'), (9, 'green')) AS u (id, colour)");
  });

  queryContract('Trino', async () => ({ query }));

  it.each(EXPRESSION_CASES)('answers %s as the translation does', async (sql, expected) => {
    expect((await query.run(`SELECT ${sql}`)).rows).toEqual([[expected]]);
  });

  it.each(QUERY_CASES)('answers %s as the translation does', async (sql, expected) => {
    const { rows } = await query.run(asTrino(sql));
    // Without ORDER BY, rows come in any order.
    const texts = (all: Json[][]) => (/order by/i.test(sql) ? rowTexts(all) : rowTexts(all).sort());
    expect(texts(rows)).toEqual(texts(expected));
  });

  it.each(EXPRESSION_FAILURES)('ends the query for %s', async (sql) => {
    await expect(query.run(`SELECT ${sql}`)).rejects.toMatchObject({ code: 'BadInput' });
  });
});

describe.skipIf('missing' in server)('the lake on both engines', () => {
  const trino: Query = trinoQuery('url' in server ? server.url : '');
  const folder = 'folder' in server ? server.folder : '';
  const duckdb = createDuckdbQuery({ lakeDir: folder });
  const cases = detectionFiles('aws-cloudtrail').flatMap((file) => file.cases.map(({ event }) => event));
  afterAll(() => duckdb.close());

  beforeAll(async () => {
    const rows = sampleRows();
    writeLake(folder, rows, 'first');
    // The same events once more, as a batch that was cut differently writes them: views show each once.
    writeLake(folder, rows.slice(0, 20), 'second');
    const attacks = distinct(cases).map((record, line) => ({
      event: awsCloudtrail.toOcsf(record, { nowMs: NOW_MS }),
      source: awsCloudtrail.id,
      rawRef: rawRef(line),
      ingestTimeMs: NOW_MS + 1000,
    }));
    writeLake(folder, attacks, 'cases');
    for (const [id, { fires }] of Object.entries(SCENARIOS)) writeLogs(folder, fires.logs, id);
    await createLake(
      trino,
      folder,
      SOURCES.map(({ id }) => id),
    );
  });

  const same = async (sql: string): Promise<number> => {
    const [a, b] = [await answersOf(trino, sql), await answersOf(duckdb, sql)];
    expect(b).toEqual(a);
    return a.rows.length;
  };

  it.each(LAKE_VIEWS.map(({ name }) => name))('the view %s has the same rows', async (name) => {
    await same(`SELECT * FROM ${name} WHERE eventday = '${DAY}'`);
  });

  it('some of them have rows, each event once', async () => {
    const { rows } = await trino.run(
      `SELECT count(*), count(DISTINCT (source, metadata.uid)) FROM events WHERE eventday = '${DAY}'`,
    );
    expect(rows[0]?.[0]).toBe(rows[0]?.[1]);
    expect(Number(rows[0]?.[0])).toBeGreaterThan(cases.length);
  });

  const sameScheduled = async (query: ScheduledQuery): Promise<number> => {
    const { sql, parameters } = boundAtEnd(query);
    const [a, b] = [await answersOf(trino, sql, parameters), await answersOf(duckdb, sql, parameters)];
    expect(b).toEqual(a);
    return a.rows.length;
  };

  it.each(scheduledQueries)('the scheduled query $id finds the same rows', async (query) => {
    expect(await sameScheduled(query)).toBeGreaterThan(0);
  });

  it('scheduled queries that share a scan find the same rows', async () => {
    const windows = (query: ScheduledQuery) => [{ fromMs: END_MS - query.meta.lookback * 60_000, toMs: END_MS }];
    const groups = await groupsOf(
      scheduledQueries.map((query) => ({ query, windows: windows(query) })),
      parseSql,
    );
    const together = groups.filter(({ queries }) => queries.length > 1);
    expect(together.length).toBeGreaterThan(0);
    for (const { queries } of together) {
      const shapes = await Promise.all(queries.map((query) => shapeOf(boundAtEnd(query), parseSql)));
      const one = merged(shapes.filter((shape) => shape !== undefined));
      const [a, b] = [
        await answersOf(trino, one?.sql ?? '', one?.parameters),
        await answersOf(duckdb, one?.sql ?? '', one?.parameters),
      ];
      expect(b).toEqual(a);
      expect(a.rows.length).toBeGreaterThanOrEqual(queries.length);
    }
  });

  it('scheduled queries find the same rows among logs that look alike', async () => {
    for (const [id, { silent }] of Object.entries(SCENARIOS)) writeLogs(folder, Object.values(silent).flat(), `${id}-silent`);
    for (const query of scheduledQueries) await sameScheduled(query);
  });

  it('every rule gives every event the same verdict', async () => {
    const rules = rulesOf(detectionFiles('aws-cloudtrail'));
    let verdicts = 0;
    for (let from = 0; from < rules.length; from += 30) {
      const { sql, rules: judged } = verdictSql(rules.slice(from, from + 30), {
        window: { fromDay: DAY, toDay: DAY },
      });
      expect(judged.flatMap(({ problems }) => problems)).toEqual([]);
      verdicts += (await same(sql ?? '')) * judged.length;
    }
    expect(verdicts).toBeGreaterThan(100_000);
  });
});
