/** What the engine knows of a vendor's log API. A connector is one small file that declares it; engine code never names one. */

import type { OptionSpec } from '../core/collect-config.ts';
import type { Json } from '../core/json.ts';
import type { HttpRequest } from '../ports/http.ts';

/** A connector's own options, checked against its declaration. */
export type Options = Readonly<Record<string, string>>;

/** What one page is asked for. */
export interface Ask {
  options: Options;
  /** The window of time, epoch ms: from (inclusive) to (exclusive; whole seconds). */
  fromMs: number;
  toMs: number;
  /** What the page before named as the next one. */
  token?: string;
}

/** An answer with status 2xx whose body is JSON. */
export interface Answer {
  json: Json;
  headers: Readonly<Record<string, string>>;
  /** Records that the answer holds. */
  count: number;
  /** The newest time among them, epoch ms. */
  newestMs?: number;
}

/** One stream of records of a vendor, with a cursor of its own. */
export interface Feed {
  id: string;
  /**
   * `window`: a stretch of time is read page by page, then the next one, which reaches back over the one before by the overlap.
   * `stream`: the vendor keeps the place; its token is asked again and again, and an empty page means that there is nothing new.
   */
  kind: 'window' | 'stream';
  /** True where pages are in ascending order of the records' times: a window that breaks off need not begin anew. */
  ascending: boolean;
  /** Dotted path of the array of records in an answer; `''` where the answer is the array. */
  records: string;
  /** An answer may lack the array where there is nothing. */
  mayLackRecords?: boolean;
  /** Dotted path of a record's time. */
  time: string;
  request(ask: Ask): HttpRequest;
  /** The token of the next page; undefined after the last one. */
  next(answer: Answer, ask: Ask): string | undefined;
  /** Where a page holds only the addresses of what holds the records (`records` is then their path in what is fetched). */
  follow?(answer: Answer): string[];
  /** Asked once before the feed is read: something that must be switched on. `accepts`: an error that means it is. */
  prepare?: { request(options: Options): HttpRequest; accepts(status: number, body: string): boolean };
  /** The longest stretch of time that one window may have. Default: a day. */
  maxWindowMs?: number;
  /** Older records are no longer given. */
  maxAgeMs?: number;
  /** So long the newest records are still being written: windows end before. */
  settleMs?: number;
}

/** What signs requests; made new when a secret or a token no longer works. */
export interface Session {
  /** The request with what authenticates it. */
  sign(request: HttpRequest): HttpRequest;
  /** Epoch ms, our clock; undefined where it does not end. */
  expiresAtMs?: number;
}

export interface SessionContext {
  options: Options;
  /** The text of the connector's secret. */
  secret: string;
  /** The vendor's time as far as we know it, epoch ms. */
  vendorNowMs(): number;
  nowMs(): number;
  /** Sends a request for a token; its answer's JSON object. */
  exchange(request: HttpRequest): Promise<Readonly<Record<string, Json>>>;
  /** From here on this text never leaves in an error or a log. */
  hide(text: string): void;
}

/** A way to authenticate. */
export interface Auth {
  /** Hosts beside the feeds' own. */
  hosts?(options: Options): string[];
  open(context: SessionContext): Promise<Session>;
}

export interface Connector {
  /** Also the id of the source that its records are of. */
  id: string;
  title: string;
  options: Readonly<Record<string, OptionSpec>>;
  /** What the secret holds, in its exact form. */
  secret: string;
  /** The permission or scope that it needs. */
  needs: string;
  /** What the vendor may still write back in time, minutes; the default of `overlapMin`. */
  overlapMin: number;
  auth: Auth;
  /** The only hosts that its feeds may ask. */
  hosts(options: Options): string[];
  feeds(options: Options): Feed[];
  /** True where an answer that is neither 429 nor 503 means «too many requests». */
  throttles?(status: number, body: string, headers: Readonly<Record<string, string>>): boolean;
  /** The document that all of this is from. */
  see: string;
}
