/** GitHub audit log of an organization, web and Git events, oldest first. */
import { githubTokenOrApp } from '../auth/signed-jwt.ts';
import type { Connector } from '../connector.ts';
import { linkTo } from '../retry.ts';
import { hostOption, isoSec, urlOf } from './option.ts';

export const github: Connector = {
  id: 'github',
  title: 'GitHub',
  options: {
    org: { what: 'the login of the organization', pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/ },
    host: hostOption('api.github.com or api.acme.ghe.com', 'api.github.com'),
  },
  secret:
    'a personal access token, or the JSON {"appId": "…", "installationId": "…", "privateKey": "-----BEGIN…"} of a GitHub App',
  needs: 'the scope read:audit_log (token), or the organization permission Administration: read (App); GitHub Enterprise Cloud',
  overlapMin: 30,
  auth: githubTokenOrApp,
  hosts: ({ host = '' }) => [host],
  feeds: ({ host = '', org = '' }) => [
    {
      id: 'audit-log',
      kind: 'window',
      ascending: true,
      records: '',
      time: '@timestamp',
      request: ({ fromMs, token }) => ({
        method: 'GET',
        url:
          token ??
          urlOf(host, `/orgs/${encodeURIComponent(org)}/audit-log`, {
            phrase: `created:>=${isoSec(fromMs)}`,
            include: 'all',
            order: 'asc',
            per_page: 100,
          }),
        headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', 'user-agent': 'yagura' },
      }),
      next: ({ headers }) => linkTo(headers['link'], 'next'),
      // The search has no end: one window is all that is new.
      maxWindowMs: 400 * 86_400_000,
      // Git events are kept for 7 days, the rest for 180.
      maxAgeMs: 180 * 86_400_000,
    },
  ],
  throttles: (status, body, headers) =>
    status === 403 &&
    (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined || /rate limit/i.test(body)),
  see: 'GitHub REST API, "Get the audit log for an organization" and "Rate limits for the REST API"',
};
