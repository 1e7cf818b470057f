// Fourteen days of an AWS account in which nothing is wrong: backups, a pipeline, an inventory, administrators.
import { ACCOUNT, at, days, type Raw, times } from './records.ts';
import { AGENT, cloudtrail, WHO } from './records-aws.ts';

export const OFFICE = '203.0.113.24';
export const BACKUP = WHO.iamUser('backup');
export const ADMIN = WHO.role('Admin', 'aoi');
export const PIPELINE = WHO.role('pipeline', 'run');
export const SCANNER = WHO.role('inventory', 'nightly');
export const APP = WHO.role('app', 'i-0aaaabbbbccccdddd');
const CONSOLE = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15';

const LISTS = [
  'DescribeInstances',
  'DescribeVolumes',
  'DescribeVpcs',
  'DescribeSubnets',
  'DescribeSecurityGroups',
  'DescribeImages',
];

const daily = (day: number): Raw[] => [
  ...times(5, (i) =>
    cloudtrail(at(day, 1, i), BACKUP, {
      name: 'GetObject',
      request: { bucketName: 'example-backups', key: `d${day}/${i}` },
      resources: [`arn:aws:s3:::example-backups/d${day}/${i}`, 'arn:aws:s3:::example-backups'],
      ip: '203.0.113.10',
    }),
  ),
  ...times(5, (i) =>
    cloudtrail(at(day, 2, i), BACKUP, {
      name: 'DeleteObject',
      request: { bucketName: 'example-backups', key: `old/${day}-${i}` },
      ip: '203.0.113.10',
    }),
  ),
  ...times(30, (i) =>
    cloudtrail(at(day, 3, i), SCANNER, {
      name: `${LISTS[i % 6]}${i}`,
      service: i % 2 ? 'ec2' : 'rds',
      ip: '198.51.100.40',
      agent: 'Boto3/1.42.0',
    }),
  ),
  cloudtrail(at(day, 4), PIPELINE, {
    name: 'AssumeRole',
    service: 'sts',
    request: { roleArn: `arn:aws:iam::${ACCOUNT}:role/deploy`, roleSessionName: 'run' },
    ip: '198.51.100.20',
  }),
  cloudtrail(at(day, 4, 5), PIPELINE, {
    name: 'UpdateFunctionCode20150331v2',
    service: 'lambda',
    request: { functionName: 'orders' },
    ip: '198.51.100.20',
  }),
  cloudtrail(at(day, 4, 6), WHO.role('autoscaler', 'as'), {
    name: 'RunInstances',
    service: 'ec2',
    request: { instanceType: 'm7g.large', instancesSet: { items: [{ minCount: 1, maxCount: 2 }] } },
    ip: '198.51.100.20',
  }),
  ...times(3, (i) =>
    cloudtrail(at(day, 5 + i), APP, {
      name: 'Decrypt',
      service: 'kms',
      request: { encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::orders/${i}` } },
      resources: [`arn:aws:kms:ap-northeast-1:${ACCOUNT}:key/k1`],
      ip: '198.51.100.50',
    }),
  ),
  cloudtrail(at(day, 8), APP, {
    name: 'GetSecretValue',
    service: 'secretsmanager',
    request: { secretId: 'db' },
    ip: '198.51.100.50',
  }),
  cloudtrail(at(day, 9), WHO.iamUser('aoi', 'ASIAAOIAOIAOIAOIAOI1'), {
    name: 'ConsoleLogin',
    service: 'signin',
    ip: OFFICE,
    agent: CONSOLE,
    response: { ConsoleLogin: 'Success' },
    more: { additionalEventData: { MFAUsed: 'Yes' } },
  }),
  ...times(5, (i) => cloudtrail(at(day, 10, i), ADMIN, { name: 'ListBuckets', ip: OFFICE, agent: AGENT })),
  cloudtrail(at(day, 10, 9), WHO.iamUser('dev'), { name: 'ListBuckets', ip: OFFICE, agent: AGENT }),
];

export const EVERYDAY_AWS: readonly Raw[] = [
  ...days(daily),
  ...[2, 9, 14].map((day) =>
    cloudtrail(at(day, 11), ADMIN, {
      name: 'AttachRolePolicy',
      service: 'iam',
      request: { roleName: 'reader', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      ip: OFFICE,
    }),
  ),
  ...[5, 12].map((day) =>
    cloudtrail(at(day, 11, 5), ADMIN, {
      name: 'SendCommand',
      service: 'ssm',
      request: { documentName: 'AWS-RunPatchBaseline', instanceIds: ['i-0aaaabbbbccccdddd'] },
      ip: OFFICE,
    }),
  ),
  cloudtrail(at(5, 4, 10), PIPELINE, {
    name: 'PutBucketPolicy',
    request: { bucketName: 'orders', bucketPolicy: { Statement: [{ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }] } },
    ip: '198.51.100.20',
  }),
  cloudtrail(at(14, 4, 11), PIPELINE, {
    name: 'PutRetentionPolicy',
    service: 'logs',
    request: { logGroupName: 'orders' },
    ip: '198.51.100.20',
  }),
  cloudtrail(at(4, 11, 7), ADMIN, {
    name: 'CreateAccount',
    service: 'organizations',
    request: { accountName: 'new' },
    ip: OFFICE,
  }),
  cloudtrail(at(3, 11, 8), WHO.root(), { name: 'GetAccountSummary', service: 'iam', ip: OFFICE, agent: CONSOLE }),
  cloudtrail(at(13, 12), WHO.iamUser('dev'), { name: 'GetBucketPolicy', error: 'AccessDenied', ip: OFFICE }),
  cloudtrail(at(13, 15), WHO.iamUser('dev'), { name: 'GetBucketPolicy', ip: OFFICE }),
];
