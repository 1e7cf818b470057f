/** Pauses all sending of mail of an account in a region; its undo lets it send again. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

export const awsSesPause = defineChange({
  id: 'aws-ses-pause',
  provider: 'aws',
  title: { en: 'Pause the sending of mail', ja: 'メールの送信を止める' },
  does: {
    en: 'Turns sending off for the account in the region: no mail goes out.',
    ja: 'アカウントのリージョンでメール送信を無効にします。',
  },
  staysOpen: [
    {
      en: 'Legitimate mail stops too; letters that were accepted already go out.',
      ja: '正当なメールも止まります。受け付け済みのメールは送られます。',
    },
  ],
  undoes: { en: 'Turns sending on where it was on before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['sesv2:GetAccount', 'sesv2:PutAccountSendingAttributes'],

  blastRadius: 4,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-OTF'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1042',
  parameters: z.strictObject({ ...inRegion }),
  state: z.strictObject({ isSending: z.boolean() }),
  target: (parameters) => awsTarget(parameters, regional(parameters, 'ses', 'account'), parameters.accountId),
  look: async (context) => {
    const found = await readAs(context, 'sesv2:GetAccount', {
      parameters: {},
      answer: z.object({ SendingEnabled: z.boolean() }),
    });
    return found && { isSending: found.SendingEnabled };
  },
  wanted: () => ({ isSending: false }),
  calls: ({ from, to }) =>
    from.isSending === to.isSending ? [] : [contain('sesv2:PutAccountSendingAttributes', { SendingEnabled: to.isSending })],
});
