/** Bitbucket Data Center: the audit log, of its file and of its REST API. @see Bitbucket Data Center documentation, "Audit log events", "Audit log integrations in Bitbucket" */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
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
  match: [
    { 'auditType.category': true, 'auditType.action': true },
    { 'type.category': true, 'type.action': true, 'type.actionI18nKey': true, 'author.name': true },
  ],
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
      when: { 'auditType.category': 'Users and groups', 'affectedObjects[type=GROUP].name': true },
      class_uid: 3006,
      activity: {
        from: 'auditType.action',
        table: {
          '*user added to*': 3,
          '*user deleted from*': 4,
          '*user removed from*': 4,
          '*group created*': 6,
          '*group deleted*': 5,
        },
      },
      fields: {
        'group.name': 'affectedObjects[type=GROUP].name',
        'group.uid': 'affectedObjects[type=GROUP].id',
        'user.name': 'affectedObjects[type=USER].name',
        'user.uid': 'affectedObjects[type=USER].id',
      },
    },
    {
      when: {
        'auditType.category': 'Permissions',
        'auditType.action': ['*granted', '*revoked', '*removed', '*changed'],
        'affectedObjects[type=USER].name': true,
      },
      class_uid: 3005,
      activity: { from: 'auditType.action', table: { '*revoked': 2, '*removed': 2, '*': 1 } },
      fields: {
        'user.name': 'affectedObjects[type=USER].name',
        'user.uid': 'affectedObjects[type=USER].id',
        privileges: 'extraAttributes[name=Permission].value',
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

const mapped = mappedSource(SPEC);

/** The REST API calls `type` what the file calls `auditType`. */
function asInFile(record: JsonObject): JsonObject {
  const { type } = record;
  return record['auditType'] === undefined && isJsonObject(type) ? { ...record, auditType: type } : record;
}

export const bitbucket: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(asInFile(record), context) };
