/** Syslog, RFC 3164 and RFC 5424, as devices and Linux hosts send it; sign-ins by ssh, sudo and su are told apart. @see RFC 5424, RFC 3164; sshd(8) */

import type { JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { named, syslogLine, tagOf } from '../../core/text-lines.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

/** What sshd, sudo and su say of people. @see OpenSSH auth.c; sudo, "LOG FORMAT" */
const SIGN_INS: readonly [app: RegExp, text: RegExp, names: readonly string[], more: JsonObject][] = [
  [
    /^sshd/,
    /^Accepted (\S+) for (\S+) from (\S+) port (\d+)/,
    ['auth_method', 'auth_user', 'src_ip', 'src_port'],
    { auth_result: 'success' },
  ],
  [
    /^sshd/,
    /^Failed (\S+) for (?:invalid user )?(\S*) from (\S+) port (\d+)/,
    ['auth_method', 'auth_user', 'src_ip', 'src_port'],
    { auth_result: 'failure' },
  ],
  [/^sshd/, /^Invalid user (\S*) from (\S+)(?: port (\d+))?/, ['auth_user', 'src_ip', 'src_port'], { auth_result: 'failure' }],
  [
    /^sudo/,
    /^\s*(\S+) : (?:.*; )?TTY=(\S+) ; PWD=(.*?) ; USER=(\S+) ; COMMAND=(.*)$/,
    ['auth_by', 'tty', 'pwd', 'auth_user', 'command'],
    {},
  ],
  [/^su$/, /^\(to (\S+)\) (\S+) on/, ['auth_user', 'auth_by'], { auth_result: 'success' }],
  [/^su$/, /^FAILED SU \(to (\S+)\) (\S+) on/, ['auth_user', 'auth_by'], { auth_result: 'failure' }],
];

function read(line: string): JsonObject | undefined {
  const found = syslogLine(line);
  if (found === undefined) return undefined;
  const { header, message } = found;
  const tag = header['app_name'] === undefined ? tagOf(message) : { message };
  const record: JsonObject = { ...header, ...tag };
  if (record['message'] === '') delete record['message'];
  const app = String(record['app_name'] ?? '');
  for (const [name, text, names, more] of SIGN_INS) {
    const match = name.test(app) ? text.exec(tag.message) : null;
    if (match !== null)
      return {
        ...record,
        ...named(
          names,
          match.slice(1).map((part) => part ?? ''),
        ),
        ...more,
      };
  }
  return record;
}

const SPEC: MappingSpec = {
  id: 'syslog',
  title: { en: 'Syslog (RFC 3164, RFC 5424)', ja: 'Syslog (RFC 3164・RFC 5424)' },
  product: { name: 'Syslog', vendor_name: 'IETF' },
  logsources: [
    { product: 'linux', service: 'syslog' },
    { product: 'linux', service: 'auth' },
    { product: 'linux', service: 'sshd' },
    { product: 'linux', service: 'sudo' },
  ],
  match: [
    { hostname: true, message: true, pri: true },
    { hostname: true, app_name: true, message: true, timestamp: true },
    { pri: true, message: true },
  ],
  time: 'timestamp',
  code: ['msg_id', 'app_name'],
  kinds: [
    {
      when: { auth_user: true },
      class_uid: 3002,
      activity: { from: 'app_name', table: { 'sudo*': 7, su: 7, '*': 1 } },
      fields: {
        'user.name': 'auth_user',
        'service.name': 'app_name',
        'actor.user.name': ['auth_by', 'auth_user'],
        'actor.process.cmd_line': 'command',
        'dst_endpoint.hostname': 'hostname',
        auth_protocol: 'auth_method',
        status_id: { from: 'auth_result', table: { success: 1, failure: 2 } },
      },
    },
    { class_uid: 0, activity: 99 },
  ],
  fields: {
    'src_endpoint.ip': 'src_ip',
    'src_endpoint.port': 'src_port',
    'device.hostname': 'hostname',
    'actor.process.name': 'app_name',
    'actor.process.pid': 'proc_id',
    message: 'message',
    'metadata.log_format': { is: 'syslog' },
    'metadata.log_name': 'app_name',
  },
};

export const syslog: Source = mappedSource(SPEC, { ...lineFormat(read), isGeneral: true });
