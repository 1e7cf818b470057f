/** Slack audit logs of an Enterprise organization, newest first. */
import { isJsonObject } from '../../core/json.ts';
import { staticToken } from '../auth/token.ts';
import type { Connector } from '../connector.ts';
import { textIn } from './answer.ts';
import { urlOf } from './option.ts';

const HOST = 'api.slack.com';

export const slack: Connector = {
  id: 'slack',
  title: 'Slack',
  options: {},
  secret: 'a user token (xoxp-…) of an owner of the organization',
  needs: 'the user token scope auditlogs:read, installed on the Enterprise organization by an owner',
  overlapMin: 15,
  auth: staticToken('Bearer'),
  hosts: () => [HOST],
  feeds: () => [
    {
      id: 'audit-logs',
      kind: 'window',
      ascending: false,
      records: 'entries',
      time: 'date_create',
      request: ({ fromMs, toMs, token }) => ({
        method: 'GET',
        url: urlOf(HOST, '/audit/v1/logs', { oldest: fromMs / 1000, latest: toMs / 1000, limit: 1000, cursor: token }),
      }),
      next: ({ json }) => (isJsonObject(json) ? textIn(json['response_metadata'], 'next_cursor') : undefined),
    },
  ],
  see: 'Slack, "Audit Logs API methods & actions": logs, rate limits (Tier 3, for the whole organization)',
};
