/** Okta System Log: the vendor keeps our place and gives records in the order in which it stored them. */
import { staticToken } from '../auth/token.ts';
import type { Connector } from '../connector.ts';
import { linkTo } from '../retry.ts';
import { hostOption, isoSec, urlOf } from './option.ts';

export const okta: Connector = {
  id: 'okta',
  title: 'Okta',
  options: { domain: hostOption('acme.okta.com') },
  secret: 'an Okta API token',
  needs: 'a token of an administrator who may view the System Log (role Read-only administrator)',
  overlapMin: 15,
  auth: staticToken('SSWS'),
  hosts: ({ domain = '' }) => [domain],
  feeds: ({ domain = '' }) => [
    {
      id: 'system-log',
      kind: 'stream',
      ascending: true,
      records: '',
      time: 'published',
      // Without `until` this is a polling request: the last page has a next link too, and late records follow in it.
      request: ({ fromMs, token }) => ({
        method: 'GET',
        url: token ?? urlOf(domain, '/api/v1/logs', { since: isoSec(fromMs), sortOrder: 'ASCENDING', limit: 1000 }),
        headers: { accept: 'application/json' },
      }),
      next: ({ headers }) => linkTo(headers['link'], 'next'),
      // Okta keeps 90 days.
      maxAgeMs: 90 * 86_400_000,
    },
  ],
  see: 'Okta developer documentation, "System Log query": polling requests, and "Rate limits"',
};
