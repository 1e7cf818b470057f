/** What actions on Entra ID share: its ids, its users with their roles, its service principals, and what cannot be reached there. */
import * as z from 'zod';
import type { ActionTarget } from '../../core/plan.ts';
import { TENANT_PRODUCTS } from '../../core/tenant/product.ts';
import type { LocalText } from '../../core/text.ts';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import type { Cautions } from './change.ts';
import { readAll, tenantTarget } from './tenant.ts';

export const EntraTenant = z.string().regex(TENANT_PRODUCTS.entra?.tenant.pattern ?? /^$/, 'the directory (tenant) id');
export const ObjectId = z
  .string()
  .regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/, 'an object id: 8-4-4-4-12 hexadecimal digits');

export const ofEntraUser = { tenant: EntraTenant, userId: ObjectId };
export interface OfEntraUser {
  tenant: string;
  userId: string;
}
export const ofPrincipal = { tenant: EntraTenant, servicePrincipalId: ObjectId };

export const entraTarget = (tenant: string, path: string, name: string): ActionTarget =>
  tenantTarget('entra', { tenant, path, name });
export const entraUserTarget = ({ tenant, userId }: OfEntraUser, more = ''): ActionTarget =>
  entraTarget(tenant, `users/${userId}${more}`, userId);
export const principalTarget = (
  { tenant, servicePrincipalId }: { tenant: string; servicePrincipalId: string },
  more = '',
): ActionTarget => entraTarget(tenant, `servicePrincipals/${servicePrincipalId}${more}`, servicePrincipalId);

const User = z.object({
  userPrincipalName: z.string(),
  accountEnabled: z.boolean(),
  userType: z.string().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  signInSessionsValidFromDateTime: z.string().nullish(),
});

/** Undefined where the directory has no such user. Needs `entra:GetUser`. */
export const entraUserOf = (context: ActionContext, { userId }: OfEntraUser): Promise<z.infer<typeof User> | undefined> =>
  readAs(context, 'entra:GetUser', { parameters: { userId }, answer: User });

export const RoleAssignment = z.object({ id: z.string(), roleDefinitionId: z.string(), directoryScopeId: z.string() });

/** Assignments of a principal, whatever the role. Needs `entra:ListRoleAssignments`. */
export const roleAssignmentsOf = async (context: ActionContext, principalId: string): Promise<z.infer<typeof RoleAssignment>[]> =>
  (await readAll(context, 'entra:ListRoleAssignments', {
    parameters: { $filter: `principalId eq '${principalId}'` },
    item: RoleAssignment,
  })) ?? [];

/** Two persons for whoever holds a directory role: Graph demands a role of the app too. Needs `entra:ListRoleAssignments`. */
export async function roleHolderCautions(context: ActionContext, principalId: string): Promise<Cautions> {
  const roles = [
    ...new Set((await roleAssignmentsOf(context, principalId)).map(({ roleDefinitionId }) => roleDefinitionId)),
  ].sort();
  return { observed: { roles }, ...(roles.length > 0 ? { approvalTier: 3 as const } : {}) };
}

const Principal = z.object({
  displayName: z.string(),
  accountEnabled: z.boolean(),
  appOwnerOrganizationId: z.string().nullish(),
  servicePrincipalType: z.string().nullish(),
});

/** Undefined where the directory has no such service principal. Needs `entra:GetServicePrincipal`. */
export const principalOf = (
  context: ActionContext,
  { servicePrincipalId }: { servicePrincipalId: string },
): Promise<z.infer<typeof Principal> | undefined> =>
  readAs(context, 'entra:GetServicePrincipal', { parameters: { servicePrincipalId }, answer: Principal });

export const ACCESS_TOKENS_LIVE_ON: LocalText = {
  en: 'Access tokens stay valid for about an hour, up to 28 h where continuous access evaluation governs them and reacts; resources that do not evaluate continuously only notice at expiry.',
  ja: 'アクセストークンは約 1 時間（継続的アクセス評価の対象では最長 28 時間だが即時に失効）有効です。評価に対応しないリソースは期限まで気付きません。',
};
