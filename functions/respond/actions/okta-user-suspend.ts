/** Suspends an Okta user; its undo unsuspends it. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { APP_SESSIONS_LIVE_ON, administratorCautions, appsOf, ofUser, TOKENS_LIVE_ON, userOf, userTarget } from './okta.ts';
import { change } from './tenant.ts';

/** @see Okta: a user who is DEPROVISIONED cannot sign in; others than ACTIVE ones cannot be suspended */
const OUT = ['SUSPENDED', 'DEPROVISIONED'];

export const oktaUserSuspend = defineChange({
  id: 'okta-user-suspend',
  provider: 'okta',
  title: { en: 'Suspend an Okta user', ja: 'Okta ユーザーを停止する' },
  does: {
    en: 'Suspends the user: no sign-in to Okta any more. Groups and assigned applications stay.',
    ja: 'ユーザーを停止し、Okta へのサインインをできなくします。グループとアプリケーションの割り当ては残ります。',
  },
  staysOpen: [
    TOKENS_LIVE_ON,
    APP_SESSIONS_LIVE_ON,
    {
      en: 'Refresh tokens are not revoked by it: revoke the sessions and tokens too.',
      ja: 'リフレッシュトークンは失効しません。セッションとトークンの失効も行ってください。',
    },
  ],
  undoes: { en: 'Unsuspends the user where it was active before.', ja: '元々有効だった場合は停止を解除します。' },
  uses: ['okta:GetUser', 'okta:ListUserRoles', 'okta:ListAppLinks', 'okta:SuspendUser', 'okta:UnsuspendUser'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-ULA'),
  mitigation: 'M1018',
  parameters: z.strictObject(ofUser),
  state: z.strictObject({ status: z.string() }),
  target: (parameters) => userTarget(parameters),
  look: async (context, parameters) => {
    const user = await userOf(context, parameters);
    return user && { status: user.status };
  },
  refuses: ({ status }) => (status === 'ACTIVE' ? [] : [`the user is ${status}: Okta suspends only users who are ACTIVE`]),
  wanted: () => ({ status: 'SUSPENDED' }),
  holds: ({ status }) => OUT.includes(status),
  calls: ({ from, to }, { userId }) => {
    if (from.status === 'ACTIVE' && to.status === 'SUSPENDED') return [change('okta:SuspendUser', { userId })];
    return from.status === 'SUSPENDED' && to.status === 'ACTIVE' ? [change('okta:UnsuspendUser', { userId })] : [];
  },
  cautions: (context, _, parameters) => administratorCautions(context, parameters),
  facts: async (context, _, parameters) => ({ apps: await appsOf(context, parameters) }),
});
