/** Okta's Management API, as far as responses call it. @see Okta Management OpenAPI 2024.08, `security` of each operation */
import type { TenantOperation } from './operation.ts';

const USERS = '/api/v1/users/{userId}';
const read = (path: `/${string}`, scope: string, query?: readonly string[]): TenantOperation => ({
  tier: 'read',
  request: `GET ${path}`,
  scopes: [scope],
  ...(query === undefined ? {} : { query }),
});
const lifecycle = (path: `/${string}`, scope: string): TenantOperation => ({
  tier: 'contain',
  request: `POST ${path}`,
  scopes: [scope],
});

export const OKTA_OPERATIONS: Readonly<Record<string, TenantOperation>> = {
  GetUser: read(USERS, 'okta.users.read'),
  ListAppLinks: read(`${USERS}/appLinks`, 'okta.users.read'),
  ListUserClients: read(`${USERS}/clients`, 'okta.users.read'),
  ListRefreshTokens: read(`${USERS}/clients/{clientId}/tokens?limit=200`, 'okta.users.read'),
  ListFactors: read(`${USERS}/factors`, 'okta.users.read'),
  ListUserGroups: read(`${USERS}/groups`, 'okta.users.read'),
  ListUserRoles: read(`${USERS}/roles`, 'okta.roles.read'),
  ListRoleGroupTargets: read(`${USERS}/roles/{roleAssignmentId}/targets/groups`, 'okta.roles.read'),
  ListRoleAppTargets: read(`${USERS}/roles/{roleAssignmentId}/targets/catalog/apps`, 'okta.roles.read'),
  GetGroup: read('/api/v1/groups/{groupId}', 'okta.groups.read'),
  GetApp: read('/api/v1/apps/{appId}', 'okta.apps.read'),
  GetZone: read('/api/v1/zones/{zoneId}', 'okta.networkZones.read'),
  GetApiToken: read('/api/v1/api-tokens/{tokenId}', 'okta.apiTokens.read'),
  // Without until it would be followed, page after page for ever. @see Okta, System Log, "Polling requests"
  ListLogEvents: read('/api/v1/logs?limit=100', 'okta.logs.read', ['since', 'until', 'filter']),

  // Without oauthTokens the refresh tokens survive.
  RevokeUserSessions: { tier: 'contain', request: `DELETE ${USERS}/sessions?oauthTokens=true`, scopes: ['okta.users.manage'] },
  SuspendUser: lifecycle(`${USERS}/lifecycle/suspend`, 'okta.users.manage'),
  UnsuspendUser: lifecycle(`${USERS}/lifecycle/unsuspend`, 'okta.users.manage'),
  AddUserToGroup: { tier: 'contain', request: 'PUT /api/v1/groups/{groupId}/users/{userId}', scopes: ['okta.groups.manage'] },
  RemoveUserFromGroup: {
    tier: 'contain',
    request: 'DELETE /api/v1/groups/{groupId}/users/{userId}',
    scopes: ['okta.groups.manage'],
  },
  ActivateApp: lifecycle('/api/v1/apps/{appId}/lifecycle/activate', 'okta.apps.manage'),
  DeactivateApp: lifecycle('/api/v1/apps/{appId}/lifecycle/deactivate', 'okta.apps.manage'),
  ReplaceZone: {
    tier: 'contain',
    request: 'PUT /api/v1/zones/{zoneId}',
    whole: 'zone',
    scopes: ['okta.networkZones.manage'],
  },

  // Whoever may assign roles may become anything: a credential of its own.
  AssignRole: { tier: 'destroy', request: `POST ${USERS}/roles`, body: ['type'], scopes: ['okta.roles.manage'] },
  UnassignRole: { tier: 'destroy', request: `DELETE ${USERS}/roles/{roleAssignmentId}`, scopes: ['okta.roles.manage'] },
  ExpirePassword: { tier: 'destroy', request: `POST ${USERS}/lifecycle/expire_password`, scopes: ['okta.users.manage'] },
  UnenrollFactor: { tier: 'destroy', request: `DELETE ${USERS}/factors/{factorId}`, scopes: ['okta.users.manage'] },
  ResetFactors: { tier: 'destroy', request: `POST ${USERS}/lifecycle/reset_factors`, scopes: ['okta.users.manage'] },
  RevokeApiToken: { tier: 'destroy', request: 'DELETE /api/v1/api-tokens/{tokenId}', scopes: ['okta.apiTokens.manage'] },
};
