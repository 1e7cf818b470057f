/** What actions on Google Workspace share: its domain, its users, targets. */
import * as z from 'zod';
import { YaguraError } from '../../core/error.ts';
import type { ActionTarget } from '../../core/plan.ts';
import { TENANT_PRODUCTS } from '../../core/tenant/product.ts';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import type { Cautions } from './change.ts';
import { tenantTarget } from './tenant.ts';

export const GoogleTenant = z.string().regex(TENANT_PRODUCTS['google-workspace']?.tenant.pattern ?? /^$/, 'the primary domain');
/** Addresses are of one mailbox whatever their case: the lower one, so that a never-touch pattern holds. */
export const MailAddress = z
  .string()
  .toLowerCase()
  .regex(/^(?!\.)[a-z0-9._%+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'an e-mail address');

export const ofGoogleUser = { tenant: GoogleTenant, userKey: MailAddress };
export interface OfGoogleUser {
  tenant: string;
  userKey: string;
}

/** `more` is the path below the user, where the target is a thing of the user's. */
export const googleUserTarget = ({ tenant, userKey }: OfGoogleUser, more = ''): ActionTarget =>
  tenantTarget('google-workspace', { tenant, path: `users/${userKey}${more}`, name: userKey });

const User = z.object({
  primaryEmail: z.string(),
  suspended: z.boolean().nullish(),
  isAdmin: z.boolean().nullish(),
  isDelegatedAdmin: z.boolean().nullish(),
});
type User = z.infer<typeof User>;

/** Undefined where the domain has no such user. Needs `google-workspace:GetUser`. */
export const googleUserOf = (context: ActionContext, { userKey }: OfGoogleUser): Promise<User | undefined> =>
  readAs(context, 'google-workspace:GetUser', { parameters: { userKey }, answer: User });

/** Two persons for a super administrator. Needs `google-workspace:GetUser`. */
export async function googleCautions(context: ActionContext, parameters: OfGoogleUser): Promise<Cautions> {
  const user = await googleUserOf(context, parameters);
  const isSuper = user?.isAdmin === true;
  return {
    observed: { isSuper, isDelegated: user?.isDelegatedAdmin === true },
    ...(isSuper ? { approvalTier: 3 as const } : {}),
  };
}

/**
 * Undefined where the domain has no such user. Needs `google-workspace:GetUser`.
 * @throws YaguraError Refused for a suspended one, whose mailbox Gmail tells nothing of
 */
export async function mailboxOwner(context: ActionContext, parameters: OfGoogleUser): Promise<User | undefined> {
  const user = await googleUserOf(context, parameters);
  if (user?.suspended !== true) return user;
  const what = `${parameters.userKey} is suspended: Gmail neither shows nor changes its mailbox`;
  throw new YaguraError('Refused', what, {
    problems: [{ at: 'userKey', what, fix: 'end the suspension first; until then nothing is forwarded' }],
  });
}
