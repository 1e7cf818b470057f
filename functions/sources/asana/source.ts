/** Asana: the audit log of an organization. @see Asana developers, "Audit log API", "Audit log events" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'asana',
  title: { en: 'Asana audit log', ja: 'Asana 監査ログ' },
  product: { name: 'Asana', vendor_name: 'Asana' },
  logsources: [{ product: 'asana', service: 'audit' }],
  keys: /(^|\/)asana\//,
  match: [
    { event_type: true, event_category: true, 'actor.actor_type': true },
    { event_type: true, 'context.context_type': true, 'resource.resource_type': true },
  ],
  uid: 'gid',
  time: 'created_at',
  code: 'event_type',
  vendorService: { 'actor.actor_type': ['asana', 'asana_support'] },
  kinds: [
    {
      when: { event_type: ['user_login_*', 'user_logged_out', 'user_session_*'] },
      class_uid: 3002,
      activity: { from: 'event_type', table: { 'user_login_*': 1, user_logged_out: 2, 'user_session_*': 2 } },
      fields: {
        'user.uid': 'resource.gid',
        'user.name': 'resource.name',
        'user.email_addr': 'resource.email',
        status_id: { from: 'event_type', table: { '*_succeeded': 1, '*_failed': 2 } },
      },
    },
    {
      when: { event_type: ['user_*', 'two_factor_*'], 'resource.resource_type': 'user' },
      class_uid: 3001,
      activity: {
        from: 'event_type',
        table: {
          user_invited: 1,
          user_joined: 1,
          user_deprovisioned: 6,
          user_removed: 6,
          user_password_reset: 4,
          user_password_changed: 3,
          '*_granted': 7,
          '*_revoked': 8,
        },
      },
      fields: { 'user.uid': 'resource.gid', 'user.name': 'resource.name', 'user.email_addr': 'resource.email' },
    },
    {
      class_uid: 6003,
      activity: {
        from: 'event_type',
        table: {
          '*_created': 1,
          '*_added': 1,
          '*_viewed': 2,
          '*_exported': 2,
          '*_downloaded': 2,
          '*_deleted': 4,
          '*_removed': 4,
          '*_changed': 3,
          '*_enabled': 3,
          '*_disabled': 3,
        },
      },
    },
  ],
  fields: {
    'actor.user.uid': 'actor.gid',
    'actor.user.name': 'actor.name',
    'actor.user.email_addr': 'actor.email',
    'actor.user.type': 'actor.actor_type',
    'api.operation': 'event_type',
    'api.request.data': { json: 'details' },
    'api.service.name': { is: 'Asana' },
    'src_endpoint.ip': 'context.client_ip_address',
    'http_request.user_agent': 'context.user_agent',
    resources: { each: 'resource', fields: { uid: 'gid', name: ['name', 'email'], type: 'resource_type' } },
    'metadata.log_name': 'event_category',
  },
};

export const asana: Source = mappedSource(SPEC);
