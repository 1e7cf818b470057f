/** Requests of a laptop: over the network, or to a server on this machine that stands in for a vendor. */
import { YaguraError } from '../../functions/core/error.ts';
import type { Http } from '../../functions/ports/http.ts';
import { checkedUrl, plainHeaders, readBody, unanswered } from '../../functions/ports/http-limits.ts';

/** Host → the origin that is asked in its place. Only loopback: it is for tests and trials, and sends no credential anywhere. */
export type StandIns = Readonly<Record<string, string>>;

/** @throws YaguraError BadInput for a stand-in that is not on this machine */
export function createLocalHttp(standIns: StandIns = {}): Http {
  for (const origin of Object.values(standIns)) checkLoopback(origin);
  return {
    async request(request, limits) {
      const url = checkedUrl(request, limits);
      const standIn = Object.hasOwn(standIns, url.hostname) ? standIns[url.hostname] : undefined;
      const target = standIn === undefined ? url : new URL(url.pathname + url.search, standIn);
      const { method, body } = request;
      // A stand-in can play several hosts.
      const headers = { ...request.headers, ...(standIn === undefined ? {} : { 'x-forwarded-host': url.hostname }) };
      try {
        const init = { method, headers, redirect: 'manual' as const, signal: AbortSignal.timeout(limits.timeoutMs) };
        const response = await fetch(target, body === undefined ? init : { ...init, body });
        return { status: response.status, headers: plainHeaders(response.headers), body: await readBody(response.body, limits) };
      } catch (error) {
        throw unanswered(url, error);
      }
    },
  };
}

function checkLoopback(origin: string): void {
  const url = URL.parse(origin);
  if (url !== null && url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return;
  throw new YaguraError('BadInput', `${origin} cannot stand in for a vendor`, {
    problems: [{ at: '--base-url', what: origin, allowed: 'http://127.0.0.1:<port>: a server on this machine' }],
  });
}
