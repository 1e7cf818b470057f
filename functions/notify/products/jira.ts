/** A message → an issue of Jira Cloud, or a comment to the issue that the matter has already. */
import type { Message } from '../../core/notify/message.ts';
import type { HttpResponse } from '../../ports/http.ts';
import { ask, bodyOf, failed, isGood, json, type Product, type Sent } from '../product.ts';

/** Atlassian Document Format: text nodes are text, whatever is in them. @see Atlassian, "Structure of the Atlassian Document Format" */
export function adf({ lines, facts, link }: Message): Record<string, unknown> {
  const text = (value: string, marks: unknown[] = []) => ({
    type: 'text',
    text: value || '—',
    ...(marks.length === 0 ? {} : { marks }),
  });
  const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
  return {
    type: 'doc',
    version: 1,
    content: [
      ...lines.map((line) => paragraph(text(line))),
      ...facts.map(({ name, value }) => paragraph(text(`${name}: `, [{ type: 'strong' }]), text(value))),
      ...(link === undefined ? [] : [paragraph(text('Yagura', [{ type: 'link', attrs: { href: link } }]))]),
    ],
  };
}

/** A label has no space. */
const labelOf = (subject: string): string => `yagura-${subject.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}`.slice(0, 255);
const oneLine = (text: string, max: number): string => text.replaceAll(/\s+/g, ' ').slice(0, max);

/** @see Jira Cloud REST API v3: POST /issue, POST /issue/{key}/comment, POST /search/jql */
export const jira: Product<'jira'> = {
  folds: false,
  async send({ message, thread, isRetry }, { site, project, issueType, secret }, { http, secrets, clock }) {
    const headers = { authorization: `Basic ${Buffer.from(await secrets.get(secret)).toString('base64')}` };
    const post = (path: string, body: unknown): Promise<HttpResponse> =>
      ask(http, json('POST', `https://${site}/rest/api/3/${path}`, body, headers));
    const label = labelOf(message.subject);
    const found = thread ?? (isRetry ? await issueWith(label) : undefined);
    if (found !== undefined) {
      const note = { ...message, lines: [message.headline, ...message.lines] };
      return told(await post(`issue/${encodeURIComponent(found)}/comment`, { body: adf(note) }), found);
    }
    const created = await post('issue', {
      fields: {
        project: { key: project },
        issuetype: { name: issueType },
        summary: oneLine(message.headline, 250),
        description: adf(message),
        labels: ['yagura', label],
      },
    });
    const { key } = bodyOf(created);
    return told(created, typeof key === 'string' ? key : undefined);

    /** An attempt whose answer was lost may have made the issue. */
    async function issueWith(wanted: string): Promise<string | undefined> {
      const jql = `project = "${project}" AND labels = "${wanted}" ORDER BY created ASC`;
      const { issues } = bodyOf(await post('search/jql', { jql, maxResults: 1, fields: ['key'] }));
      const first: unknown = Array.isArray(issues) ? issues[0] : undefined;
      return typeof first === 'object' && first !== null && 'key' in first && typeof first.key === 'string'
        ? first.key
        : undefined;
    }

    function told(response: HttpResponse, key: string | undefined): Sent {
      if (!isGood(response)) return failed(response, { what: 'Jira', nowMs: clock.nowMs() });
      return key === undefined ? { ok: true } : { ok: true, thread: key };
    }
  },
};
