/** Takes crash-consistent snapshots of all volumes of an instance, as evidence; they stay. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { contain, NEXT_TOKEN, readPages } from './aws.ts';
import { InstanceParameters, instanceOf, instanceTarget } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const TAG = 'yagura:incident';

/** The volumes of which a snapshot of this incident exists or is being made. */
async function copiedVolumes(context: ActionContext, volumes: readonly string[]): Promise<string[]> {
  const pages = await readPages(context, 'ec2:DescribeSnapshots', {
    parameters: { Filters: [{ Name: `tag:${TAG}`, Values: [context.incidentId] }] },
    answer: z.object({ Snapshots: z.array(z.object({ VolumeId: z.string(), State: z.string() })) }),
    token: NEXT_TOKEN,
  });
  const good = (pages ?? []).flatMap((page) => page.Snapshots).filter(({ State }) => State !== 'error');
  return [...new Set(good.map(({ VolumeId }) => VolumeId))].filter((id) => volumes.includes(id)).sort();
}

export const awsEc2Snapshot = defineChange({
  id: 'aws-ec2-snapshot',
  provider: 'aws',
  title: { en: 'Take snapshots of an instance', ja: 'インスタンスのスナップショットを取る' },
  does: {
    en: 'Makes snapshots of all volumes of one moment, tagged with the incident.',
    ja: 'すべてのボリュームの同一時点のスナップショットを作り、インシデントのタグを付けます。',
  },
  staysOpen: [
    {
      en: 'Memory and instance store are not in them, and whoever may delete snapshots can delete these: copy them to the forensics account.',
      ja: 'メモリとインスタンスストアは含まれません。スナップショットを削除できる者はこれも削除できます。フォレンジック用アカウントに複製してください。',
    },
  ],
  undoes: { en: 'Nothing: evidence stays.', ja: '何もしません。証拠は残ります。' },
  uses: ['ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:CreateSnapshots', 'ec2:CreateTags'],
  resources: ['arn:*:ec2:*:*:instance/*', 'arn:*:ec2:*:*:volume/*', 'arn:*:ec2:*::snapshot/*'],
  blastRadius: 2,
  approvalTier: 0,
  reversible: 'none',
  d3fend: countermeasure('D3-RDI'),
  mitigation: 'M1053',
  parameters: InstanceParameters,
  state: z.strictObject({ volumes: z.array(z.string()), copied: z.array(z.string()) }),
  target: instanceTarget,
  look: async (context, { instanceId }) => {
    const instance = await instanceOf(context, instanceId);
    const volumes = instance?.BlockDeviceMappings?.flatMap(({ Ebs }) => Ebs?.VolumeId ?? []).sort();
    return volumes && { volumes, copied: await copiedVolumes(context, volumes) };
  },
  refuses: ({ volumes }, { instanceId }) =>
    volumes.length === 0 ? [`${instanceId} has no volume of which there could be a snapshot`] : [],
  wanted: ({ volumes }) => ({ volumes, copied: volumes }),
  calls: (_, { instanceId }, { incidentId }) => [
    contain('ec2:CreateSnapshots', {
      InstanceSpecification: { InstanceId: instanceId },
      Description: `Yagura evidence of ${incidentId}`,
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: TAG, Value: incidentId }] }],
    }),
  ],
});
