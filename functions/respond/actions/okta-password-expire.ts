/** Expires an Okta user's password, so that the next sign-in must set another; it cannot be taken back. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { administratorCautions, ofUser, userOf, userTarget } from './okta.ts';
import { change } from './tenant.ts';

/** Passwords of others are changed there. */
const WITH_PASSWORD = ['OKTA', 'ACTIVE_DIRECTORY'];

export const oktaPasswordExpire = defineChange({
  id: 'okta-password-expire',
  provider: 'okta',
  title: { en: "Expire an Okta user's password", ja: 'Okta ユーザーのパスワードを期限切れにする' },
  does: {
    en: 'Expires the password: whoever signs in next must set a new one. In Active Directory too, where passwords are delegated to it.',
    ja: 'パスワードを期限切れにし、次のサインインで新しいパスワードを設定させます。委任認証では Active Directory のパスワードも対象です。',
  },
  staysOpen: [
    {
      en: 'Whoever knows the password can still be the one who sets the new one: revoke sessions, and let a factor that is surely theirs decide.',
      ja: '現在のパスワードを知る者が新しいパスワードを設定できます。セッションを失効させ、確実に本人の認証要素で確認してください。',
    },
    {
      en: 'Sessions and tokens are not ended by it: Okta has no such option here.',
      ja: 'セッションとトークンは終了しません（この操作にその指定はありません）。',
    },
  ],
  undoes: { en: 'Nothing: the old password is not given back.', ja: '元に戻せません。古いパスワードには戻りません。' },
  uses: ['okta:GetUser', 'okta:ListUserRoles', 'okta:ExpirePassword'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CRO'),
  mitigation: 'M1027',
  parameters: z.strictObject(ofUser),
  state: z.strictObject({ status: z.string(), provider: z.string() }),
  target: (parameters) => userTarget(parameters, '/password'),
  look: async (context, parameters) => {
    const user = await userOf(context, parameters);
    return user && { status: user.status, provider: user.credentials?.provider.type ?? 'none' };
  },
  refuses: ({ status, provider }) => [
    ...(status === 'ACTIVE' ? [] : [`the user is ${status}: only the password of an ACTIVE user expires`]),
    ...(WITH_PASSWORD.includes(provider) ? [] : [`the password is kept by ${provider}: change it there`]),
  ],
  wanted: (state) => ({ ...state, status: 'PASSWORD_EXPIRED' }),
  holds: ({ status }) => status === 'PASSWORD_EXPIRED',
  calls: ({ from, to }, { userId }) =>
    to.status === 'PASSWORD_EXPIRED' && from.status === 'ACTIVE' ? [change('okta:ExpirePassword', { userId })] : [],
  cautions: (context, _, parameters) => administratorCautions(context, parameters),
});
