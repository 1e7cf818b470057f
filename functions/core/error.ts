/** The one error class, its closed codes, and the problem record that bad content and configuration are reported with. */

/**
 * Why something failed. The code is also the error's `name`, which Step Functions compares with `ErrorEquals`.
 * BadInput, BadConfig, BadContent: the caller must change something. Unavailable, Throttled: try again. Conflict: somebody else wrote
 * first. NotFound: a named thing that must exist does not. Refused: a safety rule forbids it. Cancelled: the
 * caller stopped it. PlanChanged, ApprovalRejected,
 * ApprovalExpired, ApprovalInvalid, VerifyFailed: the response path stopped at that step. Bug: an invariant of our own broke.
 */
export type ErrorCode =
  | 'BadInput'
  | 'BadConfig'
  | 'BadContent'
  | 'Unavailable'
  | 'Throttled'
  | 'Conflict'
  | 'NotFound'
  | 'Refused'
  | 'Cancelled'
  | 'PlanChanged'
  | 'ApprovalRejected'
  | 'ApprovalExpired'
  | 'ApprovalInvalid'
  | 'VerifyFailed'
  | 'Bug';

/** One thing that is wrong with content, configuration or input, told so that it can be mended without reading our code. */
export interface Problem {
  /** Where: `file:line:column`, an object key with a line, or a configuration path. */
  at?: string;
  /** What is wrong, with the offending value. */
  what: string;
  /** What would be accepted. */
  allowed?: string;
  /** What to do. */
  fix?: string;
}

/** One line a person can act on: `at: what (allowed: …). Fix: …`. */
export function problemText(problem: Problem): string {
  const at = problem.at === undefined ? '' : `${problem.at}: `;
  const allowed = problem.allowed === undefined ? '' : ` (allowed: ${problem.allowed})`;
  const fix = problem.fix === undefined ? '' : ` Fix: ${problem.fix}`;
  return `${at}${problem.what}${allowed}.${fix}`;
}

export interface YaguraErrorOptions {
  /** True where the same call may succeed later, unchanged. Default: only for Unavailable and Throttled. */
  retryable?: boolean;
  problems?: readonly Problem[];
  cause?: unknown;
  /** What a query had scanned before it was stopped: it is charged all the same. */
  scannedBytes?: number;
}

/** Thrown for bad configuration or content (all problems at once) and by adapters for a broken world; bad data is never thrown. */
export class YaguraError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly problems: readonly Problem[];
  readonly scannedBytes: number;

  constructor(code: ErrorCode, message: string, options: YaguraErrorOptions = {}) {
    const problems = options.problems ?? [];
    super([message, ...problems.map((problem) => `  ${problemText(problem)}`)].join('\n'), { cause: options.cause });
    this.name = code;
    this.code = code;
    this.retryable = options.retryable ?? (code === 'Unavailable' || code === 'Throttled');
    this.problems = problems;
    this.scannedBytes = options.scannedBytes ?? 0;
  }
}

/** The allowed word nearest to `word` (edit distance at most 3), for "did you mean". */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const scored = allowed.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= 3 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
