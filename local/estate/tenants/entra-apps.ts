/** The simulated part of Entra ID that is about applications: service principals with their grants, app roles and credentials, registrations. */
import * as z from 'zod';
import type { ResourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import { APPLICATION, changed, enable, id, newId, PRINCIPAL, there } from './entra-state.ts';
import { graphList } from './graph.ts';
import {
  bodyAs,
  NO_CONTENT,
  notFound,
  ok,
  type VendorAnswer,
  type VendorHandler,
  VendorRefusal,
  type VendorRequest,
} from './vendor.ts';

const principal = (
  request: VendorRequest,
): ReturnType<typeof there<z.infer<typeof PRINCIPAL extends ResourceType<infer T> ? z.ZodType<T> : never>>> =>
  there(PRINCIPAL, request.at, id(request, 'servicePrincipalId'));

const getPrincipal: VendorHandler = async (request) => {
  const { displayName, accountEnabled, appOwnerOrganizationId, passwords, certificates } = await principal(request);
  const facts = { id: id(request, 'servicePrincipalId'), displayName, accountEnabled, appOwnerOrganizationId };
  const isAsked = (name: string): boolean => (request.query['$select'] ?? '').split(',').includes(name);
  const credentials = { passwordCredentials: passwords, keyCredentials: certificates };
  const all = Object.entries({ ...facts, servicePrincipalType: 'Application', ...credentials });
  return ok(Object.fromEntries(all.filter(([name]) => isAsked(name))));
};

const getApplication: VendorHandler = async (request) => {
  const { displayName, passwords, certificates } = await there(APPLICATION, request.at, id(request, 'applicationId'));
  return ok({ displayName, passwordCredentials: passwords, keyCredentials: certificates });
};

const removePassword =
  (type: typeof APPLICATION | typeof PRINCIPAL, name: string): VendorHandler =>
  async (request) => {
    const { keyId } = bodyAs(request, z.strictObject({ keyId: text }));
    await changed(type as typeof APPLICATION, request.at, id(request, name), (data) => {
      const kept = data.passwords.filter((one) => one.keyId !== keyId);
      if (kept.length === data.passwords.length) throw new VendorRefusal(400, 'No password credential found with keyId');
      data.passwords = kept;
    });
    return NO_CONTENT;
  };

async function createGrant(request: VendorRequest): Promise<VendorAnswer> {
  const { clientId, ...grant } = bodyAs(
    request,
    z.strictObject({
      ...{ clientId: text, consentType: z.enum(['AllPrincipals', 'Principal']), resourceId: text, scope: text },
      principalId: text.optional(),
    }),
  );
  if ((grant.consentType === 'Principal') !== (grant.principalId !== undefined))
    throw new VendorRefusal(400, 'Invalid principalId');
  await changed(PRINCIPAL, request.at, clientId, ({ grants }) => {
    grants.push({ ...grant, principalId: grant.principalId ?? null, assignmentId: newId(request, grants.length) });
  });
  return { status: 201, body: {} };
}

async function deleteGrant(request: VendorRequest): Promise<VendorAnswer> {
  for (const [key, { grants }] of await PRINCIPAL.all(request.at)) {
    if (!grants.some(({ assignmentId }) => assignmentId === id(request, 'grantId'))) continue;
    await changed(PRINCIPAL, request.at, key, (data) => {
      data.grants = data.grants.filter(({ assignmentId }) => assignmentId !== id(request, 'grantId'));
    });
    return NO_CONTENT;
  }
  throw notFound('grant');
}

async function createAppRole(request: VendorRequest): Promise<VendorAnswer> {
  const { principalId, ...own } = bodyAs(request, z.strictObject({ principalId: text, resourceId: text, appRoleId: text }));
  if (principalId !== id(request, 'servicePrincipalId')) throw new VendorRefusal(400, 'principalId is another');
  await changed(PRINCIPAL, request.at, principalId, ({ appRoles }) => {
    appRoles.push({ ...own, assignmentId: newId(request, appRoles.length) });
  });
  return { status: 201, body: {} };
}

async function deleteAppRole(request: VendorRequest): Promise<VendorAnswer> {
  await changed(PRINCIPAL, request.at, id(request, 'servicePrincipalId'), (data) => {
    const kept = data.appRoles.filter(({ assignmentId }) => assignmentId !== id(request, 'assignmentId'));
    if (kept.length === data.appRoles.length) throw notFound('assignment');
    data.appRoles = kept;
  });
  return NO_CONTENT;
}

const PRINCIPALS = '/v1.0/servicePrincipals/{servicePrincipalId}';

/** @see Microsoft Graph REST API v1.0, servicePrincipal, application, oAuth2PermissionGrant, appRoleAssignment */
export const ENTRA_APPS: Readonly<Record<string, VendorHandler>> = {
  [`GET ${PRINCIPALS}`]: getPrincipal,
  [`PATCH ${PRINCIPALS}`]: enable(PRINCIPAL, 'servicePrincipalId'),
  [`GET ${PRINCIPALS}/oauth2PermissionGrants`]: async (request) => {
    const { grants } = await principal(request);
    const clientId = id(request, 'servicePrincipalId');
    return graphList(
      request,
      grants.map(({ assignmentId, ...own }) => ({ id: assignmentId, clientId, ...own })),
    );
  },
  'POST /v1.0/oauth2PermissionGrants': createGrant,
  'DELETE /v1.0/oauth2PermissionGrants/{grantId}': deleteGrant,
  [`GET ${PRINCIPALS}/appRoleAssignments`]: async (request) => {
    const { appRoles } = await principal(request);
    return graphList(
      request,
      appRoles.map(({ assignmentId, ...own }) => ({ id: assignmentId, ...own })),
    );
  },
  [`POST ${PRINCIPALS}/appRoleAssignments`]: createAppRole,
  [`DELETE ${PRINCIPALS}/appRoleAssignments/{assignmentId}`]: deleteAppRole,
  [`POST ${PRINCIPALS}/removePassword`]: removePassword(PRINCIPAL, 'servicePrincipalId'),
  'GET /v1.0/applications/{applicationId}': getApplication,
  'POST /v1.0/applications/{applicationId}/removePassword': removePassword(APPLICATION, 'applicationId'),
};
