/** Blocks all public access to a bucket; its undo restores the configuration of before, or none. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import { contain, readAs } from './aws.ts';
import { BucketParameters, bucketTarget, EVERYTHING_BLOCKED, hasBucket, PublicAccessBlock } from './aws-s3.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsS3BlockPublic = defineChange({
  id: 'aws-s3-block-public',
  provider: 'aws',
  title: { en: 'Block public access to a bucket', ja: 'バケットへのパブリックアクセスをブロックする' },
  does: {
    en: 'Turns all four settings of block public access on. Policy and ACLs stay as they are, without public effect.',
    ja: 'ブロックパブリックアクセスの 4 設定をすべて有効にします。ポリシーと ACL はそのまま、公開の効力だけがなくなります。',
  },
  staysOpen: [
    {
      en: 'Presigned URLs, and accounts that the policy names, still reach the objects.',
      ja: '署名付き URL と、ポリシーで指定されたアカウントからは引き続き読めます。',
    },
    { en: 'What was read while it was public is gone.', ja: '公開中に読み出されたデータは取り戻せません。' },
  ],
  undoes: { en: 'Restores the settings as they were.', ja: '設定を元に戻します。' },
  uses: ['s3:GetBucketLocation', 's3:GetPublicAccessBlock', 's3:PutPublicAccessBlock', 's3:DeletePublicAccessBlock'],
  resources: ['arn:*:s3:::*'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: BucketParameters,
  state: z.strictObject({ block: PublicAccessBlock.nullable() }),
  target: bucketTarget,
  look: async (context, { bucket }) => {
    if (!(await hasBucket(context, bucket))) return undefined;
    const answer = z.object({ PublicAccessBlockConfiguration: PublicAccessBlock });
    const found = await readAs(context, 's3:GetPublicAccessBlock', { parameters: { Bucket: bucket }, answer });
    return { block: found?.PublicAccessBlockConfiguration ?? null };
  },
  wanted: () => ({ block: EVERYTHING_BLOCKED }),
  calls: ({ from, to }, { bucket }) => {
    if (canonicalJson(from) === canonicalJson(to)) return [];
    return to.block === null
      ? [contain('s3:DeletePublicAccessBlock', { Bucket: bucket })]
      : [contain('s3:PutPublicAccessBlock', { Bucket: bucket, PublicAccessBlockConfiguration: to.block })];
  },
});
