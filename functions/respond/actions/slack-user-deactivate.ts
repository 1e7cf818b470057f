/** Deactivates a Slack user by SCIM; its undo activates it. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofSlackUser, slackUserOf, slackUserTarget } from './slack.ts';
import { change } from './tenant.ts';

/** @see RFC 7644, section 3.5.2 */
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const slackUserDeactivate = defineChange({
  id: 'slack-user-deactivate',
  provider: 'slack',
  title: { en: 'Deactivate a Slack user', ja: 'Slack ユーザーを無効にする' },
  does: {
    en: 'Deactivates the account: it is signed out everywhere, and its tokens end.',
    ja: 'アカウントを無効にし、すべての端末からサインアウトさせ、トークンを無効にします。',
  },
  staysOpen: [
    {
      en: 'Messages, files and links that it posted stay; apps and webhooks that it installed may go on. An identity provider that provisions by SCIM activates it again.',
      ja: '投稿済みのメッセージ、ファイル、リンクは残り、導入したアプリや Webhook は動き続けることがあります。SCIM でプロビジョニングする ID プロバイダーは再び有効にします。',
    },
  ],
  undoes: {
    en: 'Activates it where it was active before; channels come back, guests and roles may need a look.',
    ja: '元々有効だった場合は有効に戻します。チャンネルは戻りますが、ゲストとロールは確認が必要です。',
  },
  uses: ['slack:GetScimUser', 'slack:PatchScimUser'],
  blastRadius: 2,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-ULA'),
  mitigation: 'M1018',
  parameters: z.strictObject(ofSlackUser),
  state: z.strictObject({ isActive: z.boolean() }),
  target: (parameters) => slackUserTarget(parameters),
  look: async (context, parameters) => {
    const user = await slackUserOf(context, parameters);
    return user && { isActive: user.active };
  },
  wanted: () => ({ isActive: false }),
  calls: ({ from, to }, { userId }) => {
    if (from.isActive === to.isActive) return [];
    const Operations = [{ op: 'replace', path: 'active', value: to.isActive }];
    return [change('slack:PatchScimUser', { userId, schemas: [PATCH], Operations })];
  },
});
