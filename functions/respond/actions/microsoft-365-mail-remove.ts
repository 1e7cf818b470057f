/** Moves a message out of a mailbox's sight; its undo moves it back. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { mailboxTarget, OpaqueId, ofMailbox } from './microsoft-365.ts';
import { change } from './tenant.ts';

const Message = z.object({ parentFolderId: z.string() });
const Folder = z.object({ id: z.string() });
/** The folder from which people can recover nothing by themselves but what retention keeps. @see Microsoft Graph, mailFolder, well-known names */
const RECOVERABLE = 'recoverableitemsdeletions';

export const microsoft365MailRemove = defineChange({
  id: 'microsoft-365-mail-remove',
  provider: 'microsoft-365',
  title: { en: 'Remove a message from a mailbox', ja: 'メールボックスからメッセージを除去する' },
  does: {
    en: 'Moves the message to the recoverable items: its reader sees it no more, and evidence stays.',
    ja: 'メッセージを回復可能なアイテムに移します。受信者には見えなくなり、証拠は残ります。',
  },
  staysOpen: [
    {
      en: 'Whoever read it, clicked or answered has done so; copies in other mailboxes, on phones and in forwards stay.',
      ja: '既読、クリック、返信はそのままです。ほかのメールボックス、電話、転送先の写しは残ります。',
    },
    {
      en: 'Retention empties the folder (14 days by default, 30 at most, longer under a hold): after that an undo finds nothing.',
      ja: '保持期間（既定 14 日、最長 30 日、保持設定があればそれ以上）の後は元に戻せません。',
    },
  ],
  undoes: {
    en: 'Moves it back into the folder where it was, within retention.',
    ja: '保持期間内なら、元のフォルダーに戻します。',
  },
  uses: ['microsoft-365:GetMessage', 'microsoft-365:GetMailFolder', 'microsoft-365:MoveMessage'],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-ER'),
  d3fendUndo: countermeasure('D3-RE'),
  mitigation: 'M1049',
  parameters: z.strictObject({ ...ofMailbox, messageId: OpaqueId }),
  state: z.strictObject({ folderId: z.string(), removedId: z.string() }),
  compared: ({ folderId }) => ({ folderId }),
  target: (parameters) => mailboxTarget(parameters, `/messages/${parameters.messageId}`),
  look: async (context, { userId, messageId }) => {
    const message = await readAs(context, 'microsoft-365:GetMessage', { parameters: { userId, messageId }, answer: Message });
    const asked = { userId, folder: RECOVERABLE };
    const folder = await readAs(context, 'microsoft-365:GetMailFolder', { parameters: asked, answer: Folder });
    return message && folder && { folderId: message.parentFolderId, removedId: folder.id };
  },
  wanted: (state) => ({ ...state, folderId: state.removedId }),
  calls: ({ from, to }, { userId, messageId }) =>
    from.folderId === to.folderId ? [] : [change('microsoft-365:MoveMessage', { userId, messageId, destinationId: to.folderId })],
});
