/** Turns the tests of a mapping, on fields of the raw record, into a function that is asked for each record. */
import type { RawRecord } from '../ocsf/raw-record.ts';
import { globTest, textOf } from './condition.ts';
import { peekOf } from './place.ts';
import type { When } from './spec.ts';

export type Test = (raw: RawRecord) => boolean;

function oneTest(path: string, wanted: string | readonly string[] | boolean): Test {
  const peek = peekOf(path);
  if (typeof wanted === 'boolean')
    return (raw) => {
      const value = peek(raw);
      return (value !== undefined && value !== null && value !== '') === wanted;
    };
  const tests = (typeof wanted === 'string' ? [wanted] : wanted).map(globTest);
  return (raw) => {
    const value = peek(raw);
    const values = Array.isArray(value) ? value : [value];
    return values.some((item) => {
      const text = textOf(item)?.toLowerCase();
      return text !== undefined && tests.some((test) => test(text));
    });
  };
}

/** True where every test holds. */
export function whenTest(when: When): Test {
  const tests = Object.entries(when).map(([path, wanted]) => oneTest(path, wanted));
  return (raw) => tests.every((test) => test(raw));
}
