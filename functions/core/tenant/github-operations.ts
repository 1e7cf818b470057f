/** GitHub's REST API, as far as responses call it; scopes are the permissions of a GitHub App. @see GitHub REST API 2022-11-28, "Permissions required for GitHub Apps" */
import type { TenantOperation } from './operation.ts';

const MEMBER = '/orgs/{org}/memberships/{userName}';
const BLOCK = '/orgs/{org}/blocks/{userName}';
const REPO = '/repos/{org}/{repo}';
const WORKFLOW = `${REPO}/actions/workflows/{workflowId}`;
const RUN = `${REPO}/actions/runs/{runId}`;
const KEY = `${REPO}/keys/{keyId}`;
const RUNNERS = '/orgs/{org}/actions/runners';
const TOKENS = '/orgs/{org}/personal-access-tokens';
const AUTHORIZATIONS = '/orgs/{org}/credential-authorizations';

const read = (path: `/${string}`, scope: string): TenantOperation => ({ tier: 'read', request: `GET ${path}`, scopes: [scope] });

export const GITHUB_OPERATIONS: Readonly<Record<string, TenantOperation>> = {
  GetUser: read('/users/{userName}', 'metadata:read'),
  GetMembership: read(MEMBER, 'members:read'),
  GetBlock: read(BLOCK, 'organization_user_blocking:read'),
  GetRepository: read(REPO, 'metadata:read'),
  GetActionsPermissions: read(`${REPO}/actions/permissions`, 'administration:read'),
  GetWorkflow: read(WORKFLOW, 'actions:read'),
  GetRun: read(RUN, 'actions:read'),
  GetDeployKey: read(KEY, 'administration:read'),
  GetRunner: read(`${RUNNERS}/{runnerId}`, 'organization_self_hosted_runners:read'),
  ListPersonalAccessTokens: read(`${TOKENS}?per_page=100`, 'organization_personal_access_tokens:read'),
  ListCredentialAuthorizations: read(`${AUTHORIZATIONS}?per_page=100`, 'organization_administration:read'),

  BlockUser: { tier: 'contain', request: `PUT ${BLOCK}`, scopes: ['organization_user_blocking:write'] },
  UnblockUser: { tier: 'contain', request: `DELETE ${BLOCK}`, scopes: ['organization_user_blocking:write'] },
  DisableWorkflow: { tier: 'contain', request: `PUT ${WORKFLOW}/disable`, scopes: ['actions:write'] },
  EnableWorkflow: { tier: 'contain', request: `PUT ${WORKFLOW}/enable`, scopes: ['actions:write'] },
  SetActionsPermissions: {
    tier: 'contain',
    request: `PUT ${REPO}/actions/permissions`,
    body: ['enabled', 'allowed_actions?'],
    scopes: ['administration:write'],
  },
  UpdateRepositoryVisibility: {
    tier: 'contain',
    request: `PATCH ${REPO}`,
    body: ['visibility'],
    scopes: ['administration:write'],
  },

  // Whoever may remove and invite members may make an owner.
  RemoveMembership: { tier: 'destroy', request: `DELETE ${MEMBER}`, scopes: ['members:write'] },
  SetMembership: { tier: 'destroy', request: `PUT ${MEMBER}`, body: ['role'], scopes: ['members:write'] },
  ForceCancelRun: { tier: 'destroy', request: `POST ${RUN}/force-cancel`, scopes: ['actions:write'] },
  DeleteDeployKey: { tier: 'destroy', request: `DELETE ${KEY}`, scopes: ['administration:write'] },
  DeleteRunner: {
    tier: 'destroy',
    request: `DELETE ${RUNNERS}/{runnerId}`,
    scopes: ['organization_self_hosted_runners:write'],
  },
  RevokePersonalAccessToken: {
    tier: 'destroy',
    request: `POST ${TOKENS}/{tokenId}`,
    body: ['action'],
    scopes: ['organization_personal_access_tokens:write'],
  },
  RemoveCredentialAuthorization: {
    tier: 'destroy',
    request: `DELETE ${AUTHORIZATIONS}/{credentialId}`,
    scopes: ['organization_administration:write'],
  },
};
