/** Expressions: bounded, without $eval, without a way to JavaScript's own objects, and with the functions that Step Functions adds. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../functions/core/json.ts';
import { DEFAULT_LIMITS, evaluate } from '../../../local/asl/jsonata.ts';
import { laboratory, machineOf } from './laboratory.ts';

const ambient = { nowMs: Date.UTC(2026, 0, 1), uuid: () => '00000000-0000-4000-8000-000000000001', random: () => 0.25 };
const value = (source: string, bindings: Record<string, Json> = {}, limits = DEFAULT_LIMITS) =>
  evaluate(source, bindings, ambient, limits);

describe('the functions that Step Functions adds', () => {
  test.each<[string, Json]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2], 5)', [[1, 2]]],
    ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$hash("abc", "SHA-1")', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$uuid()', '00000000-0000-4000-8000-000000000001'],
    ['$random()', 0.25],
    ['$random(7) = $random(7)', true],
    ['$random(7) = $random(8)', false],
    ['$parse("{\\"a\\":[1,null]}")', { a: [1, null] }],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ['$now("[Y0001]-[M01]")', '2026-01'],
    ['$millis()', Date.UTC(2026, 0, 1)],
  ])('%s', async (source, expected) => {
    expect(await value(source)).toEqual({ value: expected });
  });

  test.each(['$range(1, 5, 0)', '$range(0, 2000, 1)', '$hash("a", "CRC")', '$partition([1], 0)', '$parse("{")', '$eval("1")'])(
    '%s fails with a code',
    async (source) => {
      expect(await value(source)).toMatchObject({ problem: expect.stringMatching(/^\. [TD]\d{4}: /) });
    },
  );
});

describe('a runaway expression ends', () => {
  test('by steps', async () => {
    expect(await value('($f := function($n) { $f($n + 1) }; $f(1))', {}, { ...DEFAULT_LIMITS, maxSteps: 10_000 })).toEqual({
      problem: ': the expression needs more than 10000 evaluation steps',
    });
  });

  test('by depth', async () => {
    expect(await value('($f := function($n) { 1 + $f($n + 1) }; $f(1))')).toMatchObject({
      problem: expect.stringContaining('recurses deeper than 5000'),
    });
  });

  test('as States.QueryEvaluationError of its state, which Catch can take', async () => {
    const lab = laboratory(
      machineOf({ A: { Type: 'Pass', Output: '{% ($f := function($n) { 1 + $f($n + 1) }; $f(1)) %}', End: true } }),
    );
    expect(await lab.run()).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test('and two evaluations of one expression at the same time count for themselves', async () => {
    const source = '$sum($map([1..$n], function($v) { $v }))';
    const results = await Promise.all([value(source, { n: 300 }), value(source, { n: 400 })]);
    expect(results).toEqual([{ value: 45_150 }, { value: 80_200 }]);
  });
});

describe('hostile names', () => {
  test.each([
    '{}.constructor',
    '{"a":1}.__proto__',
    '$states.input.constructor.constructor("x")',
    '[1].`constructor`',
    '$map([{}], function($o) { $o.toString })',
  ])('%s reaches nothing', async (source) => {
    expect(await value(source, { states: { input: {} } })).toHaveProperty('problem');
  });

  test.each([
    '$lookup({}, "constructor")',
    '$lookup({}, "__pro" & "to__")',
    '$lookup([{}, {}], "toString")',
    '$constructor',
    '$toString',
  ])('%s is not there', async (source) => {
    expect(await value(source)).toEqual({ undefined: true });
  });

  test('own keys named like prototypes are data, and stay own keys', async () => {
    const input: Json = JSON.parse('{"__proto__":{"admin":true},"list":[{"constructor":1}]}');
    const lab = laboratory(
      machineOf({
        A: { Type: 'Pass', Assign: { kept: '{% $states.input %}' }, Next: 'B' },
        B: { Type: 'Pass', Output: { admin: '{% $exists($kept.admin) %}', all: '{% $kept %}' }, End: true },
      }),
    );
    const { output } = await lab.run(input);
    expect(JSON.stringify(output)).toBe('{"admin":false,"all":{"__proto__":{"admin":true},"list":[{"constructor":1}]}}');
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  test('text of the input is never an expression', async () => {
    const lab = laboratory(
      machineOf({
        A: { Type: 'Pass', Output: { copy: '{% $states.input.t %}' }, Next: 'B' },
        B: { Type: 'Pass', Output: '{% $states.input.copy %}', End: true },
      }),
    );
    expect((await lab.run({ t: '{% $states.context %}' })).output).toBe('{% $states.context %}');
  });
});

test.each(['function($x) { $x }', '1 / 0', '/a/'])('%s is nothing that JSON can say', async (source) => {
  expect(await value(source)).toHaveProperty('problem');
});
