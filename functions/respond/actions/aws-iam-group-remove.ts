/** Takes an IAM user out of a group; its undo puts it back. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, IAM_TOKEN, readPages } from './aws.ts';
import { UserName, userArn } from './aws-iam.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see IAM API, GroupName: 1–128 of `[\w+=,.@-]` */
const GroupName = z.string().regex(/^[\w+=,.@-]{1,128}$/);

export const awsIamGroupRemove = defineChange({
  id: 'aws-iam-group-remove',
  provider: 'aws',
  title: { en: 'Take an IAM user out of a group', ja: 'IAM ユーザーをグループから外す' },
  does: {
    en: 'Removes the user from the group, and with it the permissions of the group.',
    ja: 'ユーザーをグループから外し、グループの権限をなくします。',
  },
  staysOpen: [
    {
      en: 'Policies of the user itself and of its other groups still hold.',
      ja: 'ユーザー自身とほかのグループのポリシーは有効なままです。',
    },
  ],
  undoes: { en: 'Adds the user to the group again.', ja: 'ユーザーをグループに戻します。' },
  uses: ['iam:ListGroupsForUser', 'iam:RemoveUserFromGroup', 'iam:AddUserToGroup'],
  resources: ['arn:*:iam::*:group/*'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1026',
  parameters: z.strictObject({ accountId: AccountId, userName: UserName, groupName: GroupName }),
  state: z.strictObject({ isMember: z.boolean() }),
  target: ({ accountId, userName, groupName }) =>
    awsTarget({ accountId, region: GLOBAL_REGION }, `${userArn(accountId, userName)}/group/${groupName}`, userName),
  look: async (context, { userName, groupName }) => {
    const answer = z.object({ Groups: z.array(z.object({ GroupName: z.string() })) });
    const parameters = { UserName: userName };
    const pages = await readPages(context, 'iam:ListGroupsForUser', { parameters, answer, token: IAM_TOKEN });
    return pages && { isMember: pages.some((page) => page.Groups.some((group) => group.GroupName === groupName)) };
  },
  wanted: () => ({ isMember: false }),
  calls: ({ from, to }, { userName, groupName }) => {
    if (from.isMember === to.isMember) return [];
    const named = { GroupName: groupName, UserName: userName };
    return [to.isMember ? contain('iam:AddUserToGroup', named) : contain('iam:RemoveUserFromGroup', named)];
  },
});
