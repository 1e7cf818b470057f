/** How a stage asks other people's servers: one request, one answer, within limits that the caller sets. */

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, `https:`, without user and password. */
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; several of one name are joined by `, `. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export interface HttpLimits {
  /** The only hosts (lower case, no port) that the request may go to, whatever a page of the server says. */
  hosts: readonly string[];
  /** For everything: connecting, headers and the whole body. */
  timeoutMs: number;
  /** Of the body, decompressed. */
  maxBytes: number;
}

export interface Http {
  /**
   * Every status is an answer, 3xx too: redirects are never followed.
   * @throws YaguraError Refused where the URL is not https or its host is not listed, BadInput for a body above the limit, Unavailable where
   * no whole answer came
   */
  request(request: HttpRequest, limits: HttpLimits): Promise<HttpResponse>;
}
