/** Revokes an Okta API token; it cannot be taken back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { administratorCautions, ofUser, TokenId, userOf, userTarget } from './okta.ts';
import { change } from './tenant.ts';

const Token = z.object({
  name: z.string(),
  userId: z.string(),
  created: z.string().optional(),
  lastUpdated: z.string().optional(),
});

export const oktaTokenRevoke = defineChange({
  id: 'okta-token-revoke',
  provider: 'okta',
  title: { en: 'Revoke an Okta API token', ja: 'Okta の API トークンを失効させる' },
  does: {
    en: "Revokes the API token, which can do whatever its user's administrator roles allow.",
    ja: 'API トークン（所有ユーザーの管理者ロールと同じことができます）を失効させます。',
  },
  staysOpen: [
    {
      en: 'What was made or read with it stays made and read. Its user can create another: take the role, or suspend the user.',
      ja: 'このトークンで作成・取得されたものは残ります。所有者は新たに作成できます。ロールを外すか、ユーザーを停止してください。',
    },
    {
      en: 'An integration that uses it stops at once.',
      ja: 'このトークンを使う連携は直ちに止まります。',
    },
  ],
  undoes: { en: 'Nothing: a new token must be made.', ja: '元に戻せません。新しいトークンの作成が必要です。' },
  uses: ['okta:GetUser', 'okta:ListUserRoles', 'okta:GetApiToken', 'okta:RevokeApiToken'],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({ ...ofUser, tokenId: TokenId }),
  state: z.strictObject({ isThere: z.boolean(), ownerId: z.string() }),
  target: (parameters) => userTarget(parameters, `/api-tokens/${parameters.tokenId}`),
  look: async (context, parameters) => {
    if ((await userOf(context, parameters)) === undefined) return undefined;
    const { tokenId } = parameters;
    const token = await readAs(context, 'okta:GetApiToken', { parameters: { tokenId }, answer: Token });
    return token === undefined ? { isThere: false, ownerId: '' } : { isThere: true, ownerId: token.userId };
  },
  refuses: ({ ownerId }, { userId, tokenId }) =>
    ownerId === userId ? [] : [`the token ${tokenId} is not of the user ${userId}`],
  wanted: () => ({ isThere: false, ownerId: '' }),
  calls: ({ from, to }, { tokenId }) => (from.isThere && !to.isThere ? [change('okta:RevokeApiToken', { tokenId })] : []),
  cautions: (context, _, parameters) => administratorCautions(context, parameters),
});
