/** Fortinet FortiGate: traffic, UTM and event logs as key=value lines, in syslog, from FortiAnalyzer, or as JSON of the same fields. @see FortiOS Log Message Reference, "Log field format" */
import type { JsonObject } from '../../core/json.ts';
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { pairsOf } from '../../core/mapping/split.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

/** The CSV format of FortiOS: pairs with commas between them. */
const IN_CSV = /^[\w.-]+=(?:"[^"]*"|[^\s,"]*),[\w.-]+=/;
const SIGN = /\b(?:devid|devname|vd)=/;

function read(line: string): JsonObject | undefined {
  if (!/\blog_?id=/.test(line) || !line.includes('type=') || !SIGN.test(line)) return undefined;
  const found = line.search(/(?:^|[\s>,])(?:date|itime|timestamp|logver|devname|devid|logid|log_id|id|time|eventtime)=/);
  const start = found > 0 || /^[\s>,]/.test(line) ? found + 1 : found;
  const record = found < 0 ? undefined : pairsOf(line.slice(start), IN_CSV.test(line.slice(start)) ? ',' : undefined);
  if (record === undefined || record['type'] === undefined) return undefined;
  const before = line.slice(0, start).replace(/[\s,]+$/, '');
  if (before !== '') record['header'] = before;
  for (const key of Object.keys(record)) if (record[key] === '') delete record[key];
  const { date, time, tz } = record;
  // Versions before 6.0 have no `eventtime`; date and time are those of the device's zone.
  if (record['eventtime'] === undefined && typeof date === 'string' && typeof time === 'string')
    record['timestamp'] ??= `${date}T${time}${typeof tz === 'string' && /^[+-]\d{4}$/.test(tz) ? tz : 'Z'}`;
  const from = /\((\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{3,39})\)$/i.exec(String(record['ui'] ?? ''))?.[1];
  if (from !== undefined && record['srcip'] === undefined) record['ui_ip'] = from;
  return record;
}

const OUTCOME: Fields = {
  action_id: {
    from: ['utmaction', 'action'],
    table: {
      accept: 1,
      start: 1,
      close: 1,
      timeout: 1,
      'ip-conn': 1,
      pass: 1,
      passthrough: 1,
      permit: 1,
      allow: 1,
      detected: 1,
      monitored: 1,
      deny: 2,
      block: 2,
      blocked: 2,
      dropped: 2,
      drop_session: 2,
      reset: 2,
      clear_session: 2,
      quarantine: 2,
      '*_block*': 2,
      redirect: 2,
    },
  },
  disposition_id: {
    from: ['utmaction', 'action'],
    table: {
      accept: 1,
      start: 1,
      close: 1,
      pass: 1,
      passthrough: 1,
      permit: 1,
      allow: 1,
      detected: 15,
      monitored: 17,
      deny: 2,
      block: 2,
      blocked: 2,
      dropped: 6,
      drop_session: 6,
      reset: 2,
      quarantine: 3,
    },
  },
  'firewall_rule.name': 'policyname',
  'firewall_rule.uid': 'policyid',
};
const FINDING: Fields = {
  ...OUTCOME,
  'finding_info.uid': ['incidentserialno', 'logid', 'log_id', 'sessionid'],
  'finding_info.title': ['attack', 'virus', 'dtype', 'filtername', 'msg', 'eventtype'],
  'finding_info.types': 'eventtype',
  'finding_info.desc': 'msg',
  'finding_info.src_url': 'ref',
  'finding_info.analytic.name': ['attack', 'virus'],
  'finding_info.analytic.uid': ['attackid', 'virusid'],
  'finding_info.analytic.type_id': { is: 1 },
  is_alert: { is: true },
  'evidences[0].src_endpoint.ip': 'srcip',
  'evidences[0].src_endpoint.port': 'srcport',
  'evidences[0].dst_endpoint.ip': 'dstip',
  'evidences[0].dst_endpoint.port': 'dstport',
  'evidences[0].actor.user.name': ['user', 'unauthuser'],
  'evidences[0].file.name': 'filename',
  'evidences[0].file.type_id': { from: 'filename', table: { '*': 1 } },
  'evidences[0].file.hashes': { from: ['analyticscksum', 'filehash'], as: 'hash' },
  'evidences[0].url': { from: 'url', as: 'url' },
  'evidences[0].connection_info.protocol_num': 'proto',
  'evidences[0].connection_info.direction_id': { from: 'direction', table: { incoming: 1, outgoing: 2 }, else: 0 },
};
const SIGN_IN: Fields = {
  'user.name': ['user', 'xauthuser', 'acct'],
  'src_endpoint.ip': ['srcip', 'ui_ip', 'remip'],
  'dst_endpoint.ip': ['dstip', 'locip'],
  'dst_endpoint.hostname': ['devname'],
  'service.name': ['method', 'ui', 'authproto', 'tunneltype'],
  status_id: {
    from: ['status', 'result', 'action'],
    table: { success: 1, '*succe*': 1, '*fail*': 2, failure: 2, failed: 2, error: 2, '*denied*': 2, '*': 1 },
  },
  status_detail: ['reason', 'msg'],
};

