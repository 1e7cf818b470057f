/** A simulated Microsoft 365 tenant: rules and messages of mailboxes, sharings of files. */
import * as z from 'zod';
import { resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import { graphRefusal } from './graph.ts';
import { bodyAs, NO_CONTENT, notFound, ok, type SimulatedVendor, VendorRefusal, type VendorRequest } from './vendor.ts';

const GLOBAL = { global: true };
/** By `user/rule`. */
const RULE = resourceType(
  'microsoft-365/rule',
  z.strictObject({ displayName: text, isEnabled: z.boolean(), isReadOnly: z.boolean(), forwardTo: text }),
  GLOBAL,
);
/** By `user/message`: an immutable id stays when the message moves. */
const MESSAGE = resourceType('microsoft-365/message', z.strictObject({ parentFolderId: text, subject: text }), GLOBAL);
/** By `user/well-known name`. */
const FOLDER = resourceType('microsoft-365/folder', z.strictObject({ id: text }), GLOBAL);
/** By `drive/item`. */
const ITEM = resourceType('microsoft-365/item', z.strictObject({ name: text }), GLOBAL);
/** By `drive/item/permission`. */
const PERMISSION = resourceType(
  'microsoft-365/permission',
  z.strictObject({ roles: z.array(text), linkScope: text, inherited: z.boolean() }),
  GLOBAL,
);

const key =
  (...names: string[]) =>
  ({ ids }: VendorRequest): string =>
    names.map((name) => ids[name] ?? '').join('/');
const [ruleKey, messageKey, folderKey] = [key('userId', 'ruleId'), key('userId', 'messageId'), key('userId', 'folder')];
const [itemKey, permissionKey] = [key('driveId', 'itemId'), key('driveId', 'itemId', 'permissionId')];

const RULES = '/v1.0/users/{userId}/mailFolders/inbox/messageRules/{ruleId}';
const MESSAGES = '/v1.0/users/{userId}/messages/{messageId}';
const PERMISSIONS = '/v1.0/drives/{driveId}/items/{itemId}/permissions/{permissionId}';

/** @see Microsoft Graph REST API v1.0, messageRule, message, permission */
export const MICROSOFT_365: SimulatedVendor = {
  refusal: graphRefusal,
  routes: {
    [`GET ${RULES}`]: async (request) => {
      const found = await RULE.get(request.at, ruleKey(request));
      if (found === undefined) throw notFound('rule');
      const { forwardTo, ...rule } = found;
      return ok({ ...rule, actions: { forwardTo: [{ emailAddress: { address: forwardTo } }], stopProcessingRules: true } });
    },
    [`PATCH ${RULES}`]: async (request) => {
      const { isEnabled } = bodyAs(request, z.strictObject({ isEnabled: z.boolean() }));
      const changed = await RULE.change(request.at, ruleKey(request), (rule) => {
        if (rule.isReadOnly) throw new VendorRefusal(400, 'the rule is read-only');
        rule.isEnabled = isEnabled;
      });
      if (changed === undefined) throw notFound('rule');
      return ok({});
    },
    [`GET ${MESSAGES}`]: async (request) => {
      const found = await MESSAGE.get(request.at, messageKey(request));
      if (found === undefined) throw notFound('message');
      return ok({ id: request.ids['messageId'] ?? '', parentFolderId: found.parentFolderId });
    },
    'GET /v1.0/users/{userId}/mailFolders/{folder}': async (request) => {
      const found = await FOLDER.get(request.at, folderKey(request));
      if (found === undefined) throw notFound('folder');
      return ok({ ...found });
    },
    [`POST ${MESSAGES}/move`]: async (request) => {
      const { destinationId } = bodyAs(request, z.strictObject({ destinationId: text }));
      const changed = await MESSAGE.change(request.at, messageKey(request), (message) => {
        message.parentFolderId = destinationId;
      });
      if (changed === undefined) throw notFound('message');
      return { status: 201, body: {} };
    },
    'GET /v1.0/drives/{driveId}/items/{itemId}': async (request) => {
      const found = await ITEM.get(request.at, itemKey(request));
      if (found === undefined) throw notFound('item');
      return ok({ id: request.ids['itemId'] ?? '', name: found.name });
    },
    [`GET ${PERMISSIONS}`]: async (request) => {
      const found = await PERMISSION.get(request.at, permissionKey(request));
      if (found === undefined) throw notFound('permission');
      const { roles, linkScope, inherited } = found;
      return ok({ roles, link: { scope: linkScope, type: 'view' }, inheritedFrom: inherited ? { path: '/' } : null });
    },
    [`DELETE ${PERMISSIONS}`]: async (request) => {
      if (!(await PERMISSION.remove(request.at, permissionKey(request)))) throw notFound('permission');
      return NO_CONTENT;
    },
  },
};
