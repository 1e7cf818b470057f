/** What has no attribute is kept as text by path, every value of it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keep, keepOthers, textOr, type Unmapped } from '../../../functions/core/ocsf/unmapped.ts';

const kept = (value: unknown, path = 'a'): Unmapped => {
  const into: Unmapped = {};
  keep(into, path, value);
  return into;
};

describe('keep', () => {
  it('writes paths with dots and indexes, and tells null, empty and absent apart', () => {
    expect(kept({ b: [1, 'x', { c: null }], d: {}, e: [], f: false, g: '' })).toEqual({
      'a.b[0]': '1',
      'a.b[1]': 'x',
      'a.b[2].c': 'null',
      'a.d': '{}',
      'a.e': '[]',
      'a.f': 'false',
      'a.g': '',
    });
    expect(kept(undefined)).toEqual({});
  });

  it('numbers paths that read the same', () => {
    expect(kept({ 'b.c': 1, b: { c: 2 }, 'b.c~2': 3 })).toEqual({
      '~dots': 'true',
      'a.b.c': '1',
      'a.b.c~2': '2',
      'a.b.c~~2': '3',
    });
  });

  it('tells a text from null and from an empty list, and keys from what paths are written with', () => {
    expect(kept(['null', null, '[]', [], '{}'])).toEqual({
      'a[0]~text': 'null',
      'a[1]': 'null',
      'a[2]~text': '[]',
      'a[3]': '[]',
      'a[4]': '{}',
    });
    expect(kept({ 'b[0]': 1, '~dots': 2, 'c\nd': 3 })).toEqual({ 'a.b~[0]': '1', 'a.~~dots': '2', 'a.c~nd': '3' });
    const into: Unmapped = {};
    keepOthers(into, '', { 'x.y': 1, '~dots': 2 }, new Set());
    expect(into).toEqual({ '~dots': 'true', 'x.y': '1', '~~dots': '2' });
  });

  it('keeps keys that differ in case only, and keys of the prototype', () => {
    const into: Unmapped = {};
    keepOthers(into, '', JSON.parse('{"Key":"1","key":"2","__proto__":"3","constructor":"4","toString":{"x":5}}'), new Set());
    expect(Object.entries(into).sort()).toEqual([
      ['Key', '1'],
      ['__proto__', '3'],
      ['constructor', '4'],
      ['key', '2'],
      ['toString.x', '5'],
    ]);
    expect(Object.getPrototypeOf(into)).toBe(Object.prototype);
  });

  it('keeps what is very deep as JSON text, without overflowing the stack', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 50_000; i++) deep = { n: deep };
    const [text] = Object.values(kept(deep));
    expect(text?.startsWith('{"n":{"n":')).toBe(true);
    expect(text).toContain('"end"');
  });

  it('keeps one text for each leaf of any JSON value', () => {
    const leafCount = (value: unknown): number => {
      if (value === null || typeof value !== 'object') return 1;
      const items = Object.values(value);
      return items.length === 0 ? 1 : items.reduce((sum: number, item) => sum + leafCount(item), 0);
    };
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        (value) =>
          Object.keys(kept(JSON.parse(JSON.stringify(value)))).filter((key) => key !== '~dots').length === leafCount(value),
      ),
    );
  });
});

it('textOr takes text and numbers, and keeps everything else', () => {
  const into: Unmapped = {};
  expect(textOr(into, 'a', 'x')).toBe('x');
  expect(textOr(into, 'b', 7)).toBe('7');
  expect(textOr(into, 'c', '')).toBeUndefined();
  expect(textOr(into, 'd', null)).toBeUndefined();
  expect(textOr(into, 'e', { f: true })).toBeUndefined();
  expect(textOr(into, 'g', undefined)).toBeUndefined();
  expect(into).toEqual({ c: '', d: 'null', 'e.f': 'true' });
});
