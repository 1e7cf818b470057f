/** Turns a playbook's scenarios.yml into checked scenarios. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { TENANT_PRODUCT_IDS } from '../../functions/core/tenant/product.ts';
import type { SimulatedEstate } from '../../local/adapters/simulated-aws.ts';
import { NOW_MS, user } from '../respond/world.ts';

export const PLAYBOOKS_DIR = new URL('../../playbooks/', import.meta.url).pathname;

const jsonObject = z.record(z.string(), z.json());
const Call = z.strictObject({ operation: z.string(), parameters: jsonObject });
/** Fails the calls of an operation, `times` of them (default all), the first `skip` not; or answers as before the change `after`. */
const Fault = z.strictObject({
  operation: z.string(),
  error: z.enum(['Refused', 'Throttled', 'Unavailable']).optional(),
  times: z.int().optional(),
  skip: z.int().optional(),
  stale: z.int().optional(),
  after: z.string().optional(),
});
export type Fault = z.infer<typeof Fault>;

const SimulatedUsers = z.record(
  z.string(),
  z.strictObject({
    accessKeys: z.record(z.string(), z.enum(['Active', 'Inactive'])).default({}),
    inlinePolicies: z.record(z.string(), z.string()).default({}),
  }),
);

const Decisions = z.array(
  z.strictObject({ by: z.string(), decision: z.enum(['approve', 'reject']), reason: z.string().default('seen') }),
);

const Scenario = z.strictObject({
  name: z.string(),
  input: jsonObject.default({}),
  given: z.array(Call).default([]),
  whileWaiting: z.array(Call).default([]),
  faults: z.array(Fault).default([]),
  decide: Decisions.default([]),
  /** What happens a while after the decisions; without decisions what is asked then expires. */
  later: z.strictObject({ afterSec: z.int(), decide: Decisions.default([]) }).optional(),
  expect: z.strictObject({
    status: z.enum(['SUCCEEDED', 'FAILED']),
    error: z.string().optional(),
    outcome: z.enum(['done', 'rejected', 'expired', 'failed', 'undone']),
    visits: z.array(z.string()).optional(),
    changes: z.array(z.string()).optional(),
    estate: z.enum(['same', 'as before first']).optional(),
    users: z.record(z.string(), jsonObject).optional(),
  }),
  undo: z.strictObject({ by: z.string(), and: z.string().optional() }).optional(),
});
export type Scenario = z.infer<typeof Scenario>;

const Scenarios = z.strictObject({
  estate: z.record(z.string(), SimulatedUsers),
  /** By account, type and id; ids of a region's resources are `region/id`. */
  resources: z.record(z.string(), z.record(z.string(), z.record(z.string(), jsonObject))).default({}),
  /** By product, tenant, type and id. */
  tenants: z
    .partialRecord(z.enum(TENANT_PRODUCT_IDS), z.record(z.string(), z.record(z.string(), z.record(z.string(), jsonObject))))
    .exactOptional(),
  /** Of the circuit breakers, where the defaults would refuse. */
  limits: z.strictObject({ maxBlastRadius: z.int() }).exactOptional(),
  first: z.strictObject({ playbook: z.string(), input: jsonObject }).optional(),
  input: jsonObject,
  scenarios: z.array(Scenario).min(1),
});
export type Scenarios = z.infer<typeof Scenarios>;

export const playbookIds = (): string[] =>
  readdirSync(PLAYBOOKS_DIR, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

export const readScenarios = (playbook: string): Scenarios =>
  Scenarios.parse(parse(readFileSync(join(PLAYBOOKS_DIR, playbook, 'scenarios.yml'), 'utf8')));

export function estateOf({ estate, resources, tenants }: Scenarios): SimulatedEstate {
  const accounts = Object.entries(estate).map(([accountId, users]) => {
    const all = Object.entries(users).map(([userName, { accessKeys, inlinePolicies }]) => {
      const keys = Object.entries(accessKeys).map(([id, status]) => [id, { status, createdAtMs: NOW_MS - 1e9 }] as const);
      const arn = `arn:aws:iam::${accountId}:user/${userName}`;
      return [userName, user(userName, { arn, accessKeys: Object.fromEntries(keys), inlinePolicies })] as const;
    });
    return [accountId, { users: Object.fromEntries(all), resources: resources[accountId] ?? {} }] as const;
  });
  return { accounts: Object.fromEntries(accounts), ...(tenants === undefined ? {} : { tenants }) };
}
