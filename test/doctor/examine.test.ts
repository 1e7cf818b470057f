import { describe, expect, it } from 'vitest';
import { ADVICE, type AdviceId } from '../../functions/doctor/advice.ts';
import { CHECKS } from '../../functions/doctor/checks/index.ts';
import { examine } from '../../functions/doctor/examine.ts';
import { shellWord, tellFinding } from '../../functions/doctor/finding.ts';
import { allows } from '../../functions/doctor/policy.ts';
import { readDeployed, type World } from '../../functions/doctor/world.ts';
import { ACCOUNT, type Answers, HEALTHY, KEY, lastSeen, NOW_MS, policy, REGION, secret, trail, worldOf } from './estate.ts';

const absent = () => undefined;
const key = (state: string, of: (id: string) => boolean): Answers => ({
  'kms.DescribeKey': ({ KeyId: id }) => ({ KeyMetadata: { KeyId: String(id), KeyState: of(String(id)) ? state : 'Enabled' } }),
});
const isData = (id: string): boolean => id !== KEY;
const onlyFor = (
  operation: string,
  parameter: string,
  value: string,
  answer: () => ReturnType<typeof absent> | object,
): Answers => ({
  [operation]: (parameters) =>
    String(parameters[parameter]).includes(value) ? (answer() as undefined) : HEALTHY[operation]?.(parameters),
});
const queues = (attributes: Record<string, string>): Answers => ({
  'sqs.GetQueueAttributes': () => ({ Attributes: attributes }),
});
const clock = worldOf();
const healthy = worldOf();

