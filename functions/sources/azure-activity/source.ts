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
  ],
  uid: ['eventDataId', 'EventDataId', 'properties.clientRequestId'],
  time: ['time', 'eventTimestamp', 'TimeGenerated'],
  code: ['operationName', 'OperationNameValue', 'operationName.value'],
  severity: { from: ['level', 'Level', 'level.value'], table: { Critical: 5, Error: 4, Warning: 3, '*': 1 } },
  kinds: [
    {
      class_uid: 6003,
      activity: {
        from: ['operationName', 'OperationNameValue', 'operationName.value'],
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
      'caller',
      'Caller',
      'identity.claims.appid',
      'identity.authorization.evidence.principalId',
    ],
    'actor.user.email_addr': ['caller', 'Caller', 'identity.claims.name'],
    'actor.user.uid': ['identity.authorization.evidence.principalId', 'identity.claims.oid'],
    'actor.user.type': ['identity.authorization.evidence.principalType', 'identity.type'],
    'actor.app_uid': 'identity.claims.appid',
    'api.operation': ['operationName', 'OperationNameValue', 'operationName.value'],
    'api.version': 'operationVersion',
    'api.service.name': ['resourceProviderName.value', 'ResourceProviderValue', 'properties.serviceType'],
    'api.request.uid': ['correlationId', 'CorrelationId'],
    'api.request.data': { json: ['properties.requestbody', 'properties.requestBody'] },
    'api.response.code': ['statusCode', 'properties.statusCode', 'resultSignature'],
    'src_endpoint.ip': ['callerIpAddress', 'CallerIpAddress', 'httpRequest.clientIpAddress', 'identity.claims.ipaddr'],
    src_endpoint: { from: ['callerIpAddress'], as: 'address' },
    'http_request.user_agent': ['properties.userAgentHeader', 'properties.userAgent'],
    'http_request.url': { from: ['uri', 'properties.objectKey'], as: 'url' },
    'resources[0].uid': ['resourceId', 'ResourceId', '_ResourceId'],
    'resources[0].name': ['properties.objectKey', 'properties.accountName'],
    'cloud.provider': { is: 'Azure' },
    'cloud.region': 'location',
    'cloud.account.uid': ['subscriptionId', 'SubscriptionId'],
    'metadata.tenant_uid': 'tenantId',
    'metadata.correlation_uid': ['correlationId', 'CorrelationId'],
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
    status_detail: ['statusText', 'resultDescription', 'subStatus.value', 'properties.statusMessage'],
  },
};

export const azureActivity: Source = mappedSource(SPEC);
