/** Protects an instance from being terminated or stopped while it is examined; its undo restores the protections of before. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { contain, readAs } from './aws.ts';
import { InstanceParameters, instanceOf, instanceTarget } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const State = z.strictObject({ termination: z.boolean(), stop: z.boolean(), shutdown: z.string() });
const ATTRIBUTES = {
  termination: ['disableApiTermination', 'DisableApiTermination'],
  stop: ['disableApiStop', 'DisableApiStop'],
  shutdown: ['instanceInitiatedShutdownBehavior', 'InstanceInitiatedShutdownBehavior'],
} as const;

async function attribute(context: ActionContext, instanceId: string, name: keyof typeof ATTRIBUTES): Promise<boolean | string> {
  const [asked, given] = ATTRIBUTES[name];
  const answer = z.object({ [given]: z.object({ Value: z.union([z.boolean(), z.string()]).optional() }).optional() });
  const parameters = { InstanceId: instanceId, Attribute: asked };
  const found = await readAs(context, 'ec2:DescribeInstanceAttribute', { parameters, answer });
  return found?.[given]?.Value ?? (name === 'shutdown' ? 'stop' : false);
}

export const awsEc2Preserve = defineChange({
  id: 'aws-ec2-preserve',
  provider: 'aws',
  title: { en: 'Protect an instance from being terminated', ja: 'インスタンスを終了から保護する' },
  does: {
    en: 'Turns on protection against termination and stopping, and lets a shutdown from inside stop the instance, not terminate it.',
    ja: '終了と停止に対する保護を有効にし、内部からのシャットダウンで終了せず停止するようにします。',
  },
  staysOpen: [
    { en: 'Auto Scaling and the end of a Spot request still terminate it.', ja: 'Auto Scaling やスポットの終了では終了します。' },
    { en: 'The memory is lost all the same when it stops.', ja: '停止するとメモリの内容は失われます。' },
  ],
  undoes: { en: 'Restores the three settings as they were.', ja: '3 つの設定を元に戻します。' },
  uses: ['ec2:DescribeInstances', 'ec2:DescribeInstanceAttribute', 'ec2:ModifyInstanceAttribute'],
  resources: ['arn:*:ec2:*:*:instance/*'],
  blastRadius: 2,
  approvalTier: 0,
  reversible: 'full',
  d3fend: countermeasure('D3-RDI'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1053',
  parameters: InstanceParameters,
  state: State,
  target: instanceTarget,
  look: async (context, { instanceId }) => {
    if ((await instanceOf(context, instanceId)) === undefined) return undefined;
    return {
      termination: (await attribute(context, instanceId, 'termination')) === true,
      stop: (await attribute(context, instanceId, 'stop')) === true,
      shutdown: String(await attribute(context, instanceId, 'shutdown')),
    };
  },
  wanted: () => ({ termination: true, stop: true, shutdown: 'stop' }),
  calls: ({ from, to }, { instanceId }) =>
    (['termination', 'stop', 'shutdown'] as const)
      .filter((name) => from[name] !== to[name])
      .map((name) =>
        contain('ec2:ModifyInstanceAttribute', { InstanceId: instanceId, [ATTRIBUTES[name][1]]: { Value: to[name] } }),
      ),
});
