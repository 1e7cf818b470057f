/** OpenAI: the audit logs of an organization. @see OpenAI API reference, "Audit Logs" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'openai',

  title: { en: 'OpenAI audit logs', ja: 'OpenAI 監査ログ' },
  product: { name: 'OpenAI Platform', vendor_name: 'OpenAI' },
  logsources: [{ product: 'openai', service: 'audit' }],
  keys: /(^|\/)openai\//,
  match: [{ object: 'organization.audit_log' }, { effective_at: true, type: '*.*', 'actor.type': ['session', 'api_key'] }],
  uid: 'id',
  time: 'effective_at',
  code: 'type',
  kinds: [
    {
      when: { type: ['login.*', 'logout.*'] },
      class_uid: 3002,
      activity: { from: 'type', table: { 'login.*': 1, 'logout.*': 2 } },
      fields: {
        'user.uid': 'actor.session.user.id',
        'user.email_addr': 'actor.session.user.email',
        status_id: { from: 'type', table: { '*.failed': 2, '*.succeeded': 1 } },
        status_code: ['login_failed.error_code', 'logout_failed.error_code'],
        status_detail: ['login_failed.error_message', 'logout_failed.error_message'],
      },
    },
    {
      when: { type: ['user.*', 'invite.*'] },
      class_uid: 3001,
      activity: {
        from: 'type',
        table: {
          'user.added': 1,
          'user.deleted': 6,
          'user.updated': 7,
          'invite.sent': 1,
          'invite.deleted': 6,
          'invite.accepted': 2,
        },
      },
      fields: {
        'user.uid': [
          'user_added.id',
          'user_updated.id',
          'user_deleted.id',
          'invite_sent.id',
          'invite_accepted.id',
          'invite_deleted.id',
        ],
        'user.email_addr': ['invite_sent.data.email', 'user_added.data.email'],
        'user.type': ['user_updated.changes_requested.role', 'user_added.data.role', 'invite_sent.data.role'],
      },
    },
    { class_uid: 6003, activity: { from: 'type', table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': ['actor.session.user.id', 'actor.api_key.user.id', 'actor.api_key.service_account.id'],
    'actor.user.email_addr': ['actor.session.user.email', 'actor.api_key.user.email'],
    'actor.user.name': ['actor.session.user.email', 'actor.api_key.user.email'],
    'actor.user.type': 'actor.type',
    'actor.user.credential_uid': 'actor.api_key.id',
    'api.operation': 'type',
    'src_endpoint.ip': 'actor.session.ip_address',
    'http_request.user_agent': 'actor.session.user_agent',
    'resources[0].uid': [
      'project.id',
      'api_key_created.id',
      'api_key_deleted.id',
      'api_key_updated.id',
      'service_account_created.id',
      'service_account_deleted.id',
    ],
    'resources[0].name': 'project.name',
  },
};

export const openai: Source = mappedSource(SPEC);
