/** The AWS services that write logs into the landing bucket by themselves: who they are, and on whose behalf they may. */
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Config } from '../functions/core/config.ts';

export interface LogDelivery {
  /** For statement ids. */
  name: string;
  /** The source whose logs these are. */
  source: string;
  principal: string;
  /** The service's name in the ARN of what delivers, and that ARN's resource. */
  arn: { service: string; resource: string };
  /** Where it writes. */
  keyPattern: string;
  /** The canned ACL that it always sends. */
  acl?: string;
}

/**
 * @see AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies for CloudTrail"
 * @see Amazon GuardDuty User Guide, "Exporting generated GuardDuty findings to Amazon S3"
 */
export const LOG_DELIVERIES: readonly LogDelivery[] = [
  {
    name: 'CloudTrail',
    source: 'aws-cloudtrail',
    principal: 'cloudtrail.amazonaws.com',
    arn: { service: 'cloudtrail', resource: 'trail/*' },
    keyPattern: '*AWSLogs/*',
    acl: 'bucket-owner-full-control',
  },
  {
    name: 'GuardDuty',
    source: 'aws-guardduty',
    principal: 'guardduty.amazonaws.com',
    arn: { service: 'guardduty', resource: 'detector/*' },
    keyPattern: '*AWSLogs/*',
  },
];

/** The deliveries of the sources that this deployment takes. */
export const deliveriesOf = (sourceIds: readonly string[]): LogDelivery[] =>
  LOG_DELIVERIES.filter(({ source }) => sourceIds.includes(source));

/** Without it, anybody's trail could deliver into our bucket (the confused deputy): only our account's, or our organization's. */
export function deliveryCondition({ arn }: LogDelivery, { organizationId }: Config): Record<string, Record<string, string>> {
  const account = organizationId === undefined ? Aws.ACCOUNT_ID : '*';
  const owner = organizationId === undefined ? { 'aws:SourceAccount': Aws.ACCOUNT_ID } : { 'aws:SourceOrgID': organizationId };
  return {
    StringEquals: owner,
    ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:${arn.service}:*:${account}:${arn.resource}` },
  };
}

/** Lets the deliveries write into the bucket and, as they do first, look at it. */
export function allowDeliveries(bucket: Bucket, deliveries: readonly LogDelivery[], config: Config): void {
  for (const delivery of deliveries) {
    const conditions = deliveryCondition(delivery, config);
    const principals = [new ServicePrincipal(delivery.principal)];
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: `${delivery.name}Looks`,
        principals,
        actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'],
        resources: [bucket.bucketArn],
        conditions,
      }),
    );
    const acl = delivery.acl === undefined ? {} : { 's3:x-amz-acl': delivery.acl };
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: `${delivery.name}Writes`,
        principals,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(delivery.keyPattern)],
        conditions: { ...conditions, StringEquals: { ...conditions['StringEquals'], ...acl } },
      }),
    );
  }
}
