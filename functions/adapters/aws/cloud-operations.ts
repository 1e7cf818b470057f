/** The AWS operations that responses may call: an explicit list, each with the least tier of role that may make it. */
import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { ResponderTier } from '../../ports/cloud.ts';

/** Clients with the credentials of an assumed role. */
export interface ResponderClients {
  iam: IAMClient;
  sts: STSClient;
}

/** One callable operation: parameters are checked here, so a wrong name never reaches AWS as a silent omission. */
export interface Operation {
  tier: ResponderTier;
  send(clients: ResponderClients, parameters: unknown): Promise<object>;
}

const text = z.string().min(1);
const user = { UserName: text };
const page = { Marker: text.exactOptional(), MaxItems: z.int().exactOptional() };

function operation<T>(
  tier: ResponderTier,
  schema: z.ZodType<T>,
  send: (clients: ResponderClients, parameters: T) => Promise<object>,
): Operation {
  return { tier, send: (clients, parameters) => send(clients, schema.parse(parameters)) };
}

/** By service and operation as IAM spells them. @see IAM API Reference */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['sts:GetCallerIdentity', operation('read', z.strictObject({}), ({ sts }, p) => sts.send(new GetCallerIdentityCommand(p)))],
  ['iam:ListUsers', operation('read', z.strictObject(page), ({ iam }, p) => iam.send(new ListUsersCommand(p)))],
  [
    'iam:ListUserTags',
    operation('read', z.strictObject({ ...user, ...page }), ({ iam }, p) => iam.send(new ListUserTagsCommand(p))),
  ],
  [
    'iam:AttachUserPolicy',
    operation('contain', z.strictObject({ ...user, PolicyArn: text }), ({ iam }, p) => iam.send(new AttachUserPolicyCommand(p))),
  ],
  [
    'iam:DetachUserPolicy',
    operation('contain', z.strictObject({ ...user, PolicyArn: text }), ({ iam }, p) => iam.send(new DetachUserPolicyCommand(p))),
  ],
  ['iam:GetUser', operation('read', z.strictObject(user), ({ iam }, p) => iam.send(new GetUserCommand(p)))],
  [
    'iam:ListAccessKeys',
    operation('read', z.strictObject({ ...user, ...page }), ({ iam }, p) => iam.send(new ListAccessKeysCommand(p))),
  ],
  [
    'iam:GetAccessKeyLastUsed',
    operation('read', z.strictObject({ AccessKeyId: text }), ({ iam }, p) => iam.send(new GetAccessKeyLastUsedCommand(p))),
  ],
  [
    'iam:GetUserPolicy',
    operation('read', z.strictObject({ ...user, PolicyName: text }), ({ iam }, p) => iam.send(new GetUserPolicyCommand(p))),
  ],
  [
    'iam:ListUserPolicies',
    operation('read', z.strictObject({ ...user, ...page }), ({ iam }, p) => iam.send(new ListUserPoliciesCommand(p))),
  ],
  [
    'iam:ListAttachedUserPolicies',
    operation('read', z.strictObject({ ...user, ...page }), ({ iam }, p) => iam.send(new ListAttachedUserPoliciesCommand(p))),
  ],
  [
    'iam:ListGroupsForUser',
    operation('read', z.strictObject({ ...user, ...page }), ({ iam }, p) => iam.send(new ListGroupsForUserCommand(p))),
  ],
  [
    'iam:UpdateAccessKey',
    operation('contain', z.strictObject({ ...user, AccessKeyId: text, Status: z.enum(['Active', 'Inactive']) }), ({ iam }, p) =>
      iam.send(new UpdateAccessKeyCommand(p)),
    ),
  ],
  [
    'iam:PutUserPolicy',
    operation('contain', z.strictObject({ ...user, PolicyName: text, PolicyDocument: text }), ({ iam }, p) =>
      iam.send(new PutUserPolicyCommand(p)),
    ),
  ],
  [
    'iam:DeleteUserPolicy',
    operation('contain', z.strictObject({ ...user, PolicyName: text }), ({ iam }, p) => iam.send(new DeleteUserPolicyCommand(p))),
  ],
]);
