/** A message → an Adaptive Card for a Microsoft Teams workflow. */
import type { Message } from '../../core/notify/message.ts';
import { WORDS } from '../../core/notify/words.ts';
import { ask, failed, isGood, json, type Product, secretUrl } from '../product.ts';

/** Teams takes 28 KB and adds some of its own to what we send. @see Microsoft Teams, limits and specifications */
const MAX_CARD_BYTES = 20_000;
/** Where Power Automate takes the requests of workflows. */
const HOSTS = ['.logic.azure.com', '.api.powerplatform.com', '.logic.azure.us', '.webhook.office.com'];

const unfunctional = (text: string): string => text.replaceAll('{{', '{ {').replaceAll('}}', '} }');

/**
 * Text runs know no Markdown, unlike text blocks and facts; `{{DATE(…)}}` is a function of cards in any text.
 * @see Adaptive Cards, "Text features": RichTextBlock does not support markdown
 */
const run = (text: string, more: Record<string, unknown> = {}) => ({
  type: 'TextRun',
  text: unfunctional(text) || '—',
  ...more,
});
const block = (...inlines: ReturnType<typeof run>[]) => ({ type: 'RichTextBlock', inlines });

const COLOURS: Readonly<Record<Message['severity'], string>> = {
  informational: 'default',
  low: 'accent',
  medium: 'warning',
  high: 'attention',
  critical: 'attention',
};

/** The body of the request: a message with one card. @see Microsoft Teams, "Create incoming webhooks with Workflows" */
export function teamsBody(message: Message): Record<string, unknown> {
  const body = [
    block(run(message.headline, { size: 'large', weight: 'bolder', color: COLOURS[message.severity] })),
    ...message.lines.map((line) => block(run(line))),
    ...message.facts.map(({ name, value }) => block(run(`${name}: `, { weight: 'bolder' }), run(value))),
  ];
  while (body.length > 2 && Buffer.byteLength(JSON.stringify(body)) > MAX_CARD_BYTES) body.pop();
  const open = { type: 'Action.OpenUrl', title: WORDS.open[message.locale], url: message.link };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    ...{ type: 'AdaptiveCard', version: '1.4', msteams: { width: 'Full' }, body },
    ...(message.link === undefined ? {} : { actions: [open] }),
  };
  return {
    type: 'message',
    summary: unfunctional(message.headline),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

export const teams: Product<'teams'> = {
  folds: true,
  async send({ message }, { secret: reference }, { http, secrets, clock }) {
    const url = secretUrl(await secrets.get(reference), { reference, hosts: HOSTS });
    const response = await ask(http, json('POST', url, teamsBody(message)));
    return isGood(response) ? { ok: true } : failed(response, { what: 'Teams', nowMs: clock.nowMs() });
  },
};
