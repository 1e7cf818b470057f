/** Turns a refused DynamoDB write into what it means: a condition failed, others were writing, or it was our own write already. */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { nameOf } from './failure.ts';

const reasonsOf = (error: unknown): string[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None') : [];

/** True where a condition of the write did not hold. */
export const conditionFailed = (error: unknown): boolean =>
  nameOf(error) === 'ConditionalCheckFailedException' || reasonsOf(error).includes('ConditionalCheckFailed');

const CONTENTION = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded'];

/** True where the same write may succeed a moment later. */
export const isContention = (error: unknown): boolean =>
  nameOf(error) === 'TransactionConflictException' ||
  nameOf(error) === 'TransactionInProgressException' ||
  (!conditionFailed(error) && reasonsOf(error).some((reason) => CONTENTION.includes(reason)));

/** True where the item that made the condition fail carries the token of this very write. */
export function wroteItself(error: unknown, token: string): boolean {
  if (!(error instanceof ConditionalCheckFailedException)) return false;
  const written: unknown = error.Item?.['token'];
  // The document client unmarshals items of answers; of errors it may leave attribute values.
  if (typeof written === 'string') return written === token;
  return typeof written === 'object' && written !== null && 'S' in written && written.S === token;
}