const KINDS: readonly Kind[] = [
  {
    when: { type: 'traffic' },
    class_uid: 4001,
    activity: {
      from: 'action',
      table: { start: 1, close: 2, timeout: 2, dns: 6, 'ip-conn': 4, deny: 5, accept: 6, 'client-rst': 3, 'server-rst': 3 },
      else: 6,
    },
    // Deny is blocked by a policy; every other word tells how an allowed session went. @see FortiOS Log Message Reference, traffic, "action"
    fields: {
      ...OUTCOME,
      action_id: { from: ['utmaction', 'action'], table: { deny: 2, block: 2, blocked: 2, '*': 1 } },
      disposition_id: { from: ['utmaction', 'action'], table: { deny: 2, block: 2, blocked: 2, '*': 1 } },
    },
  },
  {
    when: { subtype: 'webfilter' },
    class_uid: 4002,
    activity: { from: 'httpmethod', table: { connect: 1, delete: 2, get: 3, head: 4, options: 5, post: 6, put: 7, patch: 9 } },
    fields: {
      ...OUTCOME,
      'http_request.url': { from: 'url', as: 'url' },
      'http_request.url.hostname': 'hostname',
      'http_request.url.categories': 'catdesc',
      'http_request.http_method': 'httpmethod',
      'http_request.user_agent': 'agent',
      'http_request.referrer': ['referralurl', 'referrer'],
      'dst_endpoint.hostname': 'hostname',
    },
  },
  {
    when: { subtype: 'dns', qname: true },
    class_uid: 4003,
    activity: { from: 'eventtype', table: { 'dns-query': 1, 'dns-response': 2 }, else: 6 },
    fields: {
      ...OUTCOME,
      'query.hostname': 'qname',
      'query.type': 'qtype',
      'query.class': 'qclass',
      'query.packet_uid': 'xid',
      'answers[0].rdata': 'ipaddr',
    },
  },
  { when: { subtype: 'ssh', type: 'utm' }, class_uid: 4007, activity: 6, fields: OUTCOME },
  {
    when: { subtype: ['app-ctrl', 'ssl', 'voip', 'cifs', 'icap', 'gtp', 'forti-switch'], type: ['utm', 'app-ctrl'] },
    class_uid: 4001,
    activity: 6,
    fields: OUTCOME,
  },
  {
    when: { type: ['utm', 'anomaly', 'virus', 'ips', 'dlp', 'waf', 'emailfilter', 'spam'] },
    class_uid: 2004,
    activity: 1,
    fields: FINDING,
  },
  {
    when: { subtype: ['virus', 'ips', 'anomaly', 'dlp', 'waf', 'emailfilter', 'file-filter'] },
    class_uid: 2004,
    activity: 1,
    fields: FINDING,
  },
  {
    when: {
      type: 'event',
      action: [
        'login',
        'logout',
        'auth-logon',
        'auth-logout',
        'FSSO-logon',
        'FSSO-logoff',
        'authentication',
        'ssl-login-fail',
        'ssl-exit-fail',
        'two-factor*',
        '*log*on',
        '*log*off',
      ],
    },
    class_uid: 3002,
    activity: { from: 'action', table: { '*logout': 2, '*logoff': 2, '*': 1 } },
    fields: SIGN_IN,
  },
  {
    when: {
      type: 'event',
      subtype: 'vpn',
      action: ['tunnel-up', 'tunnel-down', 'ssl-new-con', 'tunnel-stats', 'phase2-*', 'negotiate', 'install_sa', 'delete_*'],
    },
    class_uid: 4014,
    activity: { from: 'action', table: { 'tunnel-up': 1, 'ssl-new-con': 1, 'phase2-up': 1, 'tunnel-down': 2, 'phase2-down': 2 } },
    fields: {
      'user.name': ['user', 'xauthuser'],
      'src_endpoint.ip': ['remip', 'srcip'],
      'dst_endpoint.ip': ['locip', 'dstip'],
      'session.uid': 'tunnelid',
      protocol_name: 'tunneltype',
      'tunnel_interface.ip': ['tunnelip', 'assignip'],
      'tunnel_interface.name': 'vpntunnel',
      status_id: { from: ['status', 'result'], table: { success: 1, '*fail*': 2, error: 2 } },
    },
  },
  { when: { type: 'event', subtype: 'user', status: true }, class_uid: 3002, activity: 1, fields: SIGN_IN },
  ...[{ cfgpath: true }, { cfgobj: true }, { cfgattr: true }].map(
    (when): Kind => ({
      when: { type: 'event', ...when },
      class_uid: 6003,
      activity: { from: 'action', table: { add: 1, delete: 4, '*': 3 } },
      fields: {
        'api.operation': ['action', 'logdesc'],
        'src_endpoint.ip': ['srcip', 'ui_ip'],
        'actor.app_name': 'ui',
        'resources[0].name': 'cfgpath',
        'resources[0].uid': 'cfgobj',
      },
    }),
  ),
  { class_uid: 0, activity: 99 },
];

