/** Microsoft Graph on mail and files, as far as responses call it. @see Microsoft Graph REST API v1.0, "Permissions" of each operation, application */
import type { TenantOperation } from './operation.ts';

const RULE = '/v1.0/users/{userId}/mailFolders/inbox/messageRules/{ruleId}';
const MESSAGE = '/v1.0/users/{userId}/messages/{messageId}';
const PERMISSION = '/v1.0/drives/{driveId}/items/{itemId}/permissions/{permissionId}';

export const MICROSOFT_365_OPERATIONS: Readonly<Record<string, TenantOperation>> = {
  GetMessageRule: { tier: 'read', request: `GET ${RULE}`, scopes: ['MailboxSettings.Read'] },
  GetMessage: {
    tier: 'read',
    request: `GET ${MESSAGE}?$select=id,parentFolderId,internetMessageId,receivedDateTime`,
    scopes: ['Mail.ReadBasic.All'],
  },
  GetMailFolder: {
    tier: 'read',
    request: 'GET /v1.0/users/{userId}/mailFolders/{folder}?$select=id',
    scopes: ['Mail.ReadBasic.All'],
  },
  GetItem: { tier: 'read', request: 'GET /v1.0/drives/{driveId}/items/{itemId}?$select=id,name', scopes: ['Files.Read.All'] },
  GetPermission: { tier: 'read', request: `GET ${PERMISSION}`, scopes: ['Files.Read.All'] },

  UpdateMessageRule: { tier: 'contain', request: `PATCH ${RULE}`, body: ['isEnabled'], scopes: ['MailboxSettings.ReadWrite'] },
  MoveMessage: { tier: 'contain', request: `POST ${MESSAGE}/move`, body: ['destinationId'], scopes: ['Mail.ReadWrite'] },

  DeletePermission: { tier: 'destroy', request: `DELETE ${PERMISSION}`, scopes: ['Files.ReadWrite.All'] },
};
