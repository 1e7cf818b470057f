/** Takes an Okta user out of a group; its undo puts it back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { GroupId, ofUser, userTarget } from './okta.ts';
import { change, readAll } from './tenant.ts';

const Group = z.object({ type: z.string() });

export const oktaGroupRemove = defineChange({
  id: 'okta-group-remove',
  provider: 'okta',
  title: { en: 'Take an Okta user out of a group', ja: 'Okta ユーザーをグループから外す' },
  does: {
    en: 'Removes the user from the group, and with it the applications and administrator roles that the group gives.',
    ja: 'ユーザーをグループから外し、グループが与えるアプリケーションと管理者ロールをなくします。',
  },
  staysOpen: [
    {
      en: 'What the user has by itself or by other groups stays; applications that provision late lag behind.',
      ja: 'ユーザー自身とほかのグループによる権限は残ります。プロビジョニングの遅いアプリケーションへの反映は遅れます。',
    },
    {
      en: 'Where a group rule put the user there, the rule excludes it from now on, and after an undo it is a member by hand.',
      ja: 'グループルールによる所属だった場合、以後ルールから除外され、元に戻した後は手動の所属になります。',
    },
  ],
  undoes: { en: 'Adds the user to the group again.', ja: 'ユーザーをグループに戻します。' },
  uses: ['okta:GetGroup', 'okta:ListUserGroups', 'okta:RemoveUserFromGroup', 'okta:AddUserToGroup'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1026',
  parameters: z.strictObject({ ...ofUser, groupId: GroupId }),
  state: z.strictObject({ isMember: z.boolean(), type: z.string() }),
  target: (parameters) => userTarget(parameters, `/groups/${parameters.groupId}`),
  look: async (context, { userId, groupId }) => {
    const group = await readAs(context, 'okta:GetGroup', { parameters: { groupId }, answer: Group });
    const own = await readAll(context, 'okta:ListUserGroups', { parameters: { userId }, item: z.object({ id: z.string() }) });
    if (group === undefined || own === undefined) return undefined;
    return { isMember: own.some(({ id }) => id === groupId), type: group.type };
  },
  refuses: ({ type }) => (type === 'OKTA_GROUP' ? [] : [`the group is of type ${type}: its members come from elsewhere`]),
  wanted: (state) => ({ ...state, isMember: false }),
  calls: ({ from, to }, { userId, groupId }) => {
    if (from.isMember === to.isMember) return [];
    return [change(to.isMember ? 'okta:AddUserToGroup' : 'okta:RemoveUserFromGroup', { groupId, userId })];
  },
});
