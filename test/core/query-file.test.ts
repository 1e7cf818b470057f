// A query file is read whole or refused with places; values become placeholders, and never text of the query. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bindQuery, parseQueryFile, type QueryFile, queryFields } from '../../functions/core/query-file.ts';
import { parameterFromText } from '../../functions/core/query-parameter.ts';
import { queryTokens } from '../../functions/core/query-tokens.ts';

const schema = z.strictObject(queryFields);
const FRONT = `/*
title: { en: Calls of a user, ja: ユーザーの呼び出し }
attack: [T1078.004]
entities: { user_arn: principal }
budgetBytes: 1000000000
parameters:
  user: { type: text, default: '' }
  least: { type: integer, default: 3, min: 1, max: 100 }
  share: { type: number, default: 0.5 }
  since: { type: timestamp, default: '2026-01-01' }
  names: { type: text, list: true, default: [GetObject, 'x:y'] }
  level: { type: text, allowed: [low, high], default: low }
*/`;
const SQL = `SELECT ':not_this', "col:umn", count(*) -- nor :this ' one
FROM audit /* nor :that */
WHERE eventday BETWEEN :from_day AND :to_day AND (:user = '' OR user_name = :user) AND event_name IN (:names)
  AND time > :since AND :level = 'low' GROUP BY 1 HAVING count(*) >= :least AND sum(1) > :share`;
const parse = (front: string, sql = SQL) => parseQueryFile('queries/hunts/x.sql', `${front}\n${sql}\n`, schema);
const fileOf = (front = FRONT, sql = SQL): QueryFile => {
  const { file, problems } = parse(front, sql);
  expect(problems).toEqual([]);
  if (file === undefined) throw new Error('no file');
  return file;
};
const DAYS = { from_day: '20260301', to_day: '20260302' };

