/** A token that a person pastes once → a cookie by which their browser is known on the pages of approvals, for as long as the token lives. */
import type { Member } from '../functions/core/api/member.ts';
import { tokenMember } from './api-token.ts';

const COOKIE = 'yagura_session';
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

interface Known {
  key: Uint8Array;
  nowMs: number;
}

/** Whose browser it is; a program may send its token as it does to the API. */
export async function pageMember({ headers }: Request, known: Known): Promise<Member | undefined> {
  const cookies = (headers.get('cookie') ?? '').split(';').map((part) => part.trim());
  const held = cookies.find((part) => part.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  const bearer = headers.get('authorization') ?? (held === undefined ? undefined : `Bearer ${held}`);
  return await tokenMember(bearer, known);
}

/** The answer to a sign-in form; undefined for every other request. A token that is not good leads back to the form. */
export async function signIn(request: Request, known: Known): Promise<Response | undefined> {
  const url = new URL(request.url);
  if (request.method !== 'POST' || url.searchParams.get('sign-in') !== '1') return undefined;
  const token = new URLSearchParams(await request.text()).get('session')?.trim() ?? '';
  if ((await tokenMember(`Bearer ${token}`, known)) === undefined) return signInPage(request);
  const cookie = `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/approvals/`;
  return new Response(null, {
    status: 303,
    headers: { location: url.pathname, 'set-cookie': cookie, 'cache-control': 'no-store' },
  });
}

/** Asks for a token. Nothing of the request is in it. */
export function signInPage(request: Request): Response {
  const isJapanese = /^\s*ja\b/i.test(request.headers.get('accept-language') ?? '');
  const [lang, title, how, button] = isJapanese
    ? ['ja', 'サインイン', 'yagura token --person 名前 --role analyst で発行したトークンを貼り付けてください。', 'サインイン']
    : ['en', 'Sign in', 'Paste the token that yagura token --person NAME --role analyst prints.', 'Sign in'];
  const page = `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>${how}</p>
<form method="post" action="?sign-in=1"><input type="password" name="session" required autocomplete="off"> <button>${button}</button></form></body></html>
`;
  return new Response(request.method === 'HEAD' ? null : page, { status: 401, headers: HEADERS });
}
