/** Judges where a request may go and how much of the answer is read, before any adapter sends it: the same for every adapter. */
import { YaguraError } from '../core/error.ts';
import type { HttpLimits, HttpRequest } from './http.ts';

/** The request's URL. @throws YaguraError Refused: not https, user and password in it, a port, or a host that is not listed */
export function checkedUrl({ url }: HttpRequest, { hosts }: HttpLimits): URL {
  const parsed = URL.parse(url);
  if (parsed === null) throw new YaguraError('Refused', 'a URL that cannot be read');
  const why = refusal(parsed, hosts);
  if (why === undefined) return parsed;
  throw new YaguraError('Refused', `request to ${parsed.protocol}//${parsed.host} refused`, {
    problems: [{ at: parsed.host, what: why, allowed: hosts.map((host) => `https://${host}`).join(', ') }],
  });
}

function refusal(url: URL, hosts: readonly string[]): string | undefined {
  if (url.protocol !== 'https:') return 'not https';
  if (url.username !== '' || url.password !== '') return 'user and password in the URL';
  if (url.port !== '') return 'another port than 443';
  return hosts.includes(url.hostname) ? undefined : 'a host that is not among those of this connector';
}

/** The whole body. @throws YaguraError BadInput above `maxBytes` */
export async function readBody(body: AsyncIterable<Uint8Array> | null, { maxBytes }: HttpLimits): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of body ?? []) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > maxBytes) throw new YaguraError('BadInput', `an answer of more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, sizeBytes);
}

/** What a broken exchange throws: retryable, and without the request's own headers or query, which may hold secrets. */
export function unanswered(url: URL, error: unknown): YaguraError {
  if (error instanceof YaguraError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const name = cause instanceof Error ? cause.name : 'unknown';
  return new YaguraError('Unavailable', `no whole answer from ${url.host}: ${code === '' ? name : code}`);
}

/** Names in lower case, as HTTP compares them. */
export const plainHeaders = (headers: Iterable<[string, string]>): Record<string, string> =>
  Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
