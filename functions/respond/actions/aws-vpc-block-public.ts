/** Cuts all VPCs of a region off the internet; its undo restores the mode of before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsVpcBlockPublic = defineChange({
  id: 'aws-vpc-block-public',
  provider: 'aws',
  title: { en: 'Cut a region off the internet', ja: 'リージョンの VPC をインターネットから遮断する' },
  does: {
    en: 'Turns VPC Block Public Access on, in both directions, for every VPC of the account in the region. The last resort.',
    ja: 'アカウントのそのリージョンの全 VPC で、VPC ブロックパブリックアクセスを双方向で有効にします。最後の手段です。',
  },
  staysOpen: [
    {
      en: 'Everything of the account in the region that needs the internet stops.',
      ja: 'インターネットを必要とするものはすべて止まります。',
    },
    {
      en: 'Peering, Transit Gateway, VPN, PrivateLink and AWS APIs by endpoints are not cut.',
      ja: 'ピアリング、Transit Gateway、VPN、PrivateLink、エンドポイント経由の AWS API は遮断されません。',
    },
  ],
  undoes: { en: 'Restores the mode of before.', ja: '元のモードに戻します。' },
  uses: ['ec2:DescribeVpcBlockPublicAccessOptions', 'ec2:ModifyVpcBlockPublicAccessOptions'],
  blastRadius: 4,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-NI'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1030',
  parameters: z.strictObject(inRegion),
  state: z.strictObject({ mode: z.string() }),
  target: (parameters) => awsTarget(parameters, regional(parameters, 'ec2', 'vpc-block-public-access'), parameters.region),
  look: async (context) => {
    const answer = z.object({ VpcBlockPublicAccessOptions: z.object({ InternetGatewayBlockMode: z.string() }) });
    const found = await readAs(context, 'ec2:DescribeVpcBlockPublicAccessOptions', { parameters: {}, answer });
    return found && { mode: found.VpcBlockPublicAccessOptions.InternetGatewayBlockMode };
  },
  wanted: () => ({ mode: 'block-bidirectional' }),
  calls: ({ from, to }) =>
    from.mode === to.mode ? [] : [contain('ec2:ModifyVpcBlockPublicAccessOptions', { InternetGatewayBlockMode: to.mode })],
});
