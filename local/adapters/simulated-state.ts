/** Keeps simulated accounts in the table: one item an account, one item a user or other resource. */
import * as z from 'zod';
import { YaguraError } from '../../functions/core/error.ts';
import { TENANT_PRODUCT_IDS, type TenantProductId } from '../../functions/core/tenant/product.ts';
import type { Table } from '../../functions/ports/table.ts';
import { accountPk } from '../estate/resource.ts';
import { comparableResources, type Resources, resourceProblems, seedResources } from '../estate/resources.ts';

const KeyStatus = z.enum(['Active', 'Inactive']);
const AccessKey = z.strictObject({
  status: KeyStatus,
  createdAtMs: z.int(),
  lastUsed: z.strictObject({ atMs: z.int(), service: z.string(), region: z.string() }).exactOptional(),
});
const User = z.strictObject({
  arn: z.string(),
  userId: z.string(),
  accessKeys: z.record(z.string(), AccessKey),
  /** ARNs of managed policies, in the order of attachment. */
  attachedPolicies: z.array(z.string()),
  /** Policy document text by policy name. */
  inlinePolicies: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
});
const Resource = z.record(z.string(), z.record(z.string(), z.json()));
export type SimulatedUser = z.infer<typeof User>;
const Estate = z.strictObject({
  accounts: z.record(
    z.string().regex(/^\d{12}$/),
    z.strictObject({
      users: z.record(z.string(), User),
      /** By type, then by id; ids of a region's resources are `region/id`. Absent where the account has none. */
      resources: z.record(z.string(), Resource).exactOptional(),
    }),
  ),
  /** Tenants of identity providers and SaaS by product and tenant id: their resources by type, then by id. */
  tenants: z.partialRecord(z.enum(TENANT_PRODUCT_IDS), z.record(z.string(), z.record(z.string(), Resource))).exactOptional(),
});
export type SimulatedEstate = z.infer<typeof Estate>;

const ESTATE_PK = 'SIM';
const ACCOUNT = 'ACCOUNT#';
const USER = 'USER#';
const TENANT = 'TENANT#';
const ATTEMPTS = 20;

interface TenantName {
  product: TenantProductId;
  tenantId: string;
}
/** Where a simulated tenant's resources are kept: `okta/acme.okta.com`. */
export const tenantKey = ({ product, tenantId }: TenantName): string => `${product}/${tenantId}`;
export const hasTenant = async (table: Table, tenant: TenantName): Promise<boolean> =>
  (await table.get(ESTATE_PK, `${TENANT}${tenantKey(tenant)}`)) !== undefined;

export interface SimulatedState {
  hasAccount(accountId: string): Promise<boolean>;
  users(accountId: string): Promise<[string, SimulatedUser][]>;
  user(accountId: string, userName: string): Promise<SimulatedUser | undefined>;
  /** Changes a user, again and again until nobody interferes. `change` edits the copy it gets; undefined where there is no such user. */
  change(accountId: string, userName: string, change: (user: SimulatedUser) => void): Promise<SimulatedUser | undefined>;
  seed(estate: SimulatedEstate): Promise<void>;
  snapshot(options?: SnapshotOptions): Promise<SimulatedEstate>;
}
/** `live`: with what passes by itself too (sessions, tokens, connections). */
export interface SnapshotOptions {
  live?: boolean;
}

