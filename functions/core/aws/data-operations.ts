/** Operations of S3, KMS, RDS, CloudTrail, GuardDuty, Config, Cognito and SES that responses call. */
import type { AwsOperation } from './operation.ts';

const read = (...parameters: string[]): AwsOperation => ({ tier: 'read', parameters });
const contain = (...parameters: string[]): AwsOperation => ({ tier: 'contain', parameters });
/** S3's and a few others' IAM actions are not named after the operations. */
const by = (operation: AwsOperation, ...iam: string[]): AwsOperation => ({ ...operation, iam });

/** @see S3, S3 Control, KMS, RDS, CloudTrail, GuardDuty, Config, Cognito, SES v2 API References */
export const DATA_OPERATIONS: Readonly<Record<string, Readonly<Record<string, AwsOperation>>>> = {
  s3: {
    GetBucketLocation: read('Bucket'),
    GetPublicAccessBlock: by(read('Bucket'), 's3:GetBucketPublicAccessBlock'),
    PutPublicAccessBlock: by(contain('Bucket', 'PublicAccessBlockConfiguration'), 's3:PutBucketPublicAccessBlock'),
    DeletePublicAccessBlock: by(contain('Bucket'), 's3:PutBucketPublicAccessBlock'),
    GetBucketPolicy: read('Bucket'),
    PutBucketPolicy: contain('Bucket', 'Policy'),
    DeleteBucketPolicy: contain('Bucket'),
    GetBucketVersioning: read('Bucket'),
    PutBucketVersioning: contain('Bucket', 'VersioningConfiguration'),
    GetBucketLifecycleConfiguration: by(read('Bucket'), 's3:GetLifecycleConfiguration'),
    PutBucketLifecycleConfiguration: by(contain('Bucket', 'LifecycleConfiguration'), 's3:PutLifecycleConfiguration'),
    DeleteBucketLifecycle: by(contain('Bucket'), 's3:PutLifecycleConfiguration'),
    GetBucketReplication: by(read('Bucket'), 's3:GetReplicationConfiguration'),
    PutBucketReplication: by(contain('Bucket', 'ReplicationConfiguration'), 's3:PutReplicationConfiguration', 'iam:PassRole'),
    DeleteBucketReplication: by(contain('Bucket'), 's3:PutReplicationConfiguration'),
  },
  s3control: {
    GetPublicAccessBlock: by(read('AccountId'), 's3:GetAccountPublicAccessBlock'),
    PutPublicAccessBlock: by(contain('AccountId', 'PublicAccessBlockConfiguration'), 's3:PutAccountPublicAccessBlock'),
    DeletePublicAccessBlock: by(contain('AccountId'), 's3:PutAccountPublicAccessBlock'),
  },
  kms: {
    DescribeKey: read('KeyId'),
    EnableKey: contain('KeyId'),
    DisableKey: contain('KeyId'),
    CancelKeyDeletion: contain('KeyId'),
  },
  rds: {
    DescribeDBInstances: read('DBInstanceIdentifier'),
    ModifyDBInstance: contain('DBInstanceIdentifier', 'PubliclyAccessible?', 'DeletionProtection?', 'ApplyImmediately'),
    DescribeDBSnapshotAttributes: read('DBSnapshotIdentifier'),
    ModifyDBSnapshotAttribute: contain('DBSnapshotIdentifier', 'AttributeName', 'ValuesToAdd?', 'ValuesToRemove?'),
  },
  cloudtrail: {
    GetTrailStatus: read('Name'),
    StartLogging: contain('Name'),
    StopLogging: contain('Name'),
  },
  guardduty: {
    GetDetector: read('DetectorId'),
    UpdateDetector: contain('DetectorId', 'Enable'),
  },
  config: {
    DescribeConfigurationRecorderStatus: read('ConfigurationRecorderNames'),
    StartConfigurationRecorder: contain('ConfigurationRecorderName'),
    StopConfigurationRecorder: contain('ConfigurationRecorderName'),
  },
  'cognito-idp': {
    AdminGetUser: read('UserPoolId', 'Username'),
    AdminDisableUser: contain('UserPoolId', 'Username'),
    AdminEnableUser: contain('UserPoolId', 'Username'),
  },
  sesv2: {
    GetAccount: by(read(), 'ses:GetAccount'),
    PutAccountSendingAttributes: by(contain('SendingEnabled'), 'ses:PutAccountSendingAttributes'),
  },
};
