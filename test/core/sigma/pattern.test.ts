/** Wildcards and escapes of Sigma values, and how patterns cover texts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, foldedAt, packParts, parseParts, patternText } from '../../../functions/core/sigma/pattern.ts';
import { textTest } from '../../../functions/core/sigma/text-test.ts';

const ONE = { any: 'one' };
const MANY = { any: 'many' };

describe('escapes, as the specification lists them', () => {
  test.each([
    ['plain', 'C:\\Windows\\cmd.exe', ['C:\\Windows\\cmd.exe']],
    ['a doubled backslash is one', 'C:\\\\Windows', ['C:\\Windows']],
    ['an escaped asterisk is plain', 'a\\*b', ['a*b']],
    ['an escaped question mark is plain', 'a\\?b', ['a?b']],
    ['an escaped backslash before a wildcard', 'a\\\\*', ['a\\', MANY]],
    ['three backslashes and an asterisk are both plain', 'a\\\\\\*', ['a\\*']],
    ['four backslashes are two', 'a\\\\\\\\b', ['a\\\\b']],
    ['three backslashes are two', 'a\\\\\\b', ['a\\\\b']],
    ['a backslash at the end stays', 'a\\', ['a\\']],
    ['wildcards', '*a?b*', [MANY, 'a', ONE, 'b', MANY]],
    ['asterisks in a row are one', 'a**b', ['a', MANY, 'b']],
    ['an empty text', '', []],
  ])('%s', (_, text, parts) => {
    expect(parseParts(text)).toEqual(parts);
  });

  test('a pattern written as text reads back as the same pattern', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '?', '\\'), maxLength: 12 }), (text) => {
        const parts = parseParts(text);
        expect(parseParts(patternText(packParts(parts)))).toEqual(parts);
      }),
    );
  });
});

describe('covering', () => {
  const covers = (pattern: string, text: string, cased = false) =>
    textTest([packParts(parseParts(pattern))], cased)(cased ? text : fold(text));
  test.each([
    ['Abc', 'aBC', true],
    ['abc', 'abcd', false],
    ['abc*', 'ABCd', true],
    ['*abc', 'xxabc', true],
    ['*abc', 'abcx', false],
    ['*b*', 'abc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'a😀c', true],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*?', '😀', true],
    ['*?', '', false],
    ['*a?', 'xa😀', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['*', 'line\nline', true],
    ['a*c', 'a\nc', true],
    ['', '', true],
    ['', 'a', false],
    ['*a*a*a*', 'aa', false],
    ['ΑΣ', 'ας', false],
    ['ΑΣ', 'ασ', true],
    ['İstanbul', 'istanbul', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(covers(pattern, text)).toBe(expected);
  });

  test('case counts where asked', () => {
    expect(covers('Abc', 'abc', true)).toBe(false);
    expect(covers('Ab*', 'Abc', true)).toBe(true);
  });

  test('agrees with a plain regular expression on random patterns and texts', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '😀'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '*', '?', '😀'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 12 }), letters, (patterns, text) => {
        const oracle = patterns.some((one) =>
          new RegExp(`^${one.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'isu').test(text),
        );
        expect(
          textTest(
            patterns.map((one) => packParts(parseParts(one))),
            false,
          )(fold(text)),
        ).toBe(oracle);
      }),
      { numRuns: 3_000 },
    );
  });

  test('lists of thousands answer like their single patterns', () => {
    const many = Array.from(
      { length: 5_000 },
      (_, index) => [`exact${index}`, `pre${index}*`, `*suf${index}`, `*sub${index}x*`][index % 4] ?? '',
    );
    const all = textTest(
      many.map((one) => packParts(parseParts(one))),
      false,
    );
    for (const text of ['exact4', 'exact5', 'pre1zzz', 'pre2zzz', 'zzsuf2', 'zzsuf3', 'aasub3xzz', 'aasub4xzz', '']) {
      expect([text, all(text)]).toEqual([text, many.some((one) => textTest([packParts(parseParts(one))], false)(text))]);
    }
  });
});

describe('lower case for comparing', () => {
  test('maps one character to one, so that a part of a text can be looked at without the rest', () => {
    for (let code = 0; code <= 0x10_ffff; code++) {
      const char = String.fromCodePoint(code);
      if (fold(char).length !== char.length) throw new Error(`U+${code.toString(16)} changes its length`);
    }
    const text = fc.string({
      unit: fc.constantFrom('a', 'A', 'k', '\u212a', '\u0130', 'i', '\u0307', '\u03a3', '\u03c2', 'σ', '\ud801\udc00', '/'),
    });
    fc.assert(
      fc.property(text, text, fc.integer({ min: -2, max: 12 }), (whole, written, from) => {
        const part = fold(written);
        expect(foldedAt(whole, part, from)).toBe(from >= 0 && from <= whole.length && fold(whole).startsWith(part, from));
      }),
      { numRuns: 2_000 },
    );
  });
});
