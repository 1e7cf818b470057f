/** Suspends a user of Google Workspace; its undo ends the suspension. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { googleCautions, googleUserOf, googleUserTarget, ofGoogleUser } from './google.ts';
import { change } from './tenant.ts';

export const googleWorkspaceUserSuspend = defineChange({
  id: 'google-workspace-user-suspend',
  provider: 'google-workspace',
  title: { en: 'Suspend a Google Workspace user', ja: 'Google Workspace ユーザーを停止する' },
  does: {
    en: 'Suspends the user: no sign-in, no mail, no access to files any more. Data and shares stay.',
    ja: 'ユーザーを停止し、サインイン、メール、ファイルへのアクセスをできなくします。データと共有は残ります。',
  },
  staysOpen: [
    {
      en: 'Mail forwarding, filters, delegates and what the user shared by link stay as they are.',
      ja: 'メール転送、フィルタ、委任、リンクで共有したものはそのまま残ります。',
    },
    {
      en: 'Applications that were allowed to act for the user keep their grants and work again after an undo: revoke them. Sessions in applications behind Google sign-in live on.',
      ja: 'ユーザーが許可したアプリケーションの権限は残り、元に戻すと再び使えます。取り消してください。Google ログインを使うアプリケーション内のセッションは残ります。',
    },
  ],
  undoes: { en: 'Ends the suspension where there was none before.', ja: '元々停止されていなければ解除します。' },
  uses: ['google-workspace:GetUser', 'google-workspace:SuspendUser'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-ULA'),
  mitigation: 'M1018',
  parameters: z.strictObject(ofGoogleUser),
  state: z.strictObject({ isSuspended: z.boolean() }),
  target: (parameters) => googleUserTarget(parameters),
  look: async (context, parameters) => {
    const user = await googleUserOf(context, parameters);
    return user && { isSuspended: user.suspended === true };
  },
  wanted: () => ({ isSuspended: true }),
  calls: ({ from, to }, { userKey }) =>
    from.isSuspended === to.isSuspended ? [] : [change('google-workspace:SuspendUser', { userKey, suspended: to.isSuspended })],
  cautions: (context, _, parameters) => googleCautions(context, parameters),
});
