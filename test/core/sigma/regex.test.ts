/** Regular expressions: one meaning in both engines, and no text that makes them slow. */
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { nativeForm } from '../../../functions/core/sigma/native-regex.ts';
import { regexTest } from '../../../functions/core/sigma/regex.ts';
import { requiredLiteral } from '../../../functions/core/sigma/regex-literal.ts';

const linear = (source: string, flags: string) =>
  RE2JS.compile(
    source,
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0),
  );

const atoms = [
  'a',
  'b',
  'B',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\.',
  '\\w',
  '(?:a|b)',
  '(ab)',
  '^',
  '$',
  '\\s',
  '[a-c]',
  'é',
  '1',
  '-',
  '\\/',
  '/',
];
const quantifiers = ['', '', '', '*', '+', '?', '{2}', '{1,3}', '+?', '*?', '{2,}'];
const source = fc
  .array(fc.tuple(fc.constantFrom(...atoms), fc.constantFrom(...quantifiers)), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([atom, quantifier]) => (atom === '^' || atom === '$' ? atom : atom + quantifier)).join(''));
const alternatives = fc.array(source, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', 'c', 'é', '1', '.', ' ', '\n', '\u00a0', '\u2028', '😀', '-', '/', 'A'),
  maxLength: 10,
});

describe('the native form', () => {
  test('says what the linear engine says, on random expressions and texts', () => {
    let compared = 0;
    fc.assert(
      fc.property(alternatives, fc.constantFrom('', 'i', 's'), text, (expression, flags, value) => {
        const native = nativeForm({ source: expression, flags });
        if (!native || value.length > native.maxLength) return;
        compared += 1;
        expect([expression, flags, value, native.regex.test(value)]).toEqual([
          expression,
          flags,
          value,
          linear(expression, flags).test(value),
        ]);
      }),
      { numRuns: 6_000 },
    );
    expect(compared).toBeGreaterThan(2_000);
  });

  test.each([
    '(a+)+$',
    '(a|a)*$',
    '(a*)*b',
    '(?:a?){20}',
    '(.*)*x',
    'a*a*a*a*b',
    '(a{1,50}){1,50}',
    `${'a?'.repeat(30)}${'a'.repeat(30)}`,
    '(?:(?:a|b)|c)+',
  ])('is refused for %s', (expression) => expect(nativeForm({ source: expression, flags: '' })).toBeUndefined());

  test('open ends of a search cost nothing', () => {
    expect(nativeForm({ source: '.+:assumed-role/aws:.+', flags: '' })?.maxLength).toBe(1_000_000);
    expect(nativeForm({ source: '.*foo.*', flags: '' })?.maxLength).toBe(1_000_000);
    const find = regexTest({ source: '.+:x.+', flags: '' });
    expect([':x', 'a:x', ':xb', 'a:xb', '\n:xb'].map(find)).toEqual([false, false, false, true, false]);
  });
});

describe('catastrophic expressions', () => {
  test.each([
    ['(a+)+$', `${'a'.repeat(50_000)}!`, false],
    ['(x+x+)+y', 'x'.repeat(50_000), false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(20_000), false],
    ['.*.*.*=.*', 'x'.repeat(20_000), false],
    [`${'a?'.repeat(30)}${'a'.repeat(30)}`, 'a'.repeat(30), true],
  ])('%s ends', (expression, value, expected) => {
    expect(regexTest({ source: expression, flags: '' })(value)).toBe(expected);
  });
});

describe('what an expression requires', () => {
  test.each([
    ['.+:assumed-role/aws:.+', '', ':assumed-role/aws:'],
    ['^abc\\.def$', '', 'abc.def'],
    ['abc?de', '', 'ab'],
    ['abcd*ef{2}', '', 'abc'],
    ['abc|def', '', undefined],
    ['(abc|def)ghi', '', 'ghi'],
    ['[abc]def[^]x]gh', '', 'def'],
    ['a', '', undefined],
    ['\\x41bc', '', undefined],
    ['(?i)powershell', '', 'power'],
    ['powershell', 'i', 'power'],
  ])('%s (%s): %s', (expression, flags, expected) => expect(requiredLiteral({ source: expression, flags })).toBe(expected));

  test('is in every text that matches', () => {
    fc.assert(
      fc.property(alternatives, text, (expression, value) => {
        const literal = requiredLiteral({ source: expression, flags: '' });
        if (literal !== undefined && linear(expression, '').test(value)) expect(value).toContain(literal);
      }),
      { numRuns: 3_000 },
    );
  });
});
