/** Denies a role everything by an inline policy; its undo removes that policy, or puts back the one of that name. */
import { DENY_ALL, namedFor } from './aws.ts';
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

export const awsIamRoleDeny = defineChange({
  id: 'aws-iam-role-deny',
  provider: 'aws',
  title: { en: 'Deny an IAM role everything', ja: 'IAM ロールの全操作を拒否する' },
  does: {
    en: 'Puts an inline policy on the role that denies every action, in running sessions and new ones.',
    ja: '実行中と今後のセッションの全操作を拒否するインラインポリシーをロールに付けます。',
  },
  staysOpen: [
    {
      en: 'Workloads that use the role stop too. Resource policies that grant to the session itself are denied as well.',
      ja: 'このロールを使うワークロードも止まります。セッションに直接与えるリソースポリシーも拒否されます。',
    },
    ROLE_STAYS_OPEN,
  ],
  undoes: {
    en: 'Removes the policy, or puts back the policy that had its name before.',
    ja: 'ポリシーを取り除くか、同名の元のポリシーに戻します。',
  },
  uses: INLINE_USES,
  resources: ROLE_RESOURCES,
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-APA'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1026',
  parameters: RoleParameters,
  state: InlineState,
  target: roleTarget,
  look: (context, { roleName }) => inlineOf(context, roleName, namedFor(context.incidentId)),
  refuses: (state, { roleName }) => protectedRole(state, roleName),
  wanted: (state) => ({ ...state, policy: DENY_ALL }),
  calls: (change, { roleName }) => setInline(roleName, change),
});
