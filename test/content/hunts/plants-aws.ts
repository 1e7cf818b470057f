// Attacks on an AWS account, one for each hunt.
import { ADMIN, OFFICE } from './everyday-aws.ts';
import type { Plant } from './plant.ts';
import { ACCOUNT, at, times } from './records.ts';
import { cloudtrail, WHO } from './records-aws.ts';

const EVIL = '192.0.2.66';
const backup = WHO.iamUser('backup');
const thief = WHO.role('app', 'i-0eeeeffff00001111');
const aoi = WHO.iamUser('aoi');

export const AWS_PLANTS: readonly Plant[] = [
  {
    hunt: 'aws_role_assumed_by_new_caller',
    records: [
      ...times(3, (i) =>
        cloudtrail(at(14, 12, i), backup, {
          name: 'AssumeRole',
          service: 'sts',
          request: { roleArn: `arn:aws:iam::${ACCOUNT}:role/Admin`, roleSessionName: 'x' },
          ip: EVIL,
          ...(i < 2 ? { error: 'AccessDenied' } : {}),
        }),
      ),
    ],
    first: { caller: `arn:aws:iam::${ACCOUNT}:user/backup`, role: `arn:aws:iam::${ACCOUNT}:role/Admin`, failures: 2, calls: 3 },
  },
  {
    hunt: 'aws_key_used_from_new_address',
    records: [
      cloudtrail(at(14, 13), backup, { name: 'GetCallerIdentity', service: 'sts', ip: EVIL, agent: 'Boto3/1.40' }),
      cloudtrail(at(14, 13, 1), backup, { name: 'ListBuckets', ip: EVIL, agent: 'Boto3/1.40' }),
    ],
    first: {
      access_key_id: 'AKIABACKUPXXXXXXXXXX',
      new_ip: EVIL,
      usual_networks: 1,
      called: ['GetCallerIdentity', 'ListBuckets'],
    },
  },
  {
    hunt: 'aws_key_created_then_used_elsewhere',
    records: [
      cloudtrail(at(14, 12), aoi, {
        name: 'CreateAccessKey',
        service: 'iam',
        request: { userName: 'backup' },
        response: { accessKey: { userName: 'backup', accessKeyId: 'AKIANEWNEWNEWNEWNEW1', status: 'Active' } },
        ip: OFFICE,
      }),
      cloudtrail(at(14, 12, 20), WHO.iamUser('backup', 'AKIANEWNEWNEWNEWNEW1'), { name: 'ListUsers', service: 'iam', ip: EVIL }),
    ],
    first: { access_key_id: 'AKIANEWNEWNEWNEWNEW1', owner: 'backup', for_another: true, use_ip: EVIL, minutes_to_use: 20 },
  },
  {
    hunt: 'aws_dormant_key_wakes',
    records: [
      cloudtrail(at(1, 3), WHO.iamUser('legacy'), { name: 'ListBuckets', ip: OFFICE }),
      ...times(4, (i) =>
        cloudtrail(at(14, 3, i), WHO.iamUser('legacy'), { name: `List${i}`, service: 'iam', ip: EVIL, error: 'AccessDenied' }),
      ),
    ],
    values: { least_days: 10 },
    first: { access_key_id: 'AKIALEGACYXXXXXXXXXX', slept_days: 13, calls: 4, failures: 4, src_ip: EVIL },
  },
  {
    hunt: 'aws_discovery_burst',
    records: times(40, (i) =>
      cloudtrail(at(14, 12, i), thief, {
        name: `List${i}`,
        service: `svc${i % 15}`,
        ip: EVIL,
        ...(i % 3 ? { error: 'AccessDenied' } : {}),
      }),
    ),
    first: { principal: `arn:aws:iam::${ACCOUNT}:role/app`, actions: 40, services: 15, src_ip: EVIL },
  },
  {
    hunt: 'aws_denied_then_allowed',
    records: [
      cloudtrail(at(14, 12), aoi, {
        name: 'GetSecretValue',
        service: 'secretsmanager',
        error: 'AccessDeniedException',
        ip: EVIL,
      }),
      cloudtrail(at(14, 12, 5), aoi, {
        name: 'PutUserPolicy',
        service: 'iam',
        request: { userName: 'aoi', policyName: 'x', policyDocument: '{"Statement":[{"Action":"*","Resource":"*"}]}' },
        ip: EVIL,
      }),
      cloudtrail(at(14, 12, 9), aoi, {
        name: 'GetSecretValue',
        service: 'secretsmanager',
        request: { secretId: 'db' },
        ip: EVIL,
      }),
    ],
    first: {
      event_name: 'GetSecretValue',
      minutes_between: 9,
      permission_changes: 1,
      changed_by_itself: true,
      first_change: 'PutUserPolicy',
    },
  },
  {
    hunt: 'aws_permissions_changed_by_newcomer',
    records: [
      cloudtrail(at(14, 12), backup, {
        name: 'AttachUserPolicy',
        service: 'iam',
        request: { userName: 'backup', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        ip: EVIL,
      }),
    ],
    first: { principal: `arn:aws:iam::${ACCOUNT}:user/backup`, admin_grants: 1, on_itself: 1, src_ip: EVIL },
  },
  {
    hunt: 'aws_s3_read_volume_jump',
    records: times(150, (i) =>
      cloudtrail(at(14, 12, i % 60, i % 50), backup, {
        name: 'GetObject',
        request: { bucketName: 'example-backups', key: `all/${i}` },
        ip: EVIL,
      }),
    ),
    first: {
      principal: `arn:aws:iam::${ACCOUNT}:user/backup`,
      bucket: 'example-backups',
      objects: 155,
      earlier_days: 13,
      times_usual: 31,
    },
  },
  {
    hunt: 'aws_bucket_opened_to_stranger',
    records: [
      cloudtrail(at(14, 12), ADMIN, {
        name: 'ModifySnapshotAttribute',
        service: 'ec2',
        request: { snapshotId: 'snap-0123', createVolumePermission: { add: { items: [{ userId: '444455556666' }] } } },
        ip: EVIL,
      }),
    ],
    first: { foreign_account: '444455556666', resource: 'snap-0123', to_everybody: false },
  },
  {
    hunt: 'aws_bucket_opened_to_stranger',
    records: [
      cloudtrail(at(14, 12), ADMIN, {
        name: 'PutBucketPolicy',
        request: {
          bucketName: 'orders',
          bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }] },
        },
        ip: EVIL,
      }),
    ],
    first: { foreign_account: '*', resource: 'arn:aws:s3:::orders', to_everybody: true },
  },
  {
    hunt: 'aws_data_destroyed',
    records: [
      cloudtrail(at(14, 12), thief, {
        name: 'DeleteRecoveryPoint',
        service: 'backup',
        request: { recoveryPointArn: 'x' },
        ip: EVIL,
      }),
      cloudtrail(at(14, 12, 2), thief, { name: 'ScheduleKeyDeletion', service: 'kms', request: { keyId: 'k1' }, ip: EVIL }),
      ...times(10, (i) =>
        cloudtrail(at(14, 12, 5, i), thief, { name: 'DeleteObject', request: { bucketName: 'orders', key: `${i}` }, ip: EVIL }),
      ),
    ],
    first: { principal: `arn:aws:iam::${ACCOUNT}:role/app`, kinds: 3, weight: 30, keys: 1, copies: 1 },
  },
  {
    hunt: 'aws_kms_key_used_by_stranger',
    records: [
      cloudtrail(at(14, 12), aoi, {
        name: 'Decrypt',
        service: 'kms',
        request: { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::orders/1' } },
        resources: [`arn:aws:kms:ap-northeast-1:${ACCOUNT}:key/k1`],
        ip: EVIL,
      }),
    ],
    first: { principal: `arn:aws:iam::${ACCOUNT}:user/aoi`, usual_users: 1, uses: 1 },
  },
  {
    hunt: 'aws_compute_in_unused_region',
    records: [
      cloudtrail(at(14, 12), thief, {
        name: 'RunInstances',
        service: 'ec2',
        region: 'sa-east-1',
        request: { instanceType: 'p5.48xlarge', instancesSet: { items: [{ minCount: 1, maxCount: 20 }] } },
        ip: EVIL,
      }),
    ],
    first: { region: 'sa-east-1', instances: 20, kinds: ['p5.48xlarge'] },
  },
  {
    hunt: 'aws_remote_commands_on_instances',
    records: [
      cloudtrail(at(14, 12), backup, {
        name: 'SendCommand',
        service: 'ssm',
        request: { documentName: 'AWS-RunShellScript', instanceIds: ['i-0123456789abcdef0', 'i-0aaaabbbbccccdddd'] },
        ip: EVIL,
      }),
    ],
    first: { principal: `arn:aws:iam::${ACCOUNT}:user/backup`, shells: 1, hosts: 2, first_host: 'i-0123456789abcdef0' },
  },
  {
    hunt: 'aws_function_code_changed_by_newcomer',
    records: [
      cloudtrail(at(14, 12), aoi, {
        name: 'UpdateFunctionCode20150331v2',
        service: 'lambda',
        request: { functionName: 'orders' },
        ip: EVIL,
      }),
    ],
    first: {
      function: 'orders',
      principal: `arn:aws:iam::${ACCOUNT}:user/aoi`,
      earlier_changes: 14,
      usual_hand: `arn:aws:iam::${ACCOUNT}:role/pipeline`,
    },
  },
  {
    hunt: 'aws_organization_changed',
    records: [
      cloudtrail(at(14, 12), aoi, {
        name: 'DetachPolicy',
        service: 'organizations',
        request: { policyId: 'p-1', targetId: 'r-1' },
        ip: EVIL,
      }),
    ],
    first: { principal: `arn:aws:iam::${ACCOUNT}:user/aoi`, weight: 10, called: ['DetachPolicy'] },
  },
  {
    hunt: 'aws_watchers_switched_off',
    records: [
      cloudtrail(at(14, 12), aoi, { name: 'StopLogging', service: 'cloudtrail', request: { name: 'main' }, ip: EVIL }),
      cloudtrail(at(14, 12, 1), aoi, { name: 'DeleteDetector', service: 'guardduty', request: { detectorId: 'd' }, ip: EVIL }),
    ],
    first: { principal: `arn:aws:iam::${ACCOUNT}:user/aoi`, services: 2, acts: 2 },
  },
  {
    hunt: 'aws_secrets_read_by_newcomer',
    records: times(6, (i) =>
      cloudtrail(at(14, 12, i), aoi, {
        name: 'GetSecretValue',
        service: 'secretsmanager',
        request: { secretId: `s${i}` },
        ip: EVIL,
        ...(i === 0 ? { error: 'AccessDeniedException' } : {}),
      }),
    ),
    first: { principal: `arn:aws:iam::${ACCOUNT}:user/aoi`, new_secrets: 6, denied: 1, minutes: 5 },
  },
  {
    hunt: 'aws_console_login_without_mfa',
    records: [
      ...times(2, (i) =>
        cloudtrail(at(14, 12, i), WHO.iamUser('dev'), {
          name: 'ConsoleLogin',
          service: 'signin',
          ip: EVIL,
          response: { ConsoleLogin: 'Failure' },
          error: 'Failed authentication',
          more: { additionalEventData: { MFAUsed: 'No' } },
        }),
      ),
      cloudtrail(at(14, 12, 5), WHO.iamUser('dev'), {
        name: 'ConsoleLogin',
        service: 'signin',
        ip: EVIL,
        response: { ConsoleLogin: 'Success' },
        more: { additionalEventData: { MFAUsed: 'No' } },
      }),
    ],
    first: { who: `arn:aws:iam::${ACCOUNT}:user/dev`, src_ip: EVIL, new_address: true, without_mfa: 1, failures: 2 },
  },
  {
    hunt: 'aws_rare_user_agent',
    records: times(4, (i) =>
      cloudtrail(at(14, 12, i), backup, { name: `List${i}`, ip: EVIL, agent: 'Go-http-client/1.1 trufflehog/3.90.1' }),
    ),
    first: { family: 'go-http-client/#', principal: `arn:aws:iam::${ACCOUNT}:user/backup`, actions: 4 },
  },
  {
    hunt: 'aws_root_user_acts',
    records: [
      cloudtrail(at(14, 12), WHO.root('AKIAROOTROOTROOTROOT'), {
        name: 'CreateUser',
        service: 'iam',
        request: { userName: 'x' },
        ip: EVIL,
      }),
    ],
    first: { src_ip: EVIL, with_key: 1, address_of_nobody: true, changes: 1 },
  },
];
