/** Turns a request into an answer over the network, within the limits of the port. */
import type { Http } from '../../ports/http.ts';
import { checkedUrl, plainHeaders, readBody, unanswered } from '../../ports/http-limits.ts';

export interface FetchHttpOptions {
  /** What really asks; tests send it to a server of their own. Default: `fetch`. */
  send?: (url: URL, init: RequestInit) => Promise<Response>;
}

export const createFetchHttp = ({ send = fetch }: FetchHttpOptions = {}): Http => ({
  async request(request, limits) {
    const url = checkedUrl(request, limits);
    const { method, headers = {}, body } = request;
    try {
      const signal = AbortSignal.timeout(limits.timeoutMs);
      const response = await send(url, { method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) });
      return { status: response.status, headers: plainHeaders(response.headers), body: await readBody(response.body, limits) };
    } catch (error) {
      throw unanswered(url, error);
    }
  },
});
