/** The account before anything is deployed: whose credentials, which clock, bootstrap, organization, budget. */
import type { Finding } from '../finding.ts';
import { type Check, objectIn, objectsIn, textIn, type World } from '../world.ts';

/** AWS refuses signatures that are five minutes off. @see IAM User Guide, "Signature Version 4 for API requests" */
const SKEW_WARN_MS = 60_000;
/** CDK's default. */
const QUALIFIER = 'hnb659fds';

export const ACCOUNT_CHECKS: readonly Check[] = [
  { id: 'credentials', needs: 'account', run: credentials },
  {
    id: 'clock',
    needs: 'account',
    run: async ({ aws, nowMs }) => {
      const skewMs = Math.abs((await aws.awsTimeMs()) - nowMs);
      return skewMs <= SKEW_WARN_MS ? [] : [{ id: 'clock-skew', values: { seconds: String(Math.round(skewMs / 1000)) } }];
    },
  },
  { id: 'bootstrap', needs: 'account', run: bootstrap },
  { id: 'organization', needs: 'account', run: organization },
  {
    id: 'budget',
    needs: 'account',
    run: async ({ aws, accountId }) => {
      const answer = await aws.read('budgets', 'DescribeBudgets', { AccountId: accountId });
      return objectsIn(answer?.['Budgets']).length > 0 ? [] : [{ id: 'budget-missing', values: { account: accountId } }];
    },
  },
];

async function credentials({ aws, config, region, accountId }: World): Promise<Finding[]> {
  const findings: Finding[] = [];
  const arn = textIn((await aws.read('sts', 'GetCallerIdentity', {}))?.['Arn']);
  if (arn.endsWith(':root')) findings.push({ id: 'root-credentials', values: { account: accountId } });
  if (config.account !== undefined && config.account !== accountId)
    findings.push({ id: 'wrong-account', values: { account: accountId, wanted: config.account } });
  if (config.region !== undefined && config.region !== region)
    findings.push({ id: 'wrong-region', values: { region, wanted: config.region } });
  return findings;
}

async function bootstrap({ aws, accountId, region }: World): Promise<Finding[]> {
  const findings: Finding[] = [];
  const values = { account: accountId, region };
  const RoleName = `cdk-${QUALIFIER}-deploy-role-${accountId}-${region}`;
  if ((await aws.read('iam', 'GetRole', { RoleName })) === undefined) findings.push({ id: 'bootstrap-role', values });
  const Bucket = `cdk-${QUALIFIER}-assets-${accountId}-${region}`;
  if ((await aws.read('s3', 'GetBucketLocation', { Bucket })) === undefined) findings.push({ id: 'bootstrap-bucket', values });
  return findings;
}

async function organization({ aws, config: { organizationId } }: World): Promise<Finding[]> {
  if (organizationId === undefined) return [];
  const found = objectIn((await aws.read('organizations', 'DescribeOrganization', {}))?.['Organization']);
  const id = textIn(found['Id']);
  if (id === '') return [{ id: 'organization-none', values: { wanted: organizationId } }];
  if (id !== organizationId) return [{ id: 'organization-other', values: { found: id, wanted: organizationId } }];
  return found['FeatureSet'] === 'ALL' ? [] : [{ id: 'organization-features', values: { found: id } }];
}
