/** A secret that is a token itself, or a token that was exchanged → a session that sends it with every request. */
import { YaguraError } from '../../core/error.ts';
import type { Json } from '../../core/json.ts';
import type { HttpRequest } from '../../ports/http.ts';
import type { Auth, Session, SessionContext } from '../connector.ts';

/** `Authorization: <scheme> <secret>`. */
export const staticToken = (scheme: 'Bearer' | 'SSWS'): Auth => ({
  open: async ({ secret }) => authorizing(`${scheme} ${secret}`),
});

export const authorizing = (authorization: string, expiresAtMs?: number): Session => ({
  sign: (request) => ({ ...request, headers: { ...request.headers, authorization } }),
  ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
});

/** A form for a token endpoint. @see RFC 6749, section 4.4.2 */
export const tokenForm = (url: string, fields: Readonly<Record<string, string>>): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
  body: new URLSearchParams(fields).toString(),
});

/** The session of an exchanged token. @see RFC 6749, section 5.1 */
export function bearerOf(answer: Readonly<Record<string, Json>>, { hide, nowMs }: SessionContext): Session {
  const token = answer['access_token'];
  if (typeof token !== 'string' || token === '') throw new YaguraError('Refused', 'the token endpoint gave no access_token');
  hide(token);
  const seconds = Number(answer['expires_in']);
  return authorizing(`Bearer ${token}`, Number.isFinite(seconds) && seconds > 0 ? nowMs() + seconds * 1000 : undefined);
}
