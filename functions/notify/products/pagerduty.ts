/** A message → events of PagerDuty's Events API v2: an incident is one alert; what must ring although it is acknowledged has an alert of its own. */
import type { Message } from '../../core/notify/message.ts';
import { ask, failed, isGood, json, type Product } from '../product.ts';

const HOSTS = { us: 'events.pagerduty.com', eu: 'events.eu.pagerduty.com' } as const;
const SEVERITIES = { informational: 'info', low: 'info', medium: 'warning', high: 'error', critical: 'critical' } as const;
/** An acknowledged alert rings no more, whatever is added to it: these are alerts beside it. */
const OWN_ALERT: readonly Message['kind'][] = ['severity_raised', 'sla_breached', 'approval_asked', 'escalated'];

const dedupKey = (subject: string, kind?: Message['kind']): string =>
  `yagura:${subject}${kind === undefined ? '' : `:${kind}`}`.slice(0, 255);

/** @see PagerDuty developer documentation, Events API v2, "Send an Alert Event" */
export function pagerdutyEvents(message: Message): Record<string, unknown>[] {
  const { kind, subject } = message;
  if (kind === 'incident_closed' || kind === 'incident_merged') {
    const keys = [dedupKey(subject), ...OWN_ALERT.map((one) => dedupKey(subject, one))];
    return keys.map((key) => ({ event_action: 'resolve', dedup_key: key }));
  }
  if (kind === 'assigned') return [{ event_action: 'acknowledge', dedup_key: dedupKey(subject) }];
  return [
    {
      event_action: 'trigger',
      dedup_key: dedupKey(subject, OWN_ALERT.includes(kind) ? kind : undefined),
      client: 'Yagura',
      payload: {
        summary: message.headline.slice(0, 1024),
        source: 'yagura',
        severity: SEVERITIES[message.severity],
        timestamp: new Date(message.atMs).toISOString(),
        class: kind,
        custom_details: {
          what: message.lines.join('\n'),
          ...Object.fromEntries(message.facts.map(({ name, value }) => [name, value])),
        },
      },
      ...(message.link === undefined ? {} : { client_url: message.link, links: [{ href: message.link, text: 'Yagura' }] }),
    },
  ];
}

export const pagerduty: Product<'pagerduty'> = {
  folds: false,
  async send({ message }, { region, secret }, { http, secrets, clock }) {
    const key = await secrets.get(secret);
    for (const event of pagerdutyEvents(message)) {
      const response = await ask(http, json('POST', `https://${HOSTS[region]}/v2/enqueue`, { ...event, routing_key: key }));
      // Each event says which alert it is of: those that got there before may come again.
      if (!isGood(response)) return failed(response, { what: 'PagerDuty', nowMs: clock.nowMs() });
    }
    return { ok: true };
  },
};
