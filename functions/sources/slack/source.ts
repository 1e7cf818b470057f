/** Slack: the audit logs of an Enterprise Grid organization. @see Slack API, "Audit Logs API", "Audit logs actions" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS, FILE_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'slack',

  title: { en: 'Slack audit logs', ja: 'Slack 監査ログ' },
  product: { name: 'Slack', vendor_name: 'Slack' },
  arrivals: ['object', 'poll'],
  logsources: [{ product: 'slack', service: 'audit' }],
  keys: /(^|\/)slack\//,
  match: [
    { action: true, 'actor.type': ['user', 'anonymous'], 'context.location.type': true },
    { action: true, 'actor.user.id': true, 'context.ua': true },
    { action: true, 'actor.user.id': true, 'context.ip_address': true },
    { action: true, 'entity.type': true, 'actor.user.id': true, date_create: true },
  ],
  uid: 'id',
  time: 'date_create',
  code: 'action',
  severity: { from: 'action', table: { anomaly: 4 } },
  kinds: [
    {
      when: { action: 'anomaly' },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['id', 'details.action_timestamp'],
        'finding_info.title': { is: 'Slack anomaly' },
        'finding_info.types': 'details.reason',
        is_alert: { is: true },
        'evidences[0].actor.user.uid': 'actor.user.id',
        'evidences[0].actor.user.name': 'actor.user.name',
        'evidences[0].actor.user.email_addr': 'actor.user.email',
        'evidences[0].src_endpoint.ip': 'context.ip_address',
      },
    },
    {
      when: { action: ['user_login', 'user_login_failed', 'user_logout', 'user_session_*', 'user_sessions_*'] },
      class_uid: 3002,
      activity: { from: 'action', table: { user_login: 1, user_login_failed: 1, user_logout: 2, 'user_session*': 2 } },
      fields: {
        'user.uid': ['entity.user.id', 'actor.user.id'],
        'user.name': ['entity.user.name', 'actor.user.name'],
        'user.email_addr': ['entity.user.email', 'actor.user.email'],
        status_id: { from: 'action', table: { user_login_failed: 2, '*': 1 } },
      },
    },
    {
      when: {
        action: [
          'user_created',
          'user_deactivated',
          'user_reactivated',
          'user_added_to_*',
          'user_*_changed',
          'user_email_*',
          'user_profile_*',
          'role_*',
          'guest_*',
          'owner_*',
          'pending_user_*',
        ],
        'entity.type': 'user',
      },
      class_uid: 3001,
      activity: {
        from: 'action',
        table: {
          role_change_to_admin: 7,
          role_change_to_owner: 7,
          'role_change_to_*': 8,
          role_assigned: 7,
          role_removed: 8,
          ...ACCOUNT_VERBS,
        },
      },
      fields: {
        'user.uid': 'entity.user.id',
        'user.name': 'entity.user.name',
        'user.email_addr': 'entity.user.email',
        'user.org.uid': 'entity.user.team',
      },
    },
    {
      when: { action: 'file_*' },
      class_uid: 6006,
      activity: { from: 'action', table: FILE_VERBS },
      fields: {
        'file.uid': 'entity.file.id',
        'file.name': ['entity.file.name', 'entity.file.title'],
        'file.mime_type': 'entity.file.filetype',
      },
    },
    { class_uid: 6003, activity: { from: 'action', table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': 'actor.user.id',
    'actor.user.name': 'actor.user.name',
    'actor.user.email_addr': 'actor.user.email',
    'actor.user.org.uid': 'actor.user.team',
    'api.operation': 'action',
    'api.request.data': { json: 'details' },
    'api.service.name': { is: 'Slack' },
    'src_endpoint.ip': 'context.ip_address',
    'http_request.user_agent': 'context.ua',
    'actor.session.uid': 'context.session_id',
    resources: {
      each: [
        'entity.app',
        'entity.channel',
        'entity.workspace',
        'entity.enterprise',
        'entity.user',
        'entity.usergroup',
        'entity.role',
        'entity.workflow',
        'entity.message',
      ],
      fields: { uid: 'id', name: ['name', 'domain', 'email'] },
    },
    'metadata.tenant_uid': 'context.location.id',
  },
};

export const slack: Source = mappedSource(SPEC);
