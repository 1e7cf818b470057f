/** An AWS account in which all is well, as answers to reading calls; a test plants what is wrong. */
import { parseConfig } from '../../functions/core/config.ts';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import type { DeployedStage, World } from '../../functions/doctor/world.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-northeast-1';
export const NOW_MS = Date.parse('2026-12-01T00:00:00Z');
const HOUR_MS = 3_600_000;
export const OTHER = '444455556666';
export const KEY = `arn:aws:kms:${REGION}:${OTHER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/yagura-ingest-${REGION}`;

/** `service.Operation` → the answer. */
export type Answers = Record<string, (parameters: JsonObject) => JsonObject | undefined>;

const allow = (Principal: JsonObject, Action: string | string[], Resource: string): JsonObject => ({
  Effect: 'Allow',
  ...{ Principal, Action, Resource },
});
export const policy = (...Statement: JsonObject[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const services = { Service: ['cloudtrail.amazonaws.com', 'guardduty.amazonaws.com'] };

export const lastSeen = (source: string, hoursAgo: number): JsonObject => ({
  sk: { S: source },
  data: { S: JSON.stringify({ lastMs: NOW_MS - hoursAgo * HOUR_MS }) },
});

export const trail: JsonObject = {
  ...{ Name: 'org-trail', TrailARN: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/org-trail`, S3BucketName: 'landing' },
  ...{ IsMultiRegionTrail: true, LogFileValidationEnabled: true },
};

export const secret: JsonObject = {
  LastChangedDate: '2026-10-01T00:00:00Z',
  VersionIdsToStages: { one: ['AWSCURRENT'] },
};

export const rules = (count: number): JsonObject[] => Array.from({ length: count }, (_, i) => ({ Name: `rule-${i}` }));
export const simulated = (arns: Json | undefined, decision: string): JsonObject[] =>
  (Array.isArray(arns) ? arns : []).map((arn) => ({ EvalResourceName: arn, EvalDecision: decision }));

export const HEALTHY: Answers = {
  'sts.GetCallerIdentity': () => ({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice` }),
  'iam.GetRole': ({ RoleName: name }) => ({
    Role: {
      Arn: `arn:aws:iam::${ACCOUNT}:role/${String(name)}`,
      AssumeRolePolicyDocument: encodeURIComponent(
        policy({ Effect: 'Allow', Condition: { StringEquals: { 'sts:ExternalId': `yagura-${ACCOUNT}` } } }),
      ),
    },
  }),
  's3.GetBucketLocation': () => ({ LocationConstraint: REGION }),
  's3.GetBucketNotificationConfiguration': () => ({ EventBridgeConfiguration: {} }),
  's3.GetPublicAccessBlock': () => ({
    PublicAccessBlockConfiguration: {
      ...{ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    },
  }),
  's3.GetBucketPolicy': ({ Bucket: bucket }) => ({
    Policy: policy(
      bucket === 'landing'
        ? allow(services, 's3:PutObject', 'arn:aws:s3:::landing/*AWSLogs/*')
        : allow({ AWS: ROLE }, ['s3:GetObject'], `arn:aws:s3:::${String(bucket)}/AWSLogs/*`),
    ),
  }),
  's3.ListObjectsV2': () => ({ IsTruncated: false }),
  'kms.DescribeKey': ({ KeyId: id }) => ({ KeyMetadata: { KeyId: String(id), KeyState: 'Enabled' } }),
  'kms.GetKeyRotationStatus': () => ({ KeyRotationEnabled: true }),
  'kms.GetKeyPolicy': () => ({
    Policy: policy(allow(services, ['kms:GenerateDataKey', 'kms:DescribeKey'], '*'), allow({ AWS: ROLE }, 'kms:Decrypt', '*')),
  }),
  'lambda.GetAccountSettings': () => ({
    AccountLimit: { ConcurrentExecutions: 1000, TotalCodeSize: 80_530_636_800 },
    AccountUsage: { TotalCodeSize: 1_000_000 },
  }),
  'iam.GetAccountSummary': () => ({ SummaryMap: { Roles: 60, RolesQuota: 1000 } }),
  'iam.SimulatePrincipalPolicy': ({ ResourceArns: arns }) => ({ EvaluationResults: simulated(arns, 'allowed') }),
  'events.ListRules': ({ NextToken: from }) =>
    from === undefined ? { Rules: rules(100), NextToken: 'more' } : { Rules: rules(60) },
  'organizations.ListAccounts': () => ({
    Accounts: [ACCOUNT, OTHER, '777788889999'].map((Id) => ({ Id, Status: Id.startsWith('7') ? 'SUSPENDED' : 'ACTIVE' })),
  }),
  'cloudformation.DescribeStackSet': () => ({ StackSet: { Status: 'ACTIVE' } }),
  'cloudformation.ListStackInstances': () => ({ Summaries: [{ Account: OTHER, Status: 'CURRENT' }] }),
  'lambda.GetFunctionConfiguration': () => ({ State: 'Active' }),
  'lambda.ListEventSourceMappings': ({ FunctionName: name }) => ({
    EventSourceMappings: [{ UUID: 'u-1', State: 'Enabled', EventSourceArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${String(name)}` }],
  }),
  'sqs.GetQueueUrl': ({ QueueName: name }) => ({ QueueUrl: `https://sqs.example.com/${String(name)}` }),
  'sqs.GetQueueAttributes': ({ QueueUrl: url }) => ({
    Attributes: {
      ApproximateNumberOfMessages: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead-${String(url).length}` }),
    },
  }),
  'organizations.DescribeOrganization': () => ({ Organization: { Id: 'o-exampleorgid', FeatureSet: 'ALL' } }),
  'budgets.DescribeBudgets': () => ({ Budgets: [{ BudgetName: 'soc' }] }),
  'cloudtrail.DescribeTrails': () => ({ trailList: [trail] }),
  'cloudtrail.GetTrailStatus': () => ({ IsLogging: true }),
  'cloudtrail.GetEventSelectors': () => ({
    AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }],
  }),
  'guardduty.ListDetectors': () => ({ DetectorIds: ['d-1'] }),
  'guardduty.GetDetector': () => ({ Status: 'ENABLED' }),
  'dynamodb.DescribeTable': () => ({ Table: { TableStatus: 'ACTIVE' } }),
  'dynamodb.DescribeContinuousBackups': () => ({
    ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' } },
  }),
  'dynamodb.Query': ({ ExclusiveStartKey: from }) =>
    from === undefined
      ? { Items: [lastSeen('aws-cloudtrail', 1)], LastEvaluatedKey: { sk: { S: 'aws-cloudtrail' } } }
      : { Items: [lastSeen('aws-guardduty', 20)] },
  'athena.GetWorkGroup': () => ({ WorkGroup: { State: 'ENABLED' } }),
  'glue.GetDatabase': () => ({ Database: { Name: 'yagura' } }),
  'secretsmanager.DescribeSecret': () => secret,
  'sesv2.GetEmailIdentity': () => ({ VerifiedForSendingStatus: true }),
  'sesv2.GetAccount': () => ({ ProductionAccessEnabled: true }),
};

const STAGES = [
  { id: 'ingest', trigger: 'arrival' },
  { id: 'detect', trigger: 'schedule' },
  { id: 'respond', trigger: 'task' },
];

const deployed: DeployedStage[] = STAGES.map(({ id }) => ({
  stage: id,
  functionName: `fn-${id}`,
  functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:fn-${id}`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/yagura-${id}-${REGION}`,
  environment: {
    ...{ YAGURA_LANDING_BUCKET: 'landing', YAGURA_QUARANTINE_BUCKET: 'quarantine', YAGURA_TABLE: 'state' },
    ...{ YAGURA_ATHENA_WORKGROUP: 'yagura', YAGURA_ATHENA_DATABASE: 'yagura' },
  },
}));

const READERS = [
  { sources: ['aws-cloudtrail'], rules: 5 },
  { sources: ['aws-cloudtrail', 'aws-guardduty'], rules: 2 },
  { sources: ['aws-guardduty'], rules: 3 },
];
const SOURCES = ['aws-cloudtrail', 'aws-guardduty'];
const config = parseConfig(
  {
    ...{ account: ACCOUNT, region: REGION, organizationId: 'o-exampleorgid', sources: SOURCES },
    adopt: [{ bucket: 'org-logs', account: OTHER, prefix: 'AWSLogs/', kmsKeyArn: KEY }],
    collect: { webhooks: [{ path: 'trail-hook', source: 'aws-cloudtrail', secret: 'yagura/hook', signature: 'github' }] },
    notify: {
      routes: [{ to: ['mail'], minSeverity: 'high' }],
      channels: [{ name: 'mail', product: 'email', from: 'soc@example.com', to: ['oncall@example.com'] }],
    },
  },
  { sources: SOURCES, stages: STAGES.map(({ id }) => id) },
);

/** The world of those answers; a call that they do not know fails, as it would where nothing may be looked at. */
export function worldOf(planted: Answers = {}, changes: Partial<World> = {}): World {
  const answers: Answers = { ...HEALTHY, ...planted };
  return {
    aws: {
      read: async (service, operation, parameters) => {
        const answer = answers[`${service}.${operation}`];
        if (answer === undefined) throw new Error(`${service} ${operation}: AccessDenied`);
        return answer(parameters);
      },
      awsTimeMs: async () => NOW_MS,
    },
    ...{
      config,
      region: REGION,
      accountId: ACCOUNT,
      nowMs: NOW_MS,
      sources: SOURCES,
      readers: READERS,
      stages: STAGES,
      deployed,
    },
    ...changes,
  };
}
