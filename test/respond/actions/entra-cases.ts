/** For every action on Entra ID: any directory that it may meet, and the parameters with which it is asked there. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../../functions/core/json.ts';
import { NOW_MS } from '../world.ts';
import { tenantCases } from './estate-case.ts';

export const DIRECTORY = '0a1b2c3d-0000-4000-8000-000000000000';
export const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const USER = guid(1);
const PRINCIPAL = guid(2);
const LOCATION = guid(3);
const KEY = guid(4);
const [ROLE, OTHER_ROLE] = [guid(5), guid(6)];
const EARLIER = new Date(NOW_MS - 3_600_000).toISOString();
const SINCE = new Date(NOW_MS - 60_000).toISOString();
const bool = fc.boolean();
const rarely = fc.constantFrom(false, false, false, true);

const METHODS = ['phone', 'fido2', 'microsoftAuthenticator', 'password'];
const methods = fc.subarray(METHODS).map((kinds) =>
  kinds.map((kind) => ({
    ...{ id: kind, type: `#microsoft.graph.${kind}AuthenticationMethod`, createdDateTime: EARLIER },
  })),
);
const user = fc.record({
  ...{
    userPrincipalName: fc.constant('kato@example.com'),
    accountEnabled: bool,
    userType: fc.constantFrom('Member', 'Member', 'Guest'),
  },
  onPremisesSyncEnabled: fc.constantFrom(true, null),
  methods,
});
const roles = fc
  .uniqueArray(fc.tuple(fc.constantFrom(ROLE, OTHER_ROLE), fc.constantFrom('/', '/administrativeUnits/1')), {
    selector: (pair) => pair.join(' '),
  })
  .map((all) => ({
    assignments: all.map(([roleDefinitionId, directoryScopeId], i) => ({
      assignmentId: `ra-${i}`,
      roleDefinitionId,
      directoryScopeId,
    })),
  }));
type Resources = Record<string, Record<string, JsonObject>>;
const withUser = fc.tuple(user, roles, fc.constantFrom('none', 'atRisk', 'confirmedCompromised'), bool).map(
  ([one, own, riskState, isOver]): Resources => ({
    'entra/user': { [USER]: one },
    'entra/role-assignments': { [USER]: own },
    'entra/sessions': { [USER]: { validFrom: isOver ? new Date(NOW_MS).toISOString() : EARLIER } },
    ...(riskState === 'none' ? {} : { 'entra/risk': { [USER]: { riskState, riskLevel: 'high' } } }),
  }),
);

const grant = fc.record({
  resourceId: fc.constantFrom(guid(20), guid(21)),
  principalId: fc.constantFrom(null, USER, guid(22)),
  scope: fc.constantFrom('Mail.Read offline_access', 'Files.Read.All'),
});
const grants = fc
  .uniqueArray(grant, { maxLength: 5, selector: (one) => `${one.resourceId}${one.principalId}${one.scope}` })
  .map((all) =>
    all.map((one, i) => ({
      ...one,
      assignmentId: `g-${i}`,
      consentType: one.principalId === null ? 'AllPrincipals' : 'Principal',
    })),
  );
const appRoles = fc
  .uniqueArray(fc.constantFrom(guid(30), guid(31), guid(32), guid(33)), { maxLength: 4 })
  .map((ids) => ids.map((appRoleId, i) => ({ assignmentId: `a-${i}`, resourceId: guid(20), appRoleId })));
const credential = (keyId: string): JsonObject => ({ keyId, displayName: 'ci' });
const credentials = fc.subarray([KEY, guid(40), guid(41)]).map((ids) => ids.map(credential));
const MICROSOFT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';
const principal = fc.record({
  displayName: fc.constant('Mail helper'),
  accountEnabled: bool,
  appOwnerOrganizationId: fc.constantFrom(guid(50), guid(50), MICROSOFT),
  ...{ grants, appRoles, passwords: credentials, certificates: fc.constantFrom<JsonObject[][]>([], [credential(guid(42))]) },
});
const withPrincipal = fc.tuple(principal, roles).map(
  ([one, own]): Resources => ({
    'entra/service-principal': { [PRINCIPAL]: one },
    'entra/role-assignments': { [PRINCIPAL]: own },
  }),
);
const withCredentials = principal.map(
  ({ passwords, certificates, ...one }): Resources => ({
    'entra/service-principal': { [PRINCIPAL]: { ...one, passwords, certificates } },
    'entra/application': { [PRINCIPAL]: { displayName: 'Mail helper', passwords, certificates } },
  }),
);

const range = (cidr: string): JsonObject => ({ type: '#microsoft.graph.iPv4CidrRange', cidr });
const location = fc
  .tuple(
    fc.subarray(['198.51.100.7/32', '203.0.113.0/24', '192.0.2.0/25']),
    rarely,
    rarely.map((not) => !not),
  )
  .map(
    ([cidrs, isTrusted, isBlocking]): Resources => ({
      'entra/named-location': {
        [LOCATION]: { type: '#microsoft.graph.ipNamedLocation', displayName: 'Blocked', isTrusted, ranges: cidrs.map(range) },
      },
      'entra/conditional-access-policy': {
        a: { state: 'enabled', includeLocations: ['All'], controls: ['mfa'] },
        b: { state: 'disabled', includeLocations: [LOCATION], controls: ['block'] },
        c: {
          state: isBlocking ? 'enabled' : 'enabledForReportingButNotEnforced',
          includeLocations: [LOCATION],
          controls: ['block'],
        },
      },
    }),
  );

const ofUser = { userId: USER };
const ofPrincipal = { servicePrincipalId: PRINCIPAL };
export const ENTRA_CASES = tenantCases('entra', DIRECTORY, {
  'entra-app-disable': { resources: withPrincipal, parameters: ofPrincipal },
  'entra-app-role-remove': { resources: withPrincipal, parameters: ofPrincipal },
  'entra-auth-method-remove': {
    resources: withUser,
    parameters: { ...ofUser, methodId: 'fido2' },
    more: fc.constantFrom(...METHODS.map((methodId) => ({ methodId }))),
  },
  'entra-credential-remove': {
    resources: withCredentials,
    parameters: { on: 'application', objectId: PRINCIPAL, keyId: KEY },
    more: fc.constantFrom({ on: 'application' }, { on: 'servicePrincipal' }),
  },
  'entra-grant-remove': { resources: withPrincipal, parameters: ofPrincipal },
  'entra-location-block': { resources: location, parameters: { locationId: LOCATION, cidr: '198.51.100.7/32' } },
  'entra-risk-confirm': { resources: withUser, parameters: ofUser },
  'entra-role-remove': { resources: withUser, parameters: { principalId: USER, roleDefinitionId: ROLE } },
  'entra-session-revoke': { resources: withUser, parameters: { ...ofUser, since: SINCE } },
  'entra-user-disable': { resources: withUser, parameters: ofUser },
});
