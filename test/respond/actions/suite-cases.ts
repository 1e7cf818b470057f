/** For every action on Google Workspace, Microsoft 365 and Slack: any tenant that it may meet, and the parameters with which it is asked there. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../../functions/core/json.ts';
import { DIRECTORY, guid } from './entra-cases.ts';
import { tenantCases } from './estate-case.ts';

type Resources = Record<string, Record<string, JsonObject>>;
const bool = fc.boolean();
const rarely = fc.constantFrom(false, false, false, true);

const USER = 'kato@example.com';
const googleUser = fc.record({
  suspended: rarely,
  ...{ isAdmin: bool, isDelegatedAdmin: bool },
  tokens: fc
    .subarray(['a.apps.googleusercontent.com', 'b.apps.googleusercontent.com'])
    .map((ids) => ids.map((clientId) => ({ clientId, displayText: 'Helper', scopes: ['https://mail.google.com/'] }))),
  appPasswords: fc.subarray([1, 2, 3]).map((ids) => ids.map((codeId) => ({ codeId, name: 'old phone' }))),
  delegates: fc.subarray(['evil@example.com', 'assistant@example.com']),
  forwardingAddresses: fc.constant<string[]>(['archive@example.net', 'evil@example.net']),
  forwarding: fc.constantFrom(
    null,
    { emailAddress: 'evil@example.net', disposition: 'trash' },
    { emailAddress: 'archive@example.net', disposition: 'leaveInInbox' },
  ),
});
const google = googleUser.map((one): Resources => ({ 'google-workspace/user': { [USER]: one } }));
/** A mailbox of a suspended user cannot be asked at all. */
const withMailbox = googleUser.map((one): Resources => ({ 'google-workspace/user': { [USER]: { ...one, suspended: false } } }));
const ofUser = { userKey: 'Kato@Example.com' };

const MAILBOX = guid(1);
const RULE = 'AQAAAJ5dZqA=';
const MESSAGE = 'AAkALgAAAAAAHYQDEapmEc2byACqAC_EWg0A=';
const FOLDERS = ['AQMkINBOX=', 'AQMkARCHIVE=', 'AQMkDELETIONS='];

const m365 = {
  'microsoft-365-mail-remove': {
    resources: fc.constantFrom(...FOLDERS).map(
      (parentFolderId): Resources => ({
        'microsoft-365/message': { [`${MAILBOX}/${MESSAGE}`]: { parentFolderId, subject: 'Invoice' } },
        'microsoft-365/folder': { [`${MAILBOX}/recoverableitemsdeletions`]: { id: FOLDERS[2] ?? '' } },
      }),
    ),
    parameters: { userId: MAILBOX, messageId: MESSAGE },
  },
  'microsoft-365-rule-disable': {
    resources: fc.record({ isEnabled: bool, isReadOnly: rarely }).map(
      (rule): Resources => ({
        'microsoft-365/rule': { [`${MAILBOX}/${RULE}`]: { ...rule, displayName: '..', forwardTo: 'evil@example.net' } },
      }),
    ),
    parameters: { userId: MAILBOX, ruleId: RULE },
  },
  'microsoft-365-share-revoke': {
    resources: fc.record({ isThere: bool, inherited: rarely }).map(
      ({ isThere, inherited }): Resources => ({
        'microsoft-365/item': { 'b!drive/01ITEM': { name: 'plan.xlsx' } },
        'microsoft-365/permission': {
          'b!drive/01ITEM/other': { roles: ['read'], linkScope: 'organization', inherited: false },
          ...(isThere ? { 'b!drive/01ITEM/perm1': { roles: ['write'], linkScope: 'anonymous', inherited } } : {}),
        },
      }),
    ),
    parameters: { driveId: 'b!drive', itemId: '01ITEM', permissionId: 'perm1' },
  },
};

const slackUser = bool.map((active): Resources => ({ 'slack/user': { U0123ABCD: { userName: 'kato', active } } }));
const session = (userId: string): JsonObject => ({ userId, teamId: 'T0123ABCD' });

export const SUITE_CASES = {
  ...tenantCases('google-workspace', 'example.com', {
    'google-workspace-app-password-remove': { resources: google, parameters: { ...ofUser, codeId: '2' } },
    'google-workspace-delegate-remove': { resources: withMailbox, parameters: { ...ofUser, delegate: 'Evil@example.com' } },
    'google-workspace-forwarding-disable': { resources: withMailbox, parameters: ofUser },
    'google-workspace-token-revoke': { resources: google, parameters: { ...ofUser, clientId: 'a.apps.googleusercontent.com' } },
    'google-workspace-user-suspend': { resources: google, parameters: ofUser },
  }),
  ...tenantCases('microsoft-365', DIRECTORY, m365),
  ...tenantCases('slack', 'E0123ABCD', {
    'slack-session-reset': {
      resources: fc.tuple(slackUser, fc.nat(3)).map(([own, count]) => ({
        ...own,
        'slack/session': {
          '99': session('U0999ZZZZ'),
          ...Object.fromEntries([...Array(count).keys()].map((n) => [String(n + 1), session('U0123ABCD')])),
        },
      })),
      parameters: { userId: 'U0123ABCD', teamId: 'T0123ABCD' },
    },
    'slack-user-deactivate': { resources: slackUser, parameters: { userId: 'U0123ABCD' } },
  }),
};
