/** Makes an account on moto that has everything that the actions act on, and gives the parameters with which each acts there. */
import { CloudTrailClient, CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeNetworkAclsCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { JsonObject } from '../../functions/core/json.ts';
import { MOTO_ACCOUNT, type Moto } from './moto.ts';

type Setup = Moto['client'];
const REGION = 'us-east-1';
const at = { accountId: MOTO_ACCOUNT, region: REGION };
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

/** Action → the parameters of a target that is there. */
export type MotoCases = Record<string, JsonObject>;

export async function makeAccount(setup: Setup): Promise<MotoCases> {
  return { ...(await identities(setup)), ...(await compute(setup)), ...(await data(setup)) };
}

async function identities(setup: Setup): Promise<MotoCases> {
  const iam = new IAMClient(setup);
  for (const tier of ['read', 'contain', 'destroy'])
    await iam.send(new CreateRoleCommand({ RoleName: `YaguraResponder-${tier}`, AssumeRolePolicyDocument: TRUST }));
  await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: TRUST }));
  await iam.send(new CreateUserCommand({ UserName: 'deploy-bot' }));
  await iam.send(new CreateGroupCommand({ GroupName: 'admins' }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'admins', UserName: 'deploy-bot' }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'deploy-bot' }));
  const { Policy: policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'deploy', PolicyDocument: POLICY }));
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn: policy?.Arn, PolicyDocument: POLICY, SetAsDefault: true }));
  await iam.send(new AttachUserPolicyCommand({ UserName: 'deploy-bot', PolicyArn: policy?.Arn }));
  const user = { accountId: MOTO_ACCOUNT, userName: 'deploy-bot' };
  const role = { accountId: MOTO_ACCOUNT, roleName: 'app' };
  return {
    'aws-iam-key-disable': { ...user, accessKeyId: key?.AccessKeyId ?? '' },
    'aws-iam-user-deny': user,
    'aws-iam-user-policy-detach': { ...user, policyArn: policy?.Arn ?? '' },
    'aws-iam-group-remove': { ...user, groupName: 'admins' },
    'aws-iam-role-revoke-sessions': role,
    'aws-iam-role-deny': role,
    'aws-iam-role-trust': role,
    'aws-iam-policy-rollback': { accountId: MOTO_ACCOUNT, policyName: 'deploy', versionId: 'v1' },
  };
}

async function compute(setup: Setup): Promise<MotoCases> {
  const ec2 = new EC2Client(setup);
  const { Instances: instances } = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' }),
  );
  const instanceId = instances?.[0]?.InstanceId ?? '';
  const { NetworkAcls: acls } = await ec2.send(new DescribeNetworkAclsCommand({}));
  const subnetId = acls?.[0]?.Associations?.[0]?.SubnetId ?? '';
  const ofInstance = { ...at, instanceId };
  return {
    'aws-ec2-preserve': ofInstance,
    'aws-ec2-isolate': ofInstance,
    'aws-ec2-stop': ofInstance,
    'aws-ec2-nacl-deny': { ...at, subnetId },
  };
}

async function data(setup: Setup): Promise<MotoCases> {
  const s3 = new S3Client({ ...setup, forcePathStyle: true });
  const Bucket = 'payroll-exports';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const Policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::${Bucket}/*"}]}`;
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const Rules = [{ ID: 'purge', Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const { KeyMetadata: key } = await new KMSClient(setup).send(new CreateKeyCommand({}));
  const { DetectorId: detectorId = '' } = await new GuardDutyClient(setup).send(new CreateDetectorCommand({ Enable: false }));
  await new CloudTrailClient(setup).send(new CreateTrailCommand({ Name: 'org-trail', S3BucketName: Bucket }));
  const ofBucket = { ...at, bucket: Bucket };
  return {
    'aws-s3-lockdown': { ...ofBucket, allowedPrincipals: [`arn:aws:iam::${MOTO_ACCOUNT}:role/app`] },
    'aws-s3-block-public': ofBucket,
    'aws-s3-versioning': ofBucket,
    'aws-s3-lifecycle-remove': ofBucket,
    // Not the block of a whole account: S3 Control puts the account before the host, which an address does not take.
    'aws-kms-disable': { ...at, keyId: key?.KeyId ?? '' },
    'aws-guardduty-heal': { ...at, detectorId },
    'aws-trail-heal': { ...at, trailName: 'org-trail' },
  };
}
