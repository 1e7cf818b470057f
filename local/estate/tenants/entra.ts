/** A simulated Entra ID directory: users with their sessions, risk and methods, directory roles, named locations, and its applications. */
import * as z from 'zod';
import { text } from '../simulation.ts';
import { ENTRA_APPS } from './entra-apps.ts';
import { changed, enable, id, LOCATION, newId, POLICY, PRINCIPAL, RISK, ROLES, SESSIONS, there, USER } from './entra-state.ts';
import { equalTo, graphList, graphRefusal } from './graph.ts';
import {
  bodyAs,
  NO_CONTENT,
  notFound,
  ok,
  type SimulatedVendor,
  type VendorAnswer,
  type VendorHandler,
  VendorRefusal,
  type VendorRequest,
} from './vendor.ts';

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
    for (const userId of bodyAs(request, z.strictObject({ userIds: z.array(text).min(1) })).userIds) {
      await there(USER, request.at, userId);
      await RISK.put(request.at, userId, { riskState, riskLevel });
    }
    return NO_CONTENT;
  };

const listRoles: VendorHandler = async (request) => {
  const principalId = equalTo(request.query['$filter'], 'principalId');
  const { assignments = [] } = (await ROLES.get(request.at, principalId)) ?? {};
  return graphList(
    request,
    assignments.map(({ assignmentId, ...own }) => ({ id: assignmentId, principalId, ...own })),
  );
};

async function createRole(request: VendorRequest): Promise<VendorAnswer> {
  const { principalId, ...own } = bodyAs(
    request,
    z.strictObject({ principalId: text, roleDefinitionId: text, directoryScopeId: text }),
  );
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
  const { ipRanges } = bodyAs(
    request,
    z.strictObject({
      '@odata.type': z.literal('#microsoft.graph.ipNamedLocation'),
      ipRanges: z.array(IpRange),
    }),
  );
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
    ...ENTRA_APPS,
    [`GET ${LOCATIONS}`]: getLocation,
    [`PATCH ${LOCATIONS}`]: updateLocation,
    'GET /v1.0/identity/conditionalAccess/policies': listPolicies,
  },
};
