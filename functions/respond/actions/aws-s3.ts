/** The buckets of S3 as actions see them, and the block of public access. */
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { ActionContext } from './action.ts';
import { AccountId, awsTarget, Region } from './aws.ts';

/** @see Amazon S3 User Guide, "General purpose bucket naming rules" */
export const BucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
export const BucketParameters = z.strictObject({ accountId: AccountId, region: Region, bucket: BucketName });
export type BucketParameters = z.infer<typeof BucketParameters>;

export const bucketTarget = (parameters: BucketParameters) =>
  awsTarget(parameters, `arn:aws:s3:::${parameters.bucket}`, parameters.bucket);

/** False where the account has no such bucket: a setting that is not there says nothing of the bucket itself. */
export async function hasBucket(context: ActionContext, bucket: string): Promise<boolean> {
  return (await context.read('s3', 'GetBucketLocation', { Bucket: bucket })) !== undefined;
}

export const PublicAccessBlock = z.object({
  BlockPublicAcls: z.boolean().default(false),
  IgnorePublicAcls: z.boolean().default(false),
  BlockPublicPolicy: z.boolean().default(false),
  RestrictPublicBuckets: z.boolean().default(false),
});
export const EVERYTHING_BLOCKED: z.infer<typeof PublicAccessBlock> & JsonObject = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
