/** Deletes an application-specific password of a Google Workspace user; it cannot be taken back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { googleCautions, googleUserOf, googleUserTarget, ofGoogleUser } from './google.ts';
import { change } from './tenant.ts';

const Passwords = z.object({ items: z.array(z.object({ codeId: z.number() })).nullish() });

export const googleWorkspaceAppPasswordRemove = defineChange({
  id: 'google-workspace-app-password-remove',
  provider: 'google-workspace',
  title: { en: 'Delete an app password of a Google Workspace user', ja: 'Google Workspace ユーザーのアプリパスワードを削除する' },
  does: {
    en: 'Deletes this one application-specific password, which signs in without a second factor.',
    ja: '二要素なしでサインインできるアプリパスワードを 1 つ削除します。',
  },
  staysOpen: [
    {
      en: 'Others stay, and whoever is signed in as the user makes another: change the password and end the sessions.',
      ja: 'ほかのアプリパスワードは残り、サインイン中の者は新たに作成できます。パスワードを変更し、セッションを終了してください。',
    },
  ],
  undoes: { en: 'Nothing: the user makes another.', ja: '元に戻せません。ユーザーが新しく作成します。' },
  uses: ['google-workspace:GetUser', 'google-workspace:ListAppPasswords', 'google-workspace:DeleteAppPassword'],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({ ...ofGoogleUser, codeId: z.string().regex(/^\d{1,19}$/, 'the number of an app password') }),
  state: z.strictObject({ isThere: z.boolean() }),
  target: (parameters) => googleUserTarget(parameters, `/asps/${parameters.codeId}`),
  look: async (context, parameters) => {
    if ((await googleUserOf(context, parameters)) === undefined) return undefined;
    const { userKey, codeId } = parameters;
    const found = await readAs(context, 'google-workspace:ListAppPasswords', { parameters: { userKey }, answer: Passwords });
    return { isThere: (found?.items ?? []).some((one) => String(one.codeId) === codeId) };
  },
  wanted: () => ({ isThere: false }),
  calls: ({ from, to }, { userKey, codeId }) =>
    from.isThere && !to.isThere ? [change('google-workspace:DeleteAppPassword', { userKey, codeId })] : [],
  cautions: (context, _, parameters) => googleCautions(context, parameters),
});
