/** What went wrong in a state, named as Amazon States Language names it, and which retriers and catchers it meets. */

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (Error names) */
export const STATES_ERROR = {
  all: 'States.ALL',
  dataLimit: 'States.DataLimitExceeded',
  exceedTolerated: 'States.ExceedToleratedFailureThreshold',
  heartbeat: 'States.HeartbeatTimeout',
  itemReader: 'States.ItemReaderFailed',
  noChoice: 'States.NoChoiceMatched',
  permissions: 'States.Permissions',
  query: 'States.QueryEvaluationError',
  resultWriter: 'States.ResultWriterFailed',
  runtime: 'States.Runtime',
  taskFailed: 'States.TaskFailed',
  timeout: 'States.Timeout',
} as const;

/** Errors that no wildcard meets. */
const TERMINAL: readonly string[] = [STATES_ERROR.dataLimit, STATES_ERROR.runtime];

export interface Failure {
  error?: string;
  cause?: string;
  /** Where a JSONata evaluation failed: `Output/key`, `Arguments[0]`. Only evaluation failures have it. */
  location?: string;
  /** True where no heartbeat came in time: AWS reports States.Timeout, and both names catch it. */
  heartbeat?: boolean;
}

/** Thrown inside a state's own code; the interpreter turns it into events, retries and catches. */
export class StateFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.cause ?? failure.error ?? 'state failed');
    this.name = failure.error ?? 'StateFailure';
    this.failure = failure;
  }
}

/** Thrown by a task's handler to fail with exactly this error and cause (`Iam.NoSuchEntityException`). */
export class TaskFailure extends Error {
  readonly error: string;
  readonly causeText: string | undefined;

  constructor(error: string, causeText?: string) {
    super(causeText ?? error);
    this.name = error;
    this.error = error;
    this.causeText = causeText;
  }
}

/** True where an `ErrorEquals` list meets the failure. */
export function errorMatches(errorEquals: readonly string[], failure: Failure): boolean {
  const { error = '' } = failure;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (failure.heartbeat === true && name === STATES_ERROR.heartbeat) return true;
    if (TERMINAL.includes(error)) return false;
    if (name === STATES_ERROR.all) return true;
    return name === STATES_ERROR.taskFailed && error !== STATES_ERROR.timeout;
  });
}

/** The cause that AWS writes for an error inside a state. */
export const stateCause = (state: string, enteredEventId: number, what: string): string =>
  `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${what}`;
