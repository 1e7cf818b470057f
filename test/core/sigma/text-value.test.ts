/** Values that come back, and the search for many substrings at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { substringFinder } from '../../../functions/core/sigma/text-test.ts';
import { ValueMemo } from '../../../functions/core/sigma/text-value.ts';

describe('a memo of values', () => {
  test('gives the same object for the same text, and never one text for another', () => {
    const text = fc.oneof(fc.string({ maxLength: 4 }), fc.stringMatching(/^arn:aws:iam::1{12}:role\/[a-d]{1,3}$/));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 60 }), (texts) => {
        const memo = new ValueMemo();
        for (const one of [...texts, ...texts]) {
          const value = memo.of(one);
          expect(value.text).toBe(one);
          expect(memo.of(`${one}`)).toBe(value);
        }
      }),
    );
  });

  test('asks a test once for each value, and keeps the answers of several tests apart', () => {
    const memo = new ValueMemo();
    let asked = 0;
    const isX = (text: string): boolean => {
      asked += 1;
      return text === 'x';
    };
    for (let round = 0; round < 3; round++) {
      expect(memo.of('X').passes(0, isX, true)).toBe(true);
      expect(memo.of('X').passes(7, isX, false)).toBe(false);
    }
    expect(asked).toBe(2);
  });

  test('forgets what never comes back, and still answers', () => {
    const memo = new ValueMemo();
    let wrong = 0;
    for (let index = 0; index < 100_000; index++) if (memo.of(`session-${index}`).text !== `session-${index}`) wrong += 1;
    expect(wrong).toBe(0);
    const first = memo.of('again');
    expect(memo.of('again').folded).toBe(first.folded);
  });
});

describe('the search for many substrings', () => {
  test('finds exactly those that a search one by one finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 40 }), fc.array(word, { maxLength: 6 }), (words, parts) => {
        const text = parts.join('');
        const find = substringFinder(words);
        const expected = words.filter((one) => text.includes(one)).sort();
        expect([...find(text)].sort()).toEqual(expected);
        expect([...find(text)].sort()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('thousands of them', () => {
    const words = Array.from({ length: 5_000 }, (_, index) => `w${index}x`);
    const find = substringFinder([...words, 'w4999']);
    expect([...find('a w4999x and w7x')].sort()).toEqual(['w4999', 'w4999x', 'w7x']);
    expect([...find('nothing')]).toEqual([]);
    expect([...find(`${'w7x'.repeat(1_000)}w4999`)].sort()).toEqual(['w4999', 'w7x']);
  });
});