describe('a query file', () => {
  it('is front matter, SQL and the names that it uses', () => {
    const file = fileOf();
    expect(file.meta).toMatchObject({ title: { ja: 'ユーザーの呼び出し' }, attack: ['T1078.004'] });
    expect(file.sql).toBe(SQL);
    expect(file.parameterNames).toEqual(['from_day', 'to_day', 'user', 'names', 'since', 'level', 'least', 'share']);
  });

  it('takes placeholders where names stand, never in literals, quoted names or comments', () => {
    const { sql, parameters } = bindQuery(fileOf(), { ...DAYS, user: "o'neil", names: ['a', 'b', 'c'], least: 7 });
    expect(sql).toBe(`SELECT ':not_this', "col:umn", count(*) -- nor :this ' one
FROM audit /* nor :that */
WHERE eventday BETWEEN ? AND ? AND (? = '' OR user_name = ?) AND event_name IN (?, ?, ?)
  AND time > CAST(? AS timestamp(3)) AND ? = 'low' GROUP BY 1 HAVING count(*) >= ? AND sum(1) > CAST(? AS double)`);
    expect(parameters).toEqual([
      ...['20260301', '20260302', "o'neil", "o'neil", 'a', 'b', 'c', '2026-01-01 00:00:00.000', 'low', 7, 0.5],
    ]);
  });

  it.each<[string, string, string]>([
    ['no front matter', 'SELECT 1', 'queries/hunts/x.sql:1:1: no front matter'],
    [
      'a wrong key',
      FRONT.replace('budgetBytes', 'budgetByte'),
      'queries/hunts/x.sql:5:1: unknown key "budgetByte" in the front matter (allowed: title, parameters, attack, entities, budgetBytes). Fix: did you mean "budgetBytes"?',
    ],
    [
      'a key too many',
      FRONT.replace('default: 3', 'defualt: 3'),
      'queries/hunts/x.sql:8:27: unknown key "defualt" in parameters.least (allowed: type, list, about, default, min, max, allowed). Fix: did you mean "default"?',
    ],
    ['a missing key', FRONT.replace(/budget.*\n/, ''), 'budgetBytes is missing'],
    ['an unknown technique', FRONT.replace('T1078.004', 'T9999'), 'queries/hunts/x.sql:3:10: attack.0: T9999 is no technique'],
    ['a revoked technique', FRONT.replace('T1078.004', 'T1562.001'), 'T1562.001 was replaced by T1685'],
    ['one language only', FRONT.replace(', ja: ユーザーの呼び出し', ''), 'queries/hunts/x.sql:2:8: title.ja is missing'],
    [
      'a default out of range',
      FRONT.replace('default: 3', 'default: 300'),
      'queries/hunts/x.sql:8:10: parameter least: the default 300 (allowed: a whole number, at least 1, at most 100)',
    ],
    ['a default of another type', FRONT.replace('default: 3', "default: '3'"), 'parameter least: the default "3"'],
    ['a limit of a text', FRONT.replace("default: ''", "default: '', min: 1"), 'parameter user: min or max of a text'],
    [
      'an unused parameter',
      FRONT.replace('  user:', '  other: { type: text }\n  user:'),
      'queries/hunts/x.sql:7:10: parameter other is not used',
    ],
    ['a window of its own', FRONT.replace('  user:', '  from_day: { type: text }\n  user:'), 'from_day is declared'],
    ['broken YAML', FRONT.replace('[T1078.004]', '[T1078.004'), 'queries/hunts/x.sql:4'],
    ['a type of its own', FRONT.replace('type: number', 'type: decimal'), 'parameters.share.type: Invalid option'],
  ])('tells %s with its place', (_, front, expected) => {
    const { file, problems } = parse(front);
    expect(file).toBeUndefined();
    expect(
      problems
        .map(
          (p) =>
            `${p.at}: ${p.what}${p.allowed === undefined ? '' : ` (allowed: ${p.allowed})`}.${p.fix ? ` Fix: ${p.fix}` : ''}`,
        )
        .join('\n'),
    ).toContain(expected);
  });

  it.each<[string, string, string]>([
    ['an undeclared name', SQL.replace(':user =', ':usr ='), 'queries/hunts/x.sql:16:51: unknown parameter :usr'],
    ['no window', SQL.replace(':to_day', "'20260301'"), 'queries/hunts/x.sql:14:1: the query has no :to_day'],
    ['a placeholder', SQL.replace("= 'low'", '= ?'), 'queries/hunts/x.sql:17:34: a ? mark'],
    ['two statements', `${SQL}; SELECT 2`, 'a semicolon'],
    ['an open literal', SQL.replace("'low'", "'low"), 'never ends'],
    ['another statement', `DROP TABLE audit`, 'queries/hunts/x.sql:14:1: no query'],
  ])('refuses SQL with %s', (_, sql, expected) => {
    expect(
      parse(FRONT, sql)
        .problems.map(({ at, what }) => `${at}: ${what}`)
        .join('\n'),
    ).toContain(expected);
  });

  it('tells every value that is wrong', () => {
    const values = { from_day: '2026-03-01', usr: 'x', least: '7', share: Number.NaN, since: 'soon', names: 'a', level: 'mid' };
    expect(() => bindQuery(fileOf(), values)).toThrow(
      /usr: no such parameter[\s\S]*did you mean user\?[\s\S]*from_day: the value "2026-03-01" \(allowed: a day as yyyyMMdd\)[\s\S]*to_day: no value[\s\S]*least: the value "7"[\s\S]*share: the value null[\s\S]*since: the value "soon"[\s\S]*names: the value "a" \(allowed: a list[\s\S]*level: the value "mid" \(allowed: low, high\)/,
    );
    expect(() => bindQuery(fileOf(), { ...DAYS, names: [] })).toThrow(/a list of 0 values/);
    expect(() => bindQuery(fileOf(), { ...DAYS, from_day: '20260231' })).toThrow(/a day as yyyyMMdd/);
    expect(() => bindQuery(fileOf(), { ...DAYS, user: "'".repeat(600) })).toThrow(/at most 1,022/);
    expect(() => bindQuery(fileOf(), { ...DAYS, constructor: 'x' } as never)).toThrow(/no such parameter/);
  });

  it('keeps every text out of the SQL', () => {
    const file = fileOf();
    const plain = bindQuery(file, { ...DAYS, user: 'x', names: ['x'] });
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom("'; DROP TABLE audit --", ':user', '?', '*/', '/*', '\x24{x}', '{{x}}', '\\', '"', "''", '\u202e', '％ｓ'),
    );
    fc.assert(
      fc.property(hostile, hostile, (user, name) => {
        const isFit = (text: string) => !text.includes('\0') && text.isWellFormed();
        fc.pre(isFit(user) && isFit(name));
        const { sql, parameters } = bindQuery(file, { ...DAYS, user, names: [name] });
        expect(sql).toBe(plain.sql);
        expect(parameters.slice(2, 5)).toEqual([user, user, name]);
      }),
    );
  });

  it('cuts any text into parts that are the whole of it', () => {
    const piece = fc.constantFrom("'", '"', '--', '/*', '*/', ':a', '::', 'x', '\n', ' ', '?', ':1', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const whole = queryTokens(text).tokens.map((token) => (token.kind === 'name' ? `:${token.text}` : token.text));
        expect(whole.join('')).toBe(text);
      }),
    );
  });

  it('reads values as people type them', () => {
    expect(parameterFromText({ type: 'integer' }, '7')).toBe(7);
    expect(parameterFromText({ type: 'number' }, 'x')).toBe('x');
    expect(parameterFromText({ type: 'text' }, '7')).toBe('7');
    expect(parameterFromText({ type: 'integer', list: true }, '7, 8')).toEqual([7, 8]);
    expect(parameterFromText(undefined, 'a,b')).toBe('a,b');
  });
});
