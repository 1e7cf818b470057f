/** Takes the instance profile, and with it the role's credentials, from an instance; its undo gives it back. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { contain, NEXT_TOKEN, readPages } from './aws.ts';
import { InstanceParameters, instanceOf, instanceTarget } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Association = z.object({ AssociationId: z.string(), State: z.string(), IamInstanceProfile: z.object({ Arn: z.string() }) });

async function associationOf(context: ActionContext, instanceId: string): Promise<z.infer<typeof Association> | undefined> {
  const pages = await readPages(context, 'ec2:DescribeIamInstanceProfileAssociations', {
    parameters: { Filters: [{ Name: 'instance-id', Values: [instanceId] }] },
    answer: z.object({ IamInstanceProfileAssociations: z.array(Association) }),
    token: NEXT_TOKEN,
  });
  const all = (pages ?? []).flatMap((page) => page.IamInstanceProfileAssociations);
  return all.find(({ State }) => State === 'associated' || State === 'associating');
}

export const awsEc2ProfileRemove = defineChange({
  id: 'aws-ec2-profile-remove',
  provider: 'aws',
  title: { en: 'Take the instance profile from an instance', ja: 'インスタンスからインスタンスプロファイルを外す' },
  does: {
    en: 'Disassociates the instance profile: the metadata service gives no more credentials of the role.',
    ja: 'インスタンスプロファイルの関連付けを解除し、メタデータサービスがロールの認証情報を渡さないようにします。',
  },
  staysOpen: [
    {
      en: 'Credentials that were read already stay valid up to 6 h, on this host or elsewhere: revoke the sessions of the role.',
      ja: '取得済みの認証情報は、このホストでもほかの場所でも最長 6 時間有効です。ロールのセッションを失効させてください。',
    },
    {
      en: 'Software on the instance that needs the role fails; so does Systems Manager where it uses it.',
      ja: 'このロールを必要とするソフトウェアや Systems Manager は動かなくなります。',
    },
  ],
  undoes: { en: 'Associates the profile that the instance had.', ja: '元のプロファイルを関連付けます。' },
  uses: [
    'ec2:DescribeInstances',
    'ec2:DescribeIamInstanceProfileAssociations',
    'ec2:DisassociateIamInstanceProfile',
    'ec2:AssociateIamInstanceProfile',
  ],
  resources: ['arn:*:ec2:*:*:instance/*', 'arn:*:iam::*:role/*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-CR'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1026',
  parameters: InstanceParameters,
  state: z.strictObject({ profileArn: z.string().nullable() }),
  target: instanceTarget,
  look: async (context, { instanceId }) => {
    if ((await instanceOf(context, instanceId)) === undefined) return undefined;
    return { profileArn: (await associationOf(context, instanceId))?.IamInstanceProfile.Arn ?? null };
  },
  wanted: () => ({ profileArn: null }),
  calls: ({ from, to }, { instanceId }) => {
    if (from.profileArn === to.profileArn) return [];
    const away = from.profileArn === null ? [] : [contain('ec2:DisassociateIamInstanceProfile', {}, ['AssociationId'])];
    if (to.profileArn === null) return away;
    const profile = { Arn: to.profileArn };
    return [...away, contain('ec2:AssociateIamInstanceProfile', { InstanceId: instanceId, IamInstanceProfile: profile })];
  },
  // Every association has an id of its own, also the one that an earlier undo made.
  late: async (context, _, { parameters: { instanceId } }) => ({
    AssociationId: (await associationOf(context, instanceId))?.AssociationId ?? '',
  }),
});
