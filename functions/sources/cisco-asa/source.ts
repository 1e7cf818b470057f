/** Cisco ASA and Firepower Threat Defense (FTD) firewalls: syslog. @see Cisco Secure Firewall ASA Series Syslog Messages; Cisco Secure Firewall Threat Defense Syslog Messages, "Security Event Syslog Messages" */
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';
import { readAsaLine } from './lines.ts';

const ACTION = ['AccessControlRuleAction', 'InlineResult', 'FileAction', 'action'];
const OUTCOME: Fields = {
  action_id: {
    from: ACTION,
    table: {
      allow: 1,
      trust: 1,
      fastpath: 1,
      permitted: 1,
      'est-allowed': 1,
      monitor: 3,
      monitored: 3,
      detect: 3,
      'would*': 3,
      'den*': 2,
      discarded: 2,
      '*block*': 2,
      '*drop*': 2,
      '*reset*': 2,
    },
  },
  disposition_id: {
    from: ACTION,
    table: {
      allow: 1,
      trust: 1,
      fastpath: 1,
      permitted: 1,
      'est-allowed': 1,
      '*reset*': 2,
      'would*': 19,
      '*drop*': 6,
      'den*': 2,
      '*block*': 2,
      discarded: 6,
    },
  },
  'firewall_rule.name': ['AccessControlRuleName', 'rule'],
  'policy.name': 'ACPolicy',
};
const ENDS: Fields = {
  'src_endpoint.ip': ['SrcIP', 'src_ip'],
  'src_endpoint.port': ['SrcPort', 'src_port'],
  'src_endpoint.interface_name': ['IngressInterface', 'src_interface'],
  'src_endpoint.zone': 'IngressZone',
  'dst_endpoint.ip': ['DstIP', 'dst_ip'],
  'dst_endpoint.port': ['DstPort', 'dst_port'],
  'dst_endpoint.interface_name': ['EgressInterface', 'dst_interface'],
  'dst_endpoint.zone': 'EgressZone',
};
/** The same below `evidences[0]`, for findings. */
const EVIDENCE: Fields = {
  'evidences[0].src_endpoint.ip': ['SrcIP', 'src_ip'],
  'evidences[0].src_endpoint.port': ['SrcPort', 'src_port'],
  'evidences[0].dst_endpoint.ip': ['DstIP', 'dst_ip'],
  'evidences[0].dst_endpoint.port': ['DstPort', 'dst_port'],
  'evidences[0].connection_info.protocol_name': ['Protocol', 'protocol'],
  'evidences[0].connection_info.direction_id': { is: 0 },
  'evidences[0].actor.user.name': ['User', 'src_user'],
};
const SIGN_IN: Fields = {
  ...ENDS,
  'user.name': 'user',
  'user.groups[0].name': 'group',
  'service.name': ['service', 'session_type', 'aaa'],
  status_detail: 'reason',
};
const FINDING: Omit<Kind, 'when'> = {
  class_uid: 2004,
  activity: 1,
  fields: {
    ...OUTCOME,
    ...EVIDENCE,
    'finding_info.uid': ['ConnectionID', 'SID', 'signature', 'message_id'],
    'finding_info.title': ['Message', 'ThreatName', 'FileName', 'attack', 'message'],
    'finding_info.types': ['Classification', 'FileType', 'category'],
    'finding_info.analytic.uid': ['SID', 'signature'],
    'finding_info.analytic.name': 'IntrusionPolicy',
    'finding_info.analytic.type_id': { is: 1 },
    is_alert: { is: true },
    'evidences[0].file.name': 'FileName',
    'evidences[0].file.size': 'FileSize',
    'evidences[0].file.type_id': { from: 'FileName', table: { '*': 1 } },
    'evidences[0].file.hashes': { from: 'FileSHA256', as: 'hash' },
    'evidences[0].query.hostname': ['threat_host', 'DNSQuery'],
  },
};

