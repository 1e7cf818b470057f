/** What people do on a working day: look around in the console, operate, and make changes that resemble an attack but are none. */
import type { JsonObject } from '../../functions/core/json.ts';
import { type Activity, mixOf, oneOf } from './activity.ts';
import type { CallerAt, Callers } from './caller.ts';
import { PRODUCTION } from './estate.ts';
import type { Call } from './record.ts';

const BROWSERS = {
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  windows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
} as const;
const OFFICE = '192.0.2.18';
const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-aws/6.15.0 aws-sdk-go-v2/1.39.2 os/linux';

/** A call at a fixed minute of the day. */
export interface Moment {
  caller: CallerAt;
  /** Minutes after the story's start. */
  atMin: number;
  call: Call;
}

const looking = mixOf(
  [
    5,
    oneOf('ec2', [
      'DescribeInstances',
      'DescribeInstanceStatus',
      'DescribeSecurityGroups',
      'DescribeVolumes',
      'DescribeTags',
      'DescribeAddresses',
    ]),
  ],
  [
    4,
    oneOf('logs', ['DescribeLogGroups', 'DescribeLogStreams', 'StartQuery', 'GetQueryResults', 'FilterLogEvents'], {
      request: { logGroupName: '/ecs/orders' },
    }),
  ],
  [4, oneOf('cloudwatch', ['DescribeAlarms', 'GetMetricData', 'ListDashboards'])],
  [3, oneOf('ecs', ['ListClusters', 'DescribeClusters', 'DescribeServices', 'ListTasks'])],
  [2, oneOf('rds', ['DescribeDBInstances', 'DescribeDBClusters', 'DescribeEvents'])],
  [2, oneOf('dynamodb', ['ListTables', 'DescribeTable', 'DescribeContinuousBackups'])],
  [2, oneOf('lambda', ['ListFunctions20150331', 'GetFunction20150331v2', 'GetPolicy20150331v2'])],
  [1, oneOf('cloudformation', ['ListStacks', 'DescribeStacks', 'DescribeStackResources'])],
  [1, oneOf('health', ['DescribeEventAggregates'])],
);
const auditing = mixOf(
  [4, oneOf('guardduty', ['ListDetectors', 'ListFindings', 'GetFindings'])],
  [3, oneOf('securityhub', ['GetFindings', 'DescribeHub', 'GetInsights'])],
  [2, oneOf('cloudtrail', ['LookupEvents', 'DescribeTrails', 'GetTrailStatus'])],
  [3, oneOf('iam', ['ListUsers', 'ListRoles', 'GetAccountSummary', 'GenerateCredentialReport', 'ListAccessKeys'])],
);

/** People at their desks. */
export function people(callers: Callers): Activity[] {
  const developer = (name: string, sourceIp: string, userAgent: string): CallerAt =>
    callers.person('DeveloperAccess', name, { sourceIp, userAgent });
  return [
    { caller: developer('sato', OFFICE, BROWSERS.mac), perDay: 340, rhythm: 'office', call: looking },
    { caller: developer('suzuki', OFFICE, BROWSERS.windows), perDay: 300, rhythm: 'office', call: looking },
    { caller: developer('tanaka', '203.0.113.201', BROWSERS.firefox), perDay: 280, rhythm: 'office', call: looking },
    {
      caller: callers.person('SecurityAudit', 'ito', { sourceIp: OFFICE, userAgent: BROWSERS.mac }),
      perDay: 220,
      rhythm: 'office',
      call: auditing,
    },
    {
      caller: callers.consoleUser('mori', { sourceIp: OFFICE, userAgent: BROWSERS.windows }),
      perDay: 90,
      rhythm: 'office',
      call: oneOf('ce', ['GetCostAndUsage', 'GetCostForecast', 'GetDimensionValues']),
    },
    {
      caller: callers.consoleUser('kato', { sourceIp: '203.0.113.202', userAgent: BROWSERS.mac }),
      perDay: 110,
      rhythm: 'office',
      call: looking,
    },
  ];
}

function signIn(userName: string, ok: boolean): Call {
  return {
    service: 'signin',
    name: 'ConsoleLogin',
    region: 'ap-northeast-1',
    eventType: 'AwsConsoleSignIn',
    readOnly: false,
    ...(ok ? {} : { error: { message: 'Failed authentication' } }),
    response: { ConsoleLogin: ok ? 'Success' : 'Failure' },
    extra: {
      LoginTo: 'https://console.aws.amazon.com/console/home',
      MobileVersion: 'No',
      MFAUsed: 'Yes',
      MFAIdentifier: `arn:aws:iam::${PRODUCTION}:mfa/${userName}`,
    },
  };
}

