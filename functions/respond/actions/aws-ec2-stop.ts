/** Stops an instance; its undo starts it again. */
import * as z from 'zod';
import { contain } from './aws.ts';
import { InstanceParameters, instanceOf, instanceTarget } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsEc2Stop = defineChange({
  id: 'aws-ec2-stop',
  provider: 'aws',
  title: { en: 'Stop an instance', ja: 'インスタンスを停止する' },
  does: { en: 'Stops the instance. Its volumes stay.', ja: 'インスタンスを停止します。ボリュームは残ります。' },
  staysOpen: [
    {
      en: 'Memory, instance store and running connections are lost: take what you need first.',
      ja: 'メモリ、インスタンスストア、接続は失われます。必要なものは事前に取得してください。',
    },
    {
      en: 'Auto Scaling may replace the instance by a new one.',
      ja: 'Auto Scaling が新しいインスタンスに置き換えることがあります。',
    },
  ],
  undoes: {
    en: 'Starts it again, with another public address unless it is an Elastic IP.',
    ja: '再び起動します。Elastic IP でなければパブリックアドレスは変わります。',
  },
  uses: ['ec2:DescribeInstances', 'ec2:StopInstances', 'ec2:StartInstances'],
  resources: ['arn:*:ec2:*:*:instance/*'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'partial',
  d3fend: countermeasure('D3-HS'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1042',
  parameters: InstanceParameters,
  state: z.strictObject({ isRunning: z.boolean() }),
  target: instanceTarget,
  look: async (context, { instanceId }) => {
    const instance = await instanceOf(context, instanceId);
    return instance && { isRunning: instance.State.Name === 'running' || instance.State.Name === 'pending' };
  },
  wanted: () => ({ isRunning: false }),
  calls: ({ from, to }, { instanceId }) => {
    if (from.isRunning === to.isRunning) return [];
    return [contain(to.isRunning ? 'ec2:StartInstances' : 'ec2:StopInstances', { InstanceIds: [instanceId] })];
  },
});
