/** What every product is to the stage: it takes a message, and says whether it got there, may be tried again, or never will. */

import { YaguraError } from '../core/error.ts';
import type { Channel, ChannelOf, Person } from '../core/notify/config.ts';
import type { Message } from '../core/notify/message.ts';
import { safeText } from '../core/terminal-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Http, HttpRequest, HttpResponse } from '../ports/http.ts';
import type { Mail } from '../ports/mail.ts';
import type { Secrets } from '../ports/secrets.ts';

export interface SendPorts {
  http: Http;
  secrets: Secrets;
  mail: Mail;
  clock: Clock;
}

export interface Sending {
  message: Message;
  /** The same for every attempt: whoever can tell deliveries apart tells by this. */
  deliveryId: string;
  /** What the product called the first message on this matter: a thread, an issue, a record. */
  thread?: string | undefined;
  /** An earlier attempt may have got there without our hearing of it. */
  isRetry: boolean;
  page: boolean;
  /** Those of the message's people whom the configuration knows. */
  people: readonly Person[];
  /** The one whom it goes to, where it is not for all. */
  person?: Person | undefined;
}

export type Sent =
  | { ok: true; thread?: string }
  /** `afterSec`: what the product asked for. `why` has no secret and no word of logs. */
  | { ok: false; retry: boolean; afterSec?: number; why: string };

export interface Product<Name extends Channel['product']> {
  /** Many messages may be folded into one. A tracker keeps one record for each matter, so it cannot. */
  folds: boolean;
  send(sending: Sending, channel: ChannelOf<Name>, ports: SendPorts): Promise<Sent>;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 262_144;
const AGAIN = new Set([408, 425, 429]);

/** Asks the one host of the URL. */
export const ask = (http: Http, request: HttpRequest): Promise<HttpResponse> =>
  http.request(request, { hosts: [new URL(request.url).hostname], timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES });

/** POST or PATCH of JSON. */
export const json = (
  method: 'POST' | 'PATCH',
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): HttpRequest => ({
  method,
  url,
  headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const isGood = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

/** The failure that an answer means. @see RFC 9110, section 10.2.3: Retry-After is seconds or a date */
export function failed(response: HttpResponse, { what, nowMs }: { what: string; nowMs: number }): Sent {
  const { status, headers } = response;
  const retry = AGAIN.has(status) || status >= 500;
  const afterSec = retryAfterSec(headers['retry-after'], nowMs);
  return { ok: false, retry, why: `${what} answered ${status}`, ...(afterSec === undefined ? {} : { afterSec }) };
}

function retryAfterSec(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}$/.test(text.trim()) ? Number(text) : (Date.parse(text) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** The body as JSON, or nothing where it is none. */
export function bodyOf(response: HttpResponse): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(response.body).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The secret's URL, where a secret is one, at a host that it may be at. @throws YaguraError BadConfig, which does not tell the URL */
export function secretUrl(secret: string, { reference, hosts }: { reference: string; hosts: readonly string[] }): string {
  const url = URL.parse(secret.trim());
  const isAllowed = (host: string): boolean => hosts.some((one) => (one.startsWith('.') ? host.endsWith(one) : host === one));
  if (url !== null && url.protocol === 'https:' && isAllowed(url.hostname)) return url.href;
  throw new YaguraError('BadConfig', `the secret ${safeText(reference, 100)} is no address of this product`, {
    problems: [
      { at: reference, what: 'not the URL that the product shows', allowed: hosts.map((one) => `https://…${one}/…`).join(', ') },
    ],
  });
}

/** What a throw means: a broken world and a secret that is not there yet may mend; the words are ours, without secrets. */
export function thrown(error: unknown): Sent {
  if (!(error instanceof YaguraError) || error.code === 'Bug') throw error;
  const [why = ''] = error.message.split('\n');
  const fix = error.problems.find((problem) => problem.fix !== undefined)?.fix;
  return { ok: false, retry: true, why: safeText(fix === undefined ? why : `${why}: ${fix}`, 400) };
}
