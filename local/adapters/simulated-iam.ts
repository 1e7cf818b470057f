/** Turns IAM calls on users, keys and policies into changes of simulated accounts, with the errors and limits of the real API. */
import * as z from 'zod';
import { YaguraError } from '../../functions/core/error.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { SimulatedState, SimulatedUser } from './simulated-state.ts';

/** What is simulated, and which of it changes something. */
export const IAM_OPERATIONS: ReadonlyMap<string, 'read' | 'write'> = new Map([
  ['GetUser', 'read'],
  ['ListUsers', 'read'],
  ['ListAccessKeys', 'read'],
  ['GetAccessKeyLastUsed', 'read'],
  ['UpdateAccessKey', 'write'],
  ['ListUserPolicies', 'read'],
  ['GetUserPolicy', 'read'],
  ['PutUserPolicy', 'write'],
  ['DeleteUserPolicy', 'write'],
  ['ListAttachedUserPolicies', 'read'],
  ['AttachUserPolicy', 'write'],
  ['DetachUserPolicy', 'write'],
  ['ListUserTags', 'read'],
] as const);

/** @see IAM quotas: inline policies of a user, 2,048 characters without white space; managed policies attached to a user, 10 */
const MAX_INLINE_CHARACTERS = 2048;
const MAX_ATTACHED = 10;

/** @see IAM API Reference, constraints of each parameter */
const UserName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
const PolicyName = z.string().regex(/^[\w+=,.@-]{1,128}$/);
const KeyId = z.string().regex(/^\w{16,128}$/);
const PolicyArn = z.string().regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\u0021-\u007e]{1,512}$/);
const PolicyDocument = z.string().min(1).max(131_072);
const Paging = { Marker: z.string().exactOptional(), MaxItems: z.int().min(1).max(1000).exactOptional() };
const OfUser = z.strictObject({ UserName, ...Paging });
const NamedPolicy = z.strictObject({ UserName, PolicyName });
const ManagedPolicy = z.strictObject({ UserName, PolicyArn });

type Handler = (accountId: string, parameters: JsonObject) => Promise<JsonObject | undefined>;

/** Undefined is NoSuchEntity. @throws YaguraError BadInput (ValidationError, MalformedPolicyDocument), Refused (LimitExceeded) */
export function createSimulatedIam(
  state: SimulatedState,
): (accountId: string, operation: string, parameters: JsonObject) => Promise<JsonObject | undefined> {
  const handlers = new Map<string, Handler>([...userHandlers(state), ...keyHandlers(state), ...policyHandlers(state)]);
  return async (accountId, operation, parameters) => {
    const handler = handlers.get(operation);
    if (handler === undefined) throw new YaguraError('Bug', `iam:${operation} is listed but not simulated`);
    return await handler(accountId, parameters);
  };
}

function userHandlers(state: SimulatedState): [string, Handler][] {
  return [
    [
      'GetUser',
      async (accountId, raw) => {
        const { UserName: name } = valid(z.strictObject({ UserName }), raw);
        const user = await state.user(accountId, name);
        return user === undefined ? undefined : { User: { ...userOf(name, user), Tags: tagsOf(user) } };
      },
    ],
    [
      'ListUsers',
      async (accountId, raw) => {
        valid(z.strictObject({ PathPrefix: z.string().exactOptional(), ...Paging }), raw);
        const users = await state.users(accountId);
        return { Users: users.map(([name, user]) => userOf(name, user)), IsTruncated: false };
      },
    ],
    ['ListUserTags', (accountId, raw) => withUser(state, accountId, raw, (user) => ({ Tags: tagsOf(user), IsTruncated: false }))],
  ];
}

function keyHandlers(state: SimulatedState): [string, Handler][] {
  return [
    [
      'ListAccessKeys',
      (accountId, raw) =>
        withUser(state, accountId, raw, (user, UserName) => ({
          AccessKeyMetadata: Object.entries(user.accessKeys).map(([AccessKeyId, key]) => ({
            ...{ UserName, AccessKeyId, Status: key.status, CreateDate: new Date(key.createdAtMs).toISOString() },
          })),
          IsTruncated: false,
        })),
    ],
    [
      'GetAccessKeyLastUsed',
      async (accountId, raw) => {
        const { AccessKeyId } = valid(z.strictObject({ AccessKeyId: KeyId }), raw);
        const found = (await state.users(accountId)).find(([, user]) => Object.hasOwn(user.accessKeys, AccessKeyId));
        return found === undefined ? undefined : { UserName: found[0], AccessKeyLastUsed: lastUsedOf(found[1], AccessKeyId) };
      },
    ],
    [
      'UpdateAccessKey',
      async (accountId, raw) => {
        const Status = z.enum(['Active', 'Inactive']);
        const parameters = valid(z.strictObject({ UserName, AccessKeyId: KeyId, Status }), raw);
        let isThere = false;
        const user = await state.change(accountId, parameters.UserName, ({ accessKeys }) => {
          const key = Object.hasOwn(accessKeys, parameters.AccessKeyId) ? accessKeys[parameters.AccessKeyId] : undefined;
          isThere = key !== undefined;
          if (key !== undefined) key.status = parameters.Status;
        });
        return user === undefined || !isThere ? undefined : {};
      },
    ],
  ];
}

