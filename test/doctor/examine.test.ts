import { describe, expect, it } from 'vitest';
import { ADVICE, type AdviceId } from '../../functions/doctor/advice.ts';
import { CHECKS } from '../../functions/doctor/checks/index.ts';
import { examine } from '../../functions/doctor/examine.ts';
import { shellWord, tellFinding } from '../../functions/doctor/finding.ts';
import { allows } from '../../functions/doctor/policy.ts';
import { readDeployed, type World } from '../../functions/doctor/world.ts';
import {
  ACCOUNT,
  type Answers,
  HEALTHY,
  KEY,
  lastSeen,
  NOW_MS,
  OTHER,
  policy,
  REGION,
  rules,
  secret,
  simulated,
  trail,
  worldOf,
} from './estate.ts';

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
const expiring = (day: string) => ({ ...secret, Tags: [{ Key: 'yagura:expires', Value: day }] });
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
  'quota-code': [
    { 'lambda.GetAccountSettings': () => ({ AccountLimit: { TotalCodeSize: 1000 }, AccountUsage: { TotalCodeSize: 1001 } }) },
  ],
  'quota-roles': [{ 'iam.GetAccountSummary': () => ({ SummaryMap: { Roles: 990, RolesQuota: 1000 } }) }, { deployed: [] }],
  'quota-rules': [{ 'events.ListRules': () => ({ Rules: rules(301) }) }],
  'quota-trails': [
    {
      'cloudtrail.DescribeTrails': ({ includeShadowTrails: all }) => ({
        trailList: all === false ? Array.from({ length: 5 }, () => ({ ...trail, IsMultiRegionTrail: false })) : [trail],
      }),
    },
  ],
  'members-none': [{ 'cloudformation.DescribeStackSet': absent }],
  'members-missing': [{ 'cloudformation.ListStackInstances': () => ({ Summaries: [] }) }],
  'members-stale': [{ 'cloudformation.ListStackInstances': () => ({ Summaries: [{ Account: OTHER, Status: 'OUTDATED' }] }) }],
  'members-refused': [
    { 'iam.SimulatePrincipalPolicy': ({ ResourceArns: arns }) => ({ EvaluationResults: simulated(arns, 'implicitDeny') }) },
  ],
  'secret-expired': [{ 'secretsmanager.DescribeSecret': () => expiring('2026-11-29') }],
  'secret-expires': [{ 'secretsmanager.DescribeSecret': () => expiring('2026-12-10') }],
  'secret-expiry-unreadable': [{ 'secretsmanager.DescribeSecret': () => expiring('next year') }],
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

describe('how fresh a source must be', () => {
  const silence = async (freshness: { hours: number; sources: Record<string, number> }) => {
    const results = await examine(CHECKS, worldOf({}, { config: { ...healthy.config, freshness } }));
    return results.flatMap(({ findings }) => findings);
  };

  it('says the configuration, for each source of its own', async () => {
    // In the healthy estate CloudTrail spoke an hour ago, GuardDuty twenty.
    expect(await silence({ hours: 24, sources: { 'aws-guardduty': 12 } })).toEqual([
      { id: 'source-silent', values: { source: 'aws-guardduty', hours: '20', allowed: '12', rules: '3' } },
    ]);
    expect(await silence({ hours: 0.5, sources: { 'aws-guardduty': 48 } })).toMatchObject([
      { id: 'source-silent', values: { source: 'aws-cloudtrail', rules: '5' } },
    ]);
  });

  it('counts the rules that cannot fire: those that no living source is left to', async () => {
    const both = await silence({ hours: 0.5, sources: {} });
    expect(both.map(({ values }) => [values['source'], values['rules']])).toEqual([
      ['aws-cloudtrail', '7'],
      ['aws-guardduty', '5'],
    ]);
  });
});

describe('a secret that ends', () => {
  it.each([
    ['2026-11-30', 'secret-expired'],
    ['2026-12-01', 'secret-expires'],
    ['2026-12-14', 'secret-expires'],
    ['2026-12-15', undefined],
  ])('on %s: %s', async (day, id) => {
    const ids = await found({ 'secretsmanager.DescribeSecret': () => expiring(day) });
    expect(ids).toEqual(id === undefined ? [] : [id]);
  });
});

