/** What a call came to → status, headers and body: the same shape for every failure, and nothing of what went wrong inside. */
import { type ErrorCode, type Problem, YaguraError } from '../core/error.ts';

/** A status that no error code of ours stands for. */
export class Refusal extends Error {
  readonly status: 401 | 403 | 404 | 405 | 409 | 413 | 415 | 428 | 429;
  readonly problems: readonly Problem[];
  readonly retryAfterSec: number | undefined;
  constructor(status: Refusal['status'], message: string, more: { problems?: readonly Problem[]; retryAfterSec?: number } = {}) {
    super(message);
    this.name = NAMES[status];
    this.status = status;
    this.problems = more.problems ?? [];
    this.retryAfterSec = more.retryAfterSec;
  }
}

const NAMES = {
  401: 'Unauthenticated',
  403: 'Refused',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
  428: 'PreconditionRequired',
  429: 'Throttled',
} as const;

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  BadInput: 400,
  Refused: 403,
  NotFound: 404,
  Conflict: 409,
  Throttled: 503,
  Unavailable: 503,
};

export interface Failure {
  status: number;
  body: { error: { code: string; message: string; problems: readonly Problem[]; requestId: string } };
  retryAfterSec?: number | undefined;
}

/** @param isConditional the caller said what it had seen: then a conflict is that this is no longer so */
export function failureOf(error: unknown, { requestId, isConditional }: { requestId: string; isConditional: boolean }): Failure {
  if (error instanceof Refusal) {
    const { status, name, message, problems, retryAfterSec } = error;
    return { status, body: { error: { code: name, message, problems, requestId } }, retryAfterSec };
  }
  const known = error instanceof YaguraError ? STATUS[error.code] : undefined;
  if (!(error instanceof YaguraError) || known === undefined) {
    const message = 'This is a fault of ours. The log has it under this request id.';
    return { status: 500, body: { error: { code: 'Bug', message, problems: [], requestId } } };
  }
  const status = error.code === 'Conflict' && isConditional && !error.retryable ? 412 : known;
  const [message = ''] = error.message.split('\n');
  const retryAfterSec = status === 503 || (status === 409 && error.retryable) ? 1 : undefined;
  return { status, body: { error: { code: error.code, message, problems: error.problems, requestId } }, retryAfterSec };
}
