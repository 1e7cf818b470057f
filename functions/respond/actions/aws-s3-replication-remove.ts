/** Removes a hostile replication that copies a bucket elsewhere; its undo puts it back. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import { contain, readAs } from './aws.ts';
import { BucketParameters, bucketTarget, hasBucket } from './aws-s3.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Replication = z.record(z.string(), z.json());

export const awsS3ReplicationRemove = defineChange({
  id: 'aws-s3-replication-remove',
  provider: 'aws',
  title: { en: 'Remove the replication of a bucket', ja: 'バケットのレプリケーションを取り除く' },
  does: {
    en: 'Deletes the replication configuration, so that no object is copied out any more.',
    ja: 'レプリケーション設定を削除し、オブジェクトが複製されないようにします。',
  },
  staysOpen: [{ en: 'What was copied already stays where it is.', ja: 'すでに複製されたものは残ります。' }],
  undoes: { en: 'Puts the replication back as it was captured.', ja: '記録したレプリケーションに戻します。' },
  uses: ['s3:GetBucketLocation', 's3:GetBucketReplication', 's3:PutBucketReplication', 's3:DeleteBucketReplication'],
  resources: ['arn:*:s3:::*', 'arn:*:iam::*:role/*'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1022',
  parameters: BucketParameters,
  state: z.strictObject({ replication: Replication.nullable() }),
  target: bucketTarget,
  look: async (context, { bucket }) => {
    if (!(await hasBucket(context, bucket))) return undefined;
    const answer = z.object({ ReplicationConfiguration: Replication });
    const found = await readAs(context, 's3:GetBucketReplication', { parameters: { Bucket: bucket }, answer });
    return { replication: found?.ReplicationConfiguration ?? null };
  },
  wanted: () => ({ replication: null }),
  calls: ({ from, to }, { bucket }) => {
    if (canonicalJson(from) === canonicalJson(to)) return [];
    return to.replication === null
      ? [contain('s3:DeleteBucketReplication', { Bucket: bucket })]
      : [contain('s3:PutBucketReplication', { Bucket: bucket, ReplicationConfiguration: to.replication })];
  },
});
