/** Whatever JSON comes, a source makes a valid event of it, loses nothing, and touches neither the record nor any prototype. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { errorsOf, validateEvent } from '../../functions/core/ocsf/validate.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import type { Source } from '../../functions/sources/source.ts';
import { anyRecord, mutated } from './hostile-records.ts';
import { lostLeaves, NOW_MS, samplesOf } from './samples.ts';

const RUNS = { numRuns: 400 };

function check(source: Source, record: JsonObject): void {
  const before = JSON.stringify(record);
  const event = source.toOcsf(record, { nowMs: NOW_MS });
  const stored = JSON.parse(JSON.stringify(event));
  expect(errorsOf(validateEvent(stored))).toEqual([]);
  expect(lostLeaves(record, stored)).toEqual([]);
  expect(source.classes).toContain(event.class_uid);
  expect(event.metadata.uid).not.toBe('');
  expect(JSON.stringify(source.toOcsf(JSON.parse(before), { nowMs: NOW_MS }))).toBe(JSON.stringify(event));
  expect(JSON.stringify(record)).toBe(before);
  source.recognizes(record);
  source.judgeRecord?.(record);
}

for (const source of SOURCES) {
  describe(source.id, () => {
    const records = samplesOf(source.id).map(({ record }) => record);
    const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];

    it('takes any JSON object', () =>
      fc.assert(
        fc.property(anyRecord(keys), (record) => check(source, record)),
        RUNS,
      ));

    it('takes its own records with anything in any place', () =>
      fc.assert(
        fc.property(mutated(records), (record) => check(source, record)),
        RUNS,
      ));

    it('takes an object nested deeper than the stack', () => {
      const nesting = keys.filter((key) => records.some((record) => typeof record[key] === 'object' && record[key] !== null));
      for (const key of [...nesting, 'other']) {
        const depth = 4000;
        const record: JsonObject = JSON.parse(`{"${key}":${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}}`);
        expect(errorsOf(validateEvent(source.toOcsf(record, { nowMs: NOW_MS })))).toEqual([]);
      }
    });

    it('leaves the prototypes alone', () => {
      source.toOcsf(
        JSON.parse('{"__proto__":{"polluted":1},"userIdentity":{"__proto__":{"polluted":1}},"service":{"__proto__":"x"}}'),
        { nowMs: 1 },
      );
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    });
  });
}
