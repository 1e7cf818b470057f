/** Databricks: audit logs of accounts and workspaces, as delivered and as in system.access.audit. @see Databricks documentation, "Audit log reference", "Audit log system table reference" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const ACTION = ['actionName', 'action_name'];
const PARAMS = ['requestParams', 'request_params'];
const param = (name: string): string[] => PARAMS.map((path) => `${path}.${name}`);
const STATUS = ['response.statusCode', 'response.status_code'];

const SPEC: MappingSpec = {
  id: 'databricks',
  title: { en: 'Databricks audit log', ja: 'Databricks 監査ログ' },
  product: { name: 'Databricks', vendor_name: 'Databricks' },
  logsources: [{ product: 'databricks', service: 'audit' }],
  keys: /(^|\/)databricks\//,
  match: [
    { serviceName: true, actionName: true, 'userIdentity.email': true },
    { serviceName: true, actionName: true, auditLevel: true },
    { serviceName: true, actionName: true, requestParams: true, sourceIPAddress: true },
    { service_name: true, action_name: true, 'user_identity.email': true },
    { service_name: true, action_name: true, audit_level: true },
  ],
  uid: ['event_id', 'requestId', 'request_id'],
  time: ['event_time', 'timestamp'],
  code: ACTION,
  vendorService: { 'userIdentity.email': ['System-User', 'unknown', 'databricks-*'] },
  kinds: [
    ...ACTION.map((path) => ({
      when: {
        [path]: [
          '*login',
          'logout',
          'tokenLogin',
          'samlLogin',
          'oidc*',
          'jwtLogin',
          'certLogin',
          'mfaLogin',
          'aad*Login',
          '*Authentication',
          'oauth*Login',
          'mintOAuth*',
          'IpAccessDenied',
        ],
      },
      class_uid: 3002,
      activity: { from: ACTION, table: { logout: 2, '*': 1 } },
      fields: {
        'user.name': [...param('user'), ...param('user_name'), 'userIdentity.email', 'user_identity.email'],
        'user.email_addr': [...param('user'), 'userIdentity.email', 'user_identity.email'],
        'service.name': ['serviceName', 'service_name'],
        auth_protocol: [...param('authenticationMethod'), ...param('authentication_method')],
        is_mfa: { from: ACTION, table: { '*mfa*': true } },
      },
    })),
    ...ACTION.map((path) => ({
      when: {
        [path]: [
          'add*ToGroup',
          'remove*FromGroup',
          'addPrincipal*Group*',
          'removePrincipal*Group*',
          'createGroup',
          'removeGroup',
          'deleteGroup',
          'addGroup',
        ],
      },
      class_uid: 3006,
      activity: {
        from: ACTION,
        table: {
          'add*To*': 3,
          'addPrincipal*': 3,
          'remove*From*': 4,
          'removePrincipal*': 4,
          createGroup: 6,
          addGroup: 6,
          '*Group': 5,
        },
      },
      fields: {
        'group.name': [...param('targetGroupName'), ...param('target_group_name')],
        'group.uid': [...param('targetGroupId'), ...param('target_group_id')],
        'user.name': [...param('targetUserName'), ...param('principal')],
        'user.email_addr': param('targetUserName'),
        'user.uid': param('targetUserId'),
      },
    })),
    ...ACTION.map((path) => ({
      when: {
        [path]: [
          'setAdmin',
          'setAccountAdmin',
          'removeAdmin',
          'removeAccountAdmin',
          'changeAccountOwner',
          'updateRoleAssignment',
        ],
      },
      class_uid: 3005,
      activity: { from: ACTION, table: { 'remove*': 2, '*': 1 } },
      fields: {
        'user.name': [...param('targetUserName'), ...param('target_user_name')],
        'user.email_addr': param('targetUserName'),
        'user.uid': param('targetUserId'),
        privileges: {
          from: ACTION,
          table: { '*AccountAdmin': 'account admin', '*AccountOwner': 'account owner', '*Admin': 'workspace admin' },
        },
      },
    })),
    ...ACTION.map((path) => ({
      when: {
        [path]: [
          'add',
          'delete',
          'createUser',
          'addUser',
          'removeUser',
          'deleteUser',
          'activateUser',
          'deactivateUser',
          'updateUser',
          'changePassword',
          'resetPassword',
          'mfaAddKey',
          'mfaDeleteKey',
          'generateDbToken',
          'revokeDbToken',
        ],
        ...(path === 'actionName' ? { serviceName: 'accounts' } : { service_name: 'accounts' }),
      },
      class_uid: 3001,
      activity: {
        from: ACTION,
        table: {
          'add*': 1,
          'create*': 1,
          'activate*': 2,
          'deactivate*': 5,
          mfaAddKey: 10,
          mfaDeleteKey: 11,
          changePassword: 3,
          resetPassword: 4,
          'delete*': 6,
          'remove*': 6,
        },
      },
      fields: {
        'user.name': [...param('targetUserName'), ...param('user_name'), ...param('targetUserId')],
        'user.email_addr': param('targetUserName'),
        'user.uid': param('targetUserId'),
      },
    })),
    {
      class_uid: 6003,
      activity: {
        from: ACTION,
        table: { '*undelete*': 1, 'trash*': 4, 'drop*': 4, 'purge*': 4, 'run*': 99, '*Edit': 3, 'put*': 3, ...API_VERBS },
      },
    },
  ],
  fields: {
    'actor.user.name': ['userIdentity.email', 'user_identity.email', 'userIdentity.subjectName', 'user_identity.subject_name'],
    'actor.user.email_addr': ['userIdentity.email', 'user_identity.email'],
    'actor.session.uid': ['sessionId', 'session_id'],
    'api.operation': ACTION,
    'api.service.name': ['serviceName', 'service_name'],
    'api.request.uid': ['requestId', 'request_id'],
    'api.request.data': { json: PARAMS },
    'api.response.code': STATUS,
    'api.response.error': ['response.errorMessage', 'response.error_message'],
    'src_endpoint.ip': ['sourceIPAddress', 'source_ip_address'],
    'http_request.user_agent': ['userAgent', 'user_agent'],
    'resources[0].name': [
      ...param('full_name_arg'),
      ...param('name'),
      ...param('path'),
      ...param('notebookId'),
      ...param('clusterId'),
    ],
    status_id: {
      from: [...STATUS, ...ACTION],
      table: { '2*': 1, '4*': 2, '5*': 2, IpAccessDenied: 2 },
    },
    status_code: STATUS,
    status_detail: ['response.errorMessage', 'response.error_message'],
    'metadata.tenant_uid': ['workspaceId', 'workspace_id', 'accountId', 'account_id'],
    'metadata.log_name': ['serviceName', 'service_name'],
    'metadata.log_level': ['auditLevel', 'audit_level'],
  },
};

export const databricks: Source = mappedSource(SPEC);
