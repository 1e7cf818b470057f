/** Removes a hostile lifecycle configuration that would delete the objects of a bucket; its undo puts it back. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import { contain, readAs } from './aws.ts';
import { BucketParameters, bucketTarget, hasBucket } from './aws-s3.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Rules = z.array(z.record(z.string(), z.json()));

export const awsS3LifecycleRemove = defineChange({
  id: 'aws-s3-lifecycle-remove',
  provider: 'aws',
  title: { en: 'Remove the lifecycle rules of a bucket', ja: 'バケットのライフサイクルルールを取り除く' },
  does: {
    en: 'Deletes the lifecycle configuration, so that no rule expires the objects any more.',
    ja: 'ライフサイクル設定を削除し、オブジェクトが期限切れで消えないようにします。',
  },
  staysOpen: [
    {
      en: 'What the rules deleted already is gone; expiry that was due stays due for up to a day.',
      ja: 'すでに削除されたものは戻りません。期限が来ていたものは最長 1 日の間に消えることがあります。',
    },
  ],
  undoes: { en: 'Puts the rules back as they were captured.', ja: '記録したルールに戻します。' },
  uses: [
    's3:GetBucketLocation',
    's3:GetBucketLifecycleConfiguration',
    's3:PutBucketLifecycleConfiguration',
    's3:DeleteBucketLifecycle',
  ],
  resources: ['arn:*:s3:::*'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-RF'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1053',
  parameters: BucketParameters,
  state: z.strictObject({ rules: Rules.nullable() }),
  target: bucketTarget,
  look: async (context, { bucket }) => {
    if (!(await hasBucket(context, bucket))) return undefined;
    const answer = z.object({ Rules });
    const found = await readAs(context, 's3:GetBucketLifecycleConfiguration', { parameters: { Bucket: bucket }, answer });
    return { rules: found?.Rules ?? null };
  },
  wanted: () => ({ rules: null }),
  calls: ({ from, to }, { bucket }) => {
    if (canonicalJson(from) === canonicalJson(to)) return [];
    return to.rules === null
      ? [contain('s3:DeleteBucketLifecycle', { Bucket: bucket })]
      : [contain('s3:PutBucketLifecycleConfiguration', { Bucket: bucket, LifecycleConfiguration: { Rules: to.rules } })];
  },
});
