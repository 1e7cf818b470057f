/** Puts AWS's deny-all policy as permissions boundary on a role; its undo puts back the boundary of before, or none. */
import * as z from 'zod';
import { contain } from './aws.ts';
import { protectedRole, ROLE_RESOURCES, ROLE_STAYS_OPEN, RoleParameters, roleOf, roleTarget } from './aws-iam-role.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see AWS Managed Policy Reference, AWSDenyAll */
const DENY_ALL_ARN = 'arn:aws:iam::aws:policy/AWSDenyAll';

export const awsIamRoleBoundary = defineChange({
  id: 'aws-iam-role-boundary',
  provider: 'aws',
  title: { en: 'Bound an IAM role to nothing', ja: 'IAM ロールのアクセス許可の境界をゼロにする' },
  does: {
    en: "Sets the role's permissions boundary to AWSDenyAll, where the role's own policies must not be touched.",
    ja: 'ロールのアクセス許可の境界を AWSDenyAll にします。ロール自身のポリシーには触れません。',
  },
  staysOpen: [
    {
      en: 'Workloads that use the role stop too.',
      ja: 'このロールを使うワークロードも止まります。',
    },
    ROLE_STAYS_OPEN,
  ],
  undoes: { en: 'Puts back the boundary that the role had, or none.', ja: '元の境界に戻すか、境界を取り除きます。' },
  uses: ['iam:GetRole', 'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary'],
  resources: ROLE_RESOURCES,
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-APA'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1026',
  parameters: RoleParameters,
  state: z.strictObject({ path: z.string(), boundary: z.string().nullable() }),
  target: roleTarget,
  look: async (context, { roleName }) => {
    const role = await roleOf(context, roleName);
    return role && { path: role.path, boundary: role.boundary };
  },
  refuses: (state, { roleName }) => protectedRole(state, roleName),
  wanted: (state) => ({ ...state, boundary: DENY_ALL_ARN }),
  calls: ({ from, to }, { roleName }) => {
    if (from.boundary === to.boundary) return [];
    return to.boundary === null
      ? [contain('iam:DeleteRolePermissionsBoundary', { RoleName: roleName })]
      : [contain('iam:PutRolePermissionsBoundary', { RoleName: roleName, PermissionsBoundary: to.boundary })];
  },
});
