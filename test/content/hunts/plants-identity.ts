// Attacks on identity providers, one for each hunt.
import { group, person } from './everyday-identity.ts';
import type { Plant } from './plant.ts';
import { at, times } from './records.ts';
import { entraAudit, entraSignIn, okta, workspace } from './records-identity.ts';
import { logon } from './records-network.ts';

const EVIL = '192.0.2.66';

export const IDENTITY_PLANTS: readonly Plant[] = [
  {
    hunt: 'identity_password_spray',
    records: [
      ...times(24, (i) =>
        okta(at(14, 1, i), {
          type: 'user.session.start',
          user: person(i % 12),
          ip: EVIL,
          result: 'FAILURE',
          reason: 'INVALID_CREDENTIALS',
          asn: 64999,
        }),
      ),
      okta(at(14, 2), { type: 'user.session.start', user: person(7), ip: '192.0.2.66', asn: 64999 }),
    ],
    first: { src_ip: EVIL, users: 12, failures: 24, failures_per_user: 2, users_with_success: 1, first_hit: person(7) },
  },
  {
    hunt: 'identity_password_spray',
    records: times(11, (i) => logon(at(14, 1, i), { host: 'DC-1', user: `svc${i}`, ip: '2001:db8:1:2::77', failed: true })),
    first: { network: '2001:db8:1:2', users: 11, users_with_success: 0, sources: ['windows'] },
  },
  {
    hunt: 'identity_mfa_fatigue',
    records: [
      ...times(6, (i) =>
        okta(at(14, 1, i * 3), { type: 'user.mfa.okta_verify.deny_push', user: person(2), ip: EVIL, result: 'FAILURE' }),
      ),
      okta(at(14, 1, 30), { type: 'user.authentication.auth_via_mfa', user: person(2), ip: EVIL }),
    ],
    first: { who: person(2), refusals: 6, grants: 1, gave_in: true, src_ip: EVIL },
  },
  {
    hunt: 'identity_mfa_fatigue',
    records: times(5, (i) =>
      entraSignIn(at(14, 1, i * 3), {
        user: person(1),
        ip: EVIL,
        code: 500121,
        reason: 'Authentication failed during strong authentication request.',
      }),
    ),
    first: { who: person(1), refusals: 5, grants: 0, gave_in: false },
  },
  {
    hunt: 'identity_factor_enrolled_from_new_address',
    records: [
      okta(at(14, 1), {
        type: 'user.mfa.factor.deactivate',
        user: person(4),
        ip: EVIL,
        target: [{ id: 'u', type: 'User', alternateId: person(4), displayName: 'x' }],
      }),
      okta(at(14, 1, 2), {
        type: 'user.mfa.factor.activate',
        user: person(4),
        ip: EVIL,
        target: [{ id: 'u', type: 'User', alternateId: person(4), displayName: 'x' }],
      }),
    ],
    first: { who: person(4), src_ip: EVIL, enrolments: 1, removals_before: 1, usual_days: 14 },
  },
  {
    hunt: 'identity_sign_in_from_new_network',
    records: [
      okta(at(14, 3), {
        type: 'user.session.start',
        user: person(8),
        ip: EVIL,
        country: 'Nowhere',
        asn: 64999,
        asOrg: 'Cheap Hosting',
      }),
    ],
    first: { who: person(8), asn: 64999, as_name: 'Cheap Hosting', users: 1, usual_networks: 1 },
  },
  {
    hunt: 'identity_two_countries_at_once',
    records: [
      okta(at(14, 10), {
        type: 'user.session.start',
        user: person(8),
        ip: EVIL,
        country: 'Nowhere',
        asn: 64999,
        agent: 'python-requests/2.32',
      }),
    ],
    first: { who: person(8), before_country: 'Japan', country: 'Nowhere', minutes: 51, days: 1, other_agent: true },
  },
  {
    hunt: 'identity_consent_to_new_application',
    records: [
      entraAudit(at(14, 3), {
        name: 'Consent to application',
        by: person(1),
        ip: EVIL,
        targets: [{ id: 'sp9', type: 'ServicePrincipal', displayName: 'Mail Upgrade' }],
      }),
    ],
    first: { application: 'Mail Upgrade', who: person(1), users: 1, source: 'entra-id' },
  },
  {
    hunt: 'identity_consent_to_new_application',
    records: [
      workspace(at(14, 3), 'token', 'authorize', {
        by: person(1),
        ip: EVIL,
        parameters: { app_name: 'Drive Sync', client_id: '2' },
      }),
    ],
    first: { application: 'Drive Sync', who: person(1), source: 'google-workspace' },
  },
  {
    hunt: 'identity_admin_rights_given',
    records: [
      okta(at(14, 3), { type: 'group.user_membership.add', user: person(1), ip: EVIL, target: group('Super Admins', person(1)) }),
    ],
    first: { giver: person(1), receiver: person(1), right: 'Super Admins', to_itself: true, earlier_gifts: 0 },
  },
  {
    hunt: 'identity_sign_in_policy_weakened',
    records: [
      entraAudit(at(14, 3), {
        name: 'Set federation settings on domain',
        by: person(1),
        category: 'DirectoryManagement',
        targets: [{ id: 'd', type: 'Other', displayName: 'example.com' }],
      }),
    ],
    first: { who: person(1), source: 'entra-id', heaviest: 10 },
  },
  {
    hunt: 'identity_sign_in_policy_weakened',
    records: [
      okta(at(14, 3), {
        type: 'system.idp.lifecycle.create',
        user: person(1),
        ip: EVIL,
        target: [{ id: 'idp', type: 'IdentityProvider', displayName: 'x' }],
      }),
      okta(at(14, 3, 1), {
        type: 'policy.rule.deactivate',
        user: person(1),
        ip: EVIL,
        target: [{ id: 'r1', type: 'PolicyRule', displayName: 'Office' }],
      }),
    ],
    first: { who: person(1), source: 'okta', heaviest: 10, total_weight: 15 },
  },
  {
    hunt: 'identity_guessing_that_succeeded',
    records: [
      ...times(20, (i) =>
        entraSignIn(at(14, 4, i), { user: person(2), ip: EVIL, code: 50126, reason: 'Invalid username or password.' }),
      ),
      entraSignIn(at(14, 4, 30), { user: person(2), ip: EVIL }),
    ],
    first: { who: person(2), src_ip: EVIL, failures: 20, successes: 1, new_address: true },
  },
  {
    hunt: 'identity_factor_skipped',
    records: [entraSignIn(at(14, 4), { user: person(2), ip: EVIL, mfa: false, app: 'Exchange IMAP' })],
    first: { who: person(2), src_ip: EVIL, application: 'Exchange IMAP', new_address: true, mfa_days: 13 },
  },
  {
    hunt: 'identity_application_credential_added',
    records: [
      entraAudit(at(14, 4), {
        name: 'Update application – Certificates and secrets management',
        by: person(1),
        ip: EVIL,
        targets: [{ id: 'a', type: 'Application', displayName: 'billing' }],
      }),
    ],
    first: { who: person(1), first_application: 'billing', additions: 1 },
  },
  {
    hunt: 'identity_application_credential_added',
    records: [
      okta(at(14, 4), {
        type: 'system.api_token.create',
        user: person(1),
        ip: EVIL,
        target: [{ id: 't', type: 'Token', displayName: 'exporter' }],
      }),
    ],
    first: { who: person(1), source: 'okta', first_application: 'exporter', additions: 1 },
  },
  {
    hunt: 'identity_dormant_account_wakes',
    records: [
      okta(at(1, 9), { type: 'user.session.start', user: 'leaver@example.com', ip: '203.0.113.150' }),
      okta(at(14, 3), { type: 'user.session.start', user: 'leaver@example.com', ip: EVIL }),
    ],
    values: { least_days: 10 },
    first: { who: 'leaver@example.com', slept_days: 12, new_address: true, src_ip: EVIL },
  },
];
