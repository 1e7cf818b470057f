/** Unenrolls one factor of an Okta user, the one that an attacker added; it cannot be taken back. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { administratorCautions, FactorId, factorsOf, ofUser, userTarget } from './okta.ts';
import { change } from './tenant.ts';

export const oktaFactorRemove = defineChange({
  id: 'okta-factor-remove',
  provider: 'okta',
  title: { en: 'Unenroll a factor of an Okta user', ja: 'Okta ユーザーの認証要素を 1 つ解除する' },
  does: {
    en: 'Unenrolls this one factor: the phone, key or application that an attacker added.',
    ja: 'この認証要素（攻撃者が追加した電話、キー、アプリなど）だけを解除します。',
  },
  staysOpen: [
    {
      en: 'Sessions that were opened with it live on: revoke them. Other factors stay.',
      ja: 'その要素で開かれたセッションは残ります。失効させてください。ほかの認証要素は残ります。',
    },
    {
      en: 'Where it was the last one, the next sign-in enrolls a new one: by whoever it is that signs in.',
      ja: '最後の認証要素だった場合、次にサインインした者が新しい要素を登録できます。',
    },
  ],
  undoes: { en: 'Nothing: the user enrolls again.', ja: '元に戻せません。ユーザーが登録し直します。' },
  uses: ['okta:ListFactors', 'okta:ListUserRoles', 'okta:UnenrollFactor'],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CE'),
  mitigation: 'M1032',
  parameters: z.strictObject({ ...ofUser, factorId: FactorId }),
  state: z.strictObject({ isEnrolled: z.boolean() }),
  target: (parameters) => userTarget(parameters, `/factors/${parameters.factorId}`),
  look: async (context, parameters) => {
    const factors = await factorsOf(context, parameters);
    return factors && { isEnrolled: factors.some(({ id }) => id === parameters.factorId) };
  },
  wanted: () => ({ isEnrolled: false }),
  calls: ({ from, to }, { userId, factorId }) =>
    from.isEnrolled && !to.isEnrolled ? [change('okta:UnenrollFactor', { userId, factorId })] : [],
  cautions: (context, _, parameters) => administratorCautions(context, parameters),
  facts: async (context, _, parameters) => ({
    factors: ((await factorsOf(context, parameters)) ?? []).map(({ id, factorType, provider, status, created }) => ({
      ...{ id, factorType, provider, status, created: created ?? '' },
    })),
  }),
});
