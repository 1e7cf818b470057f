/** Linux audit: lines of audit.log, bare or in syslog, and JSON of Laurel and Auditbeat. @see audit-documentation, "specs/messages"; Laurel, "Log format"; Auditbeat reference, "Exported fields" */
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';
import { auditReader, readAuditLine } from './lines.ts';

/** Where the forms have a field of a record: Laurel under the record's type, Auditbeat under `auditd.data`. */
const at = (name: string, type = 'SYSCALL'): string[] => [name, `${type}.${name}`, `auditd.data.${name}`, `data.${name}`];
/** What the kernel writes where nobody has signed in. */
const UNSET = ['4294967295', '-1', 'unset'];
const SYSCALL_NAME = ['SYSCALL.SYSCALL', 'SYSCALL', 'syscall', 'SYSCALL.syscall', 'auditd.data.syscall', 'data.syscall'];

/** A syscall's own `a0` … `a3` are registers, not arguments of a command: they are joined for EXECVE alone. */
const LAUNCH: Fields = {
  'process.pid': [...at('pid'), 'process.pid'],
  'process.name': [...at('comm'), 'process.name'],
  'process.file': { from: [...at('exe'), 'process.executable'], as: 'file' },
  'process.cmd_line': { joined: ['EXECVE.ARGV', 'PROCTITLE.ARGV', 'process.args', 'cmd', 'proctitle', 'process.title'] },
  'process.working_directory': [...at('cwd', 'CWD'), 'process.working_directory'],
  'process.parent_process.pid': [...at('ppid'), 'process.parent.pid', 'process.ppid'],
  'process.parent_process.name': ['PARENT_INFO.comm', 'process.parent.name'],
  'process.parent_process.cmd_line': { joined: 'PARENT_INFO.ARGV' },
  'process.user.uid': [...at('uid'), 'user.id'],
  'process.user.name': ['UID', 'SYSCALL.UID', 'user.name'],
  'process.tty': at('tty'),
  'process.session.uid': { from: [...at('ses'), 'auditd.session'], unless: UNSET },
  // Who launched is the parent.
  'actor.process.pid': [...at('ppid'), 'process.parent.pid'],
  'actor.process.name': ['PARENT_INFO.comm', 'process.parent.name'],
  'actor.process.file': [],
};
const EXEC = ['execve', 'execveat'];
/** Numbers of execve and execveat by architecture: x86-64, i386, arm64. */
const EXEC_NUMBERS = { c000003e: ['59', '322'], '40000003': ['11', '358'], c00000b7: ['221', '281'] };
const MODULE = ['init_module', 'finit_module', 'delete_module', '175', '313', '176'];

const LOGIN: Kind['fields'] = {
  'user.name': ['acct', 'USER_LOGIN.acct', 'auditd.data.acct', 'ID', 'user.name', 'AUID', 'UID'],
  'user.uid': { from: ['id', 'auid', 'user.id'], unless: UNSET },
  'dst_endpoint.hostname': ['node', 'NODE', 'host.name'],
  'session.uid': { from: ['ses', 'auditd.session'], unless: UNSET },
  'session.terminal': ['terminal', 'auditd.data.terminal'],
  auth_protocol: 'op',
};
const KERNEL: Fields = { 'kernel.name': SYSCALL_NAME, 'kernel.type_id': { is: 2 } };

