import { describe, expect, it } from 'vitest';
import { calling, toYaguraError } from '../../../functions/adapters/aws/failure.ts';
import { YaguraError } from '../../../functions/core/error.ts';
import { serviceError } from './service-error.ts';

describe('a failure of AWS', () => {
  it.each([
    ['ThrottlingException', 400, 'Throttled', true],
    ['SomethingNew', 429, 'Throttled', true],
    ['RequestLimitExceeded', 503, 'Throttled', true],
    ['InternalFailure', 500, 'Unavailable', true],
    ['ServiceUnavailable', 503, 'Unavailable', true],
    ['ExpiredTokenException', 403, 'Unavailable', true],
    ['AccessDenied', 403, 'Refused', false],
    ['KMSAccessDeniedException', 400, 'Refused', false],
    ['InvalidClientTokenId', 403, 'Refused', false],
    ['SomethingNew', 403, 'Refused', false],
    ['ResourceNotFoundException', 400, 'NotFound', false],
    ['SomethingNew', 409, 'Conflict', false],
    ['ValidationException', 400, 'BadInput', false],
  ])('%s with status %d is %s', (name, status, code, retryable) => {
    expect(toYaguraError('s3 GetObject', serviceError(name, status))).toMatchObject({ name: code, code, retryable });
  });

  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('reset'), { name: 'TimeoutError' }),
    new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }),
    'thrown text',
  ])('that brought no answer is Unavailable: %s', (error) => {
    expect(toYaguraError('x', error)).toMatchObject({ name: 'Unavailable', retryable: true });
  });

  it.each([new TypeError('x is not a function'), new RangeError('x'), new SyntaxError('x')])(
    'that is a mistake of ours is a Bug: %s',
    (error) => {
      expect(toYaguraError('x', error)).toMatchObject({ name: 'Bug', retryable: false });
    },
  );

  it('keeps the cause, names the call, and leaves our own errors alone', async () => {
    const cause = serviceError('SlowDown', 503);
    const error = await calling('s3 PutObject k', () => Promise.reject(cause)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ cause, message: expect.stringContaining('s3 PutObject k: SlowDown') });
    const own = new YaguraError('Refused', 'no');
    expect(toYaguraError('x', own)).toBe(own);
  });
});