const portRule = (port: number, cidrIp: string): JsonObject => ({
  groupId: 'sg-0f3a9b1c2d4e5f607',
  ipPermissions: {
    items: [
      {
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        groups: {},
        ipRanges: { items: [{ cidrIp, description: 'see change 2211' }] },
        ipv6Ranges: {},
        prefixListIds: {},
      },
    ],
  },
});
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const tlsOnly: JsonObject = {
  bucketName: 'example-reports',
  bucketPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::example-reports', 'arn:aws:s3:::example-reports/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::example-reports/logs/*',
      },
    ],
  },
  policy: '',
};

/** The day's planned changes. An analyst would nod at each; a detection has to as well. */
export function changes(callers: Callers): Moment[] {
  const admin = callers.person('AdministratorAccess', 'yamada', { sourceIp: OFFICE, userAgent: BROWSERS.mac });
  const apply = callers.role('ci-infrastructure', { session: 'apply-451', sourceIp: '203.0.113.91', userAgent: TERRAFORM });
  const stack = callers.role('ci-deploy', {
    session: 'run-8812',
    sourceIp: '',
    userAgent: '',
    invokedBy: 'cloudformation.amazonaws.com',
  });
  const developer = callers.person('DeveloperAccess', 'sato', { sourceIp: OFFICE, userAgent: BROWSERS.mac });
  const mori = callers.consoleUser('mori', { sourceIp: OFFICE, userAgent: BROWSERS.windows });
  const kato = callers.consoleUser('kato', { sourceIp: '203.0.113.202', userAgent: BROWSERS.mac });
  const at = (atMin: number, caller: CallerAt, service: string, name: string, request: JsonObject | null): Moment => ({
    atMin,
    caller,
    call: { service, name, request },
  });
  return [
    { atMin: 31, caller: mori, call: signIn('mori', false) },
    { atMin: 32, caller: mori, call: signIn('mori', true) },
    { atMin: 58, caller: kato, call: signIn('kato', true) },
    at(95, apply, 'iam', 'CreateUser', {
      userName: 'svc-mail-sender',
      path: '/service/',
      tags: [{ key: 'team', value: 'notifications' }],
    }),
    at(96, apply, 'iam', 'CreateRole', { roleName: 'fn-thumbnail', assumeRolePolicyDocument: trust }),
    at(97, apply, 'iam', 'AttachRolePolicy', {
      roleName: 'fn-thumbnail',
      policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    }),
    at(98, apply, 'ec2', 'AuthorizeSecurityGroupIngress', portRule(443, '0.0.0.0/0')),
    at(99, apply, 's3', 'PutBucketPolicy', tlsOnly),
    at(100, apply, 's3', 'PutBucketVersioning', {
      bucketName: 'example-reports',
      VersioningConfiguration: { Status: 'Enabled' },
    }),
    at(140, stack, 'iam', 'CreateRole', { roleName: 'orders-api-handler', assumeRolePolicyDocument: trust }),
    at(141, stack, 'iam', 'AttachRolePolicy', {
      roleName: 'orders-api-handler',
      policyArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
    }),
    at(142, stack, 'logs', 'DeleteLogGroup', { logGroupName: '/aws/lambda/orders-api-old' }),
    at(185, admin, 'ec2', 'AuthorizeSecurityGroupIngress', portRule(22, '192.0.2.0/24')),
    at(190, admin, 'rds', 'ModifyDBInstance', {
      dBInstanceIdentifier: 'orders-prod',
      allocatedStorage: 400,
      applyImmediately: true,
    }),
    at(233, admin, 'logs', 'PutRetentionPolicy', { logGroupName: '/ecs/orders', retentionInDays: 90 }),
    at(260, admin, 'iam', 'AttachRolePolicy', {
      roleName: 'vendor-observability',
      policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    }),
    at(301, admin, 'ec2', 'CreateSnapshot', { volumeId: 'vol-0a1b2c3d4e5f60718', description: 'before change 2214' }),
    at(345, developer, 'ssm', 'StartSession', { target: 'i-0a11c5e8d90b2f431' }),
    at(402, admin, 'iam', 'UpdateAccessKey', { userName: 'backup-agent', accessKeyId: 'AKIAQ2RSTUVWXEXAMPLE', status: 'Active' }),
    at(455, admin, 'lambda', 'PutFunctionConcurrency20171031', { functionName: 'mailer', reservedConcurrentExecutions: 20 }),
    at(520, admin, 'cloudtrail', 'StartLogging', { name: 'audit-local' }),
  ];
}