const SPEC: MappingSpec = {
  id: 'fortigate',
  title: { en: 'Fortinet FortiGate', ja: 'Fortinet FortiGate' },
  product: { name: 'FortiGate', vendor_name: 'Fortinet' },
  arrivals: ['object', 'push'],
  logsources: [
    { product: 'fortigate', service: 'event' },
    { product: 'fortigate', service: 'traffic' },
    { product: 'fortigate', service: 'utm' },
    { product: 'fortios', service: 'event' },
    { category: 'firewall' },
  ],
  keys: /(^|\/)forti(gate|os)\//,
  match: [
    { logid: true, type: true, subtype: true, devid: true },
    { logid: true, type: true, subtype: true, vd: true },
    { logid: true, type: true, devname: true, level: true },
    { log_id: true, type: true, devid: true },
    { logid: true, type: ['traffic', 'utm', 'event'], subtype: true, level: true },
  ],
  uid: [],
  time: ['eventtime', 'timestamp', 'itime', '@timestamp'],
  code: ['logid', 'log_id'],
  severity: {
    from: ['severity', 'apprisk', 'crlevel', 'level'],
    table: {
      info: 1,
      information: 1,
      informational: 1,
      notice: 1,
      debug: 1,
      low: 2,
      warning: 2,
      elevated: 3,
      medium: 3,
      high: 4,
      error: 3,
      critical: 4,
      alert: 4,
      emergency: 5,
    },
  },
  kinds: KINDS,
  fields: {
    'src_endpoint.ip': 'srcip',
    'src_endpoint.port': 'srcport',
    'src_endpoint.interface_name': 'srcintf',
    'src_endpoint.zone': 'srcintfrole',
    'src_endpoint.hostname': 'srcname',
    'src_endpoint.mac': 'srcmac',
    'dst_endpoint.ip': 'dstip',
    'dst_endpoint.port': 'dstport',
    'dst_endpoint.interface_name': 'dstintf',
    'dst_endpoint.zone': 'dstintfrole',
    'dst_endpoint.hostname': ['dstname', 'hostname'],
    'connection_info.protocol_num': 'proto',
    'connection_info.uid': 'sessionid',
    'connection_info.direction_id': { from: 'direction', table: { incoming: 1, outgoing: 2 }, else: 0 },
    'traffic.bytes_out': 'sentbyte',
    'traffic.bytes_in': 'rcvdbyte',
    'traffic.packets_out': 'sentpkt',
    'traffic.packets_in': 'rcvdpkt',
    app_name: ['app', 'service'],
    'actor.user.name': ['user', 'unauthuser'],
    'actor.user.groups[0].name': { from: 'group', unless: ['N/A'] },
    'device.hostname': 'devname',
    'device.uid': 'devid',
    'device.type_id': { is: 9 },
    message: ['msg', 'logdesc'],
    'metadata.log_name': ['subtype', 'type'],
    'metadata.log_level': 'level',
  },
};

export const fortigate: Source = mappedSource(SPEC, lineFormat(read));
