/** Teleport: audit events of a cluster. @see Teleport documentation, "Audit Event Reference" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'teleport',
  title: { en: 'Teleport audit log', ja: 'Teleport 監査ログ' },
  product: { name: 'Teleport', vendor_name: 'Gravitational' },
  logsources: [{ product: 'teleport', service: 'audit' }],
  keys: /(^|\/)teleport\//,
  match: [
    { event: true, code: ['T*'], ei: true, cluster_name: true },
    { event: true, code: ['T*'], ei: true, time: true, uid: true },
  ],
  uid: 'uid',
  time: 'time',
  code: 'event',
  // The last letter of a code: information, warning, error.
  severity: { from: 'code', table: { '*w': 3, '*e': 3 } },
  kinds: [
    {
      when: {
        event: [
          'user.login',
          'auth',
          'session.start',
          'session.end',
          'session.leave',
          'session.rejected',
          'db.session.start',
          'db.session.end',
          'app.session.start',
          'app.session.end',
          'windows.desktop.session.*',
        ],
      },
      class_uid: 3002,
      activity: { from: 'event', table: { '*.end': 2, '*.leave': 2, '*': 1 } },
      fields: {
        'user.name': ['user'],
        'user.account.name': ['login', 'db_user', 'windows_user'],
        'session.uid': 'sid',
        'service.name': ['server_hostname', 'db_service', 'app_name', 'proto', 'method'],
        auth_protocol: ['method'],
        status_id: { from: 'code', table: { '*w': 2, '*e': 2, '*i': 1 } },
        status_detail: ['error', 'message', 'reason'],
        is_remote: { is: true },
      },
    },
    {
      when: { event: ['exec', 'session.command'] },
      class_uid: 1007,
      activity: 1,
      fields: {
        'process.cmd_line': 'command',
        'process.name': 'program',
        'process.path': 'path',
        'process.pid': 'pid',
        'actor.user.account.name': 'login',
        status_id: { from: 'code', table: { '*w': 2, '*e': 2, '*i': 1 } },
        status_code: 'exitCode',
      },
    },
    {
      when: { event: 'db.session.query*' },
      class_uid: 6005,
      activity: 1,
      fields: {
        'database.name': 'db_name',
        'database.type': 'db_protocol',
        'database.type_id': { is: 99 },
        'database.uid': 'db_service',
        'query_info.query_string': 'db_query',
        'query_info.name': 'db_service',
        'actor.user.account.name': 'db_user',
        status_id: { from: 'code', table: { '*w': 2, '*e': 2, '*i': 1 } },
      },
    },
    {
      when: { event: ['user.create', 'user.update', 'user.delete', 'user.password_change', 'lock.*', 'mfa.*'] },
      class_uid: 3001,
      activity: {
        from: 'event',
        table: {
          'user.create': 1,
          'user.delete': 6,
          'user.password_change': 3,
          'lock.created': 9,
          'lock.deleted': 12,
          'mfa.add': 10,
          'mfa.delete': 11,
        },
      },
      fields: {
        'user.name': ['name', 'target.user', 'user'],
        status_id: { from: 'code', table: { '*w': 2, '*e': 2, '*i': 1 } },
      },
    },
    { class_uid: 6003, activity: { from: 'event', table: API_VERBS } },
  ],
  fields: {
    'actor.user.name': 'user',
    'actor.session.uid': 'sid',
    'api.operation': 'event',
    'api.service.name': { is: 'Teleport' },
    src_endpoint: { from: ['addr.remote', 'addr_remote', 'client_ip'], as: 'address' },
    'dst_endpoint.hostname': ['server_hostname', 'desktop_addr'],
    'dst_endpoint.uid': 'server_id',
    'device.hostname': ['server_hostname', 'cluster_name'],
    'http_request.user_agent': 'user_agent',
    'resources[0].name': ['name', 'kubernetes_cluster', 'app_name', 'db_name'],
    'resources[0].type': ['resource_type', 'proto'],
    status_id: { from: 'code', table: { '*w': 2, '*e': 2, '*i': 1 } },
    'metadata.log_name': 'code',
    'metadata.tenant_uid': 'cluster_name',
  },
};

export const teleport: Source = mappedSource(SPEC);
