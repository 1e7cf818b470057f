/** What machines do all day: applications, functions, instances, pipelines, the services of AWS, a vendor. */
import { type Activity, keyCall, mixOf, objectCall, oneOf } from './activity.ts';
import type { Callers } from './caller.ts';
import { HOME_REGION, INSTANCES, PRODUCTION, roleArn, STAGING, VENDOR } from './estate.ts';
import { pipelines } from './pipelines.ts';
import type { Random } from './random.ts';
import type { Call } from './record.ts';

const JAVA = 'aws-sdk-java/2.34.2 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.153 lang/java#21.0.8';
const NODE = 'aws-sdk-js/3.908.0 ua/2.1 os/linux#6.1.153 lang/js md/nodejs#22.20.0';
const AGENT = 'aws-sdk-go/1.55.5 (go1.24.6; linux; amd64) amazon-ssm-agent/';
const WATCHER = 'Boto3/1.40.50 md/Botocore#1.40.50 ua/2.1 os/linux#6.1.153 lang/python#3.12.11';

const TABLES: readonly [string, ...string[]] = ['orders', 'carts', 'customers', 'inventory'];
const secret = (name: string): string => `arn:aws:secretsmanager:${HOME_REGION}:${PRODUCTION}:secret:${name}-Xk2pQ1`;
const hexSession = (random: Random): string => `${random.int(0, 7)}7d9f4c0e8a64b1${random.int(0, 3)}`;
const order = (random: Random): string => `orders/2026/${random.int(1, 12)}/${random.hex(16)}.json`;

function table(random: Random): Call {
  const tableName = random.pick(TABLES);
  const name = random.pick(['GetItem', 'GetItem', 'Query', 'PutItem', 'UpdateItem']);
  const resources = [
    {
      accountId: PRODUCTION,
      type: 'AWS::DynamoDB::Table',
      ARN: `arn:aws:dynamodb:${HOME_REGION}:${PRODUCTION}:table/${tableName}`,
    },
  ];
  return { service: 'dynamodb', name, data: true, request: { tableName, key: ['pk'] }, resources };
}

const assumedBy =
  (roleName: string, session: (random: Random) => string) =>
  (random: Random): Call => ({
    service: 'sts',
    name: 'AssumeRole',
    request: { roleArn: roleArn(roleName), roleSessionName: session(random), durationSeconds: 3600 },
    response: {
      credentials: {
        accessKeyId: `ASIA${random.text(9, 'ABCDEFGHJKLMNPQRSTUVWXYZ234567')}EXAMPLE`,
        sessionToken: 'EXAMPLE',
        expiration: 'Nov 20, 2026, 10:00:00 AM',
      },
    },
    resources: [{ accountId: PRODUCTION, type: 'AWS::IAM::Role', ARN: roleArn(roleName) }],
  });

