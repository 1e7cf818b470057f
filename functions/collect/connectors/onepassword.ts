/** 1Password Events API: sign-in attempts, item usages and audit events; a reset cursor begins a window, a cursor goes on in it. */
import { isJsonObject } from '../../core/json.ts';
import { staticToken } from '../auth/token.ts';
import type { Connector } from '../connector.ts';
import { textIn } from './answer.ts';
import { isoSec } from './option.ts';

const PAGE = 1000;

export const onepassword: Connector = {
  id: 'onepassword',
  title: '1Password',
  options: {
    host: {
      what: 'the host of the Events API: events.1password.com, events.1password.ca, events.1password.eu or events.ent.1password.com',
      pattern: /^events\.(1password\.(com|ca|eu)|ent\.1password\.com)$/,
      default: 'events.1password.com',
    },
  },
  secret: 'a bearer token of an Events Reporting integration',
  needs: 'the event features signinattempts, itemusages and auditevents',
  overlapMin: 30,
  auth: staticToken('Bearer'),
  hosts: ({ host = '' }) => [host],
  feeds: ({ host = '' }) =>
    ['signinattempts', 'itemusages', 'auditevents'].map((events) => ({
      id: events,
      kind: 'window',
      ascending: false,
      records: 'items',
      mayLackRecords: true,
      time: 'timestamp',
      request: ({ fromMs, toMs, token }) => ({
        method: 'POST',
        url: `https://${host}/api/v2/${events}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(
          token === undefined ? { limit: PAGE, start_time: isoSec(fromMs), end_time: isoSec(toMs) } : { cursor: token },
        ),
      }),
      next: ({ json }) => (isJsonObject(json) && json['has_more'] === true ? textIn(json, 'cursor') : undefined),
      maxAgeMs: 120 * 86_400_000,
    })),
  see: '1Password Events API reference: "Pagination", POST /api/v2/signinattempts, itemusages, auditevents',
};
