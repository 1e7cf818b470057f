/** Detaches one managed policy from an IAM user, as an intruder had attached it; its undo attaches it again. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, IAM_TOKEN, readPages } from './aws.ts';
import { UserName, userArn } from './aws-iam.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const PolicyArn = z.string().regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/);

export const awsIamUserPolicyDetach = defineChange({
  id: 'aws-iam-user-policy-detach',
  provider: 'aws',
  title: { en: 'Detach a managed policy from an IAM user', ja: 'IAM ユーザーから管理ポリシーを取り外す' },
  does: {
    en: 'Takes one managed policy away from the user: the power that an intruder had given it.',
    ja: '侵入者が付けた管理ポリシーを 1 つ、ユーザーから取り外します。',
  },
  staysOpen: [
    {
      en: 'The other policies of the user and of its groups still hold.',
      ja: 'ユーザーとそのグループのほかのポリシーは有効なままです。',
    },
  ],
  undoes: { en: 'Attaches the policy again.', ja: 'ポリシーを再び付けます。' },
  uses: ['iam:ListAttachedUserPolicies', 'iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
  resources: ['arn:*:iam::*:user/*'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1026',
  parameters: z.strictObject({ accountId: AccountId, userName: UserName, policyArn: PolicyArn }),
  state: z.strictObject({ isAttached: z.boolean() }),
  target: ({ accountId, userName, policyArn }) =>
    awsTarget({ accountId, region: GLOBAL_REGION }, `${userArn(accountId, userName)}/policy/${policyArn}`, userName),
  look: async (context, { userName, policyArn }) => {
    const answer = z.object({ AttachedPolicies: z.array(z.object({ PolicyArn: z.string() })) });
    const parameters = { UserName: userName };
    const pages = await readPages(context, 'iam:ListAttachedUserPolicies', { parameters, answer, token: IAM_TOKEN });
    return pages && { isAttached: pages.some((page) => page.AttachedPolicies.some((policy) => policy.PolicyArn === policyArn)) };
  },
  wanted: () => ({ isAttached: false }),
  calls: ({ from, to }, { userName, policyArn }) => {
    if (from.isAttached === to.isAttached) return [];
    const named = { UserName: userName, PolicyArn: policyArn };
    return [to.isAttached ? contain('iam:AttachUserPolicy', named) : contain('iam:DetachUserPolicy', named)];
  },
});
