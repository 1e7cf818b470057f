/** The quotas of an account that a deployment of this size meets first, and how much of each is used. */
import type { Json } from '../../core/json.ts';
import type { Finding } from '../finding.ts';
import { type Check, objectIn, objectsIn, readAll, type World } from '../world.ts';

/** All queues' mappings together may ask for about this much. */
const LEAST_CONCURRENCY = 100;
/** What a first deployment brings, a little above what the templates have. */
const BRINGS = { roles: 30, rules: 60, codeBytes: 100 * 1024 ** 2 };
/** @see Amazon EventBridge quotas, "Rules": 300 a bus */
const RULES_PER_BUS = 300;
/** @see AWS CloudTrail quotas, "Trails per Region": 5, which cannot be raised */
const TRAILS = 5;

export const QUOTA_CHECKS: readonly Check[] = [
  { id: 'quotas', needs: 'account', run: lambda },
  { id: 'quota-roles', needs: 'account', run: roles },
  { id: 'quota-rules', needs: 'account', run: rules },
  { id: 'quota-trails', needs: 'account', run: trails },
];

/** What still comes with a deployment: nothing where it is there already. */
const coming = ({ deployed }: World, count: number): number => (deployed.length > 0 ? 0 : count);
const numberIn = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

async function lambda(world: World): Promise<Finding[]> {
  const { aws, region } = world;
  const settings = await aws.read('lambda', 'GetAccountSettings', {});
  const limits = objectIn(settings?.['AccountLimit']);
  const limit = numberIn(limits['ConcurrentExecutions']);
  const [allowed, used] = [numberIn(limits['TotalCodeSize']), numberIn(objectIn(settings?.['AccountUsage'])['TotalCodeSize'])];
  const isFull = allowed !== undefined && used !== undefined && used + coming(world, BRINGS.codeBytes) > allowed;
  return [
    ...(limit === undefined || limit >= LEAST_CONCURRENCY
      ? []
      : [{ id: 'quota-concurrency' as const, values: { limit: String(limit), region } }]),
    ...(isFull ? [{ id: 'quota-code' as const, values: { used: mib(used), limit: mib(allowed), region } }] : []),
  ];
}

const mib = (bytes: number): string => String(Math.round(bytes / 1024 ** 2));

async function roles(world: World): Promise<Finding[]> {
  const summary = objectIn((await world.aws.read('iam', 'GetAccountSummary', {}))?.['SummaryMap']);
  const [used, limit] = [numberIn(summary['Roles']), numberIn(summary['RolesQuota'])];
  if (used === undefined || limit === undefined || used + coming(world, BRINGS.roles) <= limit) return [];
  return [{ id: 'quota-roles', values: { used: String(used), limit: String(limit) } }];
}

async function rules(world: World): Promise<Finding[]> {
  const { length: used } = await readAll(world.aws, { service: 'events', operation: 'ListRules', list: 'Rules' });
  if (used + coming(world, BRINGS.rules) <= RULES_PER_BUS) return [];
  return [{ id: 'quota-rules', values: { used: String(used), limit: String(RULES_PER_BUS), region: world.region } }];
}

/** Only who must still make one meets it. */
async function trails({ aws, region, sources }: World): Promise<Finding[]> {
  if (!sources.includes('aws-cloudtrail')) return [];
  const own = objectsIn((await aws.read('cloudtrail', 'DescribeTrails', { includeShadowTrails: false }))?.['trailList']);
  const isFull = own.length >= TRAILS && !own.some(({ IsMultiRegionTrail }) => IsMultiRegionTrail === true);
  return isFull ? [{ id: 'quota-trails', values: { used: String(own.length), limit: String(TRAILS), region } }] : [];
}
