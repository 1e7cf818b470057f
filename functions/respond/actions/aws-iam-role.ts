/** The roles of IAM as actions see them, and the inline policy that a response puts on one. */
import * as z from 'zod';
import type { LocalText } from '../../core/text.ts';
import type { ActionContext } from './action.ts';
import { AccountId, awsTarget, contain, GLOBAL_REGION, policyText, readAs } from './aws.ts';

/** @see IAM API, RoleName: 1–64 of `[\w+=,.@-]` */
export const RoleName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
export const RoleParameters = z.strictObject({ accountId: AccountId, roleName: RoleName });
export type RoleParameters = z.infer<typeof RoleParameters>;

export const roleTarget = ({ accountId, roleName }: RoleParameters) =>
  awsTarget({ accountId, region: GLOBAL_REGION }, `arn:aws:iam::${accountId}:role/${roleName}`, roleName);

const Role = z.object({
  Role: z.object({
    Path: z.string(),
    AssumeRolePolicyDocument: z.string(),
    MaxSessionDuration: z.int().optional(),
    PermissionsBoundary: z.object({ PermissionsBoundaryArn: z.string() }).optional(),
  }),
});

export interface RoleState {
  path: string;
  trust: string;
  boundary: string | null;
}

export async function roleOf(context: ActionContext, roleName: string): Promise<RoleState | undefined> {
  const found = await readAs(context, 'iam:GetRole', { parameters: { RoleName: roleName }, answer: Role });
  if (found === undefined) return undefined;
  const { Path: path, AssumeRolePolicyDocument, PermissionsBoundary } = found.Role;
  return { path, trust: policyText(AssumeRolePolicyDocument), boundary: PermissionsBoundary?.PermissionsBoundaryArn ?? null };
}

/** Why nobody may change the role: AWS owns it, or the response itself stands on it. */
export function protectedRole({ path }: { path: string }, roleName: string): string[] {
  if (path.startsWith('/aws-service-role/')) return [`${roleName} is a service-linked role: AWS refuses changes of it`];
  if (path.startsWith('/aws-reserved/sso.amazonaws.com/'))
    return [`${roleName} belongs to IAM Identity Center, which alone may change it: change the permission set`];
  return [];
}

/** The role with the policy of one name: the state that a response's inline policy changes. */
export const InlineState = z.strictObject({ path: z.string(), policyName: z.string(), policy: z.string().nullable() });
export type InlineState = z.infer<typeof InlineState>;

export async function inlineOf(context: ActionContext, roleName: string, policyName: string): Promise<InlineState | undefined> {
  const role = await roleOf(context, roleName);
  if (role === undefined) return undefined;
  const answer = z.object({ PolicyDocument: z.string() });
  const parameters = { RoleName: roleName, PolicyName: policyName };
  const found = await readAs(context, 'iam:GetRolePolicy', { parameters, answer });
  return { path: role.path, policyName, policy: found === undefined ? null : policyText(found.PolicyDocument) };
}

/** The call that gives a role's policy another text, or takes it away. */
export function setInline(roleName: string, { from, to }: { from: InlineState; to: InlineState }) {
  if (from.policy === to.policy) return [];
  const named = { RoleName: roleName, PolicyName: to.policyName };
  return to.policy === null
    ? [contain('iam:DeleteRolePolicy', named)]
    : [contain('iam:PutRolePolicy', { ...named, PolicyDocument: to.policy })];
}

export const INLINE_USES = ['iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'];
export const ROLE_RESOURCES = ['arn:*:iam::*:role/*'];

export const ROLE_STAYS_OPEN: LocalText = {
  en: 'What the sessions have done already, and what they created elsewhere, is untouched.',
  ja: 'これまでにセッションが行ったこと、ほかの場所で作成したものには影響しません。',
};