function applications(callers: Callers): Activity[] {
  const orders = callers.role('app-orders', { session: hexSession, sourceIp: '203.0.113.40', userAgent: JAVA });
  const catalog = callers.role('app-catalog', { session: hexSession, sourceIp: '203.0.113.41', userAgent: NODE });
  const mailer = callers.role('fn-mailer', {
    session: 'mailer',
    sourceIp: '203.0.113.42',
    userAgent: `${NODE} exec-env/AWS_Lambda_nodejs22.x`,
  });
  const reporter = callers.role('batch-reports', { session: hexSession, sourceIp: '203.0.113.43', userAgent: WATCHER });
  const bySecrets = callers.role('app-orders', {
    session: hexSession,
    sourceIp: '',
    userAgent: '',
    invokedBy: 'secretsmanager.amazonaws.com',
  });
  const store = (random: Random): Call =>
    objectCall(random.chance(0.7) ? 'GetObject' : 'PutObject', 'example-orders-prod', order(random));
  const readSecret = (name: string) => (): Call => ({
    service: 'secretsmanager',
    name: 'GetSecretValue',
    request: { secretId: secret(name) },
  });
  return [
    { caller: orders, perDay: 2800, rhythm: 'flat', call: store },
    { caller: orders, perDay: 1900, rhythm: 'flat', call: table },
    { caller: orders, perDay: 900, rhythm: 'flat', call: () => keyCall('Decrypt', { app: 'orders' }) },
    { caller: orders, perDay: 60, rhythm: 'flat', call: readSecret('orders/database') },
    { caller: bySecrets, perDay: 60, rhythm: 'flat', call: () => keyCall('Decrypt', { SecretARN: secret('orders/database') }) },
    {
      caller: catalog,
      perDay: 1500,
      rhythm: 'flat',
      call: (random) => objectCall('GetObject', 'example-catalog-images', `img/${random.int(1, 9999)}.webp`),
    },
    { caller: catalog, perDay: 1100, rhythm: 'flat', call: table },
    { caller: catalog, perDay: 48, rhythm: 'flat', call: readSecret('catalog/search') },
    {
      caller: mailer,
      perDay: 500,
      rhythm: 'office',
      call: () => ({
        service: 'ssm',
        name: 'GetParameters',
        request: { names: ['/mailer/sender', '/mailer/key'], withDecryption: true },
      }),
    },
    { caller: mailer, perDay: 350, rhythm: 'office', call: () => keyCall('GenerateDataKey', { app: 'mailer' }) },
    {
      caller: reporter,
      perDay: 900,
      rhythm: 'night',
      call: (random) => objectCall('GetObject', 'example-orders-prod', order(random)),
    },
    {
      caller: reporter,
      perDay: 120,
      rhythm: 'night',
      call: (random) => objectCall('PutObject', 'example-reports', `daily/${random.hex(8)}.parquet`),
    },
  ];
}

function instances(callers: Callers): Activity[] {
  return INSTANCES.flatMap((instanceId, index) => {
    const agent = callers.role('web-instance', {
      session: instanceId,
      sourceIp: `203.0.113.${60 + index}`,
      userAgent: AGENT,
      instance: true,
    });
    const report = (): Call => ({
      service: 'ssm',
      name: 'UpdateInstanceInformation',
      readOnly: false,
      request: { instanceId, agentVersion: '3.3.3050.0', agentStatus: 'Active', platformType: 'Linux' },
    });
    return [
      { caller: agent, perDay: 288, rhythm: 'flat', call: report },
      {
        caller: agent,
        perDay: 96,
        rhythm: 'flat',
        call: () => ({ service: 'ssm', name: 'ListInstanceAssociations', request: { instanceId, maxResults: 20 } }),
      },
      {
        caller: agent,
        perDay: 60,
        rhythm: 'flat',
        call: (random) => objectCall('GetObject', 'example-web-assets', `app/${random.int(1, 40)}.js`),
      },
    ] satisfies Activity[];
  });
}

