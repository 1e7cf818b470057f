/** What actions on Slack share: the forms of its ids, targets. */
import * as z from 'zod';
import type { ActionTarget } from '../../core/plan.ts';
import { TENANT_PRODUCTS } from '../../core/tenant/product.ts';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { tenantTarget } from './tenant.ts';

export const SlackTenant = z.string().regex(TENANT_PRODUCTS.slack?.tenant.pattern ?? /^$/, 'an organization or workspace id');
export const SlackUserId = z.string().regex(/^[UW][A-Z0-9]{6,20}$/, 'a user id, which begins with U or W');
export const SlackTeamId = z.string().regex(/^T[A-Z0-9]{6,20}$/, 'a workspace id, which begins with T');

export const ofSlackUser = { tenant: SlackTenant, userId: SlackUserId };
export const slackUserTarget = ({ tenant, userId }: { tenant: string; userId: string }, more = ''): ActionTarget =>
  tenantTarget('slack', { tenant, path: `users/${userId}${more}`, name: userId });

const User = z.object({ active: z.boolean() });

/** Undefined where the organization has no such user. Needs `slack:GetScimUser`. */
export const slackUserOf = (context: ActionContext, { userId }: { userId: string }): Promise<z.infer<typeof User> | undefined> =>
  readAs(context, 'slack:GetScimUser', { parameters: { userId }, answer: User });
