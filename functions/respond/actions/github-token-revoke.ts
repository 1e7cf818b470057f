/** Takes a fine-grained personal access token its access to a GitHub organization; it cannot be taken back. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { GithubTenant, GithubUser, githubTarget, NumericId } from './github.ts';
import { change, readAll } from './tenant.ts';

const Token = z.object({
  id: z.number(),
  owner: z.object({ login: z.string() }),
  token_name: z.string().nullish(),
  token_last_used_at: z.string().nullish(),
});

export const githubTokenRevoke = defineChange({
  id: 'github-token-revoke',
  provider: 'github',
  title: { en: 'Revoke a personal access token at a GitHub organization', ja: 'GitHub 組織で個人アクセストークンを失効させる' },
  does: {
    en: 'Takes the fine-grained token its access to everything of the organization.',
    ja: '細粒度トークンの、組織のあらゆるものへのアクセスを取り消します。',
  },
  staysOpen: [
    {
      en: 'SSH keys that were made with it, classic tokens, and what it can do elsewhere stay; public repositories stay readable.',
      ja: 'これで作られた SSH キー、クラシックトークン、組織外での権限は残り、公開リポジトリは読めます。',
    },
    {
      en: 'Its owner is told by mail, and can make another: where the account is taken over, take the membership too.',
      ja: '所有者にメールで通知され、別のトークンを作成できます。アカウントが乗っ取られている場合はメンバーから外してください。',
    },
  ],
  undoes: { en: 'Nothing: the owner makes a new one.', ja: '元に戻せません。所有者が新しく作成します。' },
  uses: ['github:ListPersonalAccessTokens', 'github:RevokePersonalAccessToken'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({ tenant: GithubTenant, userName: GithubUser, tokenId: NumericId }),
  state: z.strictObject({ owner: z.string() }),
  target: ({ tenant, userName, tokenId }) => githubTarget(tenant, `members/${userName}/tokens/${tokenId}`, tokenId),
  look: async (context, { tenant, tokenId }) => {
    const all = await readAll(context, 'github:ListPersonalAccessTokens', { parameters: { org: tenant }, item: Token });
    return all && { owner: all.find(({ id }) => String(id) === tokenId)?.owner.login.toLowerCase() ?? '' };
  },
  refuses: ({ owner }, { userName, tokenId }) => (owner === userName ? [] : [`the token ${tokenId} is not of ${userName}`]),
  wanted: () => ({ owner: '' }),
  calls: ({ from, to }, { tenant, tokenId }) =>
    from.owner !== '' && to.owner === ''
      ? [change('github:RevokePersonalAccessToken', { org: tenant, tokenId, action: 'revoke' })]
      : [],
});
