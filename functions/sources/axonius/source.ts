/** Axonius: activity logs. @see Axonius documentation, "Activity Logs" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'axonius',
  title: { en: 'Axonius activity log', ja: 'Axonius アクティビティログ' },
  product: { name: 'Axonius', vendor_name: 'Axonius' },
  logsources: [{ product: 'axonius', service: 'activity' }],
  keys: /(^|\/)axonius\//,
  match: [{ 'event.action': 'AuditAction.*' }, { 'event.category': 'AuditCategory.*', 'event.action': true }],
  time: 'time',
  code: 'event.action',
  vendorService: { 'event.type': 'system' },
  kinds: [
    {
      when: { 'event.action': ['*Login*', '*Logout*', '*.FailedLogin*'] },
      class_uid: 3002,
      activity: { from: 'event.action', table: { '*logout*': 2, '*': 1 } },
      fields: {
        'user.name': 'event.user',
        'user.email_addr': 'event.user',
        'service.name': { is: 'Axonius' },
        status_id: { from: ['event.params.status', 'event.action'], table: { 'success*': 1, '*fail*': 2, '*invalid*': 2 } },
      },
    },
    {
      class_uid: 6003,
      activity: { from: 'event.action', table: { '*.Put': 1, '*.Post': 3, '*.Patch': 3, '*.Get': 2, ...API_VERBS } },
    },
  ],
  fields: {
    'actor.user.name': 'event.user',
    'actor.user.email_addr': 'event.user',
    'api.operation': 'event.action',
    'api.request.data': { json: 'event.params' },
    'api.service.name': { is: 'Axonius' },
    'src_endpoint.ip': 'event.params.ip',
    'resources[0].uid': 'event.params.config_id',
    'resources[0].name': ['event.params.name', 'event.params.vendor_name'],
    'resources[0].type': 'event.category',
    'metadata.log_name': 'event.category',
  },
};

export const axonius: Source = mappedSource(SPEC);
