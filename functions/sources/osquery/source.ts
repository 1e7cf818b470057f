/** osquery: results of scheduled queries, differential and snapshot. @see osquery documentation, "Logging", "Aggregating logs" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'osquery',

  title: { en: 'osquery results', ja: 'osquery の結果' },
  product: { name: 'osquery', vendor_name: 'osquery' },
  logsources: [{ product: 'osquery', service: 'result' }],
  keys: /(^|\/)osquery\//,
  match: [
    { hostIdentifier: true, columns: true },
    { hostIdentifier: true, snapshot: true },
    { name: true, columns: true, action: ['added', 'removed', 'snapshot'] },
    { hostIdentifier: true, diffResults: true },
  ],
  time: ['unixTime', 'calendarTime', 'columns.time'],
  code: 'name',
  kinds: [
    {
      when: { name: ['*process_events*', '*processes*', '*process_open*'], 'columns.pid': true },
      class_uid: 1007,
      activity: { from: 'action', table: { removed: 2, '*': 1 } },
    },
    {
      when: { name: ['*socket_events*', '*open_sockets*', '*listening_ports*'], columns: true },
      class_uid: 4001,
      activity: { from: 'name', table: { '*listening*': 7, '*': 1 } },
    },
    {
      when: { name: ['*file_events*', '*fim*'], columns: true },
      class_uid: 1001,
      activity: {
        from: 'columns.action',
        table: { CREATED: 1, UPDATED: 3, DELETED: 4, MOVED_TO: 5, MOVED_FROM: 5, ATTRIBUTES_MODIFIED: 6, OPENED: 14 },
      },
      fields: { file: { from: ['columns.target_path', 'columns.path'], as: 'file' } },
    },
    {
      when: { name: ['*logged_in_users*', '*user_events*', '*last*'], 'columns.user': true },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.name': ['columns.user', 'columns.username'],
        'service.name': { is: 'osquery' },
        'src_endpoint.hostname': 'columns.host',
      },
    },
    {
      when: { name: ['*crontab*', '*scheduled_tasks*', '*launchd*', '*startup_items*'], columns: true },
      class_uid: 1006,
      activity: { from: 'action', table: { added: 1, removed: 3 } },
      fields: {
        'job.name': ['columns.name', 'columns.label', 'columns.command'],
        'job.cmd_line': ['columns.command', 'columns.program_arguments', 'columns.action'],
        'job.file': { from: ['columns.path', 'columns.command'], as: 'file' },
      },
    },
    { class_uid: 5040, activity: 99 },
  ],
  fields: {
    'device.hostname': ['decorations.hostname', 'hostIdentifier'],
    'device.uid': ['decorations.host_uuid', 'hostIdentifier'],
    'device.type_id': { is: 0 },
    'process.pid': 'columns.pid',
    'process.name': 'columns.name',
    'process.cmd_line': ['columns.cmdline', 'columns.cmd'],
    'process.file': { from: 'columns.path', as: 'file' },
    'process.parent_process.pid': 'columns.parent',
    'process.user.uid': ['columns.uid', 'columns.auid'],
    'process.user.name': 'columns.username',
    'actor.process.pid': ['columns.parent', 'columns.pid'],
    'actor.user.name': ['columns.username', 'columns.user', 'decorations.username'],
    'actor.user.uid': 'columns.uid',
    'src_endpoint.ip': ['columns.local_address', 'columns.address'],
    'src_endpoint.port': ['columns.local_port', 'columns.port'],
    'dst_endpoint.ip': 'columns.remote_address',
    'dst_endpoint.port': 'columns.remote_port',
    'connection_info.protocol_num': 'columns.protocol',
    'connection_info.direction_id': { is: 0 },
    'query_info.name': 'name',
    'query_info.uid': 'name',
    'query_info.query_string': 'name',
    message: 'name',
    'metadata.log_name': 'name',
  },
};

export const osquery: Source = mappedSource(SPEC);
