/** Takes a directory role of Entra ID from a user or service principal; its undo assigns it again. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { EntraTenant, entraTarget, ObjectId, roleAssignmentsOf } from './entra.ts';
import { change } from './tenant.ts';

export const entraRoleRemove = defineChange({
  id: 'entra-role-remove',
  provider: 'entra',
  title: { en: 'Take a directory role of Entra ID', ja: 'Entra ID のディレクトリロールを外す' },
  does: {
    en: 'Deletes the active assignment of the role, whole tenant or narrowed, to this user or service principal.',
    ja: 'このユーザーまたはサービスプリンシパルへの、そのロールの有効な割り当て（テナント全体・範囲指定とも）を削除します。',
  },
  staysOpen: [
    {
      en: 'Whoever is eligible for the role by Privileged Identity Management activates it again; roles by groups are others.',
      ja: 'Privileged Identity Management で資格のある者は再び有効化できます。グループによるロールは別です。',
    },
    {
      en: 'Tokens keep the role until they are refreshed, about an hour: revoke the sessions too. What was changed meanwhile stays changed.',
      ja: 'トークンのロールは更新まで約 1 時間残ります。セッションも失効させてください。その間の変更は残ります。',
    },
  ],
  undoes: { en: 'Assigns the role again in the same scope.', ja: '同じ範囲でロールを再び割り当てます。' },
  uses: ['entra:GetDirectoryObject', 'entra:ListRoleAssignments', 'entra:DeleteRoleAssignment', 'entra:CreateRoleAssignment'],
  blastRadius: 2,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1026',
  parameters: z.strictObject({ tenant: EntraTenant, principalId: ObjectId, roleDefinitionId: ObjectId }),
  state: z.strictObject({ assignments: z.array(z.strictObject({ id: z.string(), scope: z.string() })) }),
  compared: ({ assignments }) => assignments.map(({ scope }) => scope).sort(),
  target: ({ tenant, principalId, roleDefinitionId }) =>
    entraTarget(tenant, `principals/${principalId}/roles/${roleDefinitionId}`, principalId),
  look: async (context, { principalId, roleDefinitionId }) => {
    const parameters = { objectId: principalId };
    if ((await readAs(context, 'entra:GetDirectoryObject', { parameters, answer: z.looseObject({}) })) === undefined)
      return undefined;
    const own = (await roleAssignmentsOf(context, principalId)).filter((one) => one.roleDefinitionId === roleDefinitionId);
    const assignments = own.map(({ id, directoryScopeId: scope }) => ({ id, scope }));
    return { assignments: assignments.sort((a, b) => (a.scope < b.scope ? -1 : 1)) };
  },
  wanted: () => ({ assignments: [] }),
  calls: ({ from, to }, { principalId, roleDefinitionId }) => {
    const has = (all: { scope: string }[], scope: string): boolean => all.some((one) => one.scope === scope);
    return [
      ...from.assignments
        .filter(({ scope }) => !has(to.assignments, scope))
        .map(({ id }) => change('entra:DeleteRoleAssignment', { assignmentId: id })),
      ...to.assignments
        .filter(({ scope }) => !has(from.assignments, scope))
        .map(({ scope }) => change('entra:CreateRoleAssignment', { principalId, roleDefinitionId, directoryScopeId: scope })),
    ];
  },
});
