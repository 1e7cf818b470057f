/** Turns a rule of an inbox off; its undo turns it on. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { mailboxTarget, type OfMailbox, OpaqueId, ofMailbox } from './microsoft-365.ts';
import { change } from './tenant.ts';

const Rule = z.object({
  displayName: z.string().nullish(),
  isEnabled: z.boolean(),
  isReadOnly: z.boolean().nullish(),
  actions: z.record(z.string(), z.json()).nullish(),
});

const ruleOf = (
  context: ActionContext,
  { userId, ruleId }: OfMailbox & { ruleId: string },
): Promise<z.infer<typeof Rule> | undefined> =>
  readAs(context, 'microsoft-365:GetMessageRule', { parameters: { userId, ruleId }, answer: Rule });

export const microsoft365RuleDisable = defineChange({
  id: 'microsoft-365-rule-disable',
  provider: 'microsoft-365',
  title: { en: 'Turn a rule of an inbox off', ja: '受信トレイのルールを無効にする' },
  does: {
    en: 'Disables the rule, which stays as evidence: it hides, deletes or forwards no more mail.',
    ja: 'ルールを無効にします（証拠として残します）。以後、メールの隠蔽、削除、転送は行われません。',
  },
  staysOpen: [
    {
      en: 'Mail that it moved or sent stays where it went. Forwarding of the mailbox itself (Exchange) and delegates are others.',
      ja: '移動・送信済みのメールはそのままです。メールボックス自体の転送（Exchange）と委任は別です。',
    },
    {
      en: 'Whoever made it can make another: contain the account first.',
      ja: '作成した者は別のルールを作れます。先にアカウントを封じ込めてください。',
    },
  ],
  undoes: { en: 'Enables the rule where it was enabled before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['microsoft-365:GetMessageRule', 'microsoft-365:UpdateMessageRule'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-CNE'),
  d3fendUndo: countermeasure('D3-RC'),
  mitigation: 'M1047',
  parameters: z.strictObject({ ...ofMailbox, ruleId: OpaqueId }),
  state: z.strictObject({ isEnabled: z.boolean(), isReadOnly: z.boolean() }),
  target: (parameters) => mailboxTarget(parameters, `/messageRules/${parameters.ruleId}`),
  look: async (context, parameters) => {
    const rule = await ruleOf(context, parameters);
    return rule && { isEnabled: rule.isEnabled, isReadOnly: rule.isReadOnly === true };
  },
  refuses: ({ isReadOnly }) => (isReadOnly ? ['the rule is read-only: it can be changed in Outlook alone'] : []),
  wanted: (state) => ({ ...state, isEnabled: false }),
  calls: ({ from, to }, { userId, ruleId }) =>
    from.isEnabled === to.isEnabled
      ? []
      : [change('microsoft-365:UpdateMessageRule', { userId, ruleId, isEnabled: to.isEnabled })],
  facts: async (context, _, parameters) => {
    const rule = await ruleOf(context, parameters);
    return { name: rule?.displayName ?? '', actions: rule?.actions ?? {} };
  },
});
