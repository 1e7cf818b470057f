/** Client id and secret of an Entra application → a bearer token for one resource. */
import type { Auth } from '../connector.ts';
import { secretFields } from './secret-fields.ts';
import { bearerOf, tokenForm } from './token.ts';

const HOST = 'login.microsoftonline.com';
/** What such a secret holds. */
export const ENTRA_SECRET = 'the JSON {"clientId": "…", "clientSecret": "…"} of an app registration';

/** @see Microsoft identity platform, "OAuth 2.0 client credentials flow" */
export const entraApp = (resource: string): Auth => ({
  hosts: () => [HOST],
  open: async (context) => {
    const { clientId, clientSecret } = secretFields(context.secret, ['clientId', 'clientSecret']);
    const url = `https://${HOST}/${encodeURIComponent(context.options['tenant'] ?? '')}/oauth2/v2.0/token`;
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${resource}/.default`,
    };
    return bearerOf(await context.exchange(tokenForm(url, form)), context);
  },
});