describe('conditions of policies', () => {
  const delivery = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:PutObject', Resource: '*' };
  const guardDuty = { ...delivery, Principal: { Service: 'guardduty.amazonaws.com' } };
  const landing = (...statements: object[]): Answers =>
    onlyFor('s3.GetBucketPolicy', 'Bucket', 'landing', () => ({
      Policy: JSON.stringify({ Statement: [guardDuty, ...statements] }),
    }));

  it.each([
    ['the right organization', { StringEquals: { 'aws:SourceOrgID': 'o-exampleorgid' } }, true],
    ['another organization', { StringEquals: { 'aws:SourceOrgID': 'o-anotherorgid' } }, false],
    ['another account', { StringEquals: { 'AWS:SourceAccount': '999988887777' } }, false],
    ['one of several accounts', { StringEquals: { 'aws:SourceAccount': ['999988887777', ACCOUNT] } }, true],
    ['an ACL that CloudTrail does not send', { StringEquals: { 's3:x-amz-acl': 'private' } }, false],
    ['a key that nobody can know from here', { StringEquals: { 'aws:RequestTag/team': 'x' } }, true],
    [
      'a trail by its ARN, not known before it delivers',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/x' } },
      true,
    ],
    ['a negation that excludes this account', { StringNotEquals: { 'aws:SourceAccount': ACCOUNT } }, false],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, true],
  ])('%s: %o lets CloudTrail in: %s', async (_, Condition, letsIn) => {
    expect(await found(landing({ ...delivery, Condition }))).toEqual(letsIn ? [] : ['landing-policy']);
  });

  it('a denial under a condition that is met denies; one that is not met or not known does not', async () => {
    const deny = (Condition: object) => landing(delivery, { ...delivery, Effect: 'Deny', Principal: '*', Condition });
    expect(await found(deny({ Bool: { 'aws:SecureTransport': 'false' } }))).toEqual([]);
    expect(await found(deny({ StringEquals: { 'aws:RequestTag/x': 'y' } }))).toEqual([]);
    expect(await found(deny({ StringNotEquals: { 'aws:SourceOrgID': 'o-anotherorgid' } }))).toEqual(['landing-policy']);
  });

  it('the statement to add has the condition that keeps strangers out, and mends what was found', async () => {
    const results = await examine(CHECKS, worldOf(landing()));
    const [finding] = results.flatMap(({ findings }) => findings);
    const added = JSON.parse(finding?.values['statement'] ?? '{}');
    expect(added).toEqual({
      ...{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: ['s3:PutObject'] },
      Resource: 'arn:aws:s3:::landing/*AWSLogs/*',
      Condition: {
        StringEquals: { 'aws:SourceOrgID': 'o-exampleorgid', 's3:x-amz-acl': 'bucket-owner-full-control' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/*' },
      },
    });
    expect(await found(landing(added))).toEqual([]);
  });

  it('a foreign key that lets another organization decrypt does not let ingest', async () => {
    const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*' };
    const key = (Condition: object): Answers =>
      onlyFor('kms.GetKeyPolicy', 'KeyId', KEY, () => ({ Policy: JSON.stringify({ Statement: { ...statement, Condition } }) }));
    expect(
      await found(
        key({ StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'kms:ViaService': `s3.${REGION}.amazonaws.com` } }),
      ),
    ).toEqual([]);
    expect(await found(key({ StringEquals: { 'aws:PrincipalOrgID': 'o-anotherorgid' } }))).toEqual(['adopted-key-policy']);
    expect(await found(key({ StringEquals: { 'kms:ViaService': 'ec2.ap-northeast-1.amazonaws.com' } }))).toEqual([
      'adopted-key-policy',
    ]);
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
    expect(
      allows(policy(allow, { ...allow, Effect: 'Deny', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }), asked),
    ).toBe(true);
  });
});
