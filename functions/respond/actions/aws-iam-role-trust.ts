/** Closes a role's trust policy, so that nobody can assume it; its undo puts back the trust of before. */
import * as z from 'zod';
import { contain } from './aws.ts';
import { protectedRole, ROLE_RESOURCES, RoleParameters, roleOf, roleTarget } from './aws-iam-role.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const CLOSED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'YaguraQuarantine', Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }],
});

export const awsIamRoleTrust = defineChange({
  id: 'aws-iam-role-trust',
  provider: 'aws',
  title: { en: "Close an IAM role's trust", ja: 'IAM ロールの信頼を閉じる' },
  does: {
    en: 'Replaces the trust policy by one that lets nobody assume the role.',
    ja: '信頼ポリシーを、誰もロールを引き受けられないものに置き換えます。',
  },
  staysOpen: [
    {
      en: 'Sessions that exist already keep working until they expire: revoke them too.',
      ja: '既存のセッションは期限まで有効です。併せて失効させてください。',
    },
    {
      en: 'Services and workloads that assume the role get no new credentials.',
      ja: 'このロールを引き受けるサービスやワークロードも、新しい認証情報を得られません。',
    },
  ],
  undoes: { en: 'Puts back the trust policy as it was captured.', ja: '記録した信頼ポリシーに戻します。' },
  uses: ['iam:GetRole', 'iam:UpdateAssumeRolePolicy'],
  resources: ROLE_RESOURCES,
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-DTP'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1018',
  parameters: RoleParameters,
  state: z.strictObject({ path: z.string(), trust: z.string() }),
  target: roleTarget,
  look: async (context, { roleName }) => {
    const role = await roleOf(context, roleName);
    return role && { path: role.path, trust: role.trust };
  },
  refuses: (state, { roleName }) => protectedRole(state, roleName),
  wanted: (state) => ({ ...state, trust: CLOSED }),
  calls: ({ from, to }, { roleName }) =>
    from.trust === to.trust ? [] : [contain('iam:UpdateAssumeRolePolicy', { RoleName: roleName, PolicyDocument: to.trust })],
});
