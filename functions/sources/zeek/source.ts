/** Zeek: its logs as JSON (with `_path` or told by their fields) and as tab-separated text, OT protocols among them. @see Zeek documentation, "Zeek Log Formats and Inspection", "Log Files"; ICSNPP parsers */

import type { JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { LineFormat, ReadLine, Source } from '../source.ts';
import { OT_KINDS } from './ot.ts';

/** `#separator \\x09`, `#path conn`, `#fields ts uid …`, `#types time string …`: what a text log says of itself. */
const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const lines: LineFormat = {
  recognizesLine: (line) => /^#(separator \\x|path\t|fields\tts\t|set_separator\t)/.test(line),
  open: ({ key }) => {
    let fields: string[] = [];
    let types: string[] = [];
    let separator = '\t';
    let setSeparator = ',';
    let path = /(?:^|\/)([a-z0-9_]+)\.(?:[0-9:._-]+\.)?log/.exec(key)?.[1];
    const typedValue = (text: string, type: string | undefined): JsonObject[string] | undefined => {
      if (text === '-' || text === '') return undefined;
      if (text === '(empty)') return type !== undefined && /^(vector|set)/.test(type) ? [] : text;
      if (type !== undefined && /^(vector|set)/.test(type)) return text.split(setSeparator);
      return text;
    };
    return {
      read: (line): ReadLine => {
        if (line.startsWith('#')) {
          if (line.startsWith('#separator ')) separator = unescaped(line.slice(11));
          const [name, ...rest] = line.split(separator);
          if (name === '#set_separator') setSeparator = rest[0] ?? ',';
          if (name === '#path') path = rest[0];
          if (name === '#fields') fields = rest;
          if (name === '#types') types = rest;
          return 'header';
        }
        if (fields.length === 0) return undefined;
        const record: JsonObject = path === undefined ? {} : { _path: path };
        for (const [i, text] of line.split(separator).entries()) {
          const value = typedValue(text, types[i]);
          if (value !== undefined) record[fields[i] ?? `field_${i + 1}`] = value;
        }
        return { record };
      },
    };
  },
};

const SPEC: MappingSpec = {
  id: 'zeek',
  title: { en: 'Zeek', ja: 'Zeek' },
  product: { name: 'Zeek', vendor_name: 'Zeek' },
  logsources: [
    'conn',
    'dns',
    'http',
    'ssl',
    'x509',
    'ssh',
    'smb_files',
    'smb_mapping',
    'rdp',
    'files',
    'notice',
    'kerberos',
    'dce_rpc',
    'weird',
    'modbus',
    'dnp3',
    's7comm',
    'bacnet',
  ].map((service) => ({
    product: 'zeek',
    service,
  })),
  keys: /(^|\/)(zeek|bro)\//,
  match: [
    { 'id.orig_h': true, ts: true },
    { 'id.orig_h': true, uid: true },
    {
      _path: [
        'conn',
        'dns',
        'http',
        'ssl',
        'x509',
        'ssh',
        'smb_*',
        'rdp',
        'files',
        'notice',
        'weird',
        'ftp',
        'smtp',
        'dhcp',
        'ntp',
        'tunnel',
        'kerberos',
        'ntlm',
        'dce_rpc',
        'software',
        'modbus*',
        'dnp3*',
        's7comm*',
        'bacnet*',
        'cip*',
        'enip*',
        'pe',
        'snmp',
        'syslog',
        'known_*',
        'capture_loss',
        'stats',
        'reporter',
      ],
      ts: true,
    },
    { fuid: true, tx_hosts: true, ts: true },
    { 'certificate.serial': true, ts: true },
    { note: '*::*', ts: true },
  ],
  uid: [],
  time: 'ts',
  code: ['_path', 'note'],
  severity: { from: '_path', table: { notice: 3, weird: 2 } },
  kinds: [
    ...OT_KINDS,
    {
      when: { note: true, msg: true },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['uid', 'fuid', 'note'],
        'finding_info.title': 'note',
        'finding_info.desc': 'msg',
        is_alert: { is: true },
        'evidences[0].src_endpoint.ip': ['id.orig_h', 'src'],
        'evidences[0].dst_endpoint.ip': ['id.resp_h', 'dst'],
        'evidences[0].dst_endpoint.port': ['id.resp_p', 'p'],
        'evidences[0].connection_info.uid': 'uid',
        'evidences[0].connection_info.direction_id': { is: 0 },
      },
    },
    {
      when: { qtype_name: true },
      class_uid: 4003,
      activity: { from: 'rcode_name', table: { '*': 6 }, else: 1 },
      fields: {
        'query.hostname': 'query',
        'query.type': 'qtype_name',
        'query.class': 'qclass_name',
        'query.packet_uid': 'trans_id',
        rcode_id: 'rcode',
        'answers[0].rdata': 'answers[0]',
      },
    },
    {
      when: { query: true, trans_id: true },
      class_uid: 4003,
      activity: 1,
      fields: { 'query.hostname': 'query', 'query.packet_uid': 'trans_id' },
    },
    {
      when: { method: true, host: true },
      class_uid: 4002,
      activity: {
        from: 'method',
        table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
      },
      fields: {
        'http_request.http_method': 'method',
        'http_request.url.hostname': 'host',
        'http_request.url.path': 'uri',
        'http_request.user_agent': 'user_agent',
        'http_request.referrer': 'referrer',
        'http_request.version': 'version',
        'http_request.body_length': 'request_body_len',
        'http_response.code': 'status_code',
        'http_response.message': 'status_msg',
        'http_response.body_length': 'response_body_len',
      },
    },
    {
      when: { _path: 'http' },
      class_uid: 4002,
      activity: { from: 'method', table: { GET: 3, POST: 6, HEAD: 4, PUT: 7, DELETE: 2 } },
      fields: {
        'http_request.http_method': 'method',
        'http_request.url.path': 'uri',
        'http_request.user_agent': 'user_agent',
        'http_response.code': 'status_code',
      },
    },
    {
      when: { auth_attempts: true },
      class_uid: 4007,
      activity: 6,
      fields: {
        status_id: { from: 'auth_success', table: { true: 1, T: 1, false: 2, F: 2 } },
        protocol_ver: 'version',
        'src_endpoint.agent_list[0].name': 'client',
        'dst_endpoint.agent_list[0].name': 'server',
      },
    },
    { when: { _path: 'ssh' }, class_uid: 4007, activity: 6, fields: { protocol_ver: 'version' } },
    {
      when: { mailfrom: true },
      class_uid: 4009,
      activity: 4,
      fields: {
        'email.from': 'mailfrom',
        'email.to': 'rcptto',
        'email.subject': 'subject',
        'email.message_uid': 'msg_id',
        direction_id: { is: 0 },
        'src_endpoint.ip': 'id.orig_h',
        'dst_endpoint.ip': 'id.resp_h',
      },
    },
    { class_uid: 4001, activity: { from: 'conn_state', table: { S0: 4, REJ: 5, 'RST*': 3, SF: 6, '*': 6 }, else: 6 } },
  ],
  fields: {
    'src_endpoint.ip': ['id.orig_h', 'src', 'client_addr', 'tx_hosts[0]'],
    'src_endpoint.port': 'id.orig_p',
    'src_endpoint.mac': ['orig_l2_addr', 'mac'],
    'src_endpoint.hostname': ['host_name', 'client_fqdn'],
    'dst_endpoint.ip': ['id.resp_h', 'dst', 'server_addr', 'rx_hosts[0]'],
    'dst_endpoint.port': 'id.resp_p',
    'dst_endpoint.mac': 'resp_l2_addr',
    'dst_endpoint.hostname': 'server_name',
    'connection_info.uid': 'uid',
    'connection_info.community_uid': 'community_id',
    'connection_info.protocol_name': ['proto', 'trans'],
    'connection_info.direction_id': { from: 'local_orig', table: { true: 2, T: 2, false: 1, F: 1 }, else: 0 },
    'connection_info.flag_history': 'history',
    'traffic.bytes_out': ['orig_bytes', 'orig_ip_bytes'],
    'traffic.bytes_in': ['resp_bytes', 'resp_ip_bytes'],
    'traffic.packets_out': 'orig_pkts',
    'traffic.packets_in': 'resp_pkts',
    'traffic.bytes_missed': 'missed_bytes',
    'tls.version': 'version',
    'tls.cipher': 'cipher',
    'tls.sni': 'server_name',
    'tls.ja3_hash': { from: 'ja3', as: 'hash' },
    'tls.ja3s_hash': { from: 'ja3s', as: 'hash' },
    'tls.certificate.subject': ['subject', 'certificate.subject'],
    'tls.certificate.issuer': ['issuer', 'certificate.issuer'],
    'tls.certificate.serial_number': 'certificate.serial',
    app_protocol_name: ['service', '_path'],
    app_name: ['function', 'operation'],
    'url.url_string': 'uri',
    'actor.user.name': ['username', 'user', 'cookie', 'client'],
    'metadata.log_name': '_path',
    'metadata.loggers[0].name': ['_system_name', 'peer_descr'],
  },
};

export const zeek: Source = mappedSource(SPEC, lines);