function policyHandlers(state: SimulatedState): [string, Handler][] {
  return [
    [
      'ListUserPolicies',
      (accountId, raw) =>
        withUser(state, accountId, raw, (user) => ({ PolicyNames: Object.keys(user.inlinePolicies).sort(), IsTruncated: false })),
    ],
    [
      'GetUserPolicy',
      async (accountId, raw) => {
        const parameters = valid(NamedPolicy, raw);
        const user = await state.user(accountId, parameters.UserName);
        const hasPolicy = user !== undefined && Object.hasOwn(user.inlinePolicies, parameters.PolicyName);
        const text = hasPolicy ? user.inlinePolicies[parameters.PolicyName] : undefined;
        // IAM returns documents URL-encoded after RFC 3986.
        return text === undefined ? undefined : { ...parameters, PolicyDocument: rfc3986(text) };
      },
    ],
    ['PutUserPolicy', (accountId, raw) => putInline(state, accountId, raw)],
    ['DeleteUserPolicy', (accountId, raw) => deleteInline(state, accountId, raw)],
    [
      'ListAttachedUserPolicies',
      (accountId, raw) =>
        withUser(state, accountId, raw, (user) => ({
          AttachedPolicies: user.attachedPolicies.map((arn) => ({
            PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
            PolicyArn: arn,
          })),
          IsTruncated: false,
        })),
    ],
    ['AttachUserPolicy', (accountId, raw) => attach(state, accountId, raw)],
    ['DetachUserPolicy', (accountId, raw) => detach(state, accountId, raw)],
  ];
}

async function putInline(state: SimulatedState, accountId: string, raw: JsonObject): Promise<JsonObject | undefined> {
  const parameters = valid(NamedPolicy.extend({ PolicyDocument }), raw);
  refuseMalformed(parameters.PolicyDocument);
  const user = await state.change(accountId, parameters.UserName, ({ inlinePolicies }) => {
    const others = Object.entries(inlinePolicies).filter(([name]) => name !== parameters.PolicyName);
    const characters = [...others.map(([, text]) => text), parameters.PolicyDocument].join('').replaceAll(/\s/g, '').length;
    if (characters > MAX_INLINE_CHARACTERS) {
      throw new YaguraError('Refused', `LimitExceeded: inline policies of a user take ${MAX_INLINE_CHARACTERS} characters`);
    }
    inlinePolicies[parameters.PolicyName] = parameters.PolicyDocument;
  });
  return user === undefined ? undefined : {};
}

async function deleteInline(state: SimulatedState, accountId: string, raw: JsonObject): Promise<JsonObject | undefined> {
  const parameters = valid(NamedPolicy, raw);
  let isThere = false;
  await state.change(accountId, parameters.UserName, ({ inlinePolicies }) => {
    isThere = Object.hasOwn(inlinePolicies, parameters.PolicyName);
    delete inlinePolicies[parameters.PolicyName];
  });
  return isThere ? {} : undefined;
}

async function attach(state: SimulatedState, accountId: string, raw: JsonObject): Promise<JsonObject | undefined> {
  const parameters = valid(ManagedPolicy, raw);
  const user = await state.change(accountId, parameters.UserName, ({ attachedPolicies }) => {
    if (attachedPolicies.includes(parameters.PolicyArn)) return;
    if (attachedPolicies.length >= MAX_ATTACHED) {
      throw new YaguraError('Refused', `LimitExceeded: a user takes ${MAX_ATTACHED} managed policies`);
    }
    attachedPolicies.push(parameters.PolicyArn);
  });
  return user === undefined ? undefined : {};
}

async function detach(state: SimulatedState, accountId: string, raw: JsonObject): Promise<JsonObject | undefined> {
  const parameters = valid(ManagedPolicy, raw);
  let isThere = false;
  await state.change(accountId, parameters.UserName, ({ attachedPolicies }) => {
    const at = attachedPolicies.indexOf(parameters.PolicyArn);
    isThere = at >= 0;
    if (isThere) attachedPolicies.splice(at, 1);
  });
  return isThere ? {} : undefined;
}

async function withUser(
  state: SimulatedState,
  accountId: string,
  raw: JsonObject,
  answer: (user: SimulatedUser, userName: string) => JsonObject,
): Promise<JsonObject | undefined> {
  const { UserName: userName } = valid(OfUser, raw);
  const user = await state.user(accountId, userName);
  return user === undefined ? undefined : answer(user, userName);
}

const userOf = (userName: string, user: SimulatedUser): JsonObject => ({
  UserName: userName,
  UserId: user.userId,
  Arn: user.arn,
  Path: /:user(\/.*\/|\/)[^/]+$/.exec(user.arn)?.[1] ?? '/',
});

const tagsOf = (user: SimulatedUser): JsonObject[] => Object.entries(user.tags).map(([Key, Value]) => ({ Key, Value }));

/** A key that was never used has neither date nor place. @see GetAccessKeyLastUsed, AccessKeyLastUsed */
function lastUsedOf(user: SimulatedUser, accessKeyId: string): JsonObject {
  const used = user.accessKeys[accessKeyId]?.lastUsed;
  if (used === undefined) return { ServiceName: 'N/A', Region: 'N/A' };
  return { LastUsedDate: new Date(used.atMs).toISOString(), ServiceName: used.service, Region: used.region };
}

const rfc3986 = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function valid<S extends z.ZodType>(schema: S, raw: JsonObject): z.infer<S> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({ at: issue.path.join('.') || '(root)', what: issue.message }));
  throw new YaguraError('BadInput', 'ValidationError', { problems });
}

/** @see PutUserPolicy, MalformedPolicyDocument. Only the form: a JSON object with statements that say an effect. */
function refuseMalformed(text: string): void {
  const Statement = z.looseObject({ Effect: z.enum(['Allow', 'Deny']) });
  const Policy = z.looseObject({ Statement: z.union([Statement, z.array(Statement).min(1)]) });
  try {
    Policy.parse(JSON.parse(text));
  } catch (error) {
    throw new YaguraError('BadInput', 'MalformedPolicyDocument', { cause: error });
  }
}
