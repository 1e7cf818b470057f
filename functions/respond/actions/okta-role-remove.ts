/** Takes an administrator role from an Okta user; its undo assigns it again. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofUser, Role, userTarget } from './okta.ts';
import { change, readAll } from './tenant.ts';

/** Standard roles. Custom ones are bound to a set of resources, which an undo could not restore by the role alone. */
const ROLES = [
  ...['SUPER_ADMIN', 'ORG_ADMIN', 'APP_ADMIN', 'USER_ADMIN', 'HELP_DESK_ADMIN', 'GROUP_MEMBERSHIP_ADMIN'],
  ...['READ_ONLY_ADMIN', 'MOBILE_ADMIN', 'API_ACCESS_MANAGEMENT_ADMIN', 'REPORT_ADMIN'],
] as const;
/** Roles that may be narrowed to groups. */
const BY_GROUP = ['USER_ADMIN', 'HELP_DESK_ADMIN', 'GROUP_MEMBERSHIP_ADMIN'];
const Parameters = z.strictObject({ ...ofUser, role: z.enum(ROLES) });
type Parameters = z.infer<typeof Parameters>;
const State = z.strictObject({ isAssigned: z.boolean(), how: z.enum(['direct', 'by group', 'not']), isNarrowed: z.boolean() });
const NOT_ASSIGNED: z.infer<typeof State> = { isAssigned: false, how: 'not', isNarrowed: false };

async function assignmentOf(context: ActionContext, { userId, role }: Parameters) {
  const roles = await readAll(context, 'okta:ListUserRoles', { parameters: { userId }, item: Role });
  const own = roles?.filter(({ type }) => type === role);
  // A direct one is what can be taken.
  return roles && { found: own?.find(({ assignmentType }) => assignmentType === 'USER') ?? own?.[0] };
}

async function isNarrowed(context: ActionContext, { userId, role }: Parameters, roleAssignmentId: string): Promise<boolean> {
  const parameters = { userId, roleAssignmentId };
  const item = z.looseObject({});
  if (BY_GROUP.includes(role))
    return ((await readAll(context, 'okta:ListRoleGroupTargets', { parameters, item })) ?? []).length > 0;
  if (role === 'APP_ADMIN') return ((await readAll(context, 'okta:ListRoleAppTargets', { parameters, item })) ?? []).length > 0;
  return false;
}

export const oktaRoleRemove = defineChange({
  id: 'okta-role-remove',
  provider: 'okta',
  title: { en: 'Take an administrator role from an Okta user', ja: 'Okta ユーザーから管理者ロールを外す' },
  does: {
    en: 'Removes the direct assignment of a standard administrator role.',
    ja: '標準の管理者ロールの直接割り当てを削除します。',
  },
  staysOpen: [
    {
      en: 'What the administrator changed already stays: look for users, applications, tokens and identity providers made meanwhile.',
      ja: '管理者がすでに変更したものは残ります。その間に作られたユーザー、アプリケーション、トークン、ID プロバイダーを探してください。',
    },
    {
      en: 'Roles by groups, and API tokens of the administrator, are others: take them too.',
      ja: 'グループによるロールと、その管理者の API トークンは別です。あわせて取り除いてください。',
    },
  ],
  undoes: { en: 'Assigns the role again.', ja: 'ロールを再び割り当てます。' },
  uses: ['okta:ListUserRoles', 'okta:ListRoleGroupTargets', 'okta:ListRoleAppTargets', 'okta:UnassignRole', 'okta:AssignRole'],
  blastRadius: 2,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1026',
  parameters: Parameters,
  state: State,
  target: (parameters) => userTarget(parameters, `/roles/${parameters.role}`),
  look: async (context, parameters): Promise<z.infer<typeof State> | undefined> => {
    const assignment = await assignmentOf(context, parameters);
    if (assignment === undefined) return undefined;
    const { found } = assignment;
    if (found === undefined) return NOT_ASSIGNED;
    const how = found.assignmentType === 'USER' ? 'direct' : 'by group';
    return { isAssigned: true, how, isNarrowed: await isNarrowed(context, parameters, found.id) };
  },
  refuses: ({ how, isNarrowed: narrowed }) => [
    ...(how === 'by group' ? ['the role comes by a group: take the user out of the group'] : []),
    ...(narrowed ? ['the role is narrowed to groups or applications, which an undo would not restore'] : []),
  ],
  wanted: () => NOT_ASSIGNED,
  calls: ({ from, to }, { userId, role }) => {
    if (from.isAssigned === to.isAssigned) return [];
    if (to.isAssigned) return [change('okta:AssignRole', { userId, type: role })];
    return [change('okta:UnassignRole', { userId }, ['roleAssignmentId'])];
  },
  // Okta gives each assignment an id of its own.
  late: async (context, _, { parameters }) => ({
    roleAssignmentId: (await assignmentOf(context, parameters))?.found?.id ?? '',
  }),
});
