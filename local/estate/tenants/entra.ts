/** A simulated Entra ID directory: users with their methods, role assignments, service principals with grants, app roles and credentials, named locations. */
import * as z from 'zod';
import type { JsonObject } from '../../../functions/core/json.ts';
import { type At, type ResourceType, resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import { equalTo, graphList, graphRefusal } from './graph.ts';
import {
  NO_CONTENT,
  notFound,
  ok,
  type SimulatedVendor,
  type VendorAnswer,
  type VendorHandler,
  VendorRefusal,
  type VendorRequest,
} from './vendor.ts';

const GLOBAL = { global: true };
const LIVE = { global: true, live: true };
const Method = z.strictObject({ id: text, type: text, createdDateTime: text });
const USER = resourceType(
  'entra/user',
  z.strictObject({
    ...{ userPrincipalName: text, accountEnabled: z.boolean(), userType: text, onPremisesSyncEnabled: z.boolean().nullable() },
    methods: z.array(Method),
  }),
  GLOBAL,
);
/** Sessions are no configuration: only the time before which they are invalid is known. */
const SESSIONS = resourceType('entra/sessions', z.strictObject({ validFrom: text }), LIVE);
/** Identity Protection's judgment, which changes by itself. */
const RISK = resourceType('entra/risk', z.strictObject({ riskState: text, riskLevel: text }), LIVE);

/** Graph gives each of these an id of its own. */
const assignment = <S extends z.ZodRawShape>(shape: S) => z.array(z.strictObject({ assignmentId: text, ...shape }));
const ROLES = resourceType(
  'entra/role-assignments',
  z.strictObject({ assignments: assignment({ roleDefinitionId: text, directoryScopeId: text }) }),
  { ...GLOBAL, handedOut: ['assignmentId'], unordered: ['assignments'] },
);
const Credential = z.strictObject({ keyId: text, displayName: text });
const PRINCIPAL = resourceType(
  'entra/service-principal',
  z.strictObject({
    ...{ displayName: text, accountEnabled: z.boolean(), appOwnerOrganizationId: text },
    grants: assignment({ consentType: text, principalId: text.nullable(), resourceId: text, scope: text }),
    appRoles: assignment({ resourceId: text, appRoleId: text }),
    passwords: z.array(Credential),
    certificates: z.array(Credential),
  }),
  { ...GLOBAL, handedOut: ['assignmentId'], unordered: ['grants', 'appRoles'] },
);
const APPLICATION = resourceType(
  'entra/application',
  z.strictObject({ displayName: text, passwords: z.array(Credential), certificates: z.array(Credential) }),
  GLOBAL,
);
const LOCATION = resourceType(
  'entra/named-location',
  z.strictObject({
    type: text,
    displayName: text,
    isTrusted: z.boolean(),
    ranges: z.array(z.strictObject({ type: text, cidr: text })),
  }),
  GLOBAL,
);
const POLICY = resourceType(
  'entra/conditional-access-policy',
  z.strictObject({ state: text, includeLocations: z.array(text), controls: z.array(text) }),
  GLOBAL,
);

const id = ({ ids }: VendorRequest, name: string): string => ids[name] ?? '';

async function there<T extends JsonObject>(type: ResourceType<T>, at: At, key: string): Promise<T> {
  const data = await type.get(at, key);
  if (data === undefined) throw notFound(`Resource '${key}' does not exist`);
  return data;
}

async function changed<T extends JsonObject>(
  type: ResourceType<T>,
  at: At,
  key: string,
  change: (data: T) => void,
): Promise<void> {
  if ((await type.change(at, key, change)) === undefined) throw notFound(`Resource '${key}' does not exist`);
}

function bodyAs<S extends z.ZodRawShape>({ body }: VendorRequest, shape: S): z.infer<z.ZodObject<S, z.core.$strict>> {
  const parsed = z.strictObject(shape).safeParse(body);
  if (!parsed.success) throw new VendorRefusal(400, `Invalid request body: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  return parsed.data;
}

/** Ids that look like Graph's: from the moment, and how many there are. */
const newId = ({ at }: VendorRequest, count: number): string => `new-${at.nowMs.toString(36)}-${count}`;

const getUser: VendorHandler = async (request) => {
  const { methods: _, ...user } = await there(USER, request.at, id(request, 'userId'));
  const sessions = await SESSIONS.get(request.at, id(request, 'userId'));
  return ok({ id: id(request, 'userId'), ...user, signInSessionsValidFromDateTime: sessions?.validFrom ?? null });
};

const revoke: VendorHandler = async (request) => {
  await there(USER, request.at, id(request, 'userId'));
  await SESSIONS.put(request.at, id(request, 'userId'), {
    validFrom: new Date(request.at.nowMs).toISOString().replace(/\.\d+/, ''),
  });
  return ok({ value: true });
};

const risk =
  (riskState: string, riskLevel: string): VendorHandler =>
  async (request) => {
    for (const userId of bodyAs(request, { userIds: z.array(text).min(1) }).userIds) {
      await there(USER, request.at, userId);
      await RISK.put(request.at, userId, { riskState, riskLevel });
    }
    return NO_CONTENT;
  };

const enable =
  (type: typeof USER | typeof PRINCIPAL, name: string): VendorHandler =>
  async (request) => {
    const { accountEnabled } = bodyAs(request, { accountEnabled: z.boolean() });
    await changed(type as ResourceType, request.at, id(request, name), (data) => Object.assign(data, { accountEnabled }));
    return NO_CONTENT;
  };

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
    const { keyId } = bodyAs(request, { keyId: text });
    await changed(type as typeof APPLICATION, request.at, id(request, name), (data) => {
      const kept = data.passwords.filter((one) => one.keyId !== keyId);
      if (kept.length === data.passwords.length) throw new VendorRefusal(400, 'No password credential found with keyId');
      data.passwords = kept;
    });
    return NO_CONTENT;
  };

async function createGrant(request: VendorRequest): Promise<VendorAnswer> {
  const { clientId, ...grant } = bodyAs(request, {
    ...{ clientId: text, consentType: z.enum(['AllPrincipals', 'Principal']), resourceId: text, scope: text },
    principalId: text.optional(),
  });
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
  const { principalId, ...own } = bodyAs(request, { principalId: text, resourceId: text, appRoleId: text });
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

const listRoles: VendorHandler = async (request) => {
  const principalId = equalTo(request.query['$filter'], 'principalId');
  const { assignments = [] } = (await ROLES.get(request.at, principalId)) ?? {};
  return graphList(
    request,
    assignments.map(({ assignmentId, ...own }) => ({ id: assignmentId, principalId, ...own })),
  );
};

async function createRole(request: VendorRequest): Promise<VendorAnswer> {
  const { principalId, ...own } = bodyAs(request, { principalId: text, roleDefinitionId: text, directoryScopeId: text });
  const { assignments = [] } = (await ROLES.get(request.at, principalId)) ?? {};
  const isSame = (one: typeof own): boolean =>
    one.roleDefinitionId === own.roleDefinitionId && one.directoryScopeId === own.directoryScopeId;
  if (assignments.some(isSame))
    throw new VendorRefusal(400, 'A conflicting object with one or more of the specified property values is present');
  await ROLES.put(request.at, principalId, {
    assignments: [...assignments, { ...own, assignmentId: newId(request, assignments.length) }],
  });
  return { status: 201, body: {} };
}

async function deleteRole(request: VendorRequest): Promise<VendorAnswer> {
  for (const [key, { assignments }] of await ROLES.all(request.at)) {
    const kept = assignments.filter(({ assignmentId }) => assignmentId !== id(request, 'assignmentId'));
    if (kept.length === assignments.length) continue;
    await ROLES.put(request.at, key, { assignments: kept });
    return NO_CONTENT;
  }
  throw notFound('role assignment');
}

const getObject: VendorHandler = async (request) => {
  const key = id(request, 'objectId');
  if ((await USER.get(request.at, key)) ?? (await PRINCIPAL.get(request.at, key))) return ok({ id: key });
  throw notFound(key);
};

const COLLECTIONS: Readonly<Record<string, string>> = {
  phoneMethods: '#microsoft.graph.phoneAuthenticationMethod',
  fido2Methods: '#microsoft.graph.fido2AuthenticationMethod',
  microsoftAuthenticatorMethods: '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod',
};

/** A method is deleted from the collection of its own type alone. */
async function deleteMethod(request: VendorRequest): Promise<VendorAnswer> {
  await changed(USER, request.at, id(request, 'userId'), (data) => {
    const kept = data.methods.filter(
      (one) => one.id !== id(request, 'methodId') || one.type !== COLLECTIONS[id(request, 'kind')],
    );
    if (kept.length === data.methods.length) throw notFound('method');
    data.methods = kept;
  });
  return NO_CONTENT;
}

const getLocation: VendorHandler = async (request) => {
  const { type, displayName, isTrusted, ranges } = await there(LOCATION, request.at, id(request, 'locationId'));
  const ipRanges = ranges.map((range) => ({ '@odata.type': range.type, cidrAddress: range.cidr }));
  return ok({ '@odata.type': type, id: id(request, 'locationId'), displayName, isTrusted, ipRanges });
};

const IpRange = z.strictObject({
  '@odata.type': z.enum(['#microsoft.graph.iPv4CidrRange', '#microsoft.graph.iPv6CidrRange']),
  cidrAddress: text,
});

async function updateLocation(request: VendorRequest): Promise<VendorAnswer> {
  const { ipRanges } = bodyAs(request, {
    '@odata.type': z.literal('#microsoft.graph.ipNamedLocation'),
    ipRanges: z.array(IpRange),
  });
  await changed(LOCATION, request.at, id(request, 'locationId'), (data) => {
    data.ranges = ipRanges.map((range) => ({ type: range['@odata.type'], cidr: range.cidrAddress }));
  });
  return NO_CONTENT;
}

const listPolicies: VendorHandler = async (request) =>
  graphList(
    request,
    (await POLICY.all(request.at)).map(([key, { state, includeLocations, controls }]) => ({
      ...{
        id: key,
        state,
        conditions: { locations: { includeLocations } },
        grantControls: { operator: 'OR', builtInControls: controls },
      },
    })),
  );

const USERS = '/v1.0/users/{userId}';
const PRINCIPALS = '/v1.0/servicePrincipals/{servicePrincipalId}';
const RISKY = '/v1.0/identityProtection/riskyUsers';
const ASSIGNMENTS = '/v1.0/roleManagement/directory/roleAssignments';
const LOCATIONS = '/v1.0/identity/conditionalAccess/namedLocations/{locationId}';

/** @see Microsoft Graph REST API v1.0 */
export const ENTRA: SimulatedVendor = {
  refusal: graphRefusal,
  routes: {
    [`GET ${USERS}`]: getUser,
    [`PATCH ${USERS}`]: enable(USER, 'userId'),
    [`POST ${USERS}/revokeSignInSessions`]: revoke,
    [`GET ${USERS}/authentication/methods`]: async (request) => {
      const { methods } = await there(USER, request.at, id(request, 'userId'));
      return graphList(
        request,
        methods.map(({ type, ...own }) => ({ '@odata.type': type, ...own })),
      );
    },
    [`DELETE ${USERS}/authentication/{kind}/{methodId}`]: deleteMethod,
    [`GET ${RISKY}/{userId}`]: async (request) => ok({ ...(await there(RISK, request.at, id(request, 'userId'))) }),
    [`POST ${RISKY}/confirmCompromised`]: risk('confirmedCompromised', 'high'),
    [`POST ${RISKY}/dismiss`]: risk('dismissed', 'none'),
    'GET /v1.0/directoryObjects/{objectId}': getObject,
    [`GET ${ASSIGNMENTS}`]: listRoles,
    [`POST ${ASSIGNMENTS}`]: createRole,
    [`DELETE ${ASSIGNMENTS}/{assignmentId}`]: deleteRole,
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
    [`GET ${LOCATIONS}`]: getLocation,
    [`PATCH ${LOCATIONS}`]: updateLocation,
    'GET /v1.0/identity/conditionalAccess/policies': listPolicies,
  },
};
