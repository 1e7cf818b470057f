/** Microsoft Graph on the directory, as far as responses call it. @see Microsoft Graph REST API v1.0, "Permissions" of each operation, application */
import type { TenantOperation } from './operation.ts';

const USER = '/v1.0/users/{userId}';
const PRINCIPAL = '/v1.0/servicePrincipals/{servicePrincipalId}';
const ASSIGNMENTS = '/v1.0/roleManagement/directory/roleAssignments';
const LOCATION = '/v1.0/identity/conditionalAccess/namedLocations/{locationId}';
const RISKY = '/v1.0/identityProtection/riskyUsers';
const APPLICATION_READ = ['Application.Read.All'];
const APPLICATION_WRITE = ['Application.ReadWrite.All'];
const GRANT_WRITE = ['DelegatedPermissionGrant.ReadWrite.All'];
const ROLE_WRITE = ['RoleManagement.ReadWrite.Directory'];
const APP_ROLE_WRITE = ['Application.Read.All', 'AppRoleAssignment.ReadWrite.All'];
const RISK_WRITE = ['IdentityRiskyUser.ReadWrite.All'];
const PRINCIPAL_FACTS = '$select=id,displayName,accountEnabled,appOwnerOrganizationId,servicePrincipalType';

export const ENTRA_OPERATIONS: Readonly<Record<string, TenantOperation>> = {
  GetUser: {
    tier: 'read',
    request: `GET ${USER}?$select=id,userPrincipalName,accountEnabled,userType,onPremisesSyncEnabled,signInSessionsValidFromDateTime`,
    scopes: ['User.Read.All'],
  },
  GetDirectoryObject: { tier: 'read', request: 'GET /v1.0/directoryObjects/{objectId}', scopes: ['Directory.Read.All'] },
  ListRoleAssignments: {
    tier: 'read',
    request: `GET ${ASSIGNMENTS}`,
    query: ['$filter'],
    scopes: ['RoleManagement.Read.Directory'],
  },
  ListAuthenticationMethods: {
    tier: 'read',
    request: `GET ${USER}/authentication/methods`,
    scopes: ['UserAuthenticationMethod.Read.All'],
  },
  GetRiskyUser: { tier: 'read', request: `GET ${RISKY}/{userId}`, scopes: ['IdentityRiskyUser.Read.All'] },
  GetServicePrincipal: { tier: 'read', request: `GET ${PRINCIPAL}?${PRINCIPAL_FACTS}`, scopes: APPLICATION_READ },
  ListGrants: { tier: 'read', request: `GET ${PRINCIPAL}/oauth2PermissionGrants`, scopes: ['Directory.Read.All'] },
  ListAppRoleAssignments: { tier: 'read', request: `GET ${PRINCIPAL}/appRoleAssignments`, scopes: APPLICATION_READ },
  GetServicePrincipalCredentials: {
    tier: 'read',
    request: `GET ${PRINCIPAL}?$select=id,displayName,passwordCredentials,keyCredentials`,
    scopes: APPLICATION_READ,
  },
  GetApplicationCredentials: {
    tier: 'read',
    request: 'GET /v1.0/applications/{applicationId}?$select=id,displayName,passwordCredentials,keyCredentials',
    scopes: APPLICATION_READ,
  },
  GetNamedLocation: { tier: 'read', request: `GET ${LOCATION}`, scopes: ['Policy.Read.All'] },
  ListConditionalAccessPolicies: {
    tier: 'read',
    request: 'GET /v1.0/identity/conditionalAccess/policies',
    scopes: ['Policy.Read.All'],
  },

  EnableDisableUser: {
    tier: 'contain',
    request: `PATCH ${USER}`,
    body: ['accountEnabled'],
    scopes: ['User.EnableDisableAccount.All', 'User.Read.All'],
  },
  RevokeSignInSessions: { tier: 'contain', request: `POST ${USER}/revokeSignInSessions`, scopes: ['User.RevokeSessions.All'] },
  ConfirmCompromised: { tier: 'contain', request: `POST ${RISKY}/confirmCompromised`, body: ['userIds'], scopes: RISK_WRITE },
  DismissRisk: { tier: 'contain', request: `POST ${RISKY}/dismiss`, body: ['userIds'], scopes: RISK_WRITE },
  EnableDisableServicePrincipal: {
    tier: 'contain',
    request: `PATCH ${PRINCIPAL}`,
    body: ['accountEnabled'],
    scopes: APPLICATION_WRITE,
  },
  UpdateNamedLocation: {
    tier: 'contain',
    request: `PATCH ${LOCATION}`,
    whole: 'location',
    scopes: ['Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess'],
  },

  // Whoever may grant or assign may become anything: a credential of its own.
  DeleteGrant: { tier: 'destroy', request: 'DELETE /v1.0/oauth2PermissionGrants/{grantId}', scopes: GRANT_WRITE },
  CreateGrant: {
    tier: 'destroy',
    request: 'POST /v1.0/oauth2PermissionGrants',
    body: ['clientId', 'consentType', 'principalId?', 'resourceId', 'scope'],
    scopes: GRANT_WRITE,
  },
  DeleteAppRoleAssignment: {
    tier: 'destroy',
    request: `DELETE ${PRINCIPAL}/appRoleAssignments/{assignmentId}`,
    scopes: APP_ROLE_WRITE,
  },
  CreateAppRoleAssignment: {
    tier: 'destroy',
    request: `POST ${PRINCIPAL}/appRoleAssignments`,
    body: ['principalId', 'resourceId', 'appRoleId'],
    scopes: APP_ROLE_WRITE,
  },
  DeleteRoleAssignment: { tier: 'destroy', request: `DELETE ${ASSIGNMENTS}/{assignmentId}`, scopes: ROLE_WRITE },
  CreateRoleAssignment: {
    tier: 'destroy',
    request: `POST ${ASSIGNMENTS}`,
    body: ['principalId', 'roleDefinitionId', 'directoryScopeId'],
    scopes: ROLE_WRITE,
  },
  RemoveServicePrincipalPassword: {
    tier: 'destroy',
    request: `POST ${PRINCIPAL}/removePassword`,
    body: ['keyId'],
    scopes: APPLICATION_WRITE,
  },
  RemoveApplicationPassword: {
    tier: 'destroy',
    request: 'POST /v1.0/applications/{applicationId}/removePassword',
    body: ['keyId'],
    scopes: APPLICATION_WRITE,
  },
  DeleteAuthenticationMethod: {
    tier: 'destroy',
    request: `DELETE ${USER}/authentication/{kind}/{methodId}`,
    scopes: ['UserAuthenticationMethod.ReadWrite.All'],
  },
};
