/** Microsoft 365 Management Activity: a list of blobs for each content type; each blob holds records. */
import { ENTRA_SECRET, entraApp } from '../auth/client-credentials.ts';
import type { Connector } from '../connector.ts';
import { textIn } from './answer.ts';
import { tenantOption, urlOf } from './option.ts';

const HOST = 'manage.office.com';
const CONTENT_TYPES = ['Audit.AzureActiveDirectory', 'Audit.Exchange', 'Audit.SharePoint', 'Audit.General', 'DLP.All'];
const DAY_MS = 86_400_000;

/** `YYYY-MM-DDTHH:MM:SS`, UTC. */
const time = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

export const m365: Connector = {
  id: 'm365',
  title: 'Microsoft 365',
  options: { tenant: tenantOption },
  secret: ENTRA_SECRET,
  needs:
    'the application permissions ActivityFeed.Read and ActivityFeed.ReadDlp of Office 365 Management APIs, with admin consent; auditing turned on',
  overlapMin: 60,
  auth: entraApp(`https://${HOST}`),
  hosts: () => [HOST],
  feeds: ({ tenant = '' }) =>
    CONTENT_TYPES.map((contentType) => {
      const query = { contentType, PublisherIdentifier: tenant };
      const path = `/api/v1.0/${tenant}/activity/feed/subscriptions`;
      return {
        id: contentType.toLowerCase().replace('.', '-'),
        kind: 'window',
        ascending: false,
        records: '',
        time: 'CreationTime',
        prepare: {
          request: () => ({ method: 'POST', url: urlOf(HOST, `${path}/start`, query) }),
          // «The subscription is already enabled.»
          accepts: (status, body) => status === 400 && body.includes('AF20024'),
        },
        request: ({ fromMs, toMs, token }) => ({
          method: 'GET',
          url: token ?? urlOf(HOST, `${path}/content`, { ...query, startTime: time(fromMs), endTime: time(toMs) }),
        }),
        next: ({ headers }) => headers['nextpageuri'],
        follow: ({ json }) => (Array.isArray(json) ? json : []).flatMap((blob) => textIn(blob, 'contentUri') ?? []),
        // The API takes windows of a day, none of which begins more than 7 days ago.
        maxWindowMs: DAY_MS,
        maxAgeMs: 7 * DAY_MS,
      };
    }),
  throttles: (status, body) => (status === 403 || status === 400) && body.includes('AF429'),
  see: 'Office 365 Management Activity API reference: "List available content", "Start a subscription", "Errors"',
};
