/** What a simulated Entra ID directory keeps: users with their methods, role assignments, service principals with grants, app roles and credentials, named locations. */
import * as z from 'zod';
import type { JsonObject } from '../../../functions/core/json.ts';
import { type At, type ResourceType, resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import { bodyAs, NO_CONTENT, notFound, type VendorHandler, type VendorRequest } from './vendor.ts';

const GLOBAL = { global: true };
const LIVE = { global: true, live: true };
const Method = z.strictObject({ id: text, type: text, createdDateTime: text });
export const USER = resourceType(
  'entra/user',
  z.strictObject({
    ...{ userPrincipalName: text, accountEnabled: z.boolean(), userType: text, onPremisesSyncEnabled: z.boolean().nullable() },
    methods: z.array(Method),
  }),
  GLOBAL,
);
/** Sessions are no configuration: only the time before which they are invalid is known. */
export const SESSIONS = resourceType('entra/sessions', z.strictObject({ validFrom: text }), LIVE);
/** Identity Protection's judgment, which changes by itself. */
export const RISK = resourceType('entra/risk', z.strictObject({ riskState: text, riskLevel: text }), LIVE);

/** Graph gives each of these an id of its own. */
const assignment = <S extends z.ZodRawShape>(shape: S) => z.array(z.strictObject({ assignmentId: text, ...shape }));
export const ROLES = resourceType(
  'entra/role-assignments',
  z.strictObject({ assignments: assignment({ roleDefinitionId: text, directoryScopeId: text }) }),
  { ...GLOBAL, handedOut: ['assignmentId'], unordered: ['assignments'] },
);
const Credential = z.strictObject({ keyId: text, displayName: text });
export const PRINCIPAL = resourceType(
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
export const APPLICATION = resourceType(
  'entra/application',
  z.strictObject({ displayName: text, passwords: z.array(Credential), certificates: z.array(Credential) }),
  GLOBAL,
);
export const LOCATION = resourceType(
  'entra/named-location',
  z.strictObject({
    type: text,
    displayName: text,
    isTrusted: z.boolean(),
    ranges: z.array(z.strictObject({ type: text, cidr: text })),
  }),
  GLOBAL,
);
export const POLICY = resourceType(
  'entra/conditional-access-policy',
  z.strictObject({ state: text, includeLocations: z.array(text), controls: z.array(text) }),
  GLOBAL,
);

export const id = ({ ids }: VendorRequest, name: string): string => ids[name] ?? '';

export async function there<T extends JsonObject>(type: ResourceType<T>, at: At, key: string): Promise<T> {
  const data = await type.get(at, key);
  if (data === undefined) throw notFound(`Resource '${key}' does not exist`);
  return data;
}

export async function changed<T extends JsonObject>(
  type: ResourceType<T>,
  at: At,
  key: string,
  change: (data: T) => void,
): Promise<void> {
  if ((await type.change(at, key, change)) === undefined) throw notFound(`Resource '${key}' does not exist`);
}

/** Ids that look like Graph's: from the moment, and how many there are. */
export const newId = ({ at }: VendorRequest, count: number): string => `new-${at.nowMs.toString(36)}-${count}`;

/** Turns accountEnabled of a user or service principal. */
export const enable =
  (type: typeof USER | typeof PRINCIPAL, name: string): VendorHandler =>
  async (request) => {
    const { accountEnabled } = bodyAs(request, z.strictObject({ accountEnabled: z.boolean() }));
    await changed(type as ResourceType, request.at, id(request, name), (data) => Object.assign(data, { accountEnabled }));
    return NO_CONTENT;
  };
