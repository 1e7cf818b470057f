/** Microsoft Entra ID: sign-ins of four kinds, audit, risk, provisioning; from Graph, Event Hubs and exports of Log Analytics. @see Microsoft Learn, "signIn resource type", "directoryAudit resource type", "Entra ID data in Azure Monitor" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'entra-id',

  title: { en: 'Microsoft Entra ID', ja: 'Microsoft Entra ID' },
  product: { name: 'Entra ID', vendor_name: 'Microsoft' },
  arrivals: ['object', 'poll'],
  logsources: [
    { product: 'azure', service: 'signinlogs' },
    { product: 'azure', service: 'auditlogs' },
    { product: 'azure', service: 'riskdetection' },
    { product: 'azure', service: 'pim' },
  ],
  keys: /(^|\/)(entra-id|insights-logs-(signinlogs|auditlogs|noninteractiveusersigninlogs|serviceprincipalsigninlogs|managedidentitysigninlogs|riskyusers|userriskevents|provisioninglogs))\//i,
  caseless: true,
  match: [
    {
      category: [
        'SignInLogs',
        '*SignIn*',
        'AuditLogs',
        'RiskyUsers',
        'UserRiskEvents',
        'RiskyServicePrincipals',
        'ServicePrincipalRiskEvents',
        'ProvisioningLogs',
        'EnrichedOffice365AuditLogs',
      ],
      properties: true,
      // Intune's audit log has the same category; tables are told by their names below.
      'properties.ActivityResultStatus': false,
      Type: false,
    },
    {
      category: ['SignInLogs', '*SignInLogs', 'AuditLogs', 'RiskyUsers', 'UserRiskEvents'],
      operationName: true,
      properties: false,
    },
    {
      Type: [
        'SigninLogs',
        'AADNonInteractiveUserSignInLogs',
        'AADServicePrincipalSignInLogs',
        'AADManagedIdentitySignInLogs',
        'AuditLogs',
        'AADUserRiskEvents',
        'AADRiskyUsers',
      ],
      TenantId: true,
    },
    { createdDateTime: true, appId: true, conditionalAccessStatus: true },
    { createdDateTime: true, signInEventTypes: true },
    { activityDateTime: true, activityDisplayName: true, loggedByService: true },
    { riskEventType: true, riskLevel: true, detectedDateTime: true },
  ],
  uid: ['properties.id', 'id'],
  time: [
    'properties.createdDateTime',
    'properties.activityDateTime',
    'createdDateTime',
    'activityDateTime',
    'properties.detectedDateTime',
    'detectedDateTime',
    'time',
    'TimeGenerated',
  ],
  code: [
    'properties.activityDisplayName',
    'activityDisplayName',
    'properties.riskEventType',
    'riskEventType',
    'operationName',
    'category',
  ],
  severity: {
    from: ['properties.riskLevel', 'riskLevel', 'properties.riskLevelDuringSignIn', 'riskLevelDuringSignIn'],
    table: { low: 2, medium: 3, high: 4 },
  },
  kinds: [
    {
      when: { category: ['UserRiskEvents', 'ServicePrincipalRiskEvents', 'RiskyUsers', 'RiskyServicePrincipals'] },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['properties.id', 'id'],
        'finding_info.title': ['properties.riskEventType', 'properties.riskDetail', 'operationName'],
        'finding_info.desc': 'properties.additionalInfo',
        is_alert: { is: true },
        'evidences[0].actor.user.uid': 'properties.userId',
        'evidences[0].actor.user.name': 'properties.userPrincipalName',
        'evidences[0].actor.user.email_addr': 'properties.userPrincipalName',
        'evidences[0].src_endpoint.ip': 'properties.ipAddress',
      },
    },
    {
      when: { riskEventType: true },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': 'id',
        'finding_info.title': 'riskEventType',
        is_alert: { is: true },
        'evidences[0].actor.user.uid': 'userId',
        'evidences[0].actor.user.name': 'userPrincipalName',
        'evidences[0].actor.user.email_addr': 'userPrincipalName',
        'evidences[0].src_endpoint.ip': 'ipAddress',
      },
    },
    {
      when: { category: ['*SignIn*'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.uid': ['properties.userId', 'properties.servicePrincipalId', 'UserId', 'ServicePrincipalId'],
        'user.name': [
          'properties.userPrincipalName',
          'properties.servicePrincipalName',
          'properties.userDisplayName',
          'UserPrincipalName',
          'ServicePrincipalName',
          'identity',
        ],
        'user.email_addr': ['properties.userPrincipalName', 'UserPrincipalName'],
        'user.full_name': ['properties.userDisplayName', 'UserDisplayName'],
      },
    },
    {
      when: { appId: true, conditionalAccessStatus: true },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.uid': ['userId', 'servicePrincipalId'],
        'user.name': ['userPrincipalName', 'servicePrincipalName', 'userDisplayName'],
        'user.email_addr': 'userPrincipalName',
        'user.full_name': 'userDisplayName',
      },
    },
    {
      when: { Type: ['*SignIn*'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.uid': ['UserId', 'ServicePrincipalId'],
        'user.name': ['UserPrincipalName', 'ServicePrincipalName'],
        'user.email_addr': 'UserPrincipalName',
      },
    },
    {
      when: { 'properties.category': ['UserManagement'] },
      class_uid: 3001,
      activity: {
        from: ['properties.activityDisplayName', 'operationName'],
        table: {
          'Add user': 1,
          'Delete user': 6,
          'Disable account': 5,
          'Enable account': 2,
          'Reset*password*': 4,
          'Change*password*': 3,
          '*registered security info*': 10,
          '*deleted security info*': 11,
          ...ACCOUNT_VERBS,
        },
      },
      fields: {
        'user.uid': ['properties.targetResources[type=User].id', 'properties.targetResources[0].id'],
        'user.name': [
          'properties.targetResources[type=User].userPrincipalName',
          'properties.targetResources[0].userPrincipalName',
          'properties.targetResources[0].displayName',
        ],
        'user.email_addr': [
          'properties.targetResources[type=User].userPrincipalName',
          'properties.targetResources[0].userPrincipalName',
        ],
      },
    },
    {
      when: { category: ['UserManagement'] },
      class_uid: 3001,
      activity: {
        from: 'activityDisplayName',
        table: {
          'Add user': 1,
          'Delete user': 6,
          'Disable account': 5,
          'Enable account': 2,
          'Reset*password*': 4,
          'Change*password*': 3,
          ...ACCOUNT_VERBS,
        },
      },
      fields: {
        'user.uid': ['targetResources[type=User].id', 'targetResources[0].id'],
        'user.name': [
          'targetResources[type=User].userPrincipalName',
          'targetResources[0].userPrincipalName',
          'targetResources[0].displayName',
        ],
        'user.email_addr': 'targetResources[type=User].userPrincipalName',
      },
    },
    {
      when: { 'properties.category': ['GroupManagement', 'RoleManagement'] },
      class_uid: 3006,
      activity: {
        from: ['properties.activityDisplayName', 'operationName'],
        table: {
          'Add member to*': 3,
          'Add eligible member*': 3,
          'Add owner*': 1,
          'Remove member*': 4,
          'Remove eligible*': 4,
          'Add group': 6,
          'Delete group': 5,
        },
      },
      fields: {
        'group.uid': ['properties.targetResources[type=Group].id', 'properties.targetResources[type=Role].id'],
        'group.name': ['properties.targetResources[type=Group].displayName', 'properties.targetResources[type=Role].displayName'],
        'user.uid': 'properties.targetResources[type=User].id',
        'user.name': 'properties.targetResources[type=User].userPrincipalName',
        'user.email_addr': 'properties.targetResources[type=User].userPrincipalName',
      },
    },
    {
      when: { category: ['GroupManagement', 'RoleManagement'] },
      class_uid: 3006,
      activity: {
        from: 'activityDisplayName',
        table: {
          'Add member to*': 3,
          'Add eligible member*': 3,
          'Add owner*': 1,
          'Remove member*': 4,
          'Add group': 6,
          'Delete group': 5,
        },
      },
      fields: {
        'group.uid': ['targetResources[type=Group].id', 'targetResources[type=Role].id'],
        'group.name': ['targetResources[type=Group].displayName', 'targetResources[type=Role].displayName'],
        'user.uid': 'targetResources[type=User].id',
        'user.name': 'targetResources[type=User].userPrincipalName',
        'user.email_addr': 'targetResources[type=User].userPrincipalName',
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: [
          'properties.operationType',
          'operationType',
          'properties.activityDisplayName',
          'activityDisplayName',
          'operationName',
        ],
        table: { Add: 1, Assign: 1, Update: 3, Delete: 4, Unassign: 4, ...API_VERBS },
      },
    },
  ],
  fields: {
    'actor.user.uid': [
      'properties.initiatedBy.user.id',
      'initiatedBy.user.id',
      'properties.initiatedBy.app.servicePrincipalId',
      'initiatedBy.app.servicePrincipalId',
      'InitiatedBy.user.id',
    ],
    'actor.user.name': [
      'properties.initiatedBy.user.userPrincipalName',
      'initiatedBy.user.userPrincipalName',
      'properties.initiatedBy.app.displayName',
      'initiatedBy.app.displayName',
      'identity',
    ],
    'actor.user.email_addr': ['properties.initiatedBy.user.userPrincipalName', 'initiatedBy.user.userPrincipalName'],
    'actor.app_name': ['properties.appDisplayName', 'appDisplayName', 'properties.clientAppUsed'],
    'actor.app_uid': ['properties.appId', 'appId'],
    'api.operation': ['properties.activityDisplayName', 'activityDisplayName', 'operationName'],
    'src_endpoint.ip': [
      'properties.ipAddress',
      'ipAddress',
      'callerIpAddress',
      'properties.initiatedBy.user.ipAddress',
      'initiatedBy.user.ipAddress',
    ],
    'src_endpoint.location.city': ['properties.location.city', 'location.city'],
    'src_endpoint.location.region': ['properties.location.state', 'location.state'],
    'src_endpoint.location.country': ['properties.location.countryOrRegion', 'location.countryOrRegion', 'location'],
    'src_endpoint.autonomous_system.number': ['properties.autonomousSystemNumber', 'autonomousSystemNumber'],
    'http_request.user_agent': ['properties.userAgent', 'userAgent', 'properties.additionalDetails[key=User-Agent].value'],
    'service.name': ['properties.resourceDisplayName', 'resourceDisplayName', 'ResourceDisplayName'],
    'service.uid': ['properties.resourceId', 'resourceIdentity'],
    'session.uid': ['properties.sessionId', 'sessionId', 'properties.uniqueTokenIdentifier', 'uniqueTokenIdentifier'],
    is_mfa: {
      from: ['properties.authenticationRequirement', 'authenticationRequirement'],
      table: { multiFactorAuthentication: true, singleFactorAuthentication: false },
    },
    auth_protocol: ['properties.authenticationProtocol', 'authenticationProtocol'],
    resources: {
      each: ['properties.targetResources', 'targetResources'],
      fields: { uid: 'id', name: ['userPrincipalName', 'displayName'], type: 'type' },
    },
    status_id: {
      from: ['properties.status.errorCode', 'status.errorCode', 'resultType', 'properties.result', 'result'],
      table: { '0': 1, success: 1, failure: 2, timeout: 2, '*': 2 },
    },
    status_code: ['properties.status.errorCode', 'status.errorCode', 'resultType', 'properties.result', 'result'],
    status_detail: [
      'properties.status.failureReason',
      'status.failureReason',
      'resultDescription',
      'properties.resultReason',
      'resultReason',
    ],
    'metadata.correlation_uid': ['properties.correlationId', 'correlationId'],
    'metadata.tenant_uid': ['tenantId', 'properties.tenantId'],
    'metadata.log_name': ['category', 'Type'],
  },
};

export const entraId: Source = mappedSource(SPEC);
