/** Google Cloud: audit logs (admin activity, data access, system event, policy denied). @see Google Cloud, "Cloud Audit Logs overview", AuditLog */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'gcp-audit',

  title: { en: 'Google Cloud audit logs', ja: 'Google Cloud 監査ログ' },
  product: { name: 'Cloud Audit Logs', vendor_name: 'Google Cloud' },
  logsources: [
    { product: 'gcp', service: 'gcp.audit' },
    { product: 'gcp', service: 'google_workspace.admin' },
  ],
  keys: /cloudaudit\.googleapis\.com/,
  match: [
    { 'protoPayload.methodName': true },
    { 'protoPayload.serviceName': true },
    { 'protoPayload.authenticationInfo': true },
    { logName: '*cloudaudit.googleapis.com*' },
    { 'protoPayload.@type': 'type.googleapis.com/google.cloud.audit.AuditLog' },
    { 'protoPayload.at_sign_type': 'type.googleapis.com/google.cloud.audit.AuditLog' },
  ],
  uid: 'insertId',
  time: ['timestamp', 'receiveTimestamp', 'protoPayload.requestMetadata.requestAttributes.time', 'protoPayload.timestamp'],
  code: 'protoPayload.methodName',
  vendorService: {
    'protoPayload.authenticationInfo.principalEmail': [
      '*@system.gserviceaccount.com',
      'service-*@*.iam.gserviceaccount.com',
      '*@cloudservices.gserviceaccount.com',
      'system:*',
    ],
  },
  kinds: [
    {
      when: { 'protoPayload.methodName': ['google.login.LoginService.*', '*.loginSuccess', '*.loginFailure'] },
      class_uid: 3002,
      activity: { from: 'protoPayload.methodName', table: { '*logout*': 2, '*': 1 } },
      fields: {
        'user.name': 'protoPayload.authenticationInfo.principalEmail',
        'user.email_addr': 'protoPayload.authenticationInfo.principalEmail',
        status_id: { from: 'protoPayload.methodName', table: { '*failure*': 2, '*': 1 } },
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: 'protoPayload.methodName',
        table: {
          '*.get': 2,
          '*.list': 2,
          '*.aggregatedlist': 2,
          '*.insert': 1,
          '*.patch': 3,
          '*setiampolicy*': 3,
          '*getiampolicy*': 2,
          '*testiampermissions*': 2,
          '*serviceaccountkey': 1,
          ...API_VERBS,
        },
      },
    },
  ],
  fields: {
    'actor.user.name': ['protoPayload.authenticationInfo.principalEmail', 'protoPayload.authenticationInfo.principalSubject'],
    'actor.user.email_addr': 'protoPayload.authenticationInfo.principalEmail',
    'actor.user.uid': 'protoPayload.authenticationInfo.principalSubject',
    'actor.user.credential_uid': 'protoPayload.authenticationInfo.serviceAccountKeyName',
    'api.operation': 'protoPayload.methodName',
    'api.service.name': 'protoPayload.serviceName',
    'api.request.uid': ['operation.id', 'insertId'],
    'api.request.data': { json: 'protoPayload.request' },
    'api.response.data': { json: 'protoPayload.response' },
    'api.response.code': 'protoPayload.status.code',
    'api.response.message': 'protoPayload.status.message',
    'src_endpoint.ip': ['protoPayload.requestMetadata.callerIp', 'protoPayload.requestMetadata.callerIP'],
    'src_endpoint.name': ['protoPayload.requestMetadata.callerIp', 'protoPayload.requestMetadata.callerIP'],
    'http_request.user_agent': 'protoPayload.requestMetadata.callerSuppliedUserAgent',
    'resources[0].name': ['protoPayload.resourceName', 'resource.labels.bucket_name', 'resource.labels.instance_id'],
    'resources[0].type': 'resource.type',
    'resources[0].region': 'resource.labels.location',
    'cloud.provider': { is: 'GCP' },
    'cloud.account.uid': 'resource.labels.project_id',
    'cloud.region': ['resource.labels.location', 'resource.labels.region'],
    'cloud.zone': 'resource.labels.zone',
    status_id: { from: 'protoPayload.status.code', table: { '0': 1, '*': 2 } },
    status_code: 'protoPayload.status.code',
    status_detail: 'protoPayload.status.message',
    'metadata.log_name': 'logName',
    'metadata.correlation_uid': 'operation.id',
  },
};

export const gcpAudit: Source = mappedSource(SPEC);
