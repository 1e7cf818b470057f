/** Duo's integration and secret key → a signature over the date and the whole request. */
import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from '../../ports/http.ts';
import type { Auth } from '../connector.ts';
import { secretFields } from './secret-fields.ts';

const EMPTY_SHA512 = createHash('sha512').update('').digest('hex');

/** As in RFC 3986: `encodeURIComponent` leaves five characters that must be encoded too. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Parameters sorted by name, encoded: what is signed and what is sent are one text. */
export const duoQuery = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');

/** HMAC-SHA512, with the digests of an empty body and of no `X-Duo-` headers. @see Duo Admin API, "Authentication" */
export const duoSignature: Auth = {
  open: async ({ secret, vendorNowMs }) => {
    const { integrationKey, secretKey } = secretFields(secret, ['integrationKey', 'secretKey']);
    return {
      sign: (request) => {
        const date = new Date(vendorNowMs()).toUTCString().replace('GMT', '+0000');
        const signature = createHmac('sha512', secretKey).update(canonical(request, date)).digest('hex');
        const authorization = `Basic ${Buffer.from(`${integrationKey}:${signature}`).toString('base64')}`;
        return { ...request, headers: { ...request.headers, date, authorization } };
      },
    };
  },
};

function canonical({ method, url }: HttpRequest, date: string): string {
  const { host, pathname, search } = new URL(url);
  return [date, method, host.toLowerCase(), pathname, search.slice(1), EMPTY_SHA512, EMPTY_SHA512].join('\n');
}