export function createSimulatedState(table: Table): SimulatedState {
  const users = async (accountId: string): Promise<[string, SimulatedUser][]> => {
    const items = await table.query(accountPk(accountId), { prefix: USER });
    return items.map((item) => [item.sk.slice(USER.length), User.parse(item.data)]);
  };
  return {
    hasAccount: async (accountId) => (await table.get(ESTATE_PK, `${ACCOUNT}${accountId}`)) !== undefined,
    users,
    user: async (accountId, userName) => {
      const item = await table.get(accountPk(accountId), `${USER}${userName}`);
      return item === undefined ? undefined : User.parse(item.data);
    },
    change: async (accountId, userName, change) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const item = await table.get(accountPk(accountId), `${USER}${userName}`);
        if (item === undefined) return undefined;
        const user = User.parse(structuredClone(item.data));
        change(user);
        const put = { pk: item.pk, sk: item.sk, data: user };
        if (await table.write([{ put, condition: { version: item.version } }])) return user;
      }
      throw new YaguraError('Throttled', `user ${userName} is being changed by too many`);
    },
    seed: (estate) => seed(table, estate),
    snapshot: async (options) => {
      const accounts = await table.query(ESTATE_PK, { prefix: ACCOUNT });
      const ids = accounts.map((item) => item.sk.slice(ACCOUNT.length));
      const accountOf = async (id: string): Promise<{ users: Record<string, SimulatedUser>; resources?: Resources }> => {
        const resources = await comparableResources(table, id, options);
        // The order of attachment says nothing.
        const all = (await users(id)).map(
          ([name, one]) => [name, { ...one, attachedPolicies: one.attachedPolicies.toSorted() }] as const,
        );
        const own = { users: Object.fromEntries(all) };
        return Object.keys(resources).length === 0 ? own : { ...own, resources };
      };
      const all = await Promise.all(ids.map(async (id) => [id, await accountOf(id)] as const));
      const tenants = await tenantsOf(table, options);
      return { accounts: Object.fromEntries(all), ...(Object.keys(tenants).length === 0 ? {} : { tenants }) };
    },
  };
}

async function tenantsOf(table: Table, options?: SnapshotOptions): Promise<NonNullable<SimulatedEstate['tenants']>> {
  const tenants: NonNullable<SimulatedEstate['tenants']> = {};
  for (const { sk } of await table.query(ESTATE_PK, { prefix: TENANT })) {
    const [id = '', tenantId = ''] = sk.slice(TENANT.length).split('/');
    const product = TENANT_PRODUCT_IDS.find((one) => one === id);
    if (product === undefined) continue;
    const resources = await comparableResources(table, tenantKey({ product, tenantId }), options);
    tenants[product] = { ...tenants[product], [tenantId]: resources };
  }
  return tenants;
}

async function seed(table: Table, raw: SimulatedEstate): Promise<void> {
  const result = Estate.safeParse(raw);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => ({ at: issue.path.join('.'), what: issue.message }));
    throw new YaguraError('BadConfig', 'the simulated estate is not one', { problems });
  }
  const tenants = TENANT_PRODUCT_IDS.flatMap((product) =>
    Object.entries(result.data.tenants?.[product] ?? {}).map(([tenantId, resources]) => ({ product, tenantId, resources })),
  );
  const problems = [
    ...Object.entries(result.data.accounts).flatMap(([id, { resources = {} }]) => resourceProblems(`accounts.${id}`, resources)),
    ...tenants.flatMap(({ product, tenantId, resources }) => resourceProblems(`tenants.${product}.${tenantId}`, resources)),
  ];
  if (problems.length > 0) throw new YaguraError('BadConfig', 'the simulated estate is not one', { problems });
  for (const { resources, ...tenant } of tenants) {
    await seedResources(table, tenantKey(tenant), resources);
    await table.write([{ put: { pk: ESTATE_PK, sk: `${TENANT}${tenantKey(tenant)}`, data: tenant } }]);
  }
  for (const [accountId, { users, resources = {} }] of Object.entries(result.data.accounts)) {
    await seedResources(table, accountId, resources);
    await table.write([{ put: { pk: ESTATE_PK, sk: `${ACCOUNT}${accountId}`, data: { accountId } } }]);
    for (const [userName, user] of Object.entries(users)) {
      await table.write([{ put: { pk: accountPk(accountId), sk: `${USER}${userName}`, data: user } }]);
    }
  }
}
