/** What an answer's status and headers mean for the next request: go on, wait so long, sign again, begin the window anew, or give up. */
import type { HttpResponse } from '../ports/http.ts';
import type { Connector } from './connector.ts';

export { linkTo } from '../core/web-link.ts';

export type Verdict =
  | { kind: 'ok' }
  /** Wait, then ask the same again. `asked`: the vendor said how long. */
  | { kind: 'wait'; ms: number; asked: boolean }
  | { kind: 'unauthorized' }
  | { kind: 'refused' };

/** Attempts of one request where nothing says how long to wait; 1, 2, 4 and 8 s lie between them. */
export const MAX_ATTEMPTS = 5;
const FIRST_WAIT_MS = 1000;
/** A vendor that says nothing but «too many». */
const SILENT_LIMIT_MS = 15_000;
/** Whatever a header says: no feed waits longer than a day. */
const MAX_WAIT_MS = 86_400_000;

/** @param attempt 1 for the first */
export const backoffMs = (attempt: number): number => FIRST_WAIT_MS * 2 ** (attempt - 1);

/** Judges an answer. `nowMs` is our clock; the answer's own `date` is the vendor's. */
export function judge(
  response: HttpResponse,
  connector: Pick<Connector, 'throttles'>,
  context: { nowMs: number; attempt: number },
): Verdict {
  const { status } = response;
  if (status >= 200 && status < 300) return { kind: 'ok' };
  const vendorNowMs = dateMs(response.headers['date']) ?? context.nowMs;
  if (isThrottle(response, connector)) {
    const askedMs = askedWaitMs(response.headers, vendorNowMs);
    return { kind: 'wait', ms: askedMs ?? SILENT_LIMIT_MS * context.attempt, asked: askedMs !== undefined };
  }
  if (status >= 500 || status === 408) {
    const askedMs = retryAfterMs(response.headers['retry-after'], vendorNowMs);
    return { kind: 'wait', ms: askedMs ?? backoffMs(context.attempt), asked: askedMs !== undefined };
  }
  return status === 401 ? { kind: 'unauthorized' } : { kind: 'refused' };
}

function isThrottle({ status, headers, body }: HttpResponse, { throttles }: Pick<Connector, 'throttles'>): boolean {
  if (status === 429) return true;
  if (status < 400 || status >= 500) return false;
  return throttles?.(status, Buffer.from(body).toString('utf8'), headers) ?? false;
}

/** How long the vendor asks to wait, from `Retry-After` or a reset time in epoch seconds; by the vendor's own clock. */
export function askedWaitMs(headers: HttpResponse['headers'], vendorNowMs: number): number | undefined {
  const after = retryAfterMs(headers['retry-after'], vendorNowMs);
  if (after !== undefined) return after;
  const reset = Number(headers['x-rate-limit-reset'] ?? headers['x-ratelimit-reset'] ?? Number.NaN);
  // A second more: the reset is told in whole ones.
  return Number.isFinite(reset) && reset > 1e9 ? clamped(reset * 1000 - vendorNowMs + 1000) : undefined;
}

/** Seconds or a date. @see RFC 9110, section 10.2.3 */
function retryAfterMs(value: string | undefined, vendorNowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}(\.\d+)?$/.test(value.trim())) return clamped(Number(value) * 1000);
  const atMs = dateMs(value);
  return atMs === undefined ? undefined : clamped(atMs - vendorNowMs);
}

const clamped = (ms: number): number => Math.min(Math.max(ms, 0), MAX_WAIT_MS);

/** An HTTP date as epoch ms. @see RFC 9110, section 5.6.7 */
export function dateMs(value: string | undefined): number | undefined {
  const ms = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
