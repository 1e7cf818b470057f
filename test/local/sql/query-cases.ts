/** Queries over the test tables with the answers that Trino gives. */
import type { Json } from '../../../functions/core/json.ts';

export const QUERY_CASES: readonly (readonly [string, Json[][]])[] = [
  ["SELECT id FROM t WHERE actor.user.name = 'ann'", [[1]]],
  ['SELECT t.actor.ip FROM t WHERE t.id = 2', [['198.51.100.7']]],
  ['SELECT a.actor.user.uid FROM t AS a WHERE a.id = 1', [['U1']]],
  ['SELECT ACTOR.User.NAME FROM T WHERE ID = 1', [['ann']]],
  ['SELECT id FROM t ORDER BY amount', [[4], [1], [3], [2]]],
  ['SELECT id FROM t ORDER BY amount DESC', [[3], [1], [4], [2]]],
  ['SELECT id FROM t ORDER BY amount DESC NULLS FIRST LIMIT 1', [[2]]],
  ['SELECT id FROM t ORDER BY id OFFSET 1 LIMIT 2', [[2], [3]]],
  ['SELECT id FROM t ORDER BY id FETCH FIRST 1 ROWS ONLY', [[1]]],
  ['SELECT count(*), count(amount), sum(amount), avg(amount) FROM t', [[4, 3, 45, 15]]],
  [
    'SELECT name, count(*) n FROM t GROUP BY name ORDER BY n DESC, name',
    [
      ['ann', 2],
      ['bob', 1],
      [null, 1],
    ],
  ],
  ['SELECT name, count(*) FROM t GROUP BY 1 HAVING count(*) > 1', [['ann', 2]]],
  ['SELECT upper(name) AS up FROM t GROUP BY upper(name) ORDER BY up', [['ANN'], ['BOB'], [null]]],
  [
    'SELECT name AS n, sum(amount) AS s FROM t GROUP BY name ORDER BY s * -1, n',
    [
      [null, 30],
      ['ann', 15],
      ['bob', null],
    ],
  ],
  ['SELECT count(DISTINCT name), approx_distinct(name) FROM t', [[2, 2]]],
  ['SELECT count(*) FILTER (WHERE ok), count_if(ok) FROM t', [[2, 2]]],
  ['SELECT count_if(ok), count_if(ok) FILTER (WHERE id = 1) FROM t WHERE id = 3', [[0, 0]]],
  [
    'SELECT id, count_if(ok) OVER (PARTITION BY id) FROM t WHERE id > 2 ORDER BY id',
    [
      [3, 0],
      [4, 1],
    ],
  ],
  ['SELECT min_by(name, amount), max_by(name, amount) FROM t', [['ann', null]]],
  ['SELECT array_agg(id ORDER BY id DESC) FROM t', [[[4, 3, 2, 1]]]],
  ['SELECT array_agg(amount ORDER BY id) FROM t', [[[10, null, 30, 5]]]],
  ["SELECT listagg(name, ',') WITHIN GROUP (ORDER BY id) FROM t", [['ann,bob,ann']]],
  ['SELECT histogram(name) FROM t WHERE name IS NOT NULL', [[{ ann: 2, bob: 1 }]]],
  ['SELECT map_agg(id, name) FROM t WHERE id < 3', [[{ 1: 'ann', 2: 'bob' }]]],
  ['SELECT bool_or(ok), bool_and(ok), arbitrary(name) FROM t WHERE id = 1', [[true, true, 'ann']]],
  ['SELECT 100.0 * count(*) / 3 FROM t', [[133.3]]],
  ['SELECT approx_percentile(id, 0.5) FROM t', [[3]]],
  ['SELECT approx_percentile(id, 0.6) FROM t', [[3]]],
  ['SELECT approx_percentile(id, ARRAY[0.25, 1.0]) FROM t', [[[2, 4]]]],
  ['SELECT approx_percentile(score, 0.5) FROM t WHERE id < 3', [[2.5]]],
  ['SELECT sum(id) / count(*) FROM t', [[2]]],
  // Rows are cast field by field, in order.
  [
    'SELECT x.b, x.a FROM (SELECT CAST(CAST(ROW(1, id) AS ROW(a integer, b integer)) AS ROW(b integer, a bigint)) AS x FROM t) ORDER BY 2 LIMIT 1',
    [[1, 1]],
  ],
  [
    "SELECT x[1].v, x[2] IS NULL, x[3].w.y FROM (SELECT CAST(ARRAY[ROW(1, ROW('p', 'q')), NULL, ROW(2, ROW('r', 's'))] AS ARRAY(ROW(v integer, w ROW(z varchar, y varchar)))) AS x)",
    [[1, true, 's']],
  ],
  [
    'SELECT x IS NULL, y.v FROM (SELECT CAST(NULL AS ROW(v integer)) AS x, CAST(ROW(NULL) AS ROW(v integer)) AS y)',
    [[true, null]],
  ],
  ['SELECT r.item.uid FROM t CROSS JOIN UNNEST(resources) AS r(item) WHERE t.id = 1 ORDER BY 1', [['r1'], ['r2']]],
  [
    'SELECT t.id, item.uid, item.type FROM t CROSS JOIN UNNEST(resources) AS r(item) ORDER BY 1, 2',
    [
      [1, 'r1', 'bucket'],
      [1, 'r2', 'key'],
      [4, 'r1', null],
    ],
  ],
  [
    'SELECT id, tag FROM t, UNNEST(tags) AS x(tag) ORDER BY 1, 2',
    [
      [1, 'a'],
      [1, 'b'],
      [4, 'b'],
      [4, null],
    ],
  ],
  ["SELECT t.id, u.colour, tag FROM t, u, UNNEST(t.tags) AS x(tag) WHERE t.id = u.id AND x.tag = 'b'", [[1, 'red', 'b']]],
  [
    'SELECT id, colour, tag FROM t JOIN u USING (id) CROSS JOIN UNNEST(tags) AS x(tag) ORDER BY tag',
    [
      [1, 'red', 'a'],
      [1, 'red', 'b'],
    ],
  ],
  [
    "SELECT id, item.uid, tag, actor.user.name FROM t CROSS JOIN UNNEST(resources) AS r(item) CROSS JOIN UNNEST(tags) AS x(tag) WHERE tag = 'b' ORDER BY 1, 2",
    [
      [1, 'r1', 'b', 'ann'],
      [1, 'r2', 'b', 'ann'],
      [4, 'r1', 'b', null],
    ],
  ],
  [
    "SELECT u.id, x.tag FROM u JOIN (SELECT t.id, tag FROM t CROSS JOIN UNNEST(tags) AS y(tag) WHERE tag <> 'a') AS x ON x.id = u.id",
    [[1, 'b']],
  ],
  [
    'SELECT id, tag, n FROM t CROSS JOIN UNNEST(tags) WITH ORDINALITY AS x(tag, n) WHERE id = 1 ORDER BY n',
    [
      [1, 'a', 1],
      [1, 'b', 2],
    ],
  ],
  [
    'SELECT id, tag FROM t LEFT JOIN UNNEST(tags) AS x(tag) ON TRUE ORDER BY 1, 2',
    [
      [1, 'a'],
      [1, 'b'],
      [2, null],
      [3, null],
      [4, 'b'],
      [4, null],
    ],
  ],
  [
    'SELECT k, v FROM t CROSS JOIN UNNEST(labels) AS m(k, v) WHERE id = 1 ORDER BY k',
    [
      ['k', 'v'],
      ['z', ''],
    ],
  ],
  [
    "SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS z(a, b)",
    [
      [1, 'x'],
      [2, null],
    ],
  ],
  ["SELECT id FROM t WHERE any_match(resources, r -> r.uid = 'r2')", [[1]]],
  ["SELECT id FROM t WHERE any_match(resources, r -> r.uid = actor.user.name OR r.type = 'bucket')", [[1]]],
  ["SELECT transform(resources, r -> r.uid || ':' || coalesce(r.type, '-')) FROM t WHERE id = 4", [[['r1:-']]]],
  ["SELECT labels['k'], element_at(labels, 'none') FROM t WHERE id = 1", [['v', null]]],
  ["SELECT id FROM t WHERE json_extract_scalar(data, '$.a.b') = 'x'", [[1]]],
  [
    'SELECT t.id, u.colour FROM t JOIN u ON t.id = u.id ORDER BY 1',
    [
      [1, 'red'],
      [2, 'blue'],
    ],
  ],
  [
    'SELECT t.id, colour FROM t LEFT JOIN u ON t.id = u.id ORDER BY 1',
    [
      [1, 'red'],
      [2, 'blue'],
      [3, null],
      [4, null],
    ],
  ],
  [
    'SELECT id, colour FROM t JOIN u USING (id) ORDER BY id',
    [
      [1, 'red'],
      [2, 'blue'],
    ],
  ],
  [
    'SELECT id, colour FROM t RIGHT JOIN u USING (id) ORDER BY id',
    [
      [1, 'red'],
      [2, 'blue'],
      [9, 'green'],
    ],
  ],
  ['SELECT count(*) FROM t CROSS JOIN u', [[12]]],
  ['SELECT id FROM t WHERE id IN (SELECT id FROM u) ORDER BY 1', [[1], [2]]],
  ['SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) ORDER BY 1', [[1], [2]]],
  [
    'SELECT id, (SELECT colour FROM u WHERE u.id = t.id) FROM t WHERE id < 3 ORDER BY 1',
    [
      [1, 'red'],
      [2, 'blue'],
    ],
  ],
  ["WITH a AS (SELECT id, name FROM t), b(x) AS (SELECT id FROM a WHERE name = 'bob') SELECT x FROM b", [[2]]],
  ['SELECT x + 1 FROM (SELECT id AS x FROM t WHERE id = 1)', [[2]]],
  ['SELECT id FROM t WHERE id = 1 UNION ALL SELECT id FROM u WHERE id = 9', [[1], [9]]],
  ['SELECT id FROM t EXCEPT SELECT id FROM u ORDER BY 1', [[3], [4]]],
  [
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) ORDER BY n",
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  ['SELECT u.* FROM u WHERE id = 9', [[9, 'green']]],
  ['SELECT DISTINCT name FROM t ORDER BY name', [['ann'], ['bob'], [null]]],
  [
    "SELECT id, row_number() OVER (PARTITION BY name ORDER BY id) FROM t WHERE name = 'ann' ORDER BY 1",
    [
      [1, 1],
      [4, 2],
    ],
  ],
  [
    'SELECT id, lag(amount) IGNORE NULLS OVER (ORDER BY id) FROM t ORDER BY id',
    [
      [1, null],
      [2, 10],
      [3, 10],
      [4, 30],
    ],
  ],
  [
    "SELECT id, count(*) OVER (ORDER BY time_dt RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM t WHERE time_dt IS NOT NULL ORDER BY id",
    [
      [1, 1],
      [2, 2],
      [4, 1],
    ],
  ],
  [
    'SELECT id, sum(amount) OVER w FROM t WINDOW w AS (ORDER BY id ROWS UNBOUNDED PRECEDING) ORDER BY id',
    [
      [1, 10],
      [2, 10],
      [3, 40],
      [4, 45],
    ],
  ],
  [
    'SELECT id, rank() OVER (ORDER BY amount DESC) FROM t ORDER BY 1',
    [
      [1, 2],
      [2, 4],
      [3, 1],
      [4, 3],
    ],
  ],
  [
    'SELECT name, ok, count(*), grouping(name, ok) FROM t WHERE id < 3 GROUP BY ROLLUP(name, ok) ORDER BY 4, 1',
    [
      ['ann', true, 1, 0],
      ['bob', false, 1, 0],
      ['ann', null, 1, 1],
      ['bob', null, 1, 1],
      [null, null, 2, 3],
    ],
  ],
  ["SELECT id FROM t WHERE time_dt >= TIMESTAMP '2026-03-01 12:00:00' AND time_dt < TIMESTAMP '2026-03-02 00:00:00'", [[2]]],
  ["SELECT id FROM t WHERE time_dt > DATE '2026-03-02'", [[4]]],
  [
    "SELECT date_trunc('day', time_dt), count(*) FROM t WHERE id < 3 GROUP BY date_trunc('day', time_dt)",
    [['2026-03-01 00:00:00.000', 2]],
  ],
  ['SELECT CAST(time_dt AS varchar) FROM t WHERE id = 1', [['2026-03-01 10:00:00.250']]],
  ["SELECT id FROM t WHERE contains(tags, 'b') ORDER BY 1", [[1], [4]]],
  ["SELECT id FROM t WHERE NOT contains(tags, 'a') ORDER BY 1", [[2]]],
  ["SELECT id FROM t WHERE contains('192.0.2.0/24', CAST(actor.ip AS ipaddress))", [[1]]],
  [
    'SELECT cardinality(tags), cardinality(labels) FROM t ORDER BY id',
    [
      [2, 2],
      [0, 0],
      [null, null],
      [2, 1],
    ],
  ],
  ['SELECT actor FROM t WHERE id = 1', [[{ user: { name: 'ann', uid: 'U1' }, ip: '192.0.2.10' }]]],
  ['SELECT "name" AS "Odd ""Name" FROM t WHERE id = 1', [['ann']]],
  ['SELECT score FROM t WHERE score < 0', [[-0.5]]],
  ['SELECT max(time_dt) FROM t', [['2026-03-08 00:00:00.000']]],
  ['SELECT stddev(id) FROM t WHERE id < 3', [[Math.SQRT1_2]]],
  ['SELECT reduce(transform(resources, r -> length(r.uid)), 0, (s, x) -> s + x, s -> s) FROM t WHERE id = 2', [[0]]],
];
