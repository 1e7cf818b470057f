/** Timestamps of many spellings become epoch milliseconds; what is none becomes nothing. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoText, isoTextMs, parseTimeMs, readTime } from '../../functions/core/timestamp.ts';

const AT = Date.UTC(2024, 0, 31, 23, 59, 58);

it.each([
  ['2024-01-31T23:59:58Z', AT],
  ['2024-01-31T23:59:58.000Z', AT],
  ['2024-01-31T23:59:58.123456789Z', AT + 123],
  ['2024-01-31T23:59:58,5Z', AT + 500],
  ['2024-01-31 23:59:58', AT],
  ['2024-01-31 23:59:58.7', AT + 700],
  ['2024-01-31 23:59:58 UTC', AT],
  ['2024-02-01T08:59:58+09:00', AT],
  ['2024-02-01T08:59:58+0900', AT],
  ['2024-01-31T18:29:58-05:30', AT],
  ['20240131T235958Z', AT],
  ['20240131235958', AT],
  ['Jan 31, 2024, 11:59:58 PM', AT],
  ['Jan 31, 2024 11:59:58\u202fPM', AT],
  ['Wed Jan 31 23:59:58 2024', AT],
  ['Wed Jan  31 23:59:58 UTC 2024', AT],
  ['Wed Foo 31 23:59:58 2024', undefined],
  ['Feb 1, 2024, 12:00:00 AM', AT + 2000],
  [AT, AT],
  [AT / 1000, AT],
  [AT * 1000, AT],
  [AT * 1e6, AT],
  [String(AT), AT],
  [String(AT / 1000), AT],
  [`${AT / 1000}.25`, AT + 250],
  [1741080004.1, 1741080004100],
  ['audit(1741080004.100:903)', 1741080004100],
  ['1741080004.257:15558', 1741080004257],
])('reads %j', (value, ms) => expect(parseTimeMs(value)).toBe(ms));

it.each([
  ['2024-02-30T00:00:00Z'],
  ['2024-13-01T00:00:00Z'],
  ['2024-01-31T25:00:00Z'],
  ['1969-01-01T00:00:00Z'],
  ['2200-01-01T00:00:00Z'],
  ['yesterday'],
  ['Foo 31, 2024, 11:59:58 PM'],
  [''],
  ['12'],
  [0],
  [-1],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [null],
  [{}],
  [true],
  ['2'.repeat(100_000)],
])('does not read %j', (value) => {
  expect(parseTimeMs(value)).toBeUndefined();
  expect(readTime(value)).toBeUndefined();
});

it('writes milliseconds only where there are any', () => {
  expect(isoText(AT)).toBe('2024-01-31T23:59:58Z');
  expect(isoText(AT + 5)).toBe('2024-01-31T23:59:58.005Z');
});

it('remembers what it read without mixing it up', () => {
  for (let i = 0; i < 10_000; i++) expect(readTime(new Date(AT + i * 1000).toISOString())?.ms).toBe(AT + i * 1000);
  expect(readTime('2024-01-31T23:59:58Z')).toEqual({ ms: AT, iso: '2024-01-31T23:59:58Z' });
  expect(readTime('2024-01-31T23:59:58Z')).toEqual({ ms: AT, iso: '2024-01-31T23:59:58Z' });
});

const ANY_MS = fc.oneof(
  fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  fc.integer({ min: -5000, max: 5000 }),
);

it('writes every moment as Date does, and reads what it wrote', () => {
  fc.assert(
    fc.property(ANY_MS, fc.boolean(), (any, isWhole) => {
      const ms = isWhole ? Math.floor(any / 1000) * 1000 : any;
      const text = new Date(ms).toISOString().replace('.000Z', 'Z');
      expect(isoText(ms)).toBe(text);
      expect(isoTextMs(text)).toBe(ms);
    }),
    { numRuns: 3000 },
  );
  expect(() => isoText(Number.NaN)).toThrow(RangeError);
});

it('reads quickly only what it would write', () => {
  fc.assert(
    fc.property(ANY_MS, fc.nat(23), fc.constantFrom(...'0123456789:-.TtZz+ x\u0660'), (ms, at, mark) => {
      const text = isoText(ms);
      const damaged = `${text.slice(0, at)}${mark}${text.slice(at + 1)}`;
      const read = isoTextMs(damaged);
      if (read !== undefined) expect(isoText(read)).toBe(damaged);
    }),
    { numRuns: 5000 },
  );
  for (const text of ['2024-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '2024-01-01T24:00:00Z', '2024-01-01T00:00:00.000Z', ''])
    expect(isoTextMs(text)).toBeUndefined();
});
