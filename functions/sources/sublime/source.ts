/** Sublime Security: audit log and message events. @see Sublime Security documentation, "Audit log", "Export message events" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'sublime',
  title: { en: 'Sublime Security events', ja: 'Sublime Security イベント' },
  product: { name: 'Sublime Platform', vendor_name: 'Sublime Security' },
  logsources: [{ product: 'sublime', service: 'audit' }],
  keys: /(^|\/)sublime(_platform)?[^/]*\//,
  match: [
    { type: true, created_at: true, 'data.request.path': true, 'data.request.authentication_method': true },
    { type: true, created_at: true, 'created_by.email_address': true, data: true },
    { type: 'message.*', created_at: true, 'data.message.canonical_id': true },
    { type: 'message.*', created_at: true, 'data.flagged_rules': true },
  ],
  uid: 'id',
  time: 'created_at',
  code: 'type',
  severity: { from: 'type', table: { 'message.flagged': 3 } },
  kinds: [
    {
      when: { type: 'message.flagged' },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['data.message.id', 'data.message.canonical_id'],
        'finding_info.title': { is: 'Message flagged' },
        'finding_info.related_analytics': { each: 'data.flagged_rules', fields: { uid: 'id', name: 'name', type_id: { is: 1 } } },
        is_alert: { is: true },
        'resources[0].uid': ['data.message.external_id', 'data.message.id'],
        'resources[0].type': { is: 'email' },
        'evidences[0].data': { json: 'data.message' },
      },
    },
    {
      when: { type: ['session.*', 'user.login', 'user.logout', '*.login', '*.logout'] },
      class_uid: 3002,
      activity: { from: 'type', table: { '*logout*': 2, '*delete*': 2, '*': 1 } },
      fields: {
        'user.uid': 'created_by.id',
        'user.email_addr': 'created_by.email_address',
        'user.name': 'created_by.email_address',
        'service.name': { is: 'Sublime Platform' },
      },
    },
    {
      class_uid: 6003,
      activity: { from: 'type', table: { '*.create': 1, '*.deactivate': 3, '*.activate': 3, ...API_VERBS } },
      fields: {
        'http_request.url.path': 'data.request.path',
        'http_request.http_method': 'data.request.method',
        'http_request.uid': 'data.request.id',
        'api.request.data': { json: 'data.request.body' },
      },
    },
  ],
  fields: {
    'actor.user.uid': 'created_by.id',
    'actor.user.email_addr': 'created_by.email_address',
    'actor.user.name': 'created_by.email_address',
    'actor.user.type': 'created_by.role',
    'api.operation': 'type',
    'api.service.name': { is: 'Sublime Platform' },
    'src_endpoint.ip': 'data.request.ip',
    'http_request.user_agent': 'data.request.user_agent',
    'http_request.url.path': 'data.request.path',
  },
};

export const sublime: Source = mappedSource(SPEC);
