/** A message → Slack blocks, by a bot into a channel and its threads, or by an incoming webhook. */
import type { Message } from '../../core/notify/message.ts';
import { WORDS } from '../../core/notify/words.ts';
import type { HttpResponse } from '../../ports/http.ts';
import { ask, bodyOf, failed, isGood, json, type Product, type Sending, type Sent, secretUrl } from '../product.ts';

const API = 'https://slack.com/api/chat.postMessage';
/** @see Slack, Block Kit reference: header 150, section 3000, field 2000 characters, 10 fields a section */
const MAX = { header: 150, section: 2900, field: 1900, fields: 10 };

/** @see Slack, "Formatting message text": & < > are the three characters of mrkdwn that must be escaped */
export const mrkdwn = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Log text goes into plain text objects, where nothing is markup; mrkdwn has only our own words, mentions of known people and the link. */
const plain = (text: string, max: number) => ({ type: 'plain_text', text: text.slice(0, max) || '—', emoji: false });

export function slackBody({ message, people }: Pick<Sending, 'message' | 'people'>): Record<string, unknown> {
  const { headline, lines, facts, link, locale } = message;
  const mentions = people.flatMap(({ slack }) => (slack === undefined ? [] : [`<@${slack}>`]));
  const footer = [...mentions, ...(link === undefined ? [] : [`<${mrkdwn(link)}|${WORDS.open[locale]}>`])];
  const fields = facts.slice(0, MAX.fields).map(({ name, value }) => plain(`${name}: ${value}`, MAX.field));
  return {
    // What a phone shows, and where blocks cannot be: it is read as mrkdwn.
    text: mrkdwn(headline),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(headline, MAX.header) },
      { type: 'section', text: plain(lines.join('\n'), MAX.section) },
      ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
      ...(footer.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: footer.join(' '), verbatim: true } }]),
    ],
  };
}

const RINGS: readonly Message['kind'][] = ['severity_raised', 'sla_breached', 'approval_asked', 'escalated'];
/** Faults of Slack's own. @see Slack, chat.postMessage: errors */
const THEIR_FAULTS = ['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'];
const THREAD_GONE = ['thread_not_found', 'message_not_found', 'cannot_reply_to_message'];

export const slack: Product<'slack'> = {
  folds: true,
  async send(sending, channel, { http, secrets, clock }) {
    const token = await secrets.get(channel.secret);
    const post = async (thread: string | undefined): Promise<HttpResponse> => {
      const inThread = thread === undefined ? {} : { thread_ts: thread, reply_broadcast: isLoud(sending) };
      const body = { ...slackBody(sending), channel: channel.channel, parse: 'none', ...inThread };
      return await ask(http, json('POST', API, body, { authorization: `Bearer ${token}` }));
    };
    const thread = sending.message.kind === 'digest' ? undefined : sending.thread;
    const first = await post(thread);
    // Somebody deleted the first message: the matter goes on in a new one.
    const isGone = thread !== undefined && THREAD_GONE.includes(String(bodyOf(first)['error']));
    const nowMs = clock.nowMs();
    return isGone ? judged(await post(undefined), { thread: undefined, nowMs }) : judged(first, { thread, nowMs });
  },
};

const isLoud = ({ message, page }: Sending): boolean => page || RINGS.includes(message.kind);

function judged(response: HttpResponse, { thread, nowMs }: { thread: string | undefined; nowMs: number }): Sent {
  if (!isGood(response)) return failed(response, { what: 'Slack', nowMs });
  const { ok, ts, error } = bodyOf(response);
  if (ok !== true) {
    const code = /^[a-z_]{1,60}$/.exec(String(error))?.[0] ?? 'unknown';
    return { ok: false, retry: THEIR_FAULTS.includes(code), why: `Slack says ${code}` };
  }
  const root = thread ?? (typeof ts === 'string' ? ts : undefined);
  return root === undefined ? { ok: true } : { ok: true, thread: root };
}

/** An incoming webhook knows no threads. */
export const slackWebhook: Product<'slack-webhook'> = {
  folds: true,
  async send(sending, { secret: reference }, { http, secrets, clock }) {
    const hosts = ['hooks.slack.com', 'hooks.slack-gov.com'];
    const url = secretUrl(await secrets.get(reference), { reference, hosts });
    const response = await ask(http, json('POST', url, slackBody(sending)));
    return isGood(response) ? { ok: true } : failed(response, { what: 'Slack', nowMs: clock.nowMs() });
  },
};
