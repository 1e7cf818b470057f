/** One thing under several names in Azure and Entra ID: Azure Monitor's export, its tables, and Microsoft Graph. */
import type { FieldMap } from '../field-map.ts';
import { synonyms } from './synonyms.ts';

const OPERATION = ['operationName', 'OperationName', 'OperationNameValue', 'operationName.value', 'operationNameValue'];
const CATEGORY = ['category', 'Category', 'CategoryValue', 'category.value', 'categoryValue'];
const RESULT_TYPE = ['resultType', 'ResultType', 'properties.status.errorCode', 'status.errorCode'];
const RESULT_TEXT = ['resultDescription', 'ResultDescription', 'properties.status.failureReason', 'status.failureReason'];

/** An event's activity is named at the top by Azure Monitor, in `properties` by the export of Entra ID. */
const ACTIVITY = [
  'properties.message',
  'activityDisplayName',
  'ActivityDisplayName',
  'properties.activityDisplayName',
  'operationName',
  'OperationName',
];

/** A name of Microsoft Graph: in `properties` where Azure Monitor exports it, with a capital in its tables. */
const graph = (name: string): string[] => [`properties.${name}`, name, name.charAt(0).toUpperCase() + name.slice(1)];

/** @see Azure Monitor reference, tables AzureActivity, AuditLogs, SigninLogs, AADUserRiskEvents; Event Hubs exports of the same */
export const AZURE: readonly FieldMap[] = [
  synonyms(
    { product: 'azure', service: 'activitylogs' },
    OPERATION,
    CATEGORY,
    ['resourceId', 'ResourceId', '_ResourceId'],
    ['ResourceProviderValue', 'ResourceProvider', 'resourceProviderValue', 'resourceProviderName.value'],
    ['ActivityStatusValue', 'activityStatusValue', 'ActivityStatus', 'status.value'],
    ['Caller', 'caller'],
    ['CallerIpAddress', 'callerIpAddress', 'httpRequest.clientIpAddress'],
  ),
  synonyms(
    { product: 'azure', service: 'auditlogs' },
    ACTIVITY,
    ['category', 'Category', 'properties.category'],
    ['LoggedByService', 'loggedByService', 'properties.loggedByService'],
    ['activityType', 'ActivityType', 'properties.activityType'],
    ['result', 'Result', 'properties.result'],
    ...[
      'targetResources.id',
      'targetResources.type',
      'targetResources.displayName',
      'targetResources.userPrincipalName',
      'targetResources.modifiedProperties.displayName',
      'targetResources.modifiedProperties.newValue',
      'targetResources.modifiedProperties.oldValue',
      'initiatedBy.user.userPrincipalName',
      'initiatedBy.user.ipAddress',
      'initiatedBy.app.displayName',
      'additionalDetails.key',
      'additionalDetails.value',
    ].map(graph),
  ),
  synonyms(
    { product: 'azure', service: 'signinlogs' },
    RESULT_TYPE,
    RESULT_TEXT,
    ['AuthenticationRequirement', 'authenticationRequirement', 'properties.authenticationRequirement'],
    ['ConditionalAccessStatus', 'conditionalAccessStatus', 'properties.conditionalAccessStatus'],
    ['ClientAppUsed', 'clientAppUsed', 'properties.clientAppUsed', 'ClientApp'],
    ['AppId', 'appId', 'properties.appId'],
    ['AppDisplayName', 'appDisplayName', 'properties.appDisplayName'],
    ['UserPrincipalName', 'userPrincipalName', 'properties.userPrincipalName'],
    ['IPAddress', 'ipAddress', 'properties.ipAddress', 'callerIpAddress'],
    ['userAgent', 'UserAgent', 'properties.userAgent'],
    ['DeviceDetail.isCompliant', 'deviceDetail.isCompliant', 'properties.deviceDetail.isCompliant'],
    ['DeviceDetail.trusttype', 'DeviceDetail.trustType', 'deviceDetail.trustType', 'properties.deviceDetail.trustType'],
    ['DeviceDetail.deviceId', 'deviceDetail.deviceId', 'properties.deviceDetail.deviceId'],
    ['Location', 'location', 'properties.location.countryOrRegion'],
    ...[
      'authenticationProtocol',
      'originalTransferMethod',
      'clientCredentialType',
      'status.additionalDetails',
      'riskState',
      'riskDetail',
      'riskLevelAggregated',
      'riskLevelDuringSignIn',
      'riskEventTypes_v2',
      'signInEventTypes',
      'isInteractive',
      'servicePrincipalName',
      'servicePrincipalId',
      'resourceDisplayName',
      'authenticationDetails.authenticationMethod',
    ].map(graph),
  ),
  ...['riskdetection', 'pim'].map((service) =>
    synonyms(
      { product: 'azure', service },
      ['riskEventType', 'RiskEventType', 'properties.riskEventType', 'alertType'],
      ...['riskState', 'riskLevel', 'riskDetail', 'userPrincipalName', 'servicePrincipalName'].map(graph),
    ),
  ),
];
