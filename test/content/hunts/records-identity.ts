// Builds records of Okta, Entra ID and Google Workspace.
import type { JsonObject } from '../../../functions/core/json.ts';
import { iso, next, nextId, type Raw } from './records.ts';

export interface OktaEvent {
  type: string;
  user?: string;
  ip?: string;
  country?: string;
  asn?: number;
  asOrg?: string;
  agent?: string;
  result?: string;
  reason?: string;
  target?: JsonObject[];
  debug?: JsonObject;
}

/** One record of Okta's System Log. */
export function okta(ms: number, event: OktaEvent): Raw {
  const user = event.user ?? 'aoi.kato@example.com';
  return {
    source: 'okta',
    record: {
      uuid: nextId(),
      published: iso(ms),
      eventType: event.type,
      version: '0',
      severity: 'INFO',
      legacyEventType: 'core.user_auth',
      displayMessage: event.type,
      actor: { id: `00u-${user.split('@')[0]}`, type: 'User', alternateId: user, displayName: user.split('@')[0] ?? user },
      client: {
        userAgent: { rawUserAgent: event.agent ?? 'Mozilla/5.0 (Macintosh)', os: 'Mac OS X', browser: 'CHROME' },
        device: 'Computer',
        ipAddress: event.ip ?? '203.0.113.24',
        geographicalContext: { city: 'X', state: 'X', country: event.country ?? 'Japan', geolocation: { lat: 35.6, lon: 139.6 } },
      },
      outcome: { result: event.result ?? 'SUCCESS', reason: event.reason ?? null },
      target: event.target ?? [],
      transaction: { type: 'WEB', id: nextId() },
      debugContext: { debugData: event.debug ?? {} },
      authenticationContext: { rootSessionId: `s-${user}-${new Date(ms).getUTCDate()}`, authenticationStep: 0 },
      securityContext: { asNumber: event.asn ?? 64500, asOrg: event.asOrg ?? 'Example Telecom', isProxy: false },
    },
  };
}

export interface EntraSignIn {
  user?: string;
  ip?: string;
  country?: string;
  asn?: number;
  code?: number;
  reason?: string;
  mfa?: boolean;
  app?: string;
  agent?: string;
}

/** One sign-in of Entra ID. */
export function entraSignIn(ms: number, event: EntraSignIn): Raw {
  const user = event.user ?? 'ren.sato@example.com';
  const ip = event.ip ?? '203.0.113.30';
  return {
    source: 'entra-id',
    record: {
      time: iso(ms),
      operationName: 'Sign-in activity',
      category: 'SignInLogs',
      tenantId: '11111111-0000-4000-8000-000000000001',
      resultType: String(event.code ?? 0),
      callerIpAddress: ip,
      identity: user,
      location: event.country ?? 'JP',
      properties: {
        id: nextId(),
        createdDateTime: iso(ms),
        userPrincipalName: user,
        userDisplayName: user,
        userId: `id-${user}`,
        appId: 'cfceb902-0000-4000-8000-000000000001',
        appDisplayName: event.app ?? 'Office 365',
        ipAddress: ip,
        autonomousSystemNumber: event.asn ?? 64500,
        status: { errorCode: event.code ?? 0, failureReason: event.reason ?? 'Other.' },
        clientAppUsed: 'Browser',
        userAgent: event.agent ?? 'Mozilla/5.0',
        location: { city: 'X', state: 'X', countryOrRegion: event.country ?? 'JP' },
        conditionalAccessStatus: 'success',
        isInteractive: true,
        authenticationRequirement: event.mfa === false ? 'singleFactorAuthentication' : 'multiFactorAuthentication',
        resourceDisplayName: 'Office 365',
      },
    },
  };
}

export interface EntraAudit {
  name: string;
  by?: string;
  ip?: string;
  category?: string;
  targets?: JsonObject[];
  type?: string;
}

/** One audit record of Entra ID. */
export const entraAudit = (ms: number, event: EntraAudit): Raw => ({
  source: 'entra-id',
  record: {
    time: iso(ms),
    operationName: event.name,
    category: 'AuditLogs',
    tenantId: '11111111-0000-4000-8000-000000000001',
    properties: {
      id: nextId(),
      category: event.category ?? 'ApplicationManagement',
      result: 'success',
      activityDisplayName: event.name,
      activityDateTime: iso(ms),
      loggedByService: 'Core Directory',
      operationType: event.type ?? 'Update',
      initiatedBy: {
        user: { id: 'u', userPrincipalName: event.by ?? 'admin.mori@example.com', ipAddress: event.ip ?? '203.0.113.30' },
      },
      targetResources: event.targets ?? [{ id: 'sp1', type: 'ServicePrincipal', displayName: 'ci-deployer' }],
      additionalDetails: [{ key: 'User-Agent', value: 'Mozilla/5.0' }],
    },
  },
});

/** One activity of Google Workspace. */
export const workspace = (
  ms: number,
  app: string,
  name: string,
  more: { by?: string; ip?: string; parameters?: JsonObject },
): Raw => ({
  source: 'google-workspace',
  record: {
    kind: 'admin#reports#activity',
    id: { time: iso(ms), uniqueQualifier: `-${next()}`, applicationName: app, customerId: 'C0123abcd' },
    actor: { callerType: 'USER', email: more.by ?? 'aoi.kato@example.com', profileId: '1101' },
    ipAddress: more.ip ?? '203.0.113.24',
    type: 'auth',
    name,
    parameters: more.parameters ?? {},
  },
});
