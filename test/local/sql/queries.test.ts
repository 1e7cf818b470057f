import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from './engine-for-tests.ts';
import { QUERY_CASES } from './query-cases.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

describe('a query', () => {
  it.each(QUERY_CASES)('%s', async (sql, expected) => {
    expect(await engine.run(sql)).toEqual(expected);
  });

  it('names its result columns as Athena does', async () => {
    expect(await engine.columns('SELECT id, count(*), actor.user.name, name AS Who, 1 FROM t GROUP BY 1, 3, 4')).toEqual([
      'id',
      '_col1',
      'name',
      'Who',
      '_col4',
    ]);
  });

  it('takes values for placeholders by their place in the text, whatever they hold', async () => {
    const hostile = "x' OR '1'='1 --;/* $1 {0} \u{1f600}";
    expect(
      await engine.run('SELECT ?, id FROM (SELECT id FROM t WHERE id = ?) WHERE ? = ?', [hostile, 2, hostile, hostile]),
    ).toEqual([[hostile, 2]]);
    expect(await engine.run('SELECT id FROM t WHERE name = ?', [hostile])).toEqual([]);
    expect(await engine.run('SELECT id FROM t ORDER BY id OFFSET ? LIMIT ?', [1, 2])).toEqual([[2], [3]]);
  });

  it('keeps quotes, comments and template marks in literals as text', async () => {
    const text = 'it\'\'s -- no /* comment */ $1 {0} ; "x" \\';
    expect(await engine.run(`SELECT '${text}', substr('${text}', 1)`)).toEqual([
      [text.replaceAll("''", "'"), text.replaceAll("''", "'")],
    ]);
  });

  it.each([
    "SELECT id FROM t CROSS JOIN UNNEST(tags) AS x(tag) WHERE tag = 'b'",
    "SELECT t.id FROM t, u, UNNEST(t.resources) AS r(item) WHERE t.id = u.id AND r.item.uid = 'r1'",
  ])('joins no table with itself for a condition on what was unnested: %s', async (sql) => {
    const plan = String(await engine.run(`EXPLAIN ${sql}`));
    expect(plan).toContain('UNNEST');
    expect(plan).not.toContain('DELIM');
  });

  it('shows the tables and describes one', async () => {
    expect(await engine.run('SHOW TABLES')).toEqual([['t'], ['u']]);
    expect(await engine.run("SHOW TABLES LIKE 'u%'")).toEqual([['u']]);
    expect(await engine.run('DESCRIBE u')).toEqual([
      ['id', 'integer', ''],
      ['colour', 'varchar', ''],
    ]);
  });
});
