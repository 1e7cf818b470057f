/** 1Password: sign-in attempts, item usages and audit events. @see 1Password Events API reference */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'onepassword',

  title: { en: '1Password events', ja: '1Password イベント' },
  product: { name: '1Password', vendor_name: 'AgileBits' },
  arrivals: ['object', 'poll'],
  logsources: [
    { product: '1password', service: 'signin' },
    { product: '1password', service: 'itemusage' },
    { product: '1password', service: 'audit' },
  ],
  keys: /(^|\/)onepassword\//,
  match: [
    { 'target_user.uuid': true, category: true, session_uuid: true },
    { vault_uuid: true, item_uuid: true, 'user.uuid': true },
    { actor_uuid: true, object_type: true, action: true },
  ],
  uid: 'uuid',
  time: 'timestamp',
  code: ['type', 'action'],
  kinds: [
    {
      when: { category: true, 'target_user.uuid': true },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.uid': 'target_user.uuid',
        'user.name': 'target_user.name',
        'user.email_addr': 'target_user.email',
        status_id: { from: 'category', table: { success: 1, '*': 2 } },
        status_code: 'category',
        'session.uid': 'session_uuid',
      },
    },
    {
      when: {
        object_type: ['user', 'invite', 'mbrs', 'gm', 'gva', 'uva'],
        action: [
          'create',
          'delete',
          'suspend',
          'reactive',
          'grant',
          'revoke',
          'join',
          'begr',
          'compr',
          'tvrfycnt',
          'chngpsk',
          'changemp',
          'mngmfa',
          'disblmfa',
          'enblmfa',
          'updatmfa',
        ],
      },
      class_uid: 3001,
      activity: {
        from: 'action',
        table: {
          create: 1,
          delete: 6,
          suspend: 5,
          reactive: 2,
          grant: 7,
          revoke: 8,
          join: 7,
          changemp: 3,
          disblmfa: 11,
          enblmfa: 10,
          begr: 4,
          compr: 4,
        },
      },
      fields: { 'user.uid': 'object_uuid', 'user.name': 'object_details.name', 'user.email_addr': 'object_details.email' },
    },
    {
      class_uid: 6003,
      activity: { from: ['action', 'item_uuid'], table: { create: 1, delete: 4, update: 3, export: 2, ...API_VERBS, '*': 2 } },
    },
  ],
  fields: {
    'actor.user.uid': ['user.uuid', 'actor_uuid', 'target_user.uuid'],
    'actor.user.name': ['user.name', 'actor_details.name'],
    'actor.user.email_addr': ['user.email', 'actor_details.email'],
    'actor.session.uid': ['session.uuid', 'session_uuid'],
    'actor.app_name': 'client.app_name',
    'api.operation': ['action', 'type'],
    'src_endpoint.ip': ['client.ip_address', 'session.ip', 'location.ip'],
    'src_endpoint.location.country': ['country', 'location.country'],
    'src_endpoint.location.city': 'location.city',
    'src_endpoint.os.name': 'client.os_name',
    'src_endpoint.os.version': 'client.os_version',
    'resources[0].uid': ['item_uuid', 'object_uuid'],
    'resources[0].type': 'object_type',
    'resources[0].group.uid': 'vault_uuid',
  },
};

export const onepassword: Source = mappedSource(SPEC);
