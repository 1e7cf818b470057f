/** What actions on GitHub share: the forms of its names and ids, its repositories, targets. */
import * as z from 'zod';
import type { ActionTarget } from '../../core/plan.ts';
import { TENANT_PRODUCTS } from '../../core/tenant/product.ts';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { tenantTarget } from './tenant.ts';

/** The organization. Names are of one thing whatever their case: the lower one, so that a never-touch pattern holds. */
export const GithubTenant = z
  .string()
  .toLowerCase()
  .regex(TENANT_PRODUCTS.github?.tenant.pattern ?? /^$/, 'an organization');
export const GithubUser = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{0,78}[a-z0-9])?$/, 'a user name of GitHub');
export const RepositoryName = z
  .string()
  .toLowerCase()
  .regex(/^(?!\.{1,2}$)[a-z0-9._-]{1,100}$/, 'the name of a repository, without its owner');
export const NumericId = z.string().regex(/^[1-9]\d{0,19}$/, 'a number');

export const ofRepository = { tenant: GithubTenant, repo: RepositoryName };
export interface OfRepository {
  tenant: string;
  repo: string;
}

export const githubTarget = (tenant: string, path: string, name: string): ActionTarget =>
  tenantTarget('github', { tenant, path, name });
export const repositoryTarget = ({ tenant, repo }: OfRepository, more = ''): ActionTarget =>
  githubTarget(tenant, `repos/${repo}${more}`, `${tenant}/${repo}`);

const Repository = z.object({ visibility: z.string(), archived: z.boolean(), fork: z.boolean(), forks_count: z.number() });

/** Undefined where the organization has no such repository, or hides it from the credential. Needs `github:GetRepository`. */
export const repositoryOf = (
  context: ActionContext,
  { tenant, repo }: OfRepository,
): Promise<z.infer<typeof Repository> | undefined> =>
  readAs(context, 'github:GetRepository', { parameters: { org: tenant, repo }, answer: Repository });

/** False where GitHub knows no such user. Needs `github:GetUser`. */
export const isGithubUser = async (context: ActionContext, userName: string): Promise<boolean> =>
  (await readAs(context, 'github:GetUser', { parameters: { userName }, answer: z.looseObject({}) })) !== undefined;
