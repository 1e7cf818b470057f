/** Takes a member out of a GitHub organization; its undo invites it again. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { GithubTenant, GithubUser, githubTarget, isGithubUser } from './github.ts';
import { change } from './tenant.ts';

const Membership = z.object({ role: z.string(), state: z.string() });

export const githubMemberRemove = defineChange({
  id: 'github-member-remove',
  provider: 'github',
  title: { en: 'Take a member out of a GitHub organization', ja: 'GitHub 組織からメンバーを外す' },
  does: {
    en: 'Removes the membership, and with it every team, access to private repositories and single sign-on credential.',
    ja: 'メンバーシップと、それによるチーム、非公開リポジトリへのアクセス、SSO 資格情報をなくします。',
  },
  staysOpen: [
    {
      en: 'Clones that were made are made. Public repositories stay readable: block the user too.',
      ja: '作成済みのクローンは残ります。公開リポジトリは読めるため、ブロックも検討してください。',
    },
    {
      en: "GitHub deletes the member's forks of private repositories, and an undo does not bring them back; deploy keys, apps and runners that they made stay.",
      ja: '非公開リポジトリのフォークは GitHub が削除し、元に戻しても復元されません。作成したデプロイキー、アプリ、ランナーは残ります。',
    },
  ],
  undoes: {
    en: 'Invites the user again with the role from before; the invitation must be accepted, and teams are given anew.',
    ja: '以前のロールで再招待します。承諾が必要で、チームは改めて割り当てます。',
  },
  uses: ['github:GetUser', 'github:GetMembership', 'github:RemoveMembership', 'github:SetMembership'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'partial',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1018',
  parameters: z.strictObject({ tenant: GithubTenant, userName: GithubUser }),
  state: z.strictObject({ role: z.string() }),
  target: ({ tenant, userName }) => githubTarget(tenant, `members/${userName}`, userName),
  look: async (context, { tenant, userName }) => {
    if (!(await isGithubUser(context, userName))) return undefined;
    const parameters = { org: tenant, userName };
    const found = await readAs(context, 'github:GetMembership', { parameters, answer: Membership });
    return { role: found?.role ?? 'none' };
  },
  wanted: () => ({ role: 'none' }),
  calls: ({ from, to }, { tenant, userName }) => {
    if (from.role === to.role) return [];
    const of = { org: tenant, userName };
    return to.role === 'none'
      ? [change('github:RemoveMembership', of)]
      : [change('github:SetMembership', { ...of, role: to.role })];
  },
  cautions: async (_, { role }) => (role === 'admin' ? { observed: { isOwner: true }, approvalTier: 3 } : {}),
});
