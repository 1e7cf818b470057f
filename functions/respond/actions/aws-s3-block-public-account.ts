/** Blocks public access to all buckets of an account; its undo restores the configuration of before, or none. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import { AccountId, awsTarget, contain, GLOBAL_REGION, readAs } from './aws.ts';
import { EVERYTHING_BLOCKED, PublicAccessBlock } from './aws-s3.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsS3BlockPublicAccount = defineChange({
  id: 'aws-s3-block-public-account',
  provider: 'aws',
  title: {
    en: 'Block public access to all buckets of an account',
    ja: 'アカウントの全バケットのパブリックアクセスをブロックする',
  },
  does: {
    en: 'Turns all four settings of block public access on for the account, whatever its buckets say.',
    ja: 'バケットの設定にかかわらず、アカウント全体でブロックパブリックアクセスの 4 設定を有効にします。',
  },
  staysOpen: [
    { en: 'Public web sites that are served from buckets stop too.', ja: 'バケットから配信している公開サイトも止まります。' },
    {
      en: 'Presigned URLs and accounts that policies name still reach the objects.',
      ja: '署名付き URL と、ポリシーで指定されたアカウントからは引き続き読めます。',
    },
  ],
  undoes: { en: 'Restores the settings of the account as they were.', ja: 'アカウントの設定を元に戻します。' },
  uses: ['s3control:GetPublicAccessBlock', 's3control:PutPublicAccessBlock', 's3control:DeletePublicAccessBlock'],
  blastRadius: 4,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: z.strictObject({ accountId: AccountId }),
  state: z.strictObject({ block: PublicAccessBlock.nullable() }),
  target: ({ accountId }) => awsTarget({ accountId, region: GLOBAL_REGION }, `arn:aws:s3::${accountId}:account`, accountId),
  look: async (context, { accountId }) => {
    const answer = z.object({ PublicAccessBlockConfiguration: PublicAccessBlock });
    const found = await readAs(context, 's3control:GetPublicAccessBlock', { parameters: { AccountId: accountId }, answer });
    return { block: found?.PublicAccessBlockConfiguration ?? null };
  },
  wanted: () => ({ block: EVERYTHING_BLOCKED }),
  calls: ({ from, to }, { accountId }) => {
    if (canonicalJson(from) === canonicalJson(to)) return [];
    return to.block === null
      ? [contain('s3control:DeletePublicAccessBlock', { AccountId: accountId })]
      : [contain('s3control:PutPublicAccessBlock', { AccountId: accountId, PublicAccessBlockConfiguration: to.block })];
  },
});
