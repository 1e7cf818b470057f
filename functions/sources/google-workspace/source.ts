/** Google Workspace: activities of the Reports API (login, admin, drive, token, …), one record with its events or flattened to one each. @see Admin SDK, "Reports API: Activities" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS, FILE_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'google-workspace',

  title: { en: 'Google Workspace activities', ja: 'Google Workspace アクティビティ' },
  product: { name: 'Google Workspace', vendor_name: 'Google' },
  arrivals: ['object', 'poll'],
  logsources: [
    { product: 'gcp', service: 'google_workspace.login' },
    { product: 'gcp', service: 'google_workspace.admin' },
    { product: 'google_workspace', service: 'activity' },
  ],
  keys: /(^|\/)google-workspace\//,
  match: [
    { 'id.applicationName': true, 'actor.email': true },
    { 'id.applicationName': true, kind: 'admin#reports#activity' },
    { 'id.applicationName': true, name: true, type: true },
    { kind: 'admin#reports#activity', events: true },
  ],
  uid: 'id.uniqueQualifier',
  time: 'id.time',
  code: ['name', 'events[0].name'],
  severity: {
    from: ['name', 'events[0].name'],
    table: { suspicious_login: 4, 'account_disabled_*': 4, gov_attack_warning: 5, 'suspicious_*': 4 },
  },
  kinds: [
    {
      when: { 'id.applicationName': ['rules'] },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': 'id.uniqueQualifier',
        'finding_info.title': ['parameters.rule_name', 'name', 'events[0].name'],
        is_alert: { is: true },
        'evidences[0].actor.user.email_addr': 'actor.email',
        'evidences[0].actor.user.name': 'actor.email',
      },
    },
    {
      when: { 'id.applicationName': ['login', 'saml', 'context_aware_access'] },
      class_uid: 3002,
      activity: { from: ['name', 'events[0].name'], table: { logout: 2, '*': 1 } },
      fields: {
        'user.email_addr': 'actor.email',
        'user.name': 'actor.email',
        'user.uid': 'actor.profileId',
        status_id: {
          from: ['name', 'events[0].name'],
          table: { '*fail*': 2, login_challenge: 99, '*denied*': 2, 'suspicious_*': 99, '*': 1 },
        },
        status_detail: ['parameters.login_failure_type', 'events[0].parameters[name=login_failure_type].value'],
        auth_protocol: ['parameters.login_type', 'events[0].parameters[name=login_type].value'],
      },
    },
    {
      when: { 'id.applicationName': ['drive'] },
      class_uid: 6006,
      activity: {
        from: ['name', 'events[0].name'],
        table: {
          change_document_visibility: 12,
          change_user_access: 12,
          change_document_access_scope: 12,
          change_acl_editors: 12,
          ...FILE_VERBS,
        },
      },
      fields: {
        'file.name': ['parameters.doc_title', 'events[0].parameters[name=doc_title].value'],
        'file.uid': ['parameters.doc_id', 'events[0].parameters[name=doc_id].value'],
        'file.mime_type': ['parameters.doc_type', 'events[0].parameters[name=doc_type].value'],
        'file.owner.email_addr': ['parameters.owner', 'events[0].parameters[name=owner].value'],
        'file.owner.name': ['parameters.owner', 'events[0].parameters[name=owner].value'],
        share_type: ['parameters.visibility', 'events[0].parameters[name=visibility].value'],
      },
    },
    {
      when: { 'id.applicationName': ['user_accounts'] },
      class_uid: 3001,
      activity: {
        from: ['name', 'events[0].name'],
        table: {
          '2sv_disable': 11,
          '2sv_enroll': 10,
          titanium_enroll: 2,
          titanium_unenroll: 5,
          password_edit: 3,
          recovery_email_edit: 99,
          ...ACCOUNT_VERBS,
        },
      },
      fields: { 'user.email_addr': 'actor.email', 'user.name': 'actor.email', 'user.uid': 'actor.profileId' },
    },
    {
      when: {
        'id.applicationName': ['admin'],
        name: ['*USER*', '*PASSWORD*', '*2_STEP*', '*SUSPEND*', '*ADMIN_PRIVILEGE*', 'ASSIGN_ROLE', 'UNASSIGN_ROLE'],
      },
      class_uid: 3001,
      activity: {
        from: 'name',
        table: {
          CREATE_USER: 1,
          DELETE_USER: 6,
          SUSPEND_USER: 5,
          UNSUSPEND_USER: 2,
          CHANGE_PASSWORD: 3,
          GRANT_ADMIN_PRIVILEGE: 7,
          REVOKE_ADMIN_PRIVILEGE: 8,
          ASSIGN_ROLE: 7,
          UNASSIGN_ROLE: 8,
          TURN_OFF_2_STEP_VERIFICATION: 11,
          ...ACCOUNT_VERBS,
        },
      },
      fields: {
        'user.email_addr': ['parameters.USER_EMAIL'],
        'user.name': ['parameters.USER_EMAIL'],
        'user.type': 'parameters.ROLE_NAME',
      },
    },
    {
      when: {
        'id.applicationName': ['admin'],
        'events[0].name': ['*USER*', '*PASSWORD*', '*2_STEP*', '*ADMIN_PRIVILEGE*', 'ASSIGN_ROLE', 'UNASSIGN_ROLE'],
      },
      class_uid: 3001,
      activity: {
        from: 'events[0].name',
        table: {
          CREATE_USER: 1,
          DELETE_USER: 6,
          SUSPEND_USER: 5,
          UNSUSPEND_USER: 2,
          CHANGE_PASSWORD: 3,
          GRANT_ADMIN_PRIVILEGE: 7,
          REVOKE_ADMIN_PRIVILEGE: 8,
          ASSIGN_ROLE: 7,
          UNASSIGN_ROLE: 8,
          ...ACCOUNT_VERBS,
        },
      },
      fields: {
        'user.email_addr': 'events[0].parameters[name=USER_EMAIL].value',
        'user.name': 'events[0].parameters[name=USER_EMAIL].value',
        'user.type': 'events[0].parameters[name=ROLE_NAME].value',
      },
    },
    { class_uid: 6003, activity: { from: ['name', 'events[0].name'], table: { authorize: 1, ...API_VERBS } } },
  ],
  fields: {
    'actor.user.email_addr': 'actor.email',
    'actor.user.name': ['actor.email', 'actor.key'],
    'actor.user.uid': 'actor.profileId',
    'actor.user.type': 'actor.callerType',
    'actor.app_name': ['parameters.app_name', 'events[0].parameters[name=app_name].value'],
    'actor.app_uid': ['parameters.client_id', 'events[0].parameters[name=client_id].value'],
    'api.operation': ['name', 'events[0].name'],
    'api.service.name': 'id.applicationName',
    'src_endpoint.ip': 'ipAddress',
    'http_request.user_agent': ['parameters.user_agent', 'events[0].parameters[name=user_agent].value'],
    'resources[0].name': [
      'parameters.USER_EMAIL',
      'parameters.GROUP_EMAIL',
      'parameters.DOMAIN_NAME',
      'parameters.SETTING_NAME',
      'parameters.doc_title',
    ],
    'resources[0].uid': 'parameters.doc_id',
    'metadata.tenant_uid': 'id.customerId',
    'metadata.log_name': 'id.applicationName',
  },
};

export const googleWorkspace: Source = mappedSource(SPEC);
