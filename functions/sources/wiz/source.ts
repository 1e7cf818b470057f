/** Wiz: the audit log, and issues. @see Wiz documentation, "Audit logs", "Issues" (Wiz GraphQL API) */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'wiz',
  title: { en: 'Wiz audit log and issues', ja: 'Wiz 監査ログ・イシュー' },
  product: { name: 'Wiz', vendor_name: 'Wiz' },
  logsources: [{ product: 'wiz', service: 'audit' }],
  keys: /(^|\/)wiz\//,
  caseless: true,
  match: [
    { action: true, requestId: true, status: ['SUCCESS', 'FAILED', 'ACCESS_DENIED'], actionParameters: true },
    { action: true, status: ['SUCCESS', 'FAILED', 'ACCESS_DENIED'], actionParameters: true },
    { action: true, requestId: true, status: ['SUCCESS', 'FAILED', 'ACCESS_DENIED'], timestamp: true, sourceIP: true },
    { log_type: 'auditLogEntries', action: true },
    { 'entitySnapshot.id': true, severity: true, status: true },
    { 'sourceRule.id': true, 'entitySnapshot.type': true },
  ],
  uid: 'id',
  time: ['timestamp', 'updatedAt', 'statusChangedAt', 'createdAt'],
  code: ['action', 'sourceRule.name', 'type'],
  severity: { from: 'severity', table: { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } },
  kinds: [
    {
      when: { 'entitySnapshot.type': true },
      class_uid: 2004,
      activity: { from: 'status', table: { open: 1, in_progress: 2, resolved: 3, rejected: 3 } },
      fields: {
        'finding_info.uid': 'id',
        'finding_info.title': ['sourceRule.name', 'control.name', 'type'],
        'finding_info.desc': ['sourceRule.description', 'description'],
        'finding_info.types': 'type',
        'finding_info.analytic.uid': 'sourceRule.id',
        'finding_info.analytic.name': 'sourceRule.name',
        'finding_info.analytic.type_id': { is: 1 },
        'finding_info.created_time': 'createdAt',
        'finding_info.modified_time': 'updatedAt',
        is_alert: { is: true },
        'resources[0].uid': ['entitySnapshot.externalId', 'entitySnapshot.id'],
        'resources[0].name': 'entitySnapshot.name',
        'resources[0].type': 'entitySnapshot.type',
        'resources[0].region': 'entitySnapshot.region',
        'cloud.provider': 'entitySnapshot.cloudPlatform',
        'cloud.account.uid': 'entitySnapshot.subscriptionExternalId',
        'cloud.account.name': 'entitySnapshot.subscriptionName',
        'cloud.region': 'entitySnapshot.region',
        'remediation.desc': 'sourceRule.resolutionRecommendation',
        status_id: { from: 'status', table: { open: 1, in_progress: 2, rejected: 3, resolved: 4 } },
      },
    },
    {
      when: { action: ['Login', 'Logout', 'SAMLLogin', '*SignIn'] },
      class_uid: 3002,
      activity: { from: 'action', table: { logout: 2, '*': 1 } },
      fields: { 'user.uid': 'user.id', 'user.name': ['user.name', 'user.id'], 'user.email_addr': ['user.name', 'user.id'] },
    },
    {
      when: {
        action: [
          'CreateUser',
          'UpdateUser',
          'DeleteUser',
          'SuspendUser*',
          '*UserPassword*',
          'ResetUser*',
          'InviteUser',
          'ModifySAMLUserRole',
        ],
      },
      class_uid: 3001,
      activity: { from: 'action', table: { 'create*': 1, 'invite*': 1, 'delete*': 6, 'suspend*': 5, '*password*': 4 } },
      fields: {
        'user.name': ['actionParameters.input.name', 'actionParameters.input.email', 'actionParameters.input.id'],
        'user.email_addr': 'actionParameters.input.email',
        'user.uid': 'actionParameters.input.id',
        'user.type': 'actionParameters.input.role',
      },
    },
    { class_uid: 6003, activity: { from: 'action', table: { 'rotate*': 3, ...API_VERBS } } },
  ],
  fields: {
    'actor.user.uid': ['user.id', 'serviceAccount.id'],
    'actor.user.name': ['user.name', 'serviceAccount.name'],
    'actor.user.email_addr': ['user.name', 'user.id'],
    'actor.user.type_id': { from: 'serviceAccount.id', table: { '*': 4 } },
    'api.operation': 'action',
    'api.request.uid': 'requestId',
    'api.request.data': { json: 'actionParameters' },
    'src_endpoint.ip': 'sourceIP',
    'http_request.user_agent': 'userAgent',
    'resources[0].uid': 'actionParameters.input.id',
    status_id: { from: 'status', table: { success: 1, failed: 2, access_denied: 2 } },
    status_code: 'status',
    'metadata.log_name': 'log_type',
  },
};

export const wiz: Source = mappedSource(SPEC);
