/** Denies everybody but the named principals a bucket, by its policy; its undo puts back the policy of before, or none. */
import * as z from 'zod';
import { contain, readAs } from './aws.ts';
import { BucketParameters, bucketTarget, hasBucket } from './aws-s3.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const PrincipalArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/*-]{1,200}$/);
const Parameters = BucketParameters.extend({ allowedPrincipals: z.array(PrincipalArn).min(1).max(20) });

/** The responder's own role keeps the way back open. Service principals (log delivery) are named by AWS's own condition. */
const lockdown = ({ accountId, bucket, allowedPrincipals }: z.infer<typeof Parameters>): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'YaguraLockdown',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: {
          ArnNotLike: { 'aws:PrincipalArn': [...allowedPrincipals, `arn:aws:iam::${accountId}:role/*Responder-*`].sort() },
          Bool: { 'aws:PrincipalIsAWSService': 'false' },
        },
      },
    ],
  });

export const awsS3Lockdown = defineChange({
  id: 'aws-s3-lockdown',
  provider: 'aws',
  title: { en: 'Lock a bucket down', ja: 'バケットを封鎖する' },
  does: {
    en: 'Replaces the bucket policy by one that denies everything to everybody but the named principals, the responder and AWS services.',
    ja: 'バケットポリシーを、指定したプリンシパル・レスポンダー・AWS サービス以外の全操作を拒否するものに置き換えます。',
  },
  staysOpen: [
    { en: 'Workloads that read or write the bucket stop too.', ja: 'このバケットを使うワークロードも止まります。' },
    {
      en: 'What was copied out, and replication that runs as a service, is not reached.',
      ja: 'すでに持ち出されたデータと、サービスとして動くレプリケーションには効きません。',
    },
    {
      en: 'The root user of the account can always delete the policy.',
      ja: 'アカウントのルートユーザーは常にポリシーを削除できます。',
    },
  ],
  undoes: { en: 'Puts back the policy as it was captured, or none.', ja: '記録したポリシーに戻すか、取り除きます。' },
  uses: ['s3:GetBucketLocation', 's3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
  resources: ['arn:*:s3:::*'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-APA'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: Parameters,
  state: z.strictObject({ policy: z.string().nullable() }),
  target: bucketTarget,
  look: async (context, { bucket }) => {
    if (!(await hasBucket(context, bucket))) return undefined;
    const answer = z.object({ Policy: z.string() });
    const found = await readAs(context, 's3:GetBucketPolicy', { parameters: { Bucket: bucket }, answer });
    return { policy: found?.Policy ?? null };
  },
  wanted: (_, parameters) => ({ policy: lockdown(parameters) }),
  calls: ({ from, to }, { bucket }) => {
    if (from.policy === to.policy) return [];
    return to.policy === null
      ? [contain('s3:DeleteBucketPolicy', { Bucket: bucket })]
      : [contain('s3:PutBucketPolicy', { Bucket: bucket, Policy: to.policy })];
  },
});
