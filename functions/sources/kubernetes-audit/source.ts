/** Kubernetes and Amazon EKS: the audit log of the API server. @see Kubernetes documentation, "Auditing"; audit.k8s.io/v1 Event */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'kubernetes-audit',

  title: { en: 'Kubernetes audit log (EKS)', ja: 'Kubernetes 監査ログ (EKS)' },
  product: { name: 'Kubernetes', vendor_name: 'CNCF' },
  logsources: [
    { product: 'kubernetes', service: 'audit' },
    { product: 'kubernetes', category: 'application', service: 'audit' },
    { product: 'aws', service: 'eks' },
  ],
  keys: /kube-apiserver-audit/,
  match: [
    { kind: 'Event', apiVersion: 'audit.k8s.io/*' },
    { verb: true, 'objectRef.resource': true },
    { kind: 'Event', auditID: true },
    { kind: 'Event', verb: true, requestURI: true },
  ],
  // One request is logged at several stages.
  uid: { id: 'auditID', and: ['stage'] },
  time: ['requestReceivedTimestamp', 'stageTimestamp'],
  code: 'verb',
  vendorService: {
    'user.username': ['system:node:*', 'system:kube-*', 'system:apiserver', 'eks:*', 'system:serviceaccount:kube-system:*'],
  },
  kinds: [
    {
      class_uid: 6003,
      activity: {
        from: 'verb',
        table: { create: 1, get: 2, list: 2, watch: 2, update: 3, patch: 3, delete: 4, deletecollection: 4 },
      },
    },
  ],
  fields: {
    'actor.user.name': 'user.username',
    'actor.user.uid': ['user.extra.arn[0]', 'user.uid'],
    'actor.user.groups[0].name': 'user.groups[0]',
    'actor.user.groups[1].name': 'user.groups[1]',
    'actor.user.groups[2].name': 'user.groups[2]',
    'actor.user.credential_uid': 'user.extra.accessKeyId[0]',
    'actor.session.uid': 'user.extra.sessionName[0]',
    'api.operation': 'verb',
    'api.version': 'objectRef.apiVersion',
    'api.group.name': 'objectRef.apiGroup',
    'api.service.name': { is: 'kubernetes' },
    'api.request.uid': 'auditID',
    'api.request.data': { json: 'requestObject' },
    'api.response.data': { json: 'responseObject' },
    'api.response.code': 'responseStatus.code',
    'api.response.error': 'responseStatus.reason',
    'api.response.message': 'responseStatus.message',
    'src_endpoint.ip': 'sourceIPs[0]',
    'src_endpoint.intermediate_ips': 'sourceIPs',
    'http_request.user_agent': 'userAgent',
    'http_request.url': { from: 'requestURI', as: 'url' },
    'resources[0].name': ['objectRef.name', 'objectRef.resource'],
    'resources[0].uid': 'objectRef.uid',
    'resources[0].type': 'objectRef.resource',
    'resources[0].namespace': 'objectRef.namespace',
    status_id: { from: 'responseStatus.code', table: { '2*': 1, '1*': 1, '3*': 1, '4*': 2, '5*': 2 } },
    status_code: 'responseStatus.code',
    status_detail: 'responseStatus.message',
    'metadata.log_level': 'level',
  },
};

export const kubernetesAudit: Source = mappedSource(SPEC);
