/** Disables an Entra ID account; its undo enables it. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ACCESS_TOKENS_LIVE_ON, entraUserOf, entraUserTarget, ofEntraUser, roleHolderCautions } from './entra.ts';
import { change } from './tenant.ts';

export const entraUserDisable = defineChange({
  id: 'entra-user-disable',
  provider: 'entra',
  title: { en: 'Disable an Entra ID user', ja: 'Entra ID ユーザーを無効にする' },
  does: {
    en: 'Sets accountEnabled to false: no sign-in, and no refresh of tokens, any more.',
    ja: 'accountEnabled を false にし、サインインとトークンの更新をできなくします。',
  },
  staysOpen: [
    ACCESS_TOKENS_LIVE_ON,
    {
      en: 'Sessions within applications, and what the user consented to for applications, live on.',
      ja: 'アプリケーション内のセッションと、ユーザーが同意したアプリケーションの権限は残ります。',
    },
  ],
  undoes: { en: 'Enables the account where it was enabled before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['entra:GetUser', 'entra:ListRoleAssignments', 'entra:EnableDisableUser'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1018',
  parameters: z.strictObject(ofEntraUser),
  state: z.strictObject({ isEnabled: z.boolean(), isSynced: z.boolean() }),
  target: (parameters) => entraUserTarget(parameters),
  look: async (context, parameters) => {
    const user = await entraUserOf(context, parameters);
    return user && { isEnabled: user.accountEnabled, isSynced: user.onPremisesSyncEnabled === true };
  },
  wanted: (state) => ({ ...state, isEnabled: false }),
  calls: ({ from, to }, { userId }) =>
    from.isEnabled === to.isEnabled ? [] : [change('entra:EnableDisableUser', { userId, accountEnabled: to.isEnabled })],
  cautions: async (context, { isSynced }, { userId }) => ({
    ...(await roleHolderCautions(context, userId)),
    ...(isSynced ? { staysOpen: [SYNCED] } : {}),
  }),
});

const SYNCED = {
  en: 'This user is synchronized from an on-premises directory, which enables it again at the next cycle: disable it there too.',
  ja: 'このユーザーはオンプレミスのディレクトリから同期されており、次の同期で再び有効になります。そちらでも無効にしてください。',
};
