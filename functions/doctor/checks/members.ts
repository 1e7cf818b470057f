/** The accounts of the organization: is the stack of responder roles in each, and may the respond stage assume them. */
import { pascal } from '../../core/pascal.ts';
import { responderRolePrefix } from '../../core/responder-roles.ts';
import type { Finding } from '../finding.ts';
import { type Check, objectsIn, readAll, textIn, type World } from '../world.ts';

export const MEMBER_CHECKS: readonly Check[] = [
  { id: 'members', needs: 'account', run: members },
  { id: 'member-roles', needs: 'deployment', run: assumable },
];
/** A finding names so many accounts; the rest are counted. */
const MOST_NAMED = 5;
/** Of one call. @see IAM API, SimulatePrincipalPolicy */
const MOST_SIMULATED = 50;

/** @see docs/deploy.md: the StackSet has the name of the template */
const stackSetOf = ({ config }: World): string => `${pascal(config.name)}Member`;

async function memberAccounts({ aws, accountId }: World): Promise<string[]> {
  const all = await readAll(aws, { service: 'organizations', operation: 'ListAccounts', list: 'Accounts' });
  return all
    .filter(({ Status }) => Status === 'ACTIVE')
    .map(({ Id }) => textIn(Id))
    .filter((id) => id !== accountId);
}

async function members(world: World): Promise<Finding[]> {
  if (world.config.organizationId === undefined) return [];
  const accounts = await memberAccounts(world);
  if (accounts.length === 0) return [];
  const stackset = stackSetOf(world);
  const CallAs = world.config.members.callAs === 'self' ? 'SELF' : 'DELEGATED_ADMIN';
  const parameters = { StackSetName: stackset, CallAs };
  const found = await world.aws.read('cloudformation', 'DescribeStackSet', parameters);
  if (found === undefined) return [{ id: 'members-none', values: { stackset, count: String(accounts.length) } }];
  const instances = await readAll(world.aws, {
    service: 'cloudformation',
    operation: 'ListStackInstances',
    list: 'Summaries',
    parameters,
  });
  const status = new Map(instances.map((one) => [textIn(one['Account']), textIn(one['Status'])]));
  const missing = accounts.filter((account) => !status.has(account));
  const stale = accounts.filter((account) => (status.get(account) ?? 'CURRENT') !== 'CURRENT');
  return [
    ...(missing.length === 0 ? [] : [{ id: 'members-missing' as const, values: { stackset, accounts: listed(missing) } }]),
    ...(stale.length === 0 ? [] : [{ id: 'members-stale' as const, values: { stackset, accounts: listed(stale) } }]),
  ];
}

const listed = (accounts: readonly string[]): string => {
  const more = accounts.length - MOST_NAMED;
  return `${accounts.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` + ${more}` : ''}`;
};

/** What the respond stage's own policy, its boundary and the organization's let it assume. A member's trust is the member's to show. */
async function assumable(world: World): Promise<Finding[]> {
  const role = world.deployed.find(({ stage }) => stage === 'respond')?.roleArn;
  if (world.config.organizationId === undefined || role === undefined) return [];
  const accounts = await memberAccounts(world);
  const refused: string[] = [];
  for (let i = 0; i < accounts.length; i += MOST_SIMULATED) {
    const arns = accounts
      .slice(i, i + MOST_SIMULATED)
      .map((account) => `arn:aws:iam::${account}:role/${responderRolePrefix(world.config)}read`);
    const answer = await world.aws.read('iam', 'SimulatePrincipalPolicy', {
      PolicySourceArn: role,
      ActionNames: ['sts:AssumeRole'],
      ResourceArns: arns,
    });
    const results = objectsIn(answer?.['EvaluationResults']).flatMap((one) => [
      one,
      ...objectsIn(one['ResourceSpecificResults']),
    ]);
    const allowed = new Set(
      results
        .filter((one) => one['EvalDecision'] === 'allowed' || one['EvalResourceDecision'] === 'allowed')
        .map((one) => textIn(one['EvalResourceName'])),
    );
    refused.push(...arns.filter((arn) => !allowed.has(arn)).map((arn) => arn.split(':')[4] ?? ''));
  }
  return refused.length === 0 ? [] : [{ id: 'members-refused', values: { role, accounts: listed(refused) } }];
}
