/** Makes an instance's metadata service answer only to session tokens, one hop away; its undo restores the options of before. */
import * as z from 'zod';
import { contain } from './aws.ts';
import { InstanceParameters, instanceOf, instanceTarget } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Options = z.object({ HttpTokens: z.string(), HttpPutResponseHopLimit: z.int(), HttpEndpoint: z.string() });

export const awsEc2Imds = defineChange({
  id: 'aws-ec2-imds',
  provider: 'aws',
  title: { en: 'Require IMDSv2 of an instance', ja: 'インスタンスに IMDSv2 を必須とする' },
  does: {
    en: 'Makes the instance metadata service require session tokens (IMDSv2), with a hop limit of one.',
    ja: 'インスタンスメタデータサービスでセッショントークン（IMDSv2）を必須とし、ホップ制限を 1 にします。',
  },
  staysOpen: [
    {
      en: 'Credentials that were read from it already stay valid up to 6 h: revoke the sessions of the role.',
      ja: '取得済みの認証情報は最長 6 時間有効です。ロールのセッションを失効させてください。',
    },
    {
      en: 'Code on the instance can still read credentials by IMDSv2; old SDKs and containers one hop further cannot.',
      ja: 'インスタンス上のコードは IMDSv2 で引き続き取得できます。古い SDK や 1 ホップ先のコンテナは取得できなくなります。',
    },
  ],
  undoes: { en: 'Restores the metadata options as they were.', ja: 'メタデータオプションを元に戻します。' },
  uses: ['ec2:DescribeInstances', 'ec2:ModifyInstanceMetadataOptions'],
  resources: ['arn:*:ec2:*:*:instance/*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-NRAM'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1035',
  parameters: InstanceParameters,
  state: z.strictObject({ tokens: z.string(), hopLimit: z.int(), endpoint: z.string() }),
  target: instanceTarget,
  look: async (context, { instanceId }) => {
    const instance = await instanceOf(context, instanceId);
    if (instance === undefined) return undefined;
    const {
      HttpTokens: tokens,
      HttpPutResponseHopLimit: hopLimit,
      HttpEndpoint: endpoint,
    } = Options.parse(instance.MetadataOptions);
    return { tokens, hopLimit, endpoint };
  },
  wanted: (state) => ({ ...state, tokens: 'required', hopLimit: 1 }),
  calls: ({ from, to }, { instanceId }) =>
    from.tokens === to.tokens && from.hopLimit === to.hopLimit && from.endpoint === to.endpoint
      ? []
      : [
          contain('ec2:ModifyInstanceMetadataOptions', {
            InstanceId: instanceId,
            ...{ HttpTokens: to.tokens, HttpPutResponseHopLimit: to.hopLimit, HttpEndpoint: to.endpoint },
          }),
        ],
});