const KINDS: readonly Kind[] = [
  { ...FINDING, when: { message_id: ['430001', '430005', '4000*', '338*', '7331*'] } },
  {
    when: { message_id: '43000*', URL: true },
    class_uid: 4002,
    activity: 99,
    fields: {
      ...OUTCOME,
      'http_request.url': { from: 'URL', as: 'url' },
      'http_request.url.categories': 'URLCategory',
      'http_request.user_agent': 'UserAgent',
      'http_request.referrer': 'HTTPReferer',
      'http_response.code': 'HTTPResponse',
    },
  },
  {
    when: { message_id: '430004' },
    class_uid: 4010,
    activity: { from: 'FileDirection', table: { Upload: 1, Download: 2 } },
    fields: {
      ...OUTCOME,
      'file.name': 'FileName',
      'file.size': 'FileSize',
      'file.type_id': { from: 'FileName', table: { '*': 1 } },
      'file.hashes': { from: 'FileSHA256', as: 'hash' },
    },
  },
  {
    when: { message_id: ['430002', '430003'] },
    class_uid: 4001,
    activity: { from: 'message_id', table: { '430002': 1, '430003': 2 } },
    fields: OUTCOME,
  },
  {
    when: { action: ['Built', 'Teardown'], nat: false },
    class_uid: 4001,
    activity: { from: 'action', table: { Built: 1, Teardown: 2 } },
    fields: { action_id: { is: 1 } },
  },
  {
    when: { action: ['Built', 'Teardown'] },
    class_uid: 4001,
    activity: 99,
    fields: { 'proxy_endpoint.ip': 'nat_ip', 'proxy_endpoint.port': 'nat_port' },
  },
  {
    when: { url: true },
    class_uid: 4002,
    activity: 99,
    fields: { ...OUTCOME, 'http_request.url': { from: 'url', as: 'url' } },
  },
  {
    when: { action: ['Login *', 'permitted', 'denied'], user: true },
    class_uid: 3002,
    activity: 1,
    fields: { ...SIGN_IN, status_id: { from: 'action', table: { permitted: 1, denied: 2 } } },
  },
  {
    when: { protocol: true, src_ip: true },
    class_uid: 4001,
    activity: { from: 'action', table: { 'den*': 5, discarded: 5, '*': 6 } },
    fields: OUTCOME,
  },
  {
    when: { message_id: ['1130*', '6111*'], action: ['Successful', 'Rejected', 'succeeded', 'failed', 'logged out'] },
    class_uid: 3002,
    activity: { from: 'action', table: { 'logged out': 2, '*': 1 } },
    fields: {
      ...SIGN_IN,
      'dst_endpoint.ip': 'server',
      status_id: { from: 'action', table: { successful: 1, succeeded: 1, 'logged out': 1, rejected: 2, failed: 2 } },
    },
  },
  {
    when: {
      group: true,
      text: ['*session started*', '*Authentication: *', '*assigned to session*', '*SVC connection established*'],
    },
    class_uid: 3002,
    activity: 1,
    fields: { ...SIGN_IN, is_remote: { is: true }, status_id: { from: 'text', table: { '*rejected*': 2, '*': 1 } } },
  },
  {
    when: { group: true, text: ['*session terminated*', '*disconnected*', '*SVC connection terminated*'] },
    class_uid: 3002,
    activity: 2,
    fields: { ...SIGN_IN, is_remote: { is: true }, status_id: { is: 1 } },
  },
  {
    when: { action: ['New user added', 'User deleted', 'User priv level changed', 'locked out'] },
    class_uid: 3001,
    activity: {
      from: 'action',
      table: { 'New user added': 1, 'User deleted': 6, 'User priv level changed': 7, 'locked out': 9 },
    },
    fields: { 'user.name': 'user', status_id: { is: 1 } },
  },
  {
    when: { command: true },
    class_uid: 6003,
    activity: { from: 'command', table: { 'show *': 2, 'more *': 2, 'no *': 4, 'clear *': 4, '*': 3 } },
    fields: { 'api.operation': 'command', 'actor.user.name': 'user', 'actor.app_name': 'app', 'src_endpoint.ip': 'src_ip' },
  },
  { class_uid: 0, activity: 99, fields: { 'actor.user.name': 'user', 'src_endpoint.ip': 'src_ip' } },
];

const SPEC: MappingSpec = {
  id: 'cisco-asa',
  title: { en: 'Cisco ASA and Firepower Threat Defense (FTD)', ja: 'Cisco ASA・Firepower Threat Defense (FTD)' },
  product: { name: 'Secure Firewall', vendor_name: 'Cisco' },
  arrivals: ['object', 'push'],
  logsources: [{ product: 'cisco', service: 'asa' }, { product: 'cisco', service: 'ftd' }, { category: 'firewall' }],
  keys: /(^|\/)cisco[-_](?:asa|ftd|firepower)\//,
  match: [{ product: ['ASA', 'FTD', 'PIX', 'FWSM'], message_id: true, level: true }],
  uid: [],
  time: ['FirstPacketSecond', 'timestamp'],
  code: 'message_id',
  severity: {
    from: 'level',
    table: { '0': 6, '1': 5, '2': 4, '3': 3, '4': 2, '5': 1, '6': 1, '7': 1 },
  },
  kinds: KINDS,
  fields: {
    ...ENDS,
    'actor.user.name': ['User', 'src_user', 'user'],
    'src_endpoint.intermediate_ips': 'src_nat_ip',
    'dst_endpoint.hostname': ['ReferencedHost', 'threat_host'],
    'dst_endpoint.intermediate_ips': 'dst_nat_ip',
    'dst_endpoint.svc_name': ['ApplicationProtocol'],
    'connection_info.uid': ['ConnectionID', 'connection_id'],
    'connection_info.protocol_name': ['Protocol', 'protocol'],
    'connection_info.direction_id': { from: 'direction', table: { inbound: 1, outbound: 2 }, else: 0 },
    'traffic.bytes': 'bytes',
    'traffic.bytes_out': ['InitiatorBytes', 'bytes_out'],
    'traffic.bytes_in': ['ResponderBytes', 'bytes_in'],
    'traffic.packets_out': 'InitiatorPackets',
    'traffic.packets_in': 'ResponderPackets',
    app_name: ['WebApplication', 'Client'],
    status_detail: 'reason',
    message: 'message',
    'device.hostname': 'hostname',
    'device.uid': 'DeviceUUID',
    'device.type_id': { is: 9 },
    'metadata.log_name': ['class', 'product'],
  },
};

export const ciscoAsa: Source = mappedSource(SPEC, lineFormat(readAsaLine));
