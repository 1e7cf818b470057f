/** Zendesk: the audit log of an account. @see Zendesk API reference, "Audit Logs" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'zendesk',
  title: { en: 'Zendesk audit log', ja: 'Zendesk 監査ログ' },
  product: { name: 'Zendesk', vendor_name: 'Zendesk' },
  arrivals: ['object', 'poll'],
  logsources: [{ product: 'zendesk', service: 'audit' }],
  keys: /(^|\/)zendesk\//,
  match: [
    { action: true, actor_id: true, source_type: true },
    { action: true, actor_name: true, source_type: true },
    { action: true, source_type: true, source_label: true },
    { action: true, source_type: true, change_description: true },
  ],
  uid: 'id',
  time: 'created_at',
  code: 'action',
  vendorService: { actor_id: ['-1'] },
  kinds: [
    {
      when: { action: ['login', 'logout'] },
      class_uid: 3002,
      activity: { from: 'action', table: { login: 1, logout: 2 } },
      fields: {
        'user.name': ['actor_name', 'source_label'],
        'user.uid': ['actor_id', 'source_id'],
        'user.email_addr': ['actor_email', 'actor_name'],
        status_id: { from: 'change_description', table: { '*fail*': 2, '*unsuccessful*': 2, '*': 1 }, else: 1 },
        status_detail: 'change_description',
      },
    },
    {
      when: { source_type: 'user' },
      class_uid: 3001,
      activity: {
        from: ['change_description', 'action'],
        table: {
          '*password*': 3,
          '*two*factor*disabled*': 11,
          '*two*factor*': 10,
          '*suspend*': 5,
          '*role*': 99,
          create: 1,
          destroy: 6,
          '*deleted*': 6,
        },
      },
      fields: { 'user.name': 'source_label', 'user.uid': 'source_id', 'user.type': { is: 'user' } },
    },
    {
      when: { source_type: ['group', 'group_membership', 'team_member*', 'custom_role', 'permission_set'] },
      class_uid: 3006,
      activity: { from: 'action', table: { create: 6, destroy: 5, update: 99 } },
      fields: { 'group.name': 'source_label', 'group.uid': 'source_id', 'group.type': 'source_type' },
    },
    {
      class_uid: 6003,
      activity: { from: 'action', table: { create: 1, exported: 2, export: 2, accessed: 2, update: 3, destroy: 4 } },
    },
  ],
  fields: {
    'actor.user.uid': 'actor_id',
    'actor.user.name': 'actor_name',
    'actor.user.email_addr': 'actor_email',
    'api.operation': 'action',
    'api.service.name': { is: 'Zendesk' },
    'src_endpoint.ip': 'ip_address',
    'resources[0].uid': 'source_id',
    'resources[0].name': 'source_label',
    'resources[0].type': 'source_type',
    message: ['change_description', 'action_label'],
    'metadata.log_name': { is: 'audit_logs' },
  },
};

export const zendesk: Source = mappedSource(SPEC);
