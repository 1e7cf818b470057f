import { expect, it } from 'vitest';
import { personMatcher } from '../../../functions/core/person/match.ts';

it.each([
  ['alice@example.com', 'From: Alice@Example.com', true],
  ['alice@example.com', 'malice@example.com', false],
  ['alice@example.com', 'alice@example.community', false],
  ['alice', 'arn:aws:iam::111122223333:user/alice', true],
  ['alice', 'alice2 and alice_b', false],
  ['alice', 'alicealice alice', true],
  ['山田太郎', '担当: 山田太郎', true],
  ['a+b@example.com', 'x a+b@example.com y', true],
  ['a+b@example.com', 'aab@example.com', false],
])('%s in "%s": %s', (name, text, is) => {
  expect(personMatcher([name]).inText(text)).toBe(is);
});

it('looks at every depth of a value, keys too', () => {
  const { inValue } = personMatcher(['nobody@example.com', 'alice@example.com']);
  expect(inValue({ a: [{ b: 'alice@example.com' }] })).toBe(true);
  expect(inValue({ 'alice@example.com': 1 })).toBe(true);
  expect(inValue({ a: [1, null, true, { b: 'bob@example.com' }] })).toBe(false);
});

it.each([[[]], [['bob']], [['alice@example.com', ' a ']]])('refuses %o: it would find everybody', (names) => {
  expect(() => personMatcher(names)).toThrow(/a person is told by their ids/);
});
