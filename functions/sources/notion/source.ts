/** Notion: the audit log of an enterprise workspace. @see Notion Help Center, "Audit log" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'notion',

  title: { en: 'Notion audit log', ja: 'Notion 監査ログ' },
  product: { name: 'Notion', vendor_name: 'Notion' },
  logsources: [{ product: 'notion', service: 'audit' }],
  keys: /(^|\/)notion\//,
  match: [
    { 'event.workspace_id': true, 'event.type': true },
    { workspace_id: true, type: '*.*', 'actor.object': true },
  ],
  uid: ['event.id', 'id'],
  time: ['event.timestamp', 'timestamp'],
  code: ['event.type', 'type'],
  kinds: [
    {
      when: { 'event.type': ['user.login', 'user.logout', 'user.sso*'] },
      class_uid: 3002,
      activity: { from: 'event.type', table: { 'user.logout': 2, '*': 1 } },
      fields: {
        'user.uid': 'event.actor.id',
        'user.email_addr': 'event.actor.person.email',
        status_id: { is: 1 },
        auth_protocol: 'event.details.authType',
      },
    },
    {
      when: { 'event.type': ['workspace.permissions.member_*', 'user.settings.*', 'user.*', 'workspace.scim_*'] },
      class_uid: 3001,
      activity: { from: 'event.type', table: ACCOUNT_VERBS },
      fields: {
        'user.uid': ['event.details.member.id', 'event.actor.id'],
        'user.email_addr': ['event.details.member.person.email', 'event.actor.person.email'],
        'user.type': ['event.details.new_role', 'event.details.role'],
      },
    },
    { class_uid: 6003, activity: { from: ['event.type', 'type'], table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': ['event.actor.id', 'actor.id'],
    'actor.user.email_addr': ['event.actor.person.email', 'actor.person.email'],
    'actor.user.name': ['event.actor.name', 'actor.name', 'event.actor.person.email', 'actor.person.email'],
    'actor.user.type': ['event.actor.type', 'actor.type'],
    'api.operation': ['event.type', 'type'],
    'api.request.data': { json: ['event.details', 'details'] },
    'src_endpoint.ip': ['event.ip_address', 'ip_address'],
    'actor.app_name': ['event.platform', 'platform'],
    'metadata.tenant_uid': ['event.workspace_id', 'workspace_id'],
  },
};

export const notion: Source = mappedSource(SPEC);
