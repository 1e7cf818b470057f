/** The AWS operations that responses may call: an explicit list, each with the least tier of role that may make it. */
import {
  DeleteUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { ResponderTier } from '../../ports/cloud.ts';

/** One callable operation: parameters are checked here, so a wrong name never reaches AWS as a silent omission. */
export interface Operation {
  tier: ResponderTier;
  send(client: IAMClient, parameters: unknown): Promise<object>;
}

const text = z.string().min(1);
const user = { UserName: text };
const page = { Marker: text.exactOptional(), MaxItems: z.int().exactOptional() };

function operation<T>(
  tier: ResponderTier,
  schema: z.ZodType<T>,
  send: (client: IAMClient, parameters: T) => Promise<object>,
): Operation {
  return { tier, send: (client, parameters) => send(client, schema.parse(parameters)) };
}

/** By service and operation as IAM spells them. @see IAM API Reference */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['iam:GetUser', operation('read', z.strictObject(user), (c, p) => c.send(new GetUserCommand(p)))],
  ['iam:ListAccessKeys', operation('read', z.strictObject({ ...user, ...page }), (c, p) => c.send(new ListAccessKeysCommand(p)))],
  [
    'iam:GetAccessKeyLastUsed',
    operation('read', z.strictObject({ AccessKeyId: text }), (c, p) => c.send(new GetAccessKeyLastUsedCommand(p))),
  ],
  [
    'iam:GetUserPolicy',
    operation('read', z.strictObject({ ...user, PolicyName: text }), (c, p) => c.send(new GetUserPolicyCommand(p))),
  ],
  [
    'iam:ListUserPolicies',
    operation('read', z.strictObject({ ...user, ...page }), (c, p) => c.send(new ListUserPoliciesCommand(p))),
  ],
  [
    'iam:ListAttachedUserPolicies',
    operation('read', z.strictObject({ ...user, ...page }), (c, p) => c.send(new ListAttachedUserPoliciesCommand(p))),
  ],
  [
    'iam:ListGroupsForUser',
    operation('read', z.strictObject({ ...user, ...page }), (c, p) => c.send(new ListGroupsForUserCommand(p))),
  ],
  [
    'iam:UpdateAccessKey',
    operation('contain', z.strictObject({ ...user, AccessKeyId: text, Status: z.enum(['Active', 'Inactive']) }), (c, p) =>
      c.send(new UpdateAccessKeyCommand(p)),
    ),
  ],
  [
    'iam:PutUserPolicy',
    operation('contain', z.strictObject({ ...user, PolicyName: text, PolicyDocument: text }), (c, p) =>
      c.send(new PutUserPolicyCommand(p)),
    ),
  ],
  [
    'iam:DeleteUserPolicy',
    operation('contain', z.strictObject({ ...user, PolicyName: text }), (c, p) => c.send(new DeleteUserPolicyCommand(p))),
  ],
]);
