/** Google Workspace Reports API: one feed for each application, newest first. */
import { googleServiceAccount } from '../auth/signed-jwt.ts';
import type { Connector } from '../connector.ts';
import { textIn } from './answer.ts';
import { isoSec, urlOf } from './option.ts';

const HOST = 'admin.googleapis.com';
const APPLICATIONS = ['login', 'admin', 'drive', 'token'];

export const googleWorkspace: Connector = {
  id: 'google-workspace',
  title: 'Google Workspace',
  options: { admin: { what: 'the e-mail address of the administrator to act as', pattern: /^[^@\s]{1,64}@[^@\s]{3,253}$/ } },
  secret: 'the JSON key file of a service account',
  needs:
    'domain-wide delegation of https://www.googleapis.com/auth/admin.reports.audit.readonly, and an administrator who may read reports',
  // Google tells of lags of up to some hours for logins.
  overlapMin: 240,
  auth: googleServiceAccount('https://www.googleapis.com/auth/admin.reports.audit.readonly'),
  hosts: () => [HOST],
  feeds: () =>
    APPLICATIONS.map((application) => ({
      id: application,
      kind: 'window',
      ascending: false,
      records: 'items',
      mayLackRecords: true,
      time: 'id.time',
      request: ({ fromMs, toMs, token }) => ({
        method: 'GET',
        url: urlOf(HOST, `/admin/reports/v1/activity/users/all/applications/${application}`, {
          startTime: isoSec(fromMs),
          endTime: isoSec(toMs),
          maxResults: 1000,
          pageToken: token,
        }),
      }),
      next: ({ json }) => textIn(json, 'nextPageToken'),
      maxAgeMs: 180 * 86_400_000,
    })),
  throttles: (status, body) => status === 403 && /rateLimitExceeded|quotaExceeded|RESOURCE_EXHAUSTED/.test(body),
  see: 'Google Workspace Admin SDK, "Reports API: activities.list" and "Data retention and lag times"',
};
