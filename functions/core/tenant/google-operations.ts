/** Google's Directory API and Gmail API, as far as responses call them. @see Google Workspace, Admin SDK Directory API v1 and Gmail API v1, "Authorization scopes" of each method */
import type { TenantOperation } from './operation.ts';

const USER = '/admin/directory/v1/users/{userKey}';
const SETTINGS = '/gmail/v1/users/{userKey}/settings';
const scope = (name: string): string[] => [`https://www.googleapis.com/auth/${name}`];
const SECURITY = scope('admin.directory.user.security');
/** Gmail is asked in the name of the mailbox's owner, which needs domain-wide delegation. */
const MAIL = { host: 'gmail.googleapis.com', as: 'userKey' } as const;

export const GOOGLE_OPERATIONS: Readonly<Record<string, TenantOperation>> = {
  GetUser: {
    tier: 'read',
    request: `GET ${USER}?fields=id,primaryEmail,suspended,archived,isAdmin,isDelegatedAdmin`,
    scopes: scope('admin.directory.user.readonly'),
  },
  // Google has no scope that only lists tokens; the credential that reads is asked for this one where it lists them, and for nothing else.
  ListTokens: { tier: 'read', request: `GET ${USER}/tokens`, scopes: SECURITY },
  ListAppPasswords: { tier: 'read', request: `GET ${USER}/asps`, scopes: SECURITY },
  ListDelegates: { tier: 'read', request: `GET ${SETTINGS}/delegates`, scopes: scope('gmail.settings.basic'), ...MAIL },
  GetAutoForwarding: { tier: 'read', request: `GET ${SETTINGS}/autoForwarding`, scopes: scope('gmail.settings.basic'), ...MAIL },

  SuspendUser: { tier: 'contain', request: `PATCH ${USER}`, body: ['suspended'], scopes: scope('admin.directory.user') },
  RemoveDelegate: {
    tier: 'contain',
    request: `DELETE ${SETTINGS}/delegates/{delegateEmail}`,
    scopes: scope('gmail.settings.sharing'),
    ...MAIL,
  },
  AddDelegate: {
    tier: 'contain',
    request: `POST ${SETTINGS}/delegates`,
    body: ['delegateEmail'],
    scopes: scope('gmail.settings.sharing'),
    ...MAIL,
  },
  SetAutoForwarding: {
    tier: 'contain',
    request: `PUT ${SETTINGS}/autoForwarding`,
    body: ['enabled', 'emailAddress?', 'disposition?'],
    scopes: scope('gmail.settings.sharing'),
    ...MAIL,
  },

  RevokeToken: { tier: 'destroy', request: `DELETE ${USER}/tokens/{clientId}`, scopes: SECURITY },
  DeleteAppPassword: { tier: 'destroy', request: `DELETE ${USER}/asps/{codeId}`, scopes: SECURITY },
};
