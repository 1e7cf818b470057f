// Fourteen days of sign-ins in which nothing is wrong: an office, a traveller behind a VPN, an identity team.
import { at, days, type Raw, times } from './records.ts';
import { entraAudit, entraSignIn, okta, workspace } from './records-identity.ts';
import { github } from './records-saas.ts';

export const person = (i: number): string => `user${i}@example.com`;
const home = (i: number): string => `203.0.113.${100 + i}`;

export const group = (name: string, who: string) => [
  { id: `g-${name}`, type: 'UserGroup', alternateId: 'unknown', displayName: name },
  { id: `u-${who}`, type: 'User', alternateId: who, displayName: who },
];

const daily = (day: number): Raw[] => [
  ...times(12, (i) => i).flatMap((i) => [
    ...(day % 4 === i % 4
      ? [
          okta(at(day, 8, 50, i), {
            type: 'user.session.start',
            user: person(i),
            ip: home(i),
            result: 'FAILURE',
            reason: 'INVALID_CREDENTIALS',
          }),
        ]
      : []),
    okta(at(day, 9, i), { type: 'user.session.start', user: person(i), ip: home(i) }),
    okta(at(day, 9, i, 20), { type: 'user.authentication.auth_via_mfa', user: person(i), ip: home(i) }),
  ]),
  ...times(4, (i) => entraSignIn(at(day, 10, i), { user: person(i), ip: home(i) })),
  // One works through a VPN that ends in another country each afternoon.
  okta(at(day, 12), { type: 'user.session.start', user: person(11), ip: '198.51.100.111', country: 'United States', asn: 64501 }),
  workspace(at(day, 11), 'login', 'login_success', { by: person(5), ip: home(5) }),
  okta(at(day, 13), { type: 'user.authentication.auth_via_mfa', user: person(3), ip: home(3), result: 'FAILURE' }),
];

export const EVERYDAY_IDENTITY: readonly Raw[] = [
  ...days(daily),
  ...[2, 14].flatMap((day) => [
    okta(at(day, 14), {
      type: 'group.user_membership.add',
      user: 'admin.mori@example.com',
      target: group('Admins of the intranet', person(day)),
    }),
    workspace(at(day, 14, 5), 'token', 'authorize', {
      by: person(day % 5),
      ip: home(day % 5),
      parameters: { app_name: 'calendar', client_id: '1' },
    }),
    entraAudit(at(day, 14, 6), { name: 'Add service principal credentials', by: 'pipeline@example.com' }),
  ]),
  okta(at(5, 15), {
    type: 'policy.rule.update',
    user: 'admin.mori@example.com',
    target: [{ id: 'r1', type: 'PolicyRule', displayName: 'Office' }],
  }),
  okta(at(6, 15), {
    type: 'user.mfa.factor.activate',
    user: person(6),
    ip: home(6),
    target: [{ id: 'u6', type: 'User', alternateId: person(6), displayName: 'x' }],
  }),
  okta(at(14, 15), {
    type: 'user.mfa.factor.activate',
    user: 'new@example.com',
    ip: '203.0.113.199',
    target: [{ id: 'n', type: 'User', alternateId: 'new@example.com', displayName: 'x' }],
  }),
  github(at(3, 10), 'org.add_member', { actor: 'admin-mori', data: { user: 'aoi-kato', permission: 'read' } }),
];
