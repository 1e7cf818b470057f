/** What actions on Okta share: the forms of its ids, its users, and what cannot be reached in a user's name. */
import * as z from 'zod';
import type { ActionTarget } from '../../core/plan.ts';
import { TENANT_PRODUCTS } from '../../core/tenant/product.ts';
import type { LocalText } from '../../core/text.ts';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import type { Cautions } from './change.ts';
import { readAll, tenantTarget } from './tenant.ts';

/** The organization's host. */
export const OktaTenant = z.string().regex(TENANT_PRODUCTS.okta?.tenant.pattern ?? /^$/, 'the host of an Okta organization');
/** @see Okta: ids are 20 characters, their first three tell the kind */
const idOf = (kind: string): z.ZodString =>
  z.string().regex(new RegExp(`^${kind}[A-Za-z0-9]{17}$`), `an id that begins with ${kind}`);
export const UserId = idOf('00u');
export const GroupId = idOf('00g');
export const AppId = idOf('0oa');
export const ZoneId = idOf('nzo');
export const TokenId = idOf('00T');
export const FactorId = z.string().regex(/^[A-Za-z0-9]{20}$/, 'the id of an enrolled factor');

export const ofUser = { tenant: OktaTenant, userId: UserId };
export interface OfUser {
  tenant: string;
  userId: string;
}

/** `more` is the path below the user, where the target is a thing of the user's. */
export const userTarget = ({ tenant, userId }: OfUser, more = ''): ActionTarget =>
  tenantTarget('okta', { tenant, path: `users/${userId}${more}`, name: userId });

const User = z.object({
  status: z.string(),
  profile: z.object({ login: z.string() }),
  credentials: z.object({ provider: z.object({ type: z.string() }) }).optional(),
});

/** Undefined where the organization has no such user. */
export const userOf = (context: ActionContext, { userId }: OfUser): Promise<z.infer<typeof User> | undefined> =>
  readAs(context, 'okta:GetUser', { parameters: { userId }, answer: User });

export const Role = z.object({ id: z.string(), type: z.string(), status: z.string(), assignmentType: z.string() });

/** Two persons for whoever can give himself everything back. Needs `okta:ListUserRoles`. */
export async function administratorCautions(context: ActionContext, { userId }: OfUser): Promise<Cautions> {
  const roles = (await readAll(context, 'okta:ListUserRoles', { parameters: { userId }, item: Role })) ?? [];
  const types = [...new Set(roles.map(({ type }) => type))].sort();
  return { observed: { roles: types }, ...(types.includes('SUPER_ADMIN') ? { approvalTier: 3 } : {}) };
}

const Factor = z.object({
  id: z.string(),
  factorType: z.string(),
  provider: z.string(),
  status: z.string(),
  created: z.string().optional(),
});

/** What the user is enrolled in. Undefined where there is no such user. Needs `okta:ListFactors`. */
export const factorsOf = (context: ActionContext, { userId }: OfUser): Promise<z.infer<typeof Factor>[] | undefined> =>
  readAll(context, 'okta:ListFactors', { parameters: { userId }, item: Factor });

const Link = z.object({ label: z.string() });

/** The applications that the user can open: sessions there do not end with Okta's. Needs `okta:ListAppLinks`. */
export async function appsOf(context: ActionContext, { userId }: OfUser): Promise<string[]> {
  const links = (await readAll(context, 'okta:ListAppLinks', { parameters: { userId }, item: Link })) ?? [];
  return [...new Set(links.map(({ label }) => label))].sort();
}

/** What no call to Okta ends. */
export const TOKENS_LIVE_ON: LocalText = {
  en: 'Access tokens that an application checks by itself stay valid until they expire: 1 h by default, at most 24 h.',
  ja: 'アプリケーションが自分で検証するアクセストークンは、期限（既定で 1 時間、最長 24 時間）まで有効です。',
};
export const APP_SESSIONS_LIVE_ON: LocalText = {
  en: 'Sessions within applications that were signed in to through Okta live on: end them there, or by Universal Logout.',
  ja: 'Okta 経由でサインインしたアプリケーション内のセッションは残ります。各アプリケーションか Universal Logout で終了させてください。',
};
