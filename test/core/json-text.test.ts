/** JSON text is written for values of any depth. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from '../../functions/core/json-text.ts';

it('writes what JSON.stringify writes', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => jsonText(value) === JSON.stringify(value)));
  expect(jsonText(undefined)).toBe('null');
});

it('writes values that are too deep for the stack', () => {
  const depth = 60_000;
  const text = `${'[{"a":'.repeat(depth)}1,"b":[]${'}]'.repeat(depth)}`.replace('1,"b":[]', '[1,"x",{},[]]');
  expect(jsonText(JSON.parse(text))).toBe(text);
});
