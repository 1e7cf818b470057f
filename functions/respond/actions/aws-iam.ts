/** The identifiers of IAM that actions accept, and the answers of IAM that they read. */
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { ActionContext } from './action.ts';

/** @see IAM API, account id: 12 digits */
export const AccountId = z.string().regex(/^\d{12}$/);
/** @see IAM API, UserName: 1–64 of `[\w+=,.@-]` */
export const UserName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
/** A long-lived key. @see IAM User Guide, unique identifiers: AKIA; API: 16–128 of `[\w]` */
export const AccessKeyId = z.string().regex(/^AKIA[A-Z0-9]{12,124}$/);
/** IAM is global; its calls are signed for this region. */
export const IAM_REGION = 'us-east-1';

export const userArn = (accountId: string, userName: string): string => `arn:aws:iam::${accountId}:user/${userName}`;

const KeyList = z.object({
  AccessKeyMetadata: z.array(
    z.object({ AccessKeyId: z.string(), Status: z.string(), CreateDate: z.string().optional(), UserName: z.string().optional() }),
  ),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});
export type KeyMetadata = z.infer<typeof KeyList>['AccessKeyMetadata'][number];

const LastUsed = z.object({
  UserName: z.string().optional(),
  AccessKeyLastUsed: z.record(z.string(), z.json()).optional(),
});

/** The keys of a user, all pages; undefined where there is no such user. */
export async function keysOf(context: ActionContext, userName: string): Promise<KeyMetadata[] | undefined> {
  const keys: KeyMetadata[] = [];
  let marker: string | undefined;
  do {
    const answer = await context.read(
      'iam',
      'ListAccessKeys',
      marker === undefined ? { UserName: userName } : { UserName: userName, Marker: marker },
    );
    if (answer === undefined) return undefined;
    const page = KeyList.parse(answer);
    keys.push(...page.AccessKeyMetadata);
    marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (marker !== undefined);
  return keys;
}

/** Whose key it is and when it was last used; undefined where the account does not know it. */
export async function lastUseOf(
  context: ActionContext,
  accessKeyId: string,
): Promise<{ userName?: string; lastUsed: JsonObject } | undefined> {
  const answer = await context.read('iam', 'GetAccessKeyLastUsed', { AccessKeyId: accessKeyId });
  if (answer === undefined) return undefined;
  const { UserName: userName, AccessKeyLastUsed: lastUsed } = LastUsed.parse(answer);
  return { ...(userName === undefined ? {} : { userName }), lastUsed: lastUsed ?? {} };
}

/** The inline policy's text as it was put, or undefined where there is none. IAM returns it URL-encoded (RFC 3986). */
export async function inlinePolicyOf(context: ActionContext, userName: string, policyName: string): Promise<string | undefined> {
  const answer = await context.read('iam', 'GetUserPolicy', { UserName: userName, PolicyName: policyName });
  if (answer === undefined) return undefined;
  const text = z.object({ PolicyDocument: z.string() }).parse(answer).PolicyDocument;
  return text.startsWith('%') ? decodeURIComponent(text) : text;
}
