/** Palo Alto Networks firewalls, Panorama and Prisma Access: PAN-OS syslog lines and JSON of the same fields, or of Strata Logging Service. @see PAN-OS Administrator's Guide, "Syslog Field Descriptions"; Strata Logging Service, "Log Forwarding Schema Reference" */
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';
import { readPanosLine } from './lines.ts';

/** A field by its PAN-OS name and by those of Strata Logging Service. */
const TYPE = ['type', 'LogType', 'log_type.value', 'log_type'];
const SUBTYPE = ['subtype', 'Subtype', 'sub_type.value', 'sub_type', 'log_subtype'];
const ACTION = ['action', 'Action', 'action.value'];
const SRC_IP = ['src', 'SourceAddress', 'source_ip.value', 'source_ip', 'SourceIP'];
const SRC_PORT = ['sport', 'SourcePort', 'source_port'];
const DST_IP = ['dst', 'DestinationAddress', 'dest_ip.value', 'dest_ip', 'DestinationIP'];
const DST_PORT = ['dport', 'DestinationPort', 'dest_port'];
const SRC_USER = ['srcuser', 'SourceUser', 'SourceUserName', 'source_user'];
const HASH = ['filedigest', 'FileHash', 'file_sha_256'];

/** Where each kind of log is told by any of the names of its type. */
const kindsOf = (
  types: readonly string[],
  kind: Omit<Kind, 'when'>,
  more: Readonly<Record<string, readonly string[]>> = {},
): Kind[] => TYPE.map((path) => ({ ...kind, when: { [path]: types, ...more } }));
const withSubtype = (types: readonly string[], subtypes: readonly string[], kind: Omit<Kind, 'when'>): Kind[] =>
  TYPE.flatMap((path) => SUBTYPE.map((sub): Kind => ({ ...kind, when: { [path]: types, [sub]: subtypes } })));

const OUTCOME: Fields = {
  action_id: {
    from: ACTION,
    table: {
      allow: 1,
      alert: 1,
      continue: 1,
      override: 1,
      '*deny*': 2,
      '*drop*': 2,
      '*reset*': 2,
      '*block*': 2,
      sinkhole: 2,
      random_drop: 2,
    },
  },
  disposition_id: {
    from: ACTION,
    table: { allow: 1, alert: 19, continue: 1, override: 1, '*drop*': 6, '*reset*': 2, '*deny*': 2, '*block*': 2, sinkhole: 2 },
  },
  'firewall_rule.name': ['rule', 'Rule', 'RuleMatched', 'rule_matched'],
  'firewall_rule.uid': ['rule_uuid', 'RuleUUID', 'rule_matched_uuid'],
};
const SIGN_IN: Fields = {
  'user.name': ['auth_user', 'normalize_user', 'user', ...SRC_USER, 'User', 'admin', 'UserName'],
  'src_endpoint.ip': ['auth_from', 'ip', 'public_ip', 'PublicIPv4', 'public_ipv6', 'IP', ...SRC_IP],
  'src_endpoint.hostname': ['machinename', 'EndpointDeviceName', 'MachineName'],
  'src_endpoint.uid': ['hostid', 'HostID'],
  'src_endpoint.os.name': ['client_os', 'EndpointOSType', 'ClientOS'],
  'dst_endpoint.hostname': ['portal', 'Portal', 'device_name', 'hostname'],
  'service.name': ['gateway', 'authpolicy', 'AuthPolicy', 'datasourcename'],
  auth_protocol: ['auth_method', 'AuthMethod', 'authproto', 'factortype', 'vendor'],
  status_detail: ['error', 'reason', 'ConnectionError', 'desc'],
  status_code: ['error_code', 'ConnectionErrorID'],
};
const URL_LOG: Omit<Kind, 'when'> = {
  class_uid: 4002,
  activity: {
    from: ['http_method', 'HTTPMethod'],
    table: { connect: 1, delete: 2, get: 3, head: 4, options: 5, post: 6, put: 7, patch: 9 },
  },
  fields: {
    ...OUTCOME,
    'http_request.url': { from: ['misc', 'URL', 'url', 'FileName'], as: 'url' },
    'http_request.url.categories': ['url_category_list', 'category', 'URLCategory'],
    'http_request.http_method': ['http_method', 'HTTPMethod'],
    'http_request.user_agent': ['user_agent', 'UserAgent'],
    'http_request.referrer': ['referer', 'Referer'],
    'http_request.x_forwarded_for': ['xff', 'xff_ip', 'XFFIP'],
  },
};
const THREAT: Omit<Kind, 'when'> = {
  class_uid: 2004,
  activity: 1,
  fields: {
    ...OUTCOME,
    'finding_info.uid': ['seqno', 'SequenceNo', 'sessionid', 'SessionID'],
    'finding_info.title': ['threatid', 'ThreatName', 'threat_name', 'ThreatID', 'threat_id', 'misc'],
    'finding_info.types': ['thr_category', 'ThreatCategory', 'subtype', 'Subtype', 'category'],
    'finding_info.analytic.name': ['threatid', 'ThreatName', 'threat_name'],
    'finding_info.analytic.uid': ['ThreatID', 'threat_id', 'threatid'],
    'finding_info.analytic.type_id': { is: 1 },
    is_alert: { is: true },
    'evidences[0].src_endpoint.ip': SRC_IP,
    'evidences[0].src_endpoint.port': SRC_PORT,
    'evidences[0].dst_endpoint.ip': DST_IP,
    'evidences[0].dst_endpoint.port': DST_PORT,
    'evidences[0].connection_info.protocol_name': ['proto', 'Protocol', 'protocol'],
    'evidences[0].connection_info.direction_id': { is: 0 },
    'evidences[0].actor.user.name': SRC_USER,
    'evidences[0].user.name': ['dstuser', 'DestinationUser', 'dest_user'],
    'evidences[0].file.name': ['FileName', 'file_name', 'misc'],
    'evidences[0].file.type_id': { from: ['FileName', 'file_name', 'misc'], table: { '*': 1 } },
    'evidences[0].file.hashes': { from: HASH, as: 'hash' },
    'evidences[0].email.from': ['sender', 'SenderEmail'],
    'evidences[0].email.to': ['recipient', 'RecipientEmail'],
    'evidences[0].email.subject': ['subject', 'EmailSubject'],
  },
};