const KINDS: readonly Kind[] = [
  { when: { type: 'EXECVE' }, class_uid: 1007, activity: 1, fields: { ...LAUNCH, 'process.cmd_line': { joined: 'a#' } } },
  ...[
    { type: 'SYSCALL', SYSCALL: EXEC },
    { type: 'SYSCALL', syscall: EXEC },
    { 'auditd.data.syscall': EXEC },
    ...Object.entries(EXEC_NUMBERS).map(([arch, syscall]) => ({ type: 'SYSCALL', arch, syscall })),
  ].map((when): Kind => ({ when, class_uid: 1007, activity: 1, fields: LAUNCH })),
  { when: { EXECVE: true, ID: true }, class_uid: 1007, activity: 1, fields: LAUNCH },
  {
    when: { type: ['PROCTITLE', 'USER_CMD'] },
    class_uid: 1007,
    activity: 1,
    fields: { ...LAUNCH, 'actor.user.name': ['acct', 'AUID'] },
  },
  ...[{ type: 'SYSCALL', SYSCALL: MODULE }, { type: 'SYSCALL', syscall: MODULE }, { type: 'KERN_MODULE' }].map(
    (when): Kind => ({
      when,
      class_uid: 1005,
      activity: { from: ['SYSCALL', 'syscall'], table: { delete_module: 2, '176': 2 }, else: 1 },
      fields: { 'module.file.name': 'name', 'module.file.type_id': { is: 1 }, 'module.load_type_id': { is: 0 } },
    }),
  ),
  ...[
    { type: 'SOCKADDR', laddr: true },
    { SOCKADDR: true, ID: true },
    { 'auditd.data.syscall': ['connect', 'accept', 'accept4', 'bind'] },
  ].map(
    (when): Kind => ({
      when,
      class_uid: 4001,
      activity: 1,
      fields: {
        'dst_endpoint.ip': ['laddr', 'SOCKADDR.SADDR.addr', 'SOCKADDR.SADDR.laddr', 'destination.ip'],
        'dst_endpoint.port': ['lport', 'SOCKADDR.SADDR.port', 'SOCKADDR.SADDR.lport', 'destination.port'],
        'connection_info.direction_id': { is: 0 },
        'actor.process.name': at('comm'),
      },
    }),
  ),
  {
    when: { type: 'PATH' },
    class_uid: 1001,
    activity: { from: 'nametype', table: { CREATE: 1, DELETE: 4, NORMAL: 14 } },
    fields: { file: { from: 'name', as: 'file' }, 'file.uid': 'inode', 'file.owner.uid': 'ouid', 'file.owner.name': 'OUID' },
  },
  {
    when: { type: 'SYSCALL' },
    class_uid: 1003,
    activity: 4,
    fields: KERNEL,
  },
  { when: { SYSCALL: true, ID: true }, class_uid: 1003, activity: 4, fields: KERNEL },
  {
    when: {
      type: ['USER_LOGIN', 'USER_AUTH', 'USER_ACCT', 'USER_START', 'USER_END', 'USER_LOGOUT', 'USER_ERR', 'LOGIN', 'CRED_*'],
    },
    class_uid: 3002,
    activity: {
      from: 'type',
      table: { USER_LOGIN: 1, USER_AUTH: 1, USER_START: 1, LOGIN: 1, USER_ACCT: 6, USER_END: 2, USER_LOGOUT: 2, USER_ERR: 1 },
    },
    fields: LOGIN,
  },
  {
    when: { 'auditd.message_type': ['user_login', 'user_auth', 'user_acct', 'user_start', 'user_end', 'user_logout', 'cred_*'] },
    class_uid: 3002,
    activity: { from: 'auditd.message_type', table: { user_end: 2, user_logout: 2, user_acct: 6, 'user_*': 1 } },
    fields: LOGIN,
  },
  {
    when: {
      type: ['ADD_USER', 'DEL_USER', 'USER_MGMT', 'USER_CHAUTHTOK', 'ACCT_LOCK', 'ACCT_UNLOCK', 'CHUSER_ID', 'USYS_CONFIG'],
    },
    class_uid: 3001,
    activity: { from: 'type', table: { ADD_USER: 1, DEL_USER: 6, USER_CHAUTHTOK: 3, ACCT_LOCK: 9, ACCT_UNLOCK: 12 } },
    fields: { 'user.name': ['ID', 'acct'], 'user.uid': 'id' },
  },
  {
    when: { type: ['ADD_GROUP', 'DEL_GROUP', 'GRP_MGMT', 'GRP_CHAUTHTOK', 'CHGRP_ID'] },
    class_uid: 3006,
    activity: { from: 'type', table: { ADD_GROUP: 6, DEL_GROUP: 5, GRP_MGMT: 99 } },
    fields: { 'group.name': ['grp', 'ID', 'acct'], 'group.uid': 'id' },
  },
  {
    when: { type: ['SERVICE_START', 'SERVICE_STOP', 'SYSTEM_BOOT', 'SYSTEM_SHUTDOWN', 'DAEMON_*'] },
    class_uid: 6002,
    activity: {
      from: 'type',
      table: {
        SERVICE_START: 3,
        SERVICE_STOP: 4,
        SYSTEM_BOOT: 3,
        SYSTEM_SHUTDOWN: 4,
        DAEMON_START: 3,
        DAEMON_END: 4,
        DAEMON_ABORT: 4,
      },
    },
    fields: { 'app.name': ['unit', 'comm', 'type'] },
  },
  {
    when: { type: ['CONFIG_CHANGE', 'MAC_CONFIG_CHANGE', 'MAC_STATUS', 'MAC_POLICY_LOAD', 'NETFILTER_CFG', 'FEATURE_CHANGE'] },
    class_uid: 3004,
    activity: { from: 'op', table: { '*add*': 1, '*remove*': 4, '*register': 1, '*unregister': 4 }, else: 3 },
    fields: { 'entity.name': ['key', 'table', 'type'], 'entity.type': 'type' },
  },
  {
    when: { type: ['AVC', 'USER_AVC', 'SELINUX_ERR', 'SECCOMP', 'ANOM_*', 'INTEGRITY_*', 'RESP_*'] },
    class_uid: 2004,
    activity: 1,
    fields: {
      'finding_info.uid': 'msg',
      'finding_info.title': 'type',
      'finding_info.types': 'type',
      'evidences[0].process.pid': 'pid',
      'evidences[0].process.name': 'comm',
      'evidences[0].process.file': { from: 'exe', as: 'file' },
      'evidences[0].file': { from: ['name', 'path'], as: 'file' },
      action_id: { from: ['seresult', 'apparmor'], table: { denied: 2, granted: 1, allowed: 1 } },
      disposition_id: { from: ['seresult', 'apparmor'], table: { denied: 2, granted: 1, allowed: 1 } },
    },
  },
  { class_uid: 0, activity: 99 },
];

