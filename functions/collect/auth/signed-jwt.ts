/** A private key and claims → a signed JWT, and with it a token of Google, of Okta or of a GitHub App. */
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { YaguraError } from '../../core/error.ts';
import type { Auth, SessionContext } from '../connector.ts';
import { jsonObjectIn } from '../told.ts';
import { secretFields } from './secret-fields.ts';
import { authorizing, bearerOf, tokenForm } from './token.ts';

/** Issuers refuse a token from the future: it begins a little before the vendor's time. */
const BEFORE_SEC = 60;

/** RS256. @see RFC 7515, appendix A.2; RFC 7519 */
function signedJwt(privateKey: string, claims: Readonly<Record<string, string | number>>, keyId?: string): string {
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  try {
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), createPrivateKey(privateKey)).toString('base64url')}`;
  } catch {
    // The library's own error may quote the key.
    const what = 'the private key in the secret cannot be used';
    throw new YaguraError('BadConfig', what, {
      problems: [{ what, allowed: 'an RSA key as PEM, line breaks as \\n', fix: 'store the key file as it was downloaded' }],
    });
  }
}

const secondsOf = ({ vendorNowMs }: SessionContext): number => Math.floor(vendorNowMs() / 1000) - BEFORE_SEC;

/** A service account that acts as an administrator. @see Google Identity, "Using OAuth 2.0 for server to server applications" */
export const googleServiceAccount = (scope: string): Auth => ({
  hosts: () => ['oauth2.googleapis.com'],
  open: async (context) => {
    const fields = secretFields(context.secret, ['client_email', 'private_key', 'private_key_id']);
    const aud = 'https://oauth2.googleapis.com/token';
    const iat = secondsOf(context);
    const claims = { iss: fields.client_email, sub: context.options['admin'] ?? '', scope, aud, iat, exp: iat + 3600 };
    const assertion = signedJwt(fields.private_key, claims, fields.private_key_id);
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    return bearerOf(await context.exchange(tokenForm(aud, form)), context);
  },
});

/** A service account that acts as the mailbox owner, or as the administrator whom its secret names beside the key. */
export const googleActing = (scopes: readonly string[], subject?: string): Auth => {
  const { hosts, open } = googleServiceAccount(scopes.join(' '));
  return {
    ...(hosts === undefined ? {} : { hosts }),
    open: (context) => {
      const { admin } = secretFields(context.secret, ['client_email', 'private_key', 'private_key_id', 'admin']);
      return open({ ...context, options: { ...context.options, admin: subject ?? admin } });
    },
  };
};

/**
 * An API Services app that proves itself by a signed assertion and asks for these scopes alone, or an API token, which knows no scopes.
 * @see Okta, "Implement OAuth for Okta with a service app"
 */
export const oktaTokenOrApp = (scopes: readonly string[]): Auth => ({
  open: async (context) => {
    if (jsonObjectIn(context.secret) === undefined) return authorizing(`SSWS ${context.secret}`);
    const { clientId, privateKey, keyId } = secretFields(context.secret, ['clientId', 'privateKey', 'keyId']);
    const aud = `https://${context.options['domain'] ?? ''}/oauth2/v1/token`;
    const iat = secondsOf(context);
    const claims = { iss: clientId, sub: clientId, aud, iat, exp: iat + 600, jti: randomUUID() };
    const assertion = signedJwt(privateKey, claims, keyId);
    context.hide(assertion);
    const form = {
      grant_type: 'client_credentials',
      scope: scopes.join(' '),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
    return bearerOf(await context.exchange(tokenForm(aud, form)), context);
  },
});

/** `key:level` → what GitHub is asked for. */
const permissionsOf = (scopes: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    scopes.toSorted().map((scope) => {
      const [key = '', level = 'read'] = scope.split(':');
      return [key, level];
    }),
  );

/** A personal access token, or a GitHub App whose token has these permissions alone (default: all of the installation). @see GitHub Docs, "Generating an installation access token for a GitHub App" */
export const githubWith = (scopes: readonly string[] = []): Auth => ({
  open: async (context) => {
    if (jsonObjectIn(context.secret) === undefined) return authorizing(`Bearer ${context.secret}`);
    const { appId, installationId, privateKey } = secretFields(context.secret, ['appId', 'installationId', 'privateKey']);
    const iat = secondsOf(context);
    const jwt = signedJwt(privateKey, { iss: appId, iat, exp: iat + 600 });
    context.hide(jwt);
    const url = `https://${context.options['host'] ?? 'api.github.com'}/app/installations/${encodeURIComponent(installationId)}/access_tokens`;
    const headers = { authorization: `Bearer ${jwt}`, accept: 'application/vnd.github+json' };
    const body = scopes.length === 0 ? {} : { body: JSON.stringify({ permissions: permissionsOf(scopes) }) };
    const { token, expires_at: expiresAt } = await context.exchange({ method: 'POST', url, headers, ...body });
    if (typeof token !== 'string') throw new YaguraError('Refused', 'GitHub gave no installation token');
    context.hide(token);
    const endsMs = Date.parse(String(expiresAt));
    const skewMs = context.vendorNowMs() - context.nowMs();
    return authorizing(`Bearer ${token}`, Number.isNaN(endsMs) ? undefined : endsMs - skewMs);
  },
});

export const githubTokenOrApp: Auth = githubWith();
