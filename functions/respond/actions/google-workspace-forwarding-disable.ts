/** Turns the automatic forwarding of a Gmail mailbox off; its undo turns it on as it was. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { googleUserTarget, mailboxOwner, ofGoogleUser } from './google.ts';
import { change } from './tenant.ts';

const Forwarding = z.object({ enabled: z.boolean(), emailAddress: z.string().nullish(), disposition: z.string().nullish() });

export const googleWorkspaceForwardingDisable = defineChange({
  id: 'google-workspace-forwarding-disable',
  provider: 'google-workspace',
  title: { en: 'Turn the forwarding of a Gmail mailbox off', ja: 'Gmail の自動転送を止める' },
  does: {
    en: 'Turns automatic forwarding off: mail that arrives from now on stays in the mailbox alone.',
    ja: '自動転送を止め、以後に届くメールがメールボックスだけに残るようにします。',
  },
  staysOpen: [
    { en: 'What was forwarded is gone.', ja: '転送済みのメールは戻りません。' },
    {
      en: 'Filters that forward single messages, delegates and applications are others: look at them too.',
      ja: '個別に転送するフィルタ、委任、アプリケーションは別です。あわせて確認してください。',
    },
  ],
  undoes: { en: 'Forwards again to the address from before.', ja: '以前のアドレスへの転送を再開します。' },
  uses: ['google-workspace:GetUser', 'google-workspace:GetAutoForwarding', 'google-workspace:SetAutoForwarding'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-EF'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1047',
  parameters: z.strictObject(ofGoogleUser),
  state: z.strictObject({ to: z.string().nullable(), disposition: z.string() }),
  target: (parameters) => googleUserTarget(parameters, '/forwarding'),
  look: async (context, parameters) => {
    if ((await mailboxOwner(context, parameters)) === undefined) return undefined;
    const { userKey } = parameters;
    const found = await readAs(context, 'google-workspace:GetAutoForwarding', { parameters: { userKey }, answer: Forwarding });
    if (found?.enabled !== true) return { to: null, disposition: '' };
    return { to: found.emailAddress ?? '', disposition: found.disposition ?? 'leaveInInbox' };
  },
  wanted: () => ({ to: null, disposition: '' }),
  calls: ({ from, to }, { userKey }) => {
    if (from.to === to.to && from.disposition === to.disposition) return [];
    const how = to.to === null ? { enabled: false } : { enabled: true, emailAddress: to.to, disposition: to.disposition };
    return [change('google-workspace:SetAutoForwarding', { userKey, ...how })];
  },
});
