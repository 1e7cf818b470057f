import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { createSesMail } from '../../functions/adapters/aws/ses-mail.ts';

const letter = { id: 'd1', from: 'yagura@example.com', to: ['soc@example.com'], mime: Buffer.from('Subject: x\r\n\r\ny') };
const failing = (name: string, status = 400) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });

describe('SES', () => {
  const ses = mockClient(SESv2Client);
  it('gets the finished letter and its envelope', async () => {
    ses.reset();
    ses.on(SendEmailCommand).resolves({ MessageId: '1' });
    await createSesMail(new SESv2Client({})).send(letter);
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
      FromEmailAddress: 'yagura@example.com',
      Destination: { ToAddresses: ['soc@example.com'] },
      Content: { Raw: { Data: letter.mime } },
    });
  });

  it.each([
    ['MailFromDomainNotVerifiedException', 'Refused', false],
    ['MessageRejected', 'Refused', false],
    ['TooManyRequestsException', 'Throttled', true],
    ['InternalFailure', 'Unavailable', true],
  ])('%s is %s', async (name, code, retryable) => {
    ses.reset();
    ses.on(SendEmailCommand).rejects(failing(name, name === 'InternalFailure' ? 500 : 400));
    await expect(createSesMail(new SESv2Client({})).send(letter)).rejects.toMatchObject({ code, retryable });
  });
});