const KINDS: readonly Kind[] = [
  ...kindsOf(['traffic'], {
    class_uid: 4001,
    activity: { from: SUBTYPE, table: { start: 1, end: 2, drop: 5, deny: 5 }, else: 6 },
    fields: OUTCOME,
  }),
  ...withSubtype(['threat', 'url'], ['url'], URL_LOG),
  ...kindsOf(['url'], URL_LOG),
  ...kindsOf(['threat', 'wildfire', 'data', 'correlation', 'file'], THREAT),
  ...kindsOf(['config', 'audit'], {
    class_uid: 6003,
    activity: {
      from: ['cmd', 'Command', 'cmd.value'],
      table: { add: 1, clone: 1, delete: 4, '*': 3 },
    },
    fields: {
      'api.operation': ['cmd', 'Command'],
      'api.request.data': { json: ['after_change_detail', 'AfterChangeDetail'] },
      'actor.user.name': ['admin', 'AdministratorUsername', 'Admin'],
      'actor.app_name': ['client', 'ClientType'],
      src_endpoint: { from: ['host', 'SourceHost', 'Host'], as: 'address' },
      'resources[0].name': ['path', 'ConfigurationPath'],
      status_id: { from: ['result', 'EventResult', 'Result'], table: { succeeded: 1, submitted: 1, failed: 2, unauthorized: 2 } },
      status_code: ['result', 'EventResult', 'Result'],
    },
  }),
  ...kindsOf(['globalprotect'], {
    class_uid: 3002,
    activity: {
      from: ['eventid', 'EventIDValue', 'EventID'],
      table: { '*logout*': 2, '*auth*': 1, '*login*': 1, '*connected': 1 },
    },
    fields: {
      ...SIGN_IN,
      status_id: { from: ['status', 'EventStatus', 'Status'], table: { success: 1, '*fail*': 2 } },
      is_remote: { is: true },
    },
  }),
  ...kindsOf(['userid'], {
    class_uid: 3002,
    activity: { from: SUBTYPE, table: { login: 1, logout: 2 } },
    fields: SIGN_IN,
  }),
  ...kindsOf(['authentication'], {
    class_uid: 3002,
    activity: 1,
    fields: {
      ...SIGN_IN,
      status_id: {
        from: ['event', 'AuthEvent', 'subtype'],
        table: { '*succe*': 1, '*allow*': 1, '*fail*': 2, '*den*': 2, '*timeout*': 2 },
      },
    },
  }),
  {
    when: { type: 'SYSTEM', eventid: ['*auth*', '*login*', '*logout*', '*logged*'] },
    class_uid: 3002,
    activity: { from: 'eventid', table: { '*logout*': 2, '*': 1 } },
    fields: {
      ...SIGN_IN,
      status_id: { from: ['eventid', 'opaque'], table: { '*fail*': 2, '*-err*': 2, '*deny*': 2, '*succ*': 1, '*': 1 } },
    },
  },
  {
    when: { type: 'SYSTEM', auth_user: true },
    class_uid: 3002,
    activity: { from: 'opaque', table: { '*logged out*': 2, '*': 1 } },
    fields: { ...SIGN_IN, status_id: { from: 'opaque', table: { '*fail*': 2, '*invalid*': 2, '*': 1 } } },
  },
  { class_uid: 0, activity: 99 },
];

