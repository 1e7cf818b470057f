/** Turns what the AWS SDK throws into our codes: the one place that knows AWS's names of failures. */
import { type ErrorCode, YaguraError } from '../../core/error.ts';

/** @see AWS SDK for JavaScript v3, @smithy/service-error-classification, and the error pages of each service */
const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);
const REFUSING = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'InvalidClientTokenId',
  'NotAuthorized',
  'SignatureDoesNotMatch',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);
/** A new call signs with fresh credentials. */
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const ABSENT = new Set([
  'ExecutionDoesNotExist',
  'NoSuchBucket',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NoSuchKey',
  'NotFound',
  'ResourceNotFoundException',
  'StateMachineDoesNotExist',
]);

/** The service's own name of a failure; the SDK writes some with and some without `Exception`. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** The HTTP status that the service answered with; undefined where it never answered. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (metadata === null || typeof metadata !== 'object' || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** True where AWS says that the named thing does not exist. */
export const isAbsence = (error: unknown): boolean => ABSENT.has(nameOf(error));

/** Runs one call to AWS and throws what it throws in our codes. `what` names the call: `s3 PutObject`. */
export async function calling<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toYaguraError(what, error);
  }
}

/** The same failure in our codes, with AWS's as its cause. */
export function toYaguraError(what: string, error: unknown): YaguraError {
  if (error instanceof YaguraError) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new YaguraError(codeFor(error), `${what}: ${text}`, { cause: error });
}

function codeFor(error: unknown): ErrorCode {
  const name = nameOf(error);
  const status = statusOf(error);
  if (THROTTLING.has(name) || status === 429) return 'Throttled';
  if (EXPIRED.has(name)) return 'Unavailable';
  if (REFUSING.has(name) || /AccessDenied/.test(name)) return 'Refused';
  if (ABSENT.has(name)) return 'NotFound';
  if (status !== undefined && status >= 500) return 'Unavailable';
  if (status === 401 || status === 403) return 'Refused';
  if (status === 404) return 'NotFound';
  if (status === 409) return 'Conflict';
  if (status !== undefined && status >= 400) return 'BadInput';
  return isProgrammingError(error) ? 'Bug' : 'Unavailable';
}

/** No answer came: the network's fault, unless JavaScript itself complains. */
const isProgrammingError = (error: unknown): boolean =>
  error instanceof RangeError || error instanceof ReferenceError || error instanceof SyntaxError || isPlainTypeError(error);

/** `fetch` reports a broken connection as a TypeError with a cause; a TypeError without one is a mistake in code. */
const isPlainTypeError = (error: unknown): boolean => error instanceof TypeError && error.cause === undefined;
