/** For every action on Okta: any organization that it may meet, and the parameters with which it is asked there. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../../functions/core/json.ts';
import { NOW_MS } from '../world.ts';
import { tenantCases } from './estate-case.ts';

export const OKTA_TENANT = 'acme.okta.com';
export const oktaId = (kind: string, tail = '1'): string => `${kind}${tail.padStart(17, '0')}`;
export const USER_ID = oktaId('00u');
export const OTHER_ID = oktaId('00u', '2');
const GROUPS = [oktaId('00g', '1'), oktaId('00g', '2'), oktaId('00g', '3')];
const FACTORS = [oktaId('opf', '1'), oktaId('opf', '2'), oktaId('opf', '3')];
const EARLIER = new Date(NOW_MS - 3_600_000).toISOString();
const SINCE = new Date(NOW_MS - 60_000).toISOString();

const bool = fc.boolean();
const role = fc.record({
  type: fc.constantFrom('SUPER_ADMIN', 'HELP_DESK_ADMIN', 'APP_ADMIN'),
  assignmentType: fc.constantFrom('USER', 'GROUP'),
  targets: fc.constantFrom<string[][]>([], [GROUPS[0] ?? '']),
});
const user = (more: Record<string, fc.Arbitrary<unknown>> = {}): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'SUSPENDED', 'LOCKED_OUT'),
      login: fc.constant('kato@example.com'),
      provider: fc.constantFrom('OKTA', 'ACTIVE_DIRECTORY', 'FEDERATION'),
      groups: fc.subarray(GROUPS),
      apps: fc.subarray(['Slack', 'AWS', 'GitHub']),
      factors: fc
        .subarray(FACTORS)
        .map((ids) => ids.map((id) => ({ id, factorType: 'push', provider: 'OKTA', status: 'ACTIVE', created: EARLIER }))),
      roles: fc
        .uniqueArray(role, { selector: ({ type }) => type, maxLength: 3 })
        .map((roles) => roles.map((one, i) => ({ ...one, assignmentId: oktaId('ra1', String(i)) }))),
      ...more,
    })
    .map((data) => JSON.parse(JSON.stringify(data)));

type Resources = Record<string, Record<string, JsonObject>>;
const ofUser = (more?: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Resources> =>
  user(more).map((one) => ({ 'okta/user': { [USER_ID]: one, [OTHER_ID]: { ...one, login: 'sato@example.com' } } }));
const groups = Object.fromEntries(GROUPS.map((id) => [id, { type: 'OKTA_GROUP', name: id }]));

const tokens = fc
  .array(fc.constantFrom('web', 'cli', 'mobile'), { maxLength: 5 })
  .map((clients) =>
    Object.fromEntries(
      clients.map((client, i) => [
        `oar${i}`,
        { userId: i === 4 ? OTHER_ID : USER_ID, clientId: `0oa${client}`, clientName: client, created: EARLIER },
      ]),
    ),
  );
const sessions = fc.tuple(ofUser(), tokens).map(([own, refresh]) => ({
  ...own,
  'okta/refresh-token': refresh,
  'okta/session': { s1: { userId: USER_ID }, s2: { userId: OTHER_ID } },
}));

const entry = fc.constantFrom('198.51.100.7/32', '198.51.100.7-198.51.100.7', '203.0.113.0/24', '192.0.2.1-192.0.2.9');
const zone = fc.uniqueArray(entry).map((values) => ({
  ...{ type: 'IP', name: 'BlockedIpZone', status: 'ACTIVE', usage: 'BLOCKLIST', proxies: null },
  gateways: values.map((value) => ({ type: value.includes('-') ? 'RANGE' : 'CIDR', value })),
}));

const direct = (type: string, i: number): JsonObject => ({
  ...{ type, assignmentType: 'USER', targets: [], assignmentId: oktaId('ra1', String(i)) },
});
const of = { userId: USER_ID };
export const OKTA_CASES = tenantCases('okta', OKTA_TENANT, {
  'okta-app-deactivate': {
    resources: fc
      .record({
        name: fc.constantFrom('custom', 'saasure'),
        label: fc.constant('App'),
        status: fc.constantFrom('ACTIVE', 'INACTIVE'),
      })
      .map((app) => ({ 'okta/app': { [oktaId('0oa')]: app } })),
    parameters: { appId: oktaId('0oa') },
  },
  'okta-factor-remove': { resources: ofUser(), parameters: { ...of, factorId: FACTORS[2] ?? '' } },
  'okta-factors-reset': { resources: ofUser(), parameters: of },
  'okta-group-remove': {
    resources: ofUser().map((own) => ({ ...own, 'okta/group': groups })),
    parameters: { ...of, groupId: GROUPS[2] ?? '' },
  },
  'okta-password-expire': { resources: ofUser(), parameters: of },
  'okta-role-remove': {
    resources: fc.oneof(ofUser(), ofUser({ roles: fc.constant(['APP_ADMIN', 'HELP_DESK_ADMIN'].map(direct)) })),
    parameters: { ...of, role: 'APP_ADMIN' },
    more: fc.constantFrom({ role: 'APP_ADMIN' }, { role: 'HELP_DESK_ADMIN' }),
  },
  'okta-session-revoke': { resources: sessions, parameters: { ...of, since: SINCE } },
  'okta-token-revoke': {
    resources: fc.tuple(ofUser(), bool).map(([own, isOurs]) => ({
      ...own,
      'okta/api-token': { [oktaId('00T')]: { name: 'ci', userId: isOurs ? USER_ID : OTHER_ID } },
    })),
    parameters: { ...of, tokenId: oktaId('00T') },
  },
  'okta-user-suspend': { resources: ofUser(), parameters: of },
  'okta-zone-block': {
    resources: zone.map((one) => ({ 'okta/zone': { [oktaId('nzo')]: one } })),
    parameters: { zoneId: oktaId('nzo'), cidr: '198.51.100.7/32' },
  },
});
