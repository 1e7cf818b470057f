/** Slack's Admin and SCIM APIs, as far as responses call them. @see Slack, admin.users.session.reset, admin.users.session.list, "SCIM 2.0 API reference" */
import type { TenantOperation } from './operation.ts';

const SCIM = { host: 'api.slack.com', scopes: ['admin'] } as const;
const USER = '/scim/v2/Users/{userId}';

export const SLACK_OPERATIONS: Readonly<Record<string, TenantOperation>> = {
  GetScimUser: { tier: 'read', request: `GET ${USER}`, ...SCIM },
  // Slack takes its arguments by POST also where it only looks.
  ListSessions: {
    tier: 'read',
    request: 'POST /api/admin.users.session.list',
    body: ['user_id', 'team_id'],
    scopes: ['admin.users:read'],
  },

  ResetSessions: {
    tier: 'contain',
    request: 'POST /api/admin.users.session.reset',
    body: ['user_id'],
    scopes: ['admin.users:write'],
  },
  PatchScimUser: { tier: 'contain', request: `PATCH ${USER}`, body: ['schemas', 'Operations'], ...SCIM },
};