/** Finding → what is planted, and what else of the world is other. */
const PLANTED: Record<AdviceId, [Answers, Partial<World>?]> = {
  'root-credentials': [{ 'sts.GetCallerIdentity': () => ({ Arn: `arn:aws:iam::${ACCOUNT}:root` }) }],
  'wrong-account': [{}, { config: { ...healthy.config, account: '999988887777' } }],
  'wrong-region': [{}, { config: { ...healthy.config, region: 'eu-west-1' } }],
  'clock-skew': [{}, { aws: { ...clock.aws, awsTimeMs: async () => NOW_MS + 240_000 } }],
  'bootstrap-role': [onlyFor('iam.GetRole', 'RoleName', 'deploy-role', absent)],
  'bootstrap-bucket': [onlyFor('s3.GetBucketLocation', 'Bucket', 'assets', absent)],
  'quota-concurrency': [{ 'lambda.GetAccountSettings': () => ({ AccountLimit: { ConcurrentExecutions: 10 } }) }],
  'organization-none': [{ 'organizations.DescribeOrganization': absent }],
  'organization-other': [
    { 'organizations.DescribeOrganization': () => ({ Organization: { Id: 'o-anotherorgid', FeatureSet: 'ALL' } }) },
  ],
  'organization-features': [
    {
      'organizations.DescribeOrganization': () => ({
        Organization: { Id: 'o-exampleorgid', FeatureSet: 'CONSOLIDATED_BILLING' },
      }),
    },
  ],
  'budget-missing': [{ 'budgets.DescribeBudgets': () => ({}) }],
  'landing-missing': [onlyFor('s3.GetBucketLocation', 'Bucket', 'landing', absent)],
  'landing-notification': [onlyFor('s3.GetBucketNotificationConfiguration', 'Bucket', 'landing', () => ({}))],
  'landing-public': [{ 's3.GetPublicAccessBlock': absent }],
  'landing-policy': [onlyFor('s3.GetBucketPolicy', 'Bucket', 'landing', absent)],
  'key-missing': [onlyFor('kms.DescribeKey', 'KeyId', 'alias/yagura-data', absent)],
  'key-deletion': [key('PendingDeletion', isData)],
  'key-disabled': [key('Disabled', isData)],
  'key-rotation': [{ 'kms.GetKeyRotationStatus': () => ({ KeyRotationEnabled: false }) }],
  'key-policy': [onlyFor('kms.GetKeyPolicy', 'KeyId', 'alias/yagura-data', () => ({ Policy: policy() }))],
  'adopted-missing': [onlyFor('s3.GetBucketLocation', 'Bucket', 'org-logs', absent)],
  'adopted-region': [onlyFor('s3.GetBucketLocation', 'Bucket', 'org-logs', () => ({ LocationConstraint: 'us-west-2' }))],
  'adopted-notification': [onlyFor('s3.GetBucketNotificationConfiguration', 'Bucket', 'org-logs', () => ({}))],
  'adopted-policy': [onlyFor('s3.GetBucketPolicy', 'Bucket', 'org-logs', absent)],
  'adopted-key-policy': [onlyFor('kms.GetKeyPolicy', 'KeyId', KEY, () => ({ Policy: policy() }))],
  'trail-missing': [{ 'cloudtrail.DescribeTrails': () => ({ trailList: [] }) }],
  'trail-stopped': [{ 'cloudtrail.GetTrailStatus': () => ({ IsLogging: false }) }],
  'trail-delivery': [{ 'cloudtrail.GetTrailStatus': () => ({ IsLogging: true, LatestDeliveryError: 'AccessDenied' }) }],
  'trail-one-region': [{ 'cloudtrail.DescribeTrails': () => ({ trailList: [{ ...trail, IsMultiRegionTrail: false }] }) }],
  'trail-validation': [{ 'cloudtrail.DescribeTrails': () => ({ trailList: [{ ...trail, LogFileValidationEnabled: false }] }) }],
  'trail-data-events': [{ 'cloudtrail.GetEventSelectors': () => ({ EventSelectors: [{ DataResources: [] }] }) }],
  'guardduty-missing': [{ 'guardduty.ListDetectors': () => ({ DetectorIds: [] }) }],
  'guardduty-disabled': [{ 'guardduty.GetDetector': () => ({ Status: 'DISABLED' }) }],
  'stage-missing': [{}, { stages: [...healthy.stages, { id: 'notify', trigger: 'bus' }] }],
  'function-failed': [{ 'lambda.GetFunctionConfiguration': () => ({ State: 'Failed' }) }],
  'mapping-missing': [{ 'lambda.ListEventSourceMappings': () => ({}) }],
  'mapping-disabled': [
    {
      'lambda.ListEventSourceMappings': () => ({
        EventSourceMappings: [{ UUID: 'u-1', State: 'Disabled', EventSourceArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q` }],
      }),
    },
  ],
  'queue-missing': [onlyFor('sqs.GetQueueUrl', 'QueueName', 'fn-', absent)],
  'dead-letters-none': [queues({ ApproximateNumberOfMessages: '0' })],
  'dead-letters': [
    queues({
      ApproximateNumberOfMessages: '3',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead` }),
    }),
  ],
  'table-missing': [{ 'dynamodb.DescribeTable': absent }],
  'table-recovery': [{ 'dynamodb.DescribeContinuousBackups': () => ({}) }],
  'workgroup-missing': [{ 'athena.GetWorkGroup': absent }],
  'workgroup-disabled': [{ 'athena.GetWorkGroup': () => ({ WorkGroup: { State: 'DISABLED' } }) }],
  'database-missing': [{ 'glue.GetDatabase': absent }],
  'flow-none': [{ 'dynamodb.Query': () => ({ Items: [] }) }],
  'source-never': [{ 'dynamodb.Query': () => ({ Items: [lastSeen('aws-cloudtrail', 1)] }) }],
  'source-silent': [{ 'dynamodb.Query': () => ({ Items: [lastSeen('aws-cloudtrail', 1), lastSeen('aws-guardduty', 25)] }) }],
  quarantine: [{ 's3.ListObjectsV2': () => ({ Contents: [{ Key: 'a' }], IsTruncated: false }) }],
  'quarantine-missing': [{ 's3.ListObjectsV2': absent }],
  'role-missing': [onlyFor('iam.GetRole', 'RoleName', 'YaguraResponder-contain', absent)],
  'role-trust': [
    onlyFor('iam.GetRole', 'RoleName', 'YaguraResponder-read', () => ({
      Role: { Arn: 'x', AssumeRolePolicyDocument: policy({ Effect: 'Allow' }) },
    })),
  ],
  'secret-missing': [{ 'secretsmanager.DescribeSecret': absent }],
  'secret-deleted': [{ 'secretsmanager.DescribeSecret': () => ({ ...secret, DeletedDate: '2026-11-01T00:00:00Z' }) }],
  'secret-empty': [{ 'secretsmanager.DescribeSecret': () => ({ ...secret, VersionIdsToStages: { one: ['AWSPENDING'] } }) }],
  'secret-old': [{ 'secretsmanager.DescribeSecret': () => ({ ...secret, LastChangedDate: '2025-11-01T00:00:00Z' }) }],
  'mail-unverified': [{ 'sesv2.GetEmailIdentity': absent }],
  'mail-sandbox': [{ 'sesv2.GetAccount': () => ({ ProductionAccessEnabled: false }) }],
};

async function found(planted: Answers, changes?: Partial<World>): Promise<string[]> {
  const results = await examine(CHECKS, worldOf(planted, changes));
  expect(results.filter(({ status }) => status === 'could-not-look')).toEqual([]);
  const findings = results.flatMap(({ findings: of }) => of);
  for (const finding of findings) for (const locale of ['en', 'ja'] as const) tellFinding(finding, locale);
  return [...new Set(findings.map(({ id }) => id))];
}

describe('the doctor', () => {
  it('finds nothing where all is well, and looks everywhere', async () => {
    expect(await found({})).toEqual([]);
    const results = await examine(CHECKS, worldOf());
    expect(results.map(({ status }) => status)).toEqual(CHECKS.map(() => 'looked'));
  });

  it.each(Object.entries(PLANTED))('finds %s, and nothing else', async (id, [planted, changes]) => {
    expect(await found(planted, changes)).toEqual([id]);
  });

  it('knows each kind of finding by a planted one', () => {
    expect(Object.keys(PLANTED).sort()).toEqual(Object.keys(ADVICE).sort());
  });

  it('calls what it could not look at neither fine nor wrong, each check alone', async () => {
    const denied = worldOf({
      'budgets.DescribeBudgets': () => {
        throw new Error('budgets DescribeBudgets: AccessDenied');
      },
    });
    const results = await examine(CHECKS, denied);
    expect(results.filter(({ status }) => status !== 'looked')).toEqual([
      { check: 'budget', status: 'could-not-look', reason: 'budgets DescribeBudgets: AccessDenied', findings: [] },
    ]);
  });

  it('gives up a check that hangs', async () => {
    const hangs = { id: 'hangs', needs: 'account' as const, run: () => new Promise<never>(() => undefined) };
    const [result] = await examine([hangs], worldOf(), 20);
    expect(result).toMatchObject({ status: 'could-not-look', reason: 'no answer in 0.02 s' });
  });

  it('before a deployment looks at the account alone', async () => {
    const results = await examine(CHECKS, worldOf({}, { deployed: [] }));
    const skipped = results.filter(({ status }) => status === 'skipped').map(({ check }) => check);
    expect(skipped).toEqual(CHECKS.filter(({ needs }) => needs === 'deployment').map(({ id }) => id));
    expect(results.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('says that it could not look, not that nothing is deployed, where functions may not be listed', async () => {
    const results = await examine(CHECKS, worldOf({}, { deployed: [], unseen: 'lambda ListFunctions: AccessDenied' }));
    for (const { check, status, reason } of results) {
      const isAccount = CHECKS.find(({ id }) => id === check)?.needs === 'account';
      expect([check, status, reason]).toEqual(
        isAccount ? [check, 'looked', undefined] : [check, 'could-not-look', 'lambda ListFunctions: AccessDenied'],
      );
    }
  });

  it('prints the statement that is lacking', async () => {
    const results = await examine(CHECKS, worldOf(PLANTED['adopted-policy'][0]));
    const [finding] = results.flatMap(({ findings }) => findings);
    const statement: unknown = JSON.parse(finding?.values['statement'] ?? '');
    expect(statement).toEqual({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/yagura-ingest-${REGION}` },
      Action: ['s3:GetObject'],
      Resource: 'arn:aws:s3:::org-logs/AWSLogs/*',
    });
  });

  it('quotes names that others chose in its commands', () => {
    expect(shellWord("x'; rm -rf ~; '")).toBe(`'x'\\''; rm -rf ~; '\\'''`);
    const { fix } = tellFinding({ id: 'trail-stopped', values: { trail: '$(id)' } }, 'en');
    expect(fix).toBe("aws cloudtrail start-logging --name '$(id)'");
  });

  it('tells the stages of this deployment from others by the names of their roles', async () => {
    const fn = (name: string) => ({ FunctionName: name, FunctionArn: name, Role: `arn:aws:iam::${ACCOUNT}:role/${name}` });
    const Functions = [fn(`yagura-ingest-${REGION}`), fn(`other-ingest-${REGION}`), fn('yagura-ingest-eu-west-1')];
    const { aws } = worldOf({ 'lambda.ListFunctions': () => ({ Functions }) });
    const deployed = await readDeployed(aws, { name: 'yagura', region: REGION, stages: [{ id: 'ingest' }] });
    expect(deployed.map(({ stage, functionName }) => [stage, functionName])).toEqual([['ingest', `yagura-ingest-${REGION}`]]);
  });
});

describe('policies', () => {
  const asked = { principal: 'cloudtrail.amazonaws.com', action: 's3:PutObject', resource: 'arn:aws:s3:::b/AWSLogs/1' };
  const one = (effect: string, Action: string, Resource = '*') =>
    policy({ Effect: effect, Principal: { Service: 'cloudtrail.amazonaws.com' }, Action, Resource });

  it.each([
    [one('Allow', 's3:Put*'), true],
    [one('Allow', 's3:GetObject'), false],
    [one('Allow', 's3:*', 'arn:aws:s3:::b/other/*'), false],
    [one('Deny', 's3:*'), false],
    [one('Allow', 's3.PutObject'), false],
    [one('Allow', 's3:PutObjec?'), true],
    [one('Allow', 's3:PutObject?'), false],
    [one('Allow', 's3:*', 'arn:aws:s3:::b/awslogs/*'), false],
    [one('Allow', '*a'.repeat(5_000)), false],
    ['no JSON', false],
  ])('%s: %s', (text, expected) => {
    expect(allows(text, asked)).toBe(expected);
  });

  it('a denial without a condition outweighs what is allowed', () => {
    const allow = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
    expect(allows(policy(allow, { ...allow, Effect: 'Deny' }), asked)).toBe(false);
    expect(allows(policy(allow, { ...allow, Effect: 'Deny', Condition: { Bool: {} } }), asked)).toBe(true);
  });
});
