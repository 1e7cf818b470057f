/** Cloudflare audit logs, version 2, of an account, oldest first. */
import { isJsonObject } from '../../core/json.ts';
import { staticToken } from '../auth/token.ts';
import type { Connector } from '../connector.ts';
import { textIn } from './answer.ts';
import { isoSec, urlOf } from './option.ts';

const HOST = 'api.cloudflare.com';

export const cloudflare: Connector = {
  id: 'cloudflare',
  title: 'Cloudflare',
  options: { account: { what: 'the account id, 32 of 0-9 a-f', pattern: /^[0-9a-f]{32}$/ } },
  secret: 'an API token',
  needs: 'the permission Account Settings: Read for the account',
  overlapMin: 30,
  auth: staticToken('Bearer'),
  hosts: () => [HOST],
  feeds: ({ account = '' }) => [
    {
      id: 'audit-logs',
      kind: 'window',
      ascending: true,
      records: 'result',
      mayLackRecords: true,
      time: 'action.time',
      request: ({ fromMs, toMs, token }) => ({
        method: 'GET',
        url: urlOf(HOST, `/client/v4/accounts/${account}/logs/audit`, {
          since: isoSec(fromMs),
          before: isoSec(toMs),
          direction: 'asc',
          limit: 1000,
          cursor: token,
        }),
      }),
      next: ({ json }) => (isJsonObject(json) ? textIn(json['result_info'], 'cursor') : undefined),
    },
  ],
  see: 'Cloudflare API, "Get account audit logs (Version 2)"',
};
