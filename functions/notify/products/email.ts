/** A message → a letter in plain text and HTML, threaded by matter. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { sha256 } from '../../core/digest.ts';
import type { Message } from '../../core/notify/message.ts';
import { WORDS } from '../../core/notify/words.ts';
import type { Product } from '../product.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text that HTML shows and never obeys. */
export const html = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

export function mailText({ headline, lines, facts, link, locale }: Message): string {
  const rows = facts.map(({ name, value }) => `${name}: ${value}`);
  return [headline, '', ...lines, '', ...rows, ...(link === undefined ? [] : ['', `${WORDS.open[locale]}: ${link}`])].join('\n');
}

export function mailHtml({ headline, lines, facts, link, locale }: Message): string {
  const rows = facts.map(({ name, value }) => `<tr><th align="left">${html(name)}</th><td>${html(value)}</td></tr>`);
  const open = link === undefined ? '' : `<p><a href="${html(link)}">${html(WORDS.open[locale])}</a></p>`;
  const text = lines.map((line) => `<p>${html(line)}</p>`).join('');
  return `<!doctype html><html lang="${locale}"><body><h2>${html(headline)}</h2>${text}<table cellpadding="4">${rows.join('')}</table>${open}</body></html>`;
}

interface LetterOptions {
  from: string;
  to: readonly string[];
  deliveryId: string;
}

/** The finished message: the same bytes for the same delivery. All letters on one matter refer to one id, so that readers thread them. */
export async function mimeOf(message: Message, { from, to, deliveryId }: LetterOptions): Promise<Uint8Array> {
  const domain = from.split('@')[1] ?? 'localhost';
  const thread = `<${sha256(message.subject).slice(0, 32)}@${domain}>`;
  const isDigest = message.kind === 'digest';
  const composer = new MailComposer({
    ...{ from: { name: 'Yagura', address: from }, to: [...to], date: new Date(message.atMs) },
    subject: isDigest ? message.headline : `${message.headline} (${message.subject})`,
    messageId: `<${deliveryId}@${domain}>`,
    ...(isDigest ? {} : { references: thread, inReplyTo: thread }),
    ...{ text: mailText(message), html: mailHtml(message), baseBoundary: deliveryId },
    // No answer of a machine to a machine. @see RFC 3834, section 5
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

export const email: Product<'email'> = {
  folds: true,
  async send({ message, deliveryId, person }, { from, to }, { mail }) {
    const receivers = person?.email === undefined ? to : [person.email];
    const mime = await mimeOf(message, { from, to: receivers, deliveryId });
    await mail.send({ id: deliveryId, from, to: receivers, mime });
    return { ok: true };
  },
};
