/** Microsoft Entra ID over Graph: sign-ins of four kinds, directory audits and risk detections. */
import { ENTRA_SECRET, entraApp } from '../auth/client-credentials.ts';
import type { Connector, Feed } from '../connector.ts';
import { textIn } from './answer.ts';
import { isoSec, tenantOption, urlOf } from './option.ts';

const HOST = 'graph.microsoft.com';
const SIGN_INS = ['interactiveUser', 'nonInteractiveUser', 'servicePrincipal', 'managedIdentity'];

interface Report {
  id: string;
  path: string;
  time: string;
  /** Records of a page. */
  top: number;
  filter?: string;
}

const REPORTS: readonly Report[] = [
  // The kinds of sign-in can be told apart in beta only.
  ...SIGN_INS.map((kind) => ({
    id: `sign-ins-${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    path: '/beta/auditLogs/signIns',
    time: 'createdDateTime',
    top: 1000,
    filter: ` and signInEventTypes/any(t: t eq '${kind}')`,
  })),
  { id: 'directory-audits', path: '/v1.0/auditLogs/directoryAudits', time: 'activityDateTime', top: 1000 },
  { id: 'risk-detections', path: '/v1.0/identityProtection/riskDetections', time: 'detectedDateTime', top: 500 },
];

const feedOf = ({ id, path, time, top, filter = '' }: Report): Feed => ({
  id,
  kind: 'window',
  ascending: false,
  records: 'value',
  time,
  request: ({ fromMs, toMs, token }) => ({
    method: 'GET',
    url:
      token ?? urlOf(HOST, path, { $filter: `${time} ge ${isoSec(fromMs)} and ${time} lt ${isoSec(toMs)}${filter}`, $top: top }),
    headers: { prefer: 'include-unknown-enum-members' },
  }),
  next: ({ json }) => textIn(json, '@odata.nextLink'),
  maxAgeMs: 30 * 86_400_000,
});

export const entraId: Connector = {
  id: 'entra-id',
  title: 'Microsoft Entra ID',
  options: { tenant: tenantOption },
  secret: ENTRA_SECRET,
  needs:
    'the application permissions AuditLog.Read.All, Directory.Read.All and IdentityRiskEvent.Read.All of Microsoft Graph, with admin consent; Entra ID P1 (P2 for risk)',
  overlapMin: 60,
  auth: entraApp(`https://${HOST}`),
  hosts: () => [HOST],
  feeds: () => REPORTS.map(feedOf),
  see: 'Microsoft Graph: "List signIns", "List directoryAudits", "List riskDetections", "Microsoft Graph throttling guidance"',
};
