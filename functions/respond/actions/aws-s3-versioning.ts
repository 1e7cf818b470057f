/** Turns versioning of a bucket on, so that overwritten and deleted objects can be brought back; its undo suspends it again. */
import * as z from 'zod';
import { contain, readAs } from './aws.ts';
import { BucketParameters, bucketTarget, hasBucket } from './aws-s3.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsS3Versioning = defineChange({
  id: 'aws-s3-versioning',
  provider: 'aws',
  title: { en: 'Turn on versioning of a bucket', ja: 'バケットのバージョニングを有効にする' },
  does: {
    en: 'From now on an overwritten or deleted object keeps its earlier version.',
    ja: '以後、上書き・削除されたオブジェクトの以前の版が残ります。',
  },
  staysOpen: [
    {
      en: 'What was overwritten or deleted before is not brought back; whoever may delete versions still can.',
      ja: 'それ以前に上書き・削除されたものは戻りません。版を削除できる者は引き続き削除できます。',
    },
  ],
  undoes: {
    en: 'Suspends versioning. A bucket that never had it cannot be as if it never had: S3 knows only "suspended".',
    ja: 'バージョニングを停止します。一度も有効でなかった状態には戻せません（S3 では「停止」になります）。',
  },
  uses: ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:PutBucketVersioning'],
  resources: ['arn:*:s3:::*'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'partial',
  d3fend: countermeasure('D3-RF'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1053',
  parameters: BucketParameters,
  // Never versioned and suspended keep objects alike: neither makes versions.
  state: z.strictObject({ isVersioned: z.boolean() }),
  target: bucketTarget,
  look: async (context, { bucket }) => {
    if (!(await hasBucket(context, bucket))) return undefined;
    const answer = z.object({ Status: z.string().optional() });
    const found = await readAs(context, 's3:GetBucketVersioning', { parameters: { Bucket: bucket }, answer });
    return { isVersioned: found?.Status === 'Enabled' };
  },
  wanted: () => ({ isVersioned: true }),
  calls: ({ from, to }, { bucket }) => {
    if (from.isVersioned === to.isVersioned) return [];
    const Status = to.isVersioned ? 'Enabled' : 'Suspended';
    return [contain('s3:PutBucketVersioning', { Bucket: bucket, VersioningConfiguration: { Status } })];
  },
});
