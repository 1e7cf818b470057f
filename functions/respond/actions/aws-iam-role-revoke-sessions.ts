/** Denies a role everything in sessions that began before now; its undo removes that policy. */

import { contain, namedFor } from './aws.ts';
import {
  INLINE_USES,
  InlineState,
  inlineOf,
  protectedRole,
  ROLE_RESOURCES,
  ROLE_STAYS_OPEN,
  RoleParameters,
  roleTarget,
  setInline,
} from './aws-iam-role.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see IAM User Guide, "Revoking IAM role temporary security credentials" */
const revoking = (beforeMs: number): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'YaguraRevokeSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(beforeMs).toISOString() } },
      },
    ],
  });

const isRevoking = (policy: string | null): boolean => policy?.includes('"YaguraRevokeSessions"') === true;

export const awsIamRoleRevokeSessions = defineChange({
  id: 'aws-iam-role-revoke-sessions',
  provider: 'aws',
  title: { en: "Revoke a role's sessions", ja: 'ロールのセッションを失効させる' },
  does: {
    en: 'Puts an inline policy on the role that denies everything to sessions issued before this moment.',
    ja: 'この時点より前に発行されたセッションの全操作を拒否するインラインポリシーをロールに付けます。',
  },
  staysOpen: [
    {
      en: 'Whoever may assume the role can do so again at once, and the new session works: change the trust too, or the source of the credentials.',
      ja: 'ロールを引き受けられる者は直ちに再度引き受けられ、新しいセッションは有効です。信頼ポリシーまたは認証情報の元も変更してください。',
    },
    {
      en: 'Every legitimate session of the role is cut too; workloads come back when they fetch new credentials.',
      ja: '正当なセッションもすべて切れます。ワークロードは新しい認証情報の取得後に復旧します。',
    },
    ROLE_STAYS_OPEN,
  ],
  undoes: {
    en: 'Removes the policy, or puts back the one of its name. Revoked sessions that have not expired work again.',
    ja: 'ポリシーを取り除くか、同名の元のポリシーに戻します。失効させたセッションは、期限内なら再び有効になります。',
  },
  uses: INLINE_USES,
  resources: ROLE_RESOURCES,
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-ST'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1018',
  parameters: RoleParameters,
  state: InlineState,
  target: roleTarget,
  look: (context, { roleName }) => inlineOf(context, roleName, namedFor(context.incidentId, 'YaguraRevoke')),
  refuses: (state, { roleName }) => protectedRole(state, roleName),
  wanted: (state, _, { nowMs }) => (isRevoking(state.policy) ? state : { ...state, policy: revoking(nowMs) }),
  // The moment is that of the call: a session that began while people thought is revoked too.
  calls: ({ from, to }, { roleName }) =>
    isRevoking(to.policy) && !isRevoking(from.policy)
      ? [contain('iam:PutRolePolicy', { RoleName: roleName, PolicyName: to.policyName }, ['PolicyDocument'])]
      : setInline(roleName, { from, to }),
  late: async ({ nowMs }) => ({ PolicyDocument: revoking(nowMs) }),
  holds: ({ policy }) => isRevoking(policy),
});