function services(callers: Callers): Activity[] {
  const task = assumedBy('app-orders', hexSession);
  const config = callers.linkedRole('AWSServiceRoleForConfig', 'config');
  const inventory = mixOf(
    [
      5,
      oneOf('ec2', ['DescribeInstances', 'DescribeSecurityGroups', 'DescribeVolumes', 'DescribeFlowLogs', 'DescribeSnapshots']),
    ],
    [
      4,
      oneOf('s3', ['ListBuckets', 'GetBucketPolicy', 'GetBucketVersioning', 'GetBucketLogging'], {
        request: { bucketName: 'example-orders-prod' },
      }),
    ],
    [3, oneOf('iam', ['ListUsers', 'ListRoles', 'GetAccountAuthorizationDetails', 'ListPolicies', 'GetAccountSummary'])],
    [1, oneOf('cloudtrail', ['DescribeTrails', 'GetTrailStatus', 'GetEventSelectors'])],
  );
  const scaling = callers.linkedRole('AWSServiceRoleForAutoScaling', 'autoscaling');
  return [
    { caller: callers.service('ecs-tasks'), perDay: 420, rhythm: 'flat', call: task },
    { caller: callers.service('lambda'), perDay: 900, rhythm: 'office', call: assumedBy('fn-mailer', () => 'mailer') },
    {
      caller: callers.service('ec2'),
      perDay: 192,
      rhythm: 'flat',
      call: assumedBy('web-instance', (random) => random.pick(INSTANCES)),
    },
    {
      caller: callers.service('delivery.logs'),
      perDay: 700,
      rhythm: 'flat',
      call: (random) => ({
        service: 'logs',
        name: 'CreateLogStream',
        request: { logGroupName: '/vpc/flow', logStreamName: `eni-${random.hex(17)}-all` },
      }),
    },
    {
      caller: callers.service('sqs'),
      perDay: 240,
      rhythm: 'flat',
      call: () => keyCall('GenerateDataKey', { 'aws:sqs:arn': `arn:aws:sqs:${HOME_REGION}:${PRODUCTION}:orders` }),
    },
    {
      caller: callers.service('cloudtrail'),
      perDay: 190,
      rhythm: 'flat',
      call: () => ({ service: 's3', name: 'GetBucketAcl', request: { bucketName: 'example-org-logs' } }),
    },
    { caller: config, perDay: 1000, rhythm: 'flat', call: inventory },
    { caller: scaling, perDay: 330, rhythm: 'flat', call: oneOf('elb', ['DescribeTargetHealth', 'DescribeTargetGroups']) },
    {
      caller: scaling,
      perDay: 14,
      rhythm: 'office',
      call: (random) => ({
        service: 'ec2',
        name: random.pick(['RunInstances', 'TerminateInstances']),
        request: { instancesSet: { items: [{ instanceId: random.pick(INSTANCES) }] }, instanceType: 't4g.medium' },
      }),
    },
    {
      caller: callers.role('AWSBackupDefaultServiceRole', {
        session: 'AWSBackup',
        sourceIp: '',
        userAgent: '',
        path: 'service-role/',
        invokedBy: 'backup.amazonaws.com',
      }),
      perDay: 24,
      rhythm: 'night',
      call: (random) => ({
        service: 'ec2',
        name: random.pick(['CreateSnapshot', 'DescribeSnapshots', 'DeleteSnapshot']),
        request: { volumeId: `vol-${random.hex(17)}` },
      }),
    },
  ];
}

/** Everything that runs without people. */
export function workloads(callers: Callers): Activity[] {
  const watcher = callers.role('vendor-observability', { session: 'collector', sourceIp: '192.0.2.140', userAgent: WATCHER });
  const vendor = (): {
    identity: { type: string; principalId: string; accountId: string };
    sourceIp: string;
    userAgent: string;
    accountId: string;
  } => ({
    identity: { type: 'AWSAccount', principalId: 'AROACOLLECTOREXAMPLE:collector', accountId: VENDOR },
    sourceIp: '192.0.2.140',
    userAgent: WATCHER,
    accountId: PRODUCTION,
  });
  const stage = callers.role('app-orders', {
    session: hexSession,
    sourceIp: '203.0.113.140',
    userAgent: JAVA,
    accountId: STAGING,
  });
  const collect = mixOf(
    [6, oneOf('cloudwatch', ['GetMetricData', 'ListMetrics', 'DescribeAlarms'])],
    [3, oneOf('ec2', ['DescribeInstances', 'DescribeInstanceStatus', 'DescribeVolumes', 'DescribeRegions'])],
    [2, oneOf('rds', ['DescribeDBInstances', 'DescribeDBClusters', 'ListTagsForResource'])],
    [1, oneOf('s3', ['ListBuckets'])],
    [1, oneOf('lambda', ['ListFunctions20150331', 'ListTags20170331'])],
  );
  return [
    ...applications(callers),
    ...instances(callers),
    ...services(callers),
    ...pipelines(callers),
    { caller: watcher, perDay: 1500, rhythm: 'flat', call: collect },
    { caller: vendor, perDay: 48, rhythm: 'flat', call: assumedBy('vendor-observability', () => 'collector') },
    {
      caller: stage,
      perDay: 500,
      rhythm: 'office',
      call: (random) => objectCall('GetObject', 'example-orders-staging', order(random)),
    },
    { caller: stage, perDay: 220, rhythm: 'office', call: oneOf('sqs', ['GetQueueAttributes', 'ListQueues']) },
  ];
}
