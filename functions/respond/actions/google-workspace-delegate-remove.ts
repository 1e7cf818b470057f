/** Takes a delegate off a Gmail mailbox; its undo puts it back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { googleUserTarget, MailAddress, mailboxOwner, ofGoogleUser } from './google.ts';
import { change } from './tenant.ts';

const Delegates = z.object({ delegates: z.array(z.object({ delegateEmail: z.string() })).nullish() });

export const googleWorkspaceDelegateRemove = defineChange({
  id: 'google-workspace-delegate-remove',
  provider: 'google-workspace',
  title: { en: 'Take a delegate off a Gmail mailbox', ja: 'Gmail メールボックスの委任を外す' },
  does: {
    en: 'Removes the delegate: that account no longer reads and sends mail of the mailbox.',
    ja: '委任を外し、そのアカウントがメールボックスのメールを読んだり送ったりできないようにします。',
  },
  staysOpen: [
    {
      en: 'What the delegate read is read; filters and forwarding that it set up stay.',
      ja: '委任先が読んだものは戻りません。設定されたフィルタと転送は残ります。',
    },
  ],
  undoes: { en: 'Adds the delegate again where it was one before.', ja: '元々委任されていれば再び追加します。' },
  uses: [
    ...['google-workspace:GetUser', 'google-workspace:ListDelegates'],
    ...['google-workspace:RemoveDelegate', 'google-workspace:AddDelegate'],
  ],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1018',
  parameters: z.strictObject({ ...ofGoogleUser, delegate: MailAddress }),
  state: z.strictObject({ isDelegate: z.boolean() }),
  target: (parameters) => googleUserTarget(parameters, `/delegates/${parameters.delegate}`),
  look: async (context, parameters) => {
    if ((await mailboxOwner(context, parameters)) === undefined) return undefined;
    const { userKey, delegate } = parameters;
    const found = await readAs(context, 'google-workspace:ListDelegates', { parameters: { userKey }, answer: Delegates });
    return { isDelegate: (found?.delegates ?? []).some(({ delegateEmail }) => delegateEmail.toLowerCase() === delegate) };
  },
  wanted: () => ({ isDelegate: false }),
  calls: ({ from, to }, { userKey, delegate: delegateEmail }) => {
    if (from.isDelegate === to.isDelegate) return [];
    return [
      change(to.isDelegate ? 'google-workspace:AddDelegate' : 'google-workspace:RemoveDelegate', { userKey, delegateEmail }),
    ];
  },
});
