/** Turns finished letters into mail through Amazon SES. */
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { YaguraError } from '../../core/error.ts';
import type { Mail } from '../../ports/mail.ts';
import { calling } from './failure.ts';

/** What a person must mend. @see Amazon SES API v2, SendEmail: errors */
const REFUSED = ['MessageRejected', 'MailFromDomainNotVerifiedException', 'AccountSuspendedException', 'SendingPausedException'];

export const createSesMail = (client: Pick<SESv2Client, 'send'>): Mail => ({
  async send({ from, to, mime }) {
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [...to] },
      Content: { Raw: { Data: mime } },
    });
    try {
      await calling('sesv2 SendEmail', () => client.send(command));
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const name = cause instanceof Error ? cause.name : '';
      if (!REFUSED.includes(name)) throw error;
      throw new YaguraError('Refused', `SES refuses mail from ${from}: ${name}`, {
        cause: error,
        problems: [{ at: from, what: name, fix: 'verify the address or domain in SES, and leave the SES sandbox' }],
      });
    }
  },
});
