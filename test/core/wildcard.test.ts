import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wildcardMatches } from '../../functions/core/wildcard.ts';

const letters = (...of: string[]) => fc.array(fc.constantFrom(...of), { maxLength: 8 }).map((list) => list.join(''));
const expression = (pattern: string, one: string): RegExp =>
  new RegExp(`^${[...pattern].map((sign) => (sign === '*' ? '.*' : sign === one ? '.' : `\\${sign}`)).join('')}$`, 's');

describe('a pattern with wildcards', () => {
  it.each(['?', ''])('matches as an expression does, with "%s" for any character', (one) => {
    fc.assert(
      fc.property(letters('*', '?', '.', '-'), letters('.', '-', '?', '*', '\n'), (pattern, text) => {
        expect(wildcardMatches(pattern, text, one || undefined)).toBe(expression(pattern, one).test(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