const SPEC: MappingSpec = {
  id: 'linux-auditd',
  title: { en: 'Linux audit', ja: 'Linux 監査 (auditd)' },
  product: { name: 'Linux Audit', vendor_name: 'Linux' },
  arrivals: ['object', 'push'],
  logsources: [
    { product: 'linux', service: 'auditd' },
    { product: 'linux', category: 'process_creation' },
  ],
  keys: /(^|\/)(auditd|linux-audit)\//,
  match: [
    { type: true, msg: 'audit(*' },
    { ID: '*.*:*', SYSCALL: true },
    { ID: '*.*:*', PROCTITLE: true },
    { ID: '*.*:*', NODE: true },
    { 'auditd.message_type': true },
    { 'auditd.data': true, 'event.module': 'auditd' },
  ],
  time: ['msg', 'ID', '@timestamp', 'timestamp'],
  code: ['type', 'auditd.message_type', 'event.action'],
  severity: { from: 'type', table: { 'ANOM_*': 3, AVC: 3, USER_AVC: 3, 'INTEGRITY_*': 3 } },
  kinds: KINDS,
  fields: {
    'actor.user.name': ['AUID', 'SYSCALL.AUID', 'acct', 'user.audit.name'],
    'actor.user.uid': { from: [...at('auid'), 'user.audit.id', ...at('uid'), 'user.id'], unless: UNSET },
    'actor.process.pid': [...at('pid'), 'process.pid'],
    'actor.process.file': { from: [...at('exe'), 'process.executable'], as: 'file' },
    'actor.process.name': [...at('comm'), 'process.name'],
    'actor.session.uid': { from: [...at('ses'), 'auditd.session'], unless: UNSET },
    'src_endpoint.ip': ['addr', 'USER_LOGIN.addr', 'source.ip', 'auditd.data.addr'],
    'src_endpoint.hostname': ['hostname', 'auditd.data.hostname'],
    'device.hostname': ['node', 'NODE', 'host.name', 'agent.hostname', 'hostname'],
    'device.type_id': { is: 0 },
    'device.os.type_id': { is: 200 },
    'device.os.name': { is: 'Linux' },
    status_id: {
      from: [...at('success'), 'res', 'auditd.data.res', 'event.outcome', 'auditd.result'],
      table: { yes: 1, no: 2, success: 1, failed: 2, fail: 2, failure: 2, '1': 1, '0': 2 },
    },
    status_code: at('exit'),
    message: 'message',
    'metadata.log_name': 'type',
    'metadata.correlation_uid': ['serial', 'ID', 'auditd.sequence'],
    'metadata.labels': at('key'),
  },
};

export const linuxAuditd: Source = mappedSource(SPEC, { ...lineFormat(readAuditLine), open: auditReader });