const SPEC: MappingSpec = {
  id: 'palo-alto',
  title: { en: 'Palo Alto Networks firewalls (PAN-OS)', ja: 'Palo Alto Networks ファイアウォール (PAN-OS)' },
  product: { name: 'PAN-OS', vendor_name: 'Palo Alto Networks' },
  arrivals: ['object', 'push'],
  logsources: [
    { product: 'paloalto', service: 'panos' },
    { product: 'paloalto', category: 'firewall' },
    { product: 'paloalto', service: 'globalprotect' },
    { category: 'firewall' },
  ],
  keys: /(^|\/)(palo[-_]?alto|pan[-_]?os)\//,
  match: [
    {
      type: ['TRAFFIC', 'THREAT', 'SYSTEM', 'CONFIG', 'GLOBALPROTECT', 'USERID', 'AUTHENTICATION', 'HIP*MATCH'],
      time_generated: true,
      serial: true,
    },
    { type: '*', receive_time: true, time_generated: true, serial: true },
    { LogType: true, TimeGenerated: true, DeviceSN: true },
    { LogType: true, TimeReceived: true, DeviceSN: true },
    { log_type: true, time_generated: true, log_source_id: true },
    { 'log_type.value': true, time_generated: true },
  ],
  time: [
    'high_res_timestamp',
    'time_generated',
    'TimeGeneratedHighResolution',
    'TimeGenerated',
    'receive_time',
    'TimeReceived',
    'EventTime',
  ],
  code: ['eventid', 'EventID', 'subtype', 'Subtype', 'sub_type.value'],
  severity: {
    from: ['severity', 'Severity', 'VendorSeverity', 'vendor_severity.value'],
    table: { informational: 1, low: 2, medium: 3, high: 4, critical: 5 },
  },
  kinds: KINDS,
  fields: {
    'src_endpoint.ip': SRC_IP,
    'src_endpoint.port': SRC_PORT,
    'src_endpoint.zone': ['from', 'FromZone', 'from_zone'],
    'src_endpoint.interface_name': ['inbound_if', 'InboundInterface'],
    'src_endpoint.hostname': ['src_host', 'SourceDeviceHost'],
    'src_endpoint.mac': ['src_mac', 'SourceDeviceMac'],
    'dst_endpoint.ip': DST_IP,
    'dst_endpoint.port': DST_PORT,
    'dst_endpoint.zone': ['to', 'ToZone', 'to_zone'],
    'dst_endpoint.interface_name': ['outbound_if', 'OutboundInterface'],
    'dst_endpoint.hostname': ['dst_host', 'DestinationDeviceHost'],
    'connection_info.protocol_name': ['proto', 'Protocol', 'protocol.value', 'protocol'],
    'connection_info.uid': ['sessionid', 'SessionID', 'session_id'],
    'connection_info.direction_id': { is: 0 },
    'traffic.bytes': ['bytes', 'Bytes', 'BytesTotal', 'bytes_total'],
    'traffic.bytes_out': ['bytes_sent', 'BytesSent'],
    'traffic.bytes_in': ['bytes_received', 'BytesReceived'],
    'traffic.packets': ['packets', 'PacketsTotal'],
    'traffic.packets_out': ['pkts_sent', 'PacketsSent'],
    'traffic.packets_in': ['pkts_received', 'PacketsReceived'],
    app_name: ['app', 'Application'],
    'actor.user.name': SRC_USER,
    count: ['repeatcnt', 'RepeatCount'],
    'device.hostname': ['device_name', 'DeviceName', 'hostname', 'LogSourceName', 'log_source_name'],
    'device.uid': ['serial', 'DeviceSN', 'log_source_id'],
    'device.type_id': { is: 9 },
    start_time: ['start', 'SessionStartTime', 'session_start_time'],
    message: ['opaque', 'EventDescription', 'Description'],
    status_detail: ['session_end_reason', 'SessionEndReason', 'session_end_reason.value'],
    'metadata.log_name': TYPE,
  },
};

export const paloAlto: Source = mappedSource(SPEC, lineFormat(readPanosLine));
