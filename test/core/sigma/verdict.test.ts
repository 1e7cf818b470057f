/** Three-valued truth: what a rule says of records in which fields are absent. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';
import { matches, rule, verdict } from './rule-text.ts';

// Selections a, b: true where the field is 1, false where it is 0, unknown where it is absent.
const detection = (condition: string) => `a: {a: 1}\nb: {b: 1}\ncondition: ${condition}`;
const T = 'match';
const F = 'no_match';
const U = 'not_applicable';

describe('truth tables: a in {1, 0, absent} × b in {1, 0, absent}', () => {
  const values = [1, 0, undefined];
  const tables: [string, string[]][] = [
    ['a and b', [T, F, U, F, F, F, U, F, U]],
    ['a or b', [T, T, T, T, F, U, T, U, U]],
    // A filter whose field is absent does not hold the rule back …
    ['a and not b', [F, T, T, F, F, F, F, U, U]],
    // … but negations alone, without any of their fields, say nothing.
    ['not a and not b', [F, F, F, F, T, T, F, T, U]],
    ['not a or not b', [F, T, T, T, T, T, T, T, U]],
    ['not (a and b)', [F, T, T, T, T, T, T, T, U]],
    ['not (a or b)', [F, F, F, F, T, T, F, T, U]],
    ['a or not b', [T, T, T, F, T, T, U, T, U]],
    ['not not a and b', [T, F, U, F, F, F, U, F, U]],
  ];
  test.each(tables)('%s', (condition, expected) => {
    const got = values.flatMap((a) =>
      values.map((b) => {
        const record: JsonObject = { other: 'x' };
        if (a !== undefined) record['a'] = a;
        if (b !== undefined) record['b'] = b;
        return verdict(detection(condition), record);
      }),
    );
    expect(got).toEqual(expected);
  });
});

describe('absent fields', () => {
  test('null and empty lists are absent for values, present for exists', () => {
    for (const empty of [null, [], [null]]) {
      expect(verdict('selection: {f: x}', { f: empty })).toBe(U);
      expect(matches('selection: {f: null}', { f: empty })).toBe(true);
      expect(matches('selection: {f|exists: true}', { f: empty })).toBe(true);
    }
  });

  test('exists, null and keywords are decided without the field', () => {
    expect(verdict('selection: {f|exists: true}', { g: 1 })).toBe(F);
    expect(verdict('selection: {f: null}', { g: 1 })).toBe(T);
    expect(verdict('selection: [needle]', { g: 'hay' })).toBe(F);
    expect(verdict('selection: {f: null}\ncondition: not selection', { g: 1 })).toBe(F);
  });

  test('a mismatch elsewhere decides, whatever is absent', () => {
    expect(verdict('selection: {eventName: A, deep.er: x}', { eventName: 'B' })).toBe(F);
    expect(verdict('selection: {eventName: A, deep.er: x}', { eventName: 'A' })).toBe(U);
  });

  test('nothing matches an event of another kind unless it asks for absence', () => {
    for (const condition of [
      'a',
      'not a',
      'not a and not b',
      'not 1 of them',
      'not all of them',
      'a or not b',
      '1 of a* or not b',
    ]) {
      expect([condition, verdict(detection(condition), { unrelated: 1 })]).toEqual([condition, U]);
    }
  });
});

describe('fields', () => {
  const cases: [string, string, JsonObject, boolean][] = [
    ['a dotted path', 'a.b.c: x', { a: { b: { c: 'x' } } }, true],
    ['a literal key with dots', 'a.b.c: x', { 'a.b.c': 'x' }, true],
    ['a key with dots inside', 'a.b.c: x', { a: { 'b.c': 'x' } }, true],
    ['a key with dots first', 'a.b.c: x', { 'a.b': { c: 'x' } }, true],
    ['both spellings count', 'a.b: x', { 'a.b': 'y', a: { b: 'x' } }, true],
    ['a list of values', 'a: x', { a: ['y', 'X'] }, true],
    ['a list of objects', 'a.b: x', { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['lists in lists', 'a.b.c: x', { a: [[{ b: [{ c: ['x'] }] }]] }, true],
    ['an index', 'a.1.b: x', { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['another index', 'a.0.b: x', { a: [{ b: 'y' }, { b: 'x' }] }, false],
    ['an index in brackets', "'a[1].b': x", { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['brackets for a list', "'a[].b': x", { a: [{ b: 'x' }] }, true],
    ['braces for a list', "'a{}.b': x", { a: [{ b: 'x' }] }, true],
    ['field names keep their case', 'eventname: x', { eventName: 'x' }, false],
    ['two conditions on one list may be met by two elements', '{a|contains|all: [x, y]}', { a: ['x', 'y'] }, true],
    ['prototype keys are keys like any other', '__proto__.polluted: x', JSON.parse('{"__proto__":{"polluted":"x"}}'), true],
    ['nothing comes from the prototype', 'constructor.name: Object', {}, false],
    ['nothing comes from the prototype of a text', 'a.length: 3', { a: 'abc' }, false],
  ];
  test.each(cases)('%s', (_, field, record, expected) => {
    expect(matches(field.startsWith('{') ? `selection: ${field}` : `selection:\n    ${field}`, record)).toBe(expected);
  });

  test('a path through random JSON finds exactly what walking it by hand finds', () => {
    const one = rule('selection: {a.b.a: x}');
    const leaf = fc.constantFrom<'x' | 'y' | null | 1>('x', 'y', null, 1);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'a.b'), tie('tree'), { maxKeys: 3 }),
      ),
    }));
    const found = (node: unknown, path: string[]): boolean => {
      if (Array.isArray(node)) return node.some((item) => found(item, path));
      if (path.length === 0) return node === 'x';
      if (node === null || typeof node !== 'object') return false;
      return path.some((_, index) => {
        const key = path.slice(0, index + 1).join('.');
        return Object.hasOwn(node, key) && found(Reflect.get(node, key), path.slice(index + 1));
      });
    };
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'a.b'), tree), (record) => {
        expect(evaluate(one, JSON.parse(JSON.stringify(record))) === 'match').toBe(found(record, ['a', 'b', 'a']));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('keywords', () => {
  const cases: [string, string, JsonObject, boolean][] = [
    ['anywhere in the event', 'selection: [needle]', { a: { b: ['a NEEDLE here'] } }, true],
    ['any of a list', 'selection: [nothing, needle]', { a: 'needle' }, true],
    ['none', 'selection: [nothing]', { a: 'needle' }, false],
    ['a number', 'selection: [4625]', { a: 4625 }, true],
    ['wildcards', "selection: ['ne*le h?re']", { a: 'a needle here' }, true],
    ['a backslash', "selection: ['C:\\temp']", { a: 'C:\\Temp\\x' }, true],
    ['quotes', 'selection: [\'say "hi"\']', { a: 'I say "HI" to' }, true],
    ['all of them', "selection: {'|all': [one, two]}", { a: 'one', b: 'two' }, true],
    ['not all of them', "selection: {'|all': [one, two]}", { a: 'one' }, false],
    ['one keyword without a list', 'selection: needle', { a: 'needle' }, true],
    ['a regular expression', "selection: {'|re': 'ne{2}dle'}", { a: 'needle' }, true],
    ['keywords and maps in one list', 'selection: [needle, {b: x}]', { b: 'x' }, true],
  ];
  test.each(cases)('%s', (_, text, record, expected) => {
    expect(matches(text, record)).toBe(expected);
  });
});
