/** Google Cloud: audit logs (admin activity, data access, system event, policy denied), and the platform's logs of load balancers, VPC flows, firewall rules and DNS. @see Google Cloud, "Cloud Audit Logs overview", AuditLog; LogEntry */

import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

/** Of no call. */
const NO_API: Fields = { 'api.operation': [], 'api.request.uid': [] };

const PLATFORM: readonly Kind[] = [
  {
    when: { 'httpRequest.requestMethod': true, protoPayload: false },
    class_uid: 4002,
    activity: {
      from: 'httpRequest.requestMethod',
      table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
    },
    fields: {
      ...NO_API,
      'http_request.http_method': 'httpRequest.requestMethod',
      'http_request.url': { from: 'httpRequest.requestUrl', as: 'url' },
      'http_request.user_agent': 'httpRequest.userAgent',
      'http_request.referrer': 'httpRequest.referer',
      'http_request.version': 'httpRequest.protocol',
      'http_response.code': 'httpRequest.status',
      'src_endpoint.ip': 'httpRequest.remoteIp',
      'src_endpoint.name': [],
      dst_endpoint: { from: 'httpRequest.serverIp', as: 'address' },
      'dst_endpoint.name': ['resource.labels.backend_service_name', 'resource.labels.service_name'],
      'traffic.bytes_out': 'httpRequest.requestSize',
      'traffic.bytes_in': 'httpRequest.responseSize',
      status_id: { from: 'httpRequest.status', table: { '1*': 1, '2*': 1, '3*': 1, '4*': 2, '5*': 2 } },
      status_code: 'httpRequest.status',
      status_detail: 'jsonPayload.statusDetails',
    },
  },
  {
    when: { 'jsonPayload.connection.src_ip': true },
    class_uid: 4001,
    activity: { from: 'jsonPayload.disposition', table: { DENIED: 5 }, else: 6 },
    fields: {
      ...NO_API,
      'src_endpoint.ip': 'jsonPayload.connection.src_ip',
      'src_endpoint.port': 'jsonPayload.connection.src_port',
      'src_endpoint.name': 'jsonPayload.src_instance.vm_name',
      'dst_endpoint.ip': 'jsonPayload.connection.dest_ip',
      'dst_endpoint.port': 'jsonPayload.connection.dest_port',
      'dst_endpoint.name': 'jsonPayload.dest_instance.vm_name',
      'connection_info.protocol_num': 'jsonPayload.connection.protocol',
      'connection_info.direction_id': {
        from: ['jsonPayload.rule_details.direction', 'jsonPayload.reporter'],
        table: { INGRESS: 1, EGRESS: 2, DEST: 1, SRC: 2 },
        else: 0,
      },
      'traffic.bytes': 'jsonPayload.bytes_sent',
      'traffic.packets': 'jsonPayload.packets_sent',
      start_time: 'jsonPayload.start_time',
      end_time: 'jsonPayload.end_time',
      'firewall_rule.name': 'jsonPayload.rule_details.reference',
      action_id: { from: 'jsonPayload.disposition', table: { ALLOWED: 1, DENIED: 2 } },
      disposition_id: { from: 'jsonPayload.disposition', table: { ALLOWED: 1, DENIED: 2 } },
    },
  },
  {
    when: { 'jsonPayload.queryName': true },
    class_uid: 4003,
    activity: 6,
    fields: {
      ...NO_API,
      'query.hostname': 'jsonPayload.queryName',
      'query.type': 'jsonPayload.queryType',
      rcode: 'jsonPayload.responseCode',
      'answers[0].rdata': 'jsonPayload.rdata',
      'src_endpoint.ip': 'jsonPayload.sourceIP',
      'src_endpoint.name': 'jsonPayload.vmInstanceName',
      'connection_info.protocol_name': 'jsonPayload.protocol',
      'connection_info.direction_id': { is: 0 },
      status_id: { from: 'jsonPayload.responseCode', table: { NOERROR: 1, '*': 2 } },
    },
  },
  {
    when: { protoPayload: false, logName: ['*/logs/*'] },
    class_uid: 0,
    activity: 99,
    fields: { ...NO_API, message: ['textPayload', 'jsonPayload.message'] },
  },
];

const SPEC: MappingSpec = {
  id: 'gcp-audit',

  title: { en: 'Google Cloud audit and platform logs', ja: 'Google Cloud 監査・プラットフォームログ' },
  product: { name: 'Cloud Audit Logs', vendor_name: 'Google Cloud' },
  logsources: [
    { product: 'gcp', service: 'gcp.audit' },
    { product: 'gcp', service: 'google_workspace.admin' },
  ],
  keys: /cloudaudit\.googleapis\.com/,
  match: [
    { 'protoPayload.methodName': true },
    { 'protopayload_auditlog.methodName': true },
    { 'protopayload_auditlog.serviceName': true },
    { 'protoPayload.serviceName': true },
    { 'protoPayload.authenticationInfo': true },
    { logName: '*cloudaudit.googleapis.com*' },
    { 'protoPayload.@type': 'type.googleapis.com/google.cloud.audit.AuditLog' },
    { 'protoPayload.at_sign_type': 'type.googleapis.com/google.cloud.audit.AuditLog' },
    { logName: ['projects/*/logs/*', 'organizations/*/logs/*', 'folders/*/logs/*', 'billingAccounts/*/logs/*'], insertId: true },
  ],
  uid: 'insertId',
  time: ['timestamp', 'receiveTimestamp', 'protoPayload.requestMetadata.requestAttributes.time', 'protoPayload.timestamp'],
  code: ['protoPayload.methodName', 'resource.type'],
  severity: { from: 'severity', table: { NOTICE: 1, WARNING: 2, ERROR: 3, CRITICAL: 4, ALERT: 5, EMERGENCY: 6, '*': 1 } },
  vendorService: {
    'protoPayload.authenticationInfo.principalEmail': [
      '*@system.gserviceaccount.com',
      'service-*@*.iam.gserviceaccount.com',
      '*@cloudservices.gserviceaccount.com',
      'system:*',
    ],
  },
  kinds: [
    ...PLATFORM,
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
    'actor.session.issuer': 'protoPayload.authenticationInfo.serviceAccountDelegationInfo[0].firstPartyPrincipal.principalEmail',
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

const mapped = mappedSource(SPEC);

/** BigQuery names the payload by its type. @see Google Cloud, "BigQuery schema for logs" */
function withPayload(record: JsonObject): JsonObject {
  const { protopayload_auditlog: protoPayload, ...others } = record;
  return isJsonObject(protoPayload) && others['protoPayload'] === undefined ? { ...others, protoPayload } : record;
}

export const gcpAudit: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(withPayload(record), context) };
