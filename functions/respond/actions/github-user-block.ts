/** Blocks a user from a GitHub organization; its undo unblocks. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { GithubTenant, GithubUser, githubTarget, isGithubUser } from './github.ts';
import { change } from './tenant.ts';

export const githubUserBlock = defineChange({
  id: 'github-user-block',
  provider: 'github',
  title: { en: 'Block a user from a GitHub organization', ja: 'GitHub 組織からユーザーをブロックする' },
  does: {
    en: 'Blocks a user who is no member: no issues, pull requests, forks or collaboration in the organization.',
    ja: 'メンバーでないユーザーをブロックし、組織での Issue、プルリクエスト、フォーク、共同作業をできなくします。',
  },
  staysOpen: [
    {
      en: 'Public repositories can still be read and cloned without signing in.',
      ja: '公開リポジトリはサインインせずに閲覧・クローンできます。',
    },
    {
      en: 'GitHub takes the user off repositories as a collaborator; unblocking does not put them back.',
      ja: 'GitHub は共同編集者からも外し、ブロック解除では戻りません。',
    },
  ],
  undoes: { en: 'Unblocks the user where it was not blocked before.', ja: '元々ブロックされていなければ解除します。' },
  uses: ['github:GetUser', 'github:GetBlock', 'github:GetMembership', 'github:BlockUser', 'github:UnblockUser'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'partial',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-ULA'),
  mitigation: 'M1018',
  parameters: z.strictObject({ tenant: GithubTenant, userName: GithubUser }),
  state: z.strictObject({ isBlocked: z.boolean(), isMember: z.boolean() }),
  compared: ({ isBlocked }) => ({ isBlocked }),
  target: ({ tenant, userName }) => githubTarget(tenant, `blocks/${userName}`, userName),
  look: async (context, { tenant, userName }) => {
    if (!(await isGithubUser(context, userName))) return undefined;
    const asked = { parameters: { org: tenant, userName }, answer: z.looseObject({}) };
    const isBlocked = (await readAs(context, 'github:GetBlock', asked)) !== undefined;
    return { isBlocked, isMember: (await readAs(context, 'github:GetMembership', asked)) !== undefined };
  },
  refuses: ({ isMember }) => (isMember ? ['the user is a member: take the membership first'] : []),
  wanted: (state) => ({ ...state, isBlocked: true }),
  calls: ({ from, to }, { tenant, userName }) => {
    if (from.isBlocked === to.isBlocked) return [];
    return [change(to.isBlocked ? 'github:BlockUser' : 'github:UnblockUser', { org: tenant, userName })];
  },
});
