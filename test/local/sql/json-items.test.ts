/** JSON_QUERY with an array wrapper: every item on a lax path. Answers are derived by hand from the SQL standard's lax mode. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../functions/core/json.ts';
import { openTestEngine, type TestEngine } from './engine-for-tests.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const items = (json: string, path: string): string => `json_query('${json}', 'lax ${path}' WITH UNCONDITIONAL ARRAY WRAPPER)`;

const CASES: readonly (readonly [string, Json])[] = [
  [items('{"a":{"b":1}}', '$."a"."b"'), '[1]'],
  [items('{"a":[{"b":1},{"b":[2,3]},{"c":4},5]}', '$.a.b'), '[1,[2,3]]'],
  [items('{"a":[{"b":1},{"b":[2,3]}]}', '$."a"[*]."b"[*]'), '[1,2,3]'],
  [items('{"a":"x"}', '$[*]."a"[*][*]'), '["x"]'],
  [items('{"a":null}', '$."a"'), '[null]'],
  [items('{"a":{"z":1,"b":2}}', '$."a"'), '[{"z":1,"b":2}]'],
  [items('{"a":[]}', '$."a"[*]'), null],
  [items('{"a":1}', '$."b"'), null],
  [items('no json', '$."b"'), null],
  [items('{"__proto__":1}', '$."__proto__"'), '[1]'],
  [items('{}', '$."constructor"'), null],
  [items('{"it\'\'s":1}', '$."it\'\'s"'), '[1]'],
  [`cardinality(CAST(json_extract('[1,{"a":2},null]', '$') AS array(json)))`, 3],
  [`transform(CAST(json_extract('[1,{"b":2,"a":1}]', '$') AS array(json)), j -> json_format(j))`, ['1', '{"b":2,"a":1}']],
];

describe('JSON_QUERY … WITH ARRAY WRAPPER', () => {
  it.each(CASES)('%s', async (sql, expected) => {
    expect(await engine.run(`SELECT ${sql}`)).toEqual([[expected]]);
  });

  it('refuses filters and methods, which are not translated', async () => {
    for (const path of ['$.a?(@.b > 1)', '$.a.size()', '$.*', 'strict $.a'])
      await expect(engine.run(`SELECT ${items('{}', path)}`)).rejects.toThrow(/not translated/);
  });
});
