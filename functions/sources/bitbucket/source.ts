/** Bitbucket Data Center: the audit log file. @see Bitbucket Data Center documentation, "Audit log events", "Audit log integrations in Bitbucket" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { ACCOUNT_VERBS, API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'bitbucket',
  title: { en: 'Bitbucket Data Center audit log', ja: 'Bitbucket Data Center 監査ログ' },
  product: { name: 'Bitbucket', vendor_name: 'Atlassian' },
  logsources: [{ product: 'bitbucket', service: 'audit' }],
  keys: /(^|\/)bitbucket\//,
  match: [{ 'auditType.category': true, 'auditType.action': true }],
  time: ['timestamp.epochSecond', 'timestamp'],
  code: 'auditType.action',
  vendorService: { method: 'System' },
  kinds: [
    {
      when: { 'auditType.action': ['*login*', '*logged*', '*authentication*'] },
      class_uid: 3002,
      activity: { from: 'auditType.action', table: { '*logged out*': 2, '*logout*': 2, '*': 1 } },
      fields: {
        'user.name': ['affectedObjects[type=USER].name', 'author.name'],
        'user.uid': ['affectedObjects[type=USER].id', 'author.id'],
        status_id: { from: 'auditType.action', table: { '*fail*': 2, '*': 1 } },
      },
    },
    {
      when: { 'auditType.category': ['Users and groups'], 'affectedObjects[type=USER].name': true },
      class_uid: 3001,
      activity: { from: 'auditType.action', table: ACCOUNT_VERBS },
      fields: { 'user.name': 'affectedObjects[type=USER].name', 'user.uid': 'affectedObjects[type=USER].id' },
    },
    {
      class_uid: 6003,
      activity: { from: 'auditType.action', table: { '*clone*': 2, '*fetch*': 2, '*push*': 3, ...API_VERBS } },
    },
  ],
  fields: {
    'actor.user.name': 'author.name',
    'actor.user.uid': 'author.id',
    'actor.user.type': 'author.type',
    'api.operation': 'auditType.action',
    'api.service.name': { is: 'Bitbucket' },
    'api.request.data': { json: 'changedValues' },
    'src_endpoint.ip': 'source',
    'device.hostname': 'node',
    resources: { each: 'affectedObjects', fields: { name: 'name', uid: ['id', 'uri'], type: 'type' } },
    'metadata.log_name': 'auditType.category',
    'metadata.log_level': 'auditType.level',
  },
};

export const bitbucket: Source = mappedSource(SPEC);
