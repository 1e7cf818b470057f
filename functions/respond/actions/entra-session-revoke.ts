/** Revokes the sign-in sessions of an Entra ID user; the date before which sessions are invalid proves it. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ACCESS_TOKENS_LIVE_ON, entraUserOf, entraUserTarget, ofEntraUser, roleHolderCautions } from './entra.ts';
import { change, Instant } from './tenant.ts';

export const entraSessionRevoke = defineChange({
  id: 'entra-session-revoke',
  provider: 'entra',
  title: { en: "Revoke an Entra ID user's sign-in sessions", ja: 'Entra ID ユーザーのサインインセッションを失効させる' },
  does: {
    en: 'Invalidates all refresh tokens and the session cookies of the browser.',
    ja: 'すべてのリフレッシュトークンとブラウザーのセッション Cookie を無効にします。',
  },
  staysOpen: [
    ACCESS_TOKENS_LIVE_ON,
    {
      en: 'Whoever has the password and a method signs in again: disable the user too. It takes a few minutes to reach everything.',
      ja: 'パスワードと認証方法を持つ者は再びサインインできます。ユーザーの無効化も検討してください。全体への反映には数分かかります。',
    },
    {
      en: 'Guests sign in at their own organization: their sessions are not ended by it.',
      ja: 'ゲストは自組織でサインインするため、そのセッションは終了しません。',
    },
  ],
  undoes: { en: 'Nothing: the user signs in again.', ja: '元に戻すものはありません。ユーザーは再度サインインします。' },
  uses: ['entra:GetUser', 'entra:ListRoleAssignments', 'entra:RevokeSignInSessions'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-ST'),
  mitigation: 'M1018',
  parameters: z.strictObject({
    ...ofEntraUser,
    /** Sessions from before this time must be invalid. Constant from the plan to the proof. */
    since: Instant,
  }),
  state: z.strictObject({ isOver: z.boolean(), userType: z.string() }),
  target: (parameters) => entraUserTarget(parameters, '/sessions'),
  look: async (context, parameters) => {
    const user = await entraUserOf(context, parameters);
    const validFromMs = Date.parse(user?.signInSessionsValidFromDateTime ?? '');
    // Entra ID tells whole seconds.
    const sinceMs = Math.floor(Date.parse(parameters.since) / 1000) * 1000;
    return user && { isOver: validFromMs >= sinceMs, userType: user.userType ?? 'Member' };
  },
  refuses: ({ userType }) =>
    userType === 'Guest' ? ['the user is a guest: its sessions are those of its own organization'] : [],
  wanted: (state) => ({ ...state, isOver: true }),
  calls: ({ from, to }, { userId }) => (to.isOver && !from.isOver ? [change('entra:RevokeSignInSessions', { userId })] : []),
  cautions: (context, _, { userId }) => roleHolderCautions(context, userId),
});
