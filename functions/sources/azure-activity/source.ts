/** Azure: the activity log of subscriptions and resource logs, from Event Hubs, REST and exports of Log Analytics. @see Microsoft Learn, "Azure activity log event schema" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'azure-activity',

  title: { en: 'Azure activity log', ja: 'Azure アクティビティログ' },
  product: { name: 'Azure Monitor', vendor_name: 'Microsoft' },
  logsources: [
    { product: 'azure', service: 'activitylogs' },
    { product: 'azure', service: 'azureactivity' },
  ],
  keys: /(^|\/)insights-(operational-logs|activity-logs|logs-storage(read|write|delete))\//i,
  caseless: true,
  match: [
    { operationName: '*', resourceId: '/subscriptions/*' },
    { operationName: '*/*', resourceId: '*/subscriptions/*' },
    { operationName: '*/*', callerIpAddress: true, tenantId: true },
    {
      operationName: '*/*',
      category: [
        'Administrative',
        'Policy',
        'Security',
        'ServiceHealth',
        'Alert',
        'Recommendation',
        'ResourceHealth',
        'Autoscale',
        'StorageRead',
        'StorageWrite',
        'StorageDelete',
        'AuditEvent',
        'kube-audit*',
      ],
    },
    {
      operationName: '*',
      category: ['StorageRead', 'StorageWrite', 'StorageDelete', 'AuditEvent', 'kube-audit*'],
      resourceId: true,
    },
    { OperationNameValue: true, ActivityStatusValue: true },
    { 'operationName.value': true, eventDataId: true },
    // As the SDK for Python writes it.
    { 'operation_name.value': true, event_data_id: true },
  ],
  uid: ['eventDataId', 'event_data_id'],
  time: ['time', 'eventTimestamp', 'event_timestamp', 'TimeGenerated'],
  code: ['operationName', 'OperationNameValue', 'operationName.value', 'operation_name.value'],
  severity: { from: ['level', 'Level', 'level.value'], table: { Critical: 5, Error: 4, Warning: 3, '*': 1 } },
  kinds: [
    {
      class_uid: 6003,
      activity: {
        from: ['operationName', 'OperationNameValue', 'operationName.value', 'operation_name.value'],
        table: {
          '*/read': 2,
          '*/listkeys/action': 2,
          '*/list*/action': 2,
          '*/delete': 4,
          '*/write': 3,
          '*/regeneratekey/action': 3,
          'get*': 2,
          'put*': 1,
          'delete*': 4,
          'list*': 2,
          'copy*': 1,
          'set*': 3,
          ...API_VERBS,
        },
      },
    },
  ],
  fields: {
    'actor.user.name': [
      'identity.claims.name',
      'claims.name',
      'caller',
      'identity.claims.appid',
      'identity.authorization.evidence.principalId',
    ],
    'actor.user.email_addr': ['caller', 'identity.claims.name'],
    'actor.user.uid': ['identity.authorization.evidence.principalId', 'identity.claims.oid', 'claims.oid'],
    'actor.user.type': ['identity.authorization.evidence.principalType', 'identity.type'],
    'actor.app_uid': ['identity.claims.appid', 'claims.appid'],
    'api.operation': ['operationName', 'OperationNameValue', 'operationName.value', 'operation_name.value'],
    'api.version': 'operationVersion',
    'api.service.name': [
      'resourceProviderName.value',
      'resource_provider_name.value',
      'ResourceProviderValue',
      'properties.serviceType',
    ],
    'api.request.uid': ['correlationId', 'correlation_id'],
    'api.request.data': { json: ['properties.requestbody', 'properties.requestBody'] },
    'api.response.code': ['statusCode', 'properties.statusCode', 'resultSignature'],
    'src_endpoint.ip': [
      'callerIpAddress',
      'httpRequest.clientIpAddress',
      'http_request.client_ip_address',
      'identity.claims.ipaddr',
      'claims.ipaddr',
    ],
    src_endpoint: { from: ['callerIpAddress'], as: 'address' },
    'http_request.user_agent': ['properties.userAgentHeader', 'properties.userAgent'],
    'http_request.url': { from: ['uri', 'properties.objectKey'], as: 'url' },
    'resources[0].uid': ['resourceId', 'resource_id', '_ResourceId'],
    'resources[0].name': ['properties.objectKey', 'properties.accountName'],
    'cloud.provider': { is: 'Azure' },
    'cloud.region': 'location',
    'cloud.account.uid': ['subscriptionId', 'subscription_id'],
    'metadata.tenant_uid': ['tenantId', 'tenant_id'],
    'metadata.correlation_uid': ['correlationId', 'correlation_id'],
    'metadata.log_name': ['category', 'CategoryValue', 'category.value'],
    status_id: {
      from: ['resultType', 'ActivityStatusValue', 'status.value', 'properties.metricResponseType', 'statusText'],
      table: {
        Success: 1,
        Succeeded: 1,
        Succeeded2: 1,
        Start: 1,
        Started: 1,
        Accept: 1,
        Accepted: 1,
        Failure: 2,
        Failed: 2,
        ClientError: 2,
        '*Error': 2,
        '*': 99,
      },
    },
    status_code: ['resultType', 'ActivityStatusValue', 'status.value'],
    status_detail: ['statusText', 'resultDescription', 'subStatus.value', 'sub_status.value', 'properties.statusMessage'],
  },
};

export const azureActivity: Source = mappedSource(SPEC);
