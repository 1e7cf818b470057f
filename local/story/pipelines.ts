/** What the delivery of software does: releases, plans of the infrastructure code, and the old job of the user whose key leaks. */
import { type Activity, mixOf, objectCall, oneOf } from './activity.ts';
import type { Callers } from './caller.ts';
import { INSTANCES, LEAKED, PRODUCTION } from './estate.ts';

const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-aws/6.15.0 aws-sdk-go-v2/1.39.2 os/linux';
const RUNNER = 'aws-cli/2.31.9 md/awscrt#0.27.6 ua/2.1 os/linux#6.11.0-1018-azure md/arch#x86_64 lang/python#3.13.7';

/** Pipelines, most of them in office hours. */
export function pipelines(callers: Callers): Activity[] {
  const deploy = callers.role('ci-deploy', {
    session: (random) => `run-${8800 + random.int(0, 24)}`,
    sourceIp: '203.0.113.90',
    userAgent: RUNNER,
  });
  const plan = callers.role('ci-infrastructure', {
    session: (random) => `plan-${440 + random.int(0, 9)}`,
    sourceIp: '203.0.113.91',
    userAgent: TERRAFORM,
  });
  const bot = callers.user(LEAKED.userName, LEAKED.keyId, {
    sourceIp: '203.0.113.92',
    userAgent: 'aws-cli/1.42.40 md/Botocore#1.40.40 ua/2.1 os/linux#5.15.0-1090 md/arch#x86_64 lang/python#3.10.12',
  });
  const release = mixOf(
    [4, oneOf('ecr', ['GetAuthorizationToken', 'BatchCheckLayerAvailability', 'DescribeImages'])],
    [
      3,
      oneOf('ecr', ['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage'], {
        request: { registryId: PRODUCTION, repositoryName: 'orders' },
      }),
    ],
    [
      3,
      oneOf('ecs', ['DescribeServices', 'DescribeTaskDefinition', 'RegisterTaskDefinition', 'UpdateService'], {
        request: { cluster: 'prod', service: 'orders' },
      }),
    ],
    [
      2,
      oneOf(
        'cloudformation',
        ['DescribeStacks', 'DescribeStackEvents', 'CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet'],
        { request: { stackName: 'orders-api' } },
      ),
    ],
    [
      1,
      () => ({
        service: 'lambda',
        name: 'UpdateFunctionCode20150331v2',
        request: { functionName: 'mailer', s3Bucket: 'example-artifacts', publish: true, dryRun: false },
      }),
    ],
  );
  const refresh = mixOf(
    [
      4,
      oneOf('iam', ['GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies', 'GetPolicyVersion'], {
        request: { roleName: 'app-orders' },
      }),
    ],
    [4, oneOf('ec2', ['DescribeInstances', 'DescribeVpcs', 'DescribeSubnets', 'DescribeSecurityGroups', 'DescribeRouteTables'])],
    [
      2,
      (random) => ({
        service: 'ec2',
        name: 'DescribeInstanceAttribute',
        request: { attribute: 'userData', instanceId: random.pick(INSTANCES) },
      }),
    ],
    [
      3,
      oneOf('s3', ['GetBucketPolicy', 'GetBucketVersioning', 'GetBucketLogging', 'GetBucketLifecycle'], {
        request: { bucketName: 'example-catalog-images' },
      }),
    ],
    [2, oneOf('rds', ['DescribeDBInstances', 'DescribeDBSubnetGroups'])],
  );
  const ship = mixOf(
    [6, (random) => objectCall('PutObject', 'example-artifacts', `legacy/build-${random.int(100, 999)}.zip`)],
    [1, () => ({ service: 'cloudfront', name: 'CreateInvalidation2020_05_31', request: { distributionId: 'E1EXAMPLE' } })],
    [1, () => ({ service: 'sts', name: 'GetCallerIdentity', region: 'us-east-1' })],
  );
  return [
    { caller: deploy, perDay: 760, rhythm: 'office', call: release },
    { caller: plan, perDay: 980, rhythm: 'office', call: refresh },
    { caller: bot, perDay: 130, rhythm: 'flat', call: ship },
  ];
}
