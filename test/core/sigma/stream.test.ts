/** The stream: binding of rules to sources, matching, and what it does with trouble. */
import { expect, test } from 'vitest';
import { compileStream } from '../../../functions/core/sigma/stream.ts';
import { hitsOf, rule, SOURCES } from './rule-text.ts';

test('a native rule sees the raw record of its source and no other source', () => {
  const { stream } = compileStream([rule('selection: {eventName: StopLogging}')], { sources: SOURCES });
  expect(hitsOf(stream, { eventName: 'StopLogging' })).toHaveLength(1);
  expect(hitsOf(stream, { eventName: 'StartLogging' })).toHaveLength(0);
  expect(hitsOf(stream, { eventName: 'StopLogging' }, 'github')).toHaveLength(0);
  expect(hitsOf(stream, { eventName: 'StopLogging' }, 'never-heard-of')).toHaveLength(0);
});
