// Builds records of GitHub, Microsoft 365 and Kubernetes.
import type { JsonObject } from '../../../functions/core/json.ts';
import { iso, nextId, type Raw } from './records.ts';

/** One record of GitHub's audit log. */
export const github = (
  ms: number,
  action: string,
  more: { actor?: string; ip?: string; repo?: string; country?: string; data?: JsonObject },
): Raw => ({
  source: 'github',
  record: {
    '@timestamp': ms,
    _document_id: nextId(),
    action,
    actor: more.actor ?? 'aoi-kato',
    actor_id: 1001,
    actor_ip: more.ip ?? '203.0.113.24',
    actor_location: { country_code: more.country ?? 'JP' },
    business: 'example',
    created_at: ms,
    operation_type: 'modify',
    org: 'example-org',
    org_id: 4242,
    ...(more.repo === undefined ? {} : { repo: `example-org/${more.repo}`, repo_id: 99 }),
    user_agent: 'git/2.52',
    ...more.data,
  },
});

/** One record of the Microsoft 365 unified audit log. */
export const m365 = (ms: number, operation: string, more: { user?: string; ip?: string; record: JsonObject }): Raw => ({
  source: 'm365',
  record: {
    CreationTime: iso(ms).slice(0, 19),
    Id: nextId(),
    Operation: operation,
    OrganizationId: 'o',
    RecordType: 1,
    ResultStatus: 'True',
    UserKey: 'k',
    UserType: 0,
    Workload: 'Exchange',
    ClientIP: more.ip ?? '203.0.113.24',
    UserId: more.user ?? 'aoi.kato@example.com',
    ...more.record,
  },
});

/** A file of SharePoint or OneDrive. */
export const m365File = (
  ms: number,
  operation: string,
  name: string,
  more: { user?: string; ip?: string; record?: JsonObject } = {},
): Raw =>
  m365(ms, operation, {
    ...more,
    record: {
      RecordType: 6,
      Workload: 'SharePoint',
      SiteUrl: 'https://example.sharepoint.com/sites/plans/',
      ObjectId: `https://example.sharepoint.com/sites/plans/${name}`,
      SourceFileName: name,
      SourceFileExtension: name.split('.').at(-1) ?? '',
      SourceRelativeUrl: 'Documents',
      ItemType: 'File',
      UserAgent: 'Mozilla/5.0',
      ...more.record,
    },
  });

export interface KubeCall {
  verb: string;
  resource: string;
  name?: string;
  namespace?: string;
  user?: string;
  groups?: string[];
  ip?: string;
  code?: number;
  uri?: string;
  group?: string;
  subresource?: string;
  request?: JsonObject;
  agent?: string;
}

/** One record of a Kubernetes API server's audit log. */
export const kube = (ms: number, call: KubeCall): Raw => ({
  source: 'kubernetes-audit',
  record: {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: nextId(),
    stage: 'ResponseComplete',
    requestURI:
      call.uri ??
      `/api/v1/namespaces/${call.namespace ?? 'shop'}/${call.resource}${call.name === undefined ? '' : `/${call.name}`}${call.subresource === undefined ? '' : `/${call.subresource}`}`,
    verb: call.verb,
    user: { username: call.user ?? 'aoi', groups: call.groups ?? ['system:authenticated'] },
    sourceIPs: [call.ip ?? '10.0.4.7'],
    userAgent: call.agent ?? 'kubectl/v1.34.0 (linux/amd64)',
    objectRef: {
      resource: call.resource,
      namespace: call.namespace ?? 'shop',
      ...(call.name === undefined ? {} : { name: call.name }),
      ...(call.subresource === undefined ? {} : { subresource: call.subresource }),
      apiVersion: 'v1',
      ...(call.group === undefined ? {} : { apiGroup: call.group }),
    },
    responseStatus: { metadata: {}, code: call.code ?? 200 },
    requestReceivedTimestamp: iso(ms),
    stageTimestamp: iso(ms + 5),
    ...(call.request === undefined ? {} : { requestObject: call.request }),
    annotations: { 'authorization.k8s.io/decision': (call.code ?? 200) === 403 ? 'forbid' : 'allow' },
  },
});
