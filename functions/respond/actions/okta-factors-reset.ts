/** Unenrolls every factor of an Okta user; it cannot be taken back. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { administratorCautions, factorsOf, ofUser, userTarget } from './okta.ts';
import { change } from './tenant.ts';

export const oktaFactorsReset = defineChange({
  id: 'okta-factors-reset',
  provider: 'okta',
  title: { en: "Reset an Okta user's factors", ja: 'Okta ユーザーの認証要素をすべてリセットする' },
  does: {
    en: 'Unenrolls all factors: the user enrolls anew at the next sign-in.',
    ja: 'すべての認証要素を解除します。ユーザーは次のサインインで登録し直します。',
  },
  staysOpen: [
    {
      en: 'Whoever signs in next with the password enrolls the new factor: prove who they are by another way than phone or chat, and change the password first.',
      ja: '次にパスワードでサインインした者が新しい要素を登録します。電話やチャット以外の方法で本人確認を行い、先にパスワードを変更してください。',
    },
    {
      en: 'Attackers ask help desks for exactly this. Sessions live on: revoke them.',
      ja: '攻撃者はまさにこの操作をヘルプデスクに依頼します。セッションは残るため失効させてください。',
    },
  ],
  undoes: { en: 'Nothing: the user enrolls again.', ja: '元に戻せません。ユーザーが登録し直します。' },
  uses: ['okta:ListFactors', 'okta:ListUserRoles', 'okta:ResetFactors'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CE'),
  mitigation: 'M1032',
  parameters: z.strictObject(ofUser),
  state: z.strictObject({ factors: z.array(z.string()) }),
  target: (parameters) => userTarget(parameters, '/factors'),
  look: async (context, parameters) => {
    const factors = await factorsOf(context, parameters);
    return factors && { factors: factors.map(({ id }) => id).sort() };
  },
  wanted: () => ({ factors: [] }),
  calls: ({ from, to }, { userId }) =>
    from.factors.length > 0 && to.factors.length === 0 ? [change('okta:ResetFactors', { userId })] : [],
  cautions: (context, _, parameters) => administratorCautions(context, parameters),
});
