/** What a mapper reads of a record is left out of the rest; what it could not read back word for word is not. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import { RawRecord } from '../../../functions/core/ocsf/raw-record.ts';
import { keep, type Unmapped } from '../../../functions/core/ocsf/unmapped.ts';
import { leavesOf } from '../../sources/samples.ts';

const raw = (value: JsonObject): RawRecord => new RawRecord(value);

describe('reading takes', () => {
  it.each<[keyof RawRecord, unknown, unknown, boolean]>([
    ['text', 'a', 'a', true],
    ['text', 7, '7', true],
    ['text', '', undefined, false],
    ['text', null, undefined, false],
    ['text', { a: 1 }, undefined, false],
    ['integer', 7, 7, true],
    ['integer', '-7', -7, true],
    ['integer', '007', undefined, false],
    ['integer', '-0', undefined, false],
    ['integer', 1.5, undefined, false],
    ['integer', '9007199254740993', undefined, false],
    ['count', -1, undefined, false],
    ['count', 2 ** 31, undefined, false],
    ['count', '2147483647', 2_147_483_647, true],
    ['port', 65_536, undefined, false],
    ['port', '443', 443, true],
    ['decimal', '1.5', 1.5, true],
    ['decimal', '1.50', undefined, false],
    ['decimal', 'NaN', undefined, false],
    ['flag', 'true', true, true],
    ['flag', false, false, true],
    ['flag', 'True', undefined, false],
    ['ip', '192.0.2.1', '192.0.2.1', true],
    ['ip', 'host', undefined, false],
    ['timeMs', '2025-03-04T09:00:00Z', Date.UTC(2025, 2, 4, 9), true],
    ['timeMs', '2025-03-04 09:00:00', Date.UTC(2025, 2, 4, 9), false],
    ['timeMs', 'soon', undefined, false],
    ['texts', ['a', 1], ['a', '1'], true],
    ['texts', ['a', null], ['a'], false],
    ['texts', 'a', ['a'], true],
    ['json', { a: [1] }, '{"a":[1]}', true],
    ['json', null, undefined, false],
  ])('%s of %j is %j', (method, value, expected, isTaken) => {
    const record = raw({ x: { y: value as never }, z: 1 });
    const read = record[method] as (path: string) => unknown;
    expect(read.call(record, 'x.y')).toEqual(expected);
    expect(Object.keys(record.rest()).some((key) => key.startsWith('x.y'))).toBe(!isTaken);
    expect(record.rest()['z']).toBe('1');
  });

  it('an untaken value is back in the rest; a peek takes nothing', () => {
    const record = raw({ a: 'x', b: 'y' });
    record.text('a');
    record.untake('a');
    expect([record.value('b'), record.has('b'), record.rest()]).toEqual(['y', true, { a: 'x', b: 'y' }]);
  });

  it('readers of parts share what was taken; a part of which all was taken leaves nothing', () => {
    const record = raw({ list: [{ id: 'a', more: 1 }, { id: 'b' }, 7], one: { id: 'c' } });
    expect(record.items('list').map((item) => item.text('id'))).toEqual(['a', 'b']);
    expect(record.at('one').text('id')).toBe('c');
    expect(record.at('absent').text('id')).toBeUndefined();
    expect(record.rest()).toEqual({ 'list[0].more': '1', 'list[2]': '7' });
  });

  it('keys with dots are read step by step, and prototypes never', () => {
    const record = raw({ 'a.b': { c: 'x' } });
    expect(record.text(['a.b', 'c'])).toBe('x');
    const flat = raw({ 'id.orig_h': 'x', id: { orig_h: 'y' } });
    expect([flat.text('id.orig_h'), flat.rest()]).toEqual(['x', { 'id.orig_h': 'y' }]);
    expect([record.value('constructor'), record.value('__proto__.x')]).toEqual([undefined, undefined]);
  });
});

describe('the rest', () => {
  const anyRecord = fc
    .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
    .map((value): JsonObject => JSON.parse(JSON.stringify(value)));

  it('of an unread record is all of it', () =>
    fc.assert(
      fc.property(anyRecord, (record) => {
        const all: Unmapped = {};
        for (const key in record) if (key !== '' && !/[.[~\n]/.test(key)) keep(all, key, record[key]);
        expect(raw(record).rest()).toMatchObject(all);
        expect(Object.keys(raw(record).rest()).length).toBeGreaterThanOrEqual(Object.keys(all).length);
      }),
    ));

  it('and what was taken are the record, whatever was read', () =>
    fc.assert(
      fc.property(anyRecord, fc.array(fc.nat()), (record, picks) => {
        const reader = raw(record);
        const paths = leavesOf(record).map(({ path }) => path.split(/[.[\]]+/).filter((step) => step !== ''));
        const taken = picks.map((n) => reader.text(paths[n % Math.max(1, paths.length)] ?? []) ?? '');
        const said = new Set([...taken, ...Object.values(reader.rest())]);
        for (const { value, path } of leavesOf(record))
          if (path !== '' && typeof value !== 'object') expect(said).toContain(String(value));
      }),
    ));
});
