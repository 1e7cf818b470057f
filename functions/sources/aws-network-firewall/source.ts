/** AWS Network Firewall: alert, flow and TLS logs. @see Network Firewall Developer Guide, "Logging network traffic" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-network-firewall',

  title: { en: 'AWS Network Firewall logs', ja: 'AWS Network Firewall ログ' },
  product: { name: 'Network Firewall', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'network-firewall' }],
  keys: /network-firewall\//,
  match: [{ firewall_name: true, event_timestamp: true, 'event.event_type': true }],
  time: ['event.timestamp', 'event_timestamp'],
  code: 'event.event_type',
  severity: { from: 'event.alert.severity', table: { '1': 4, '2': 3, '3': 2, '*': 1 } },
  kinds: [
    {
      when: { 'event.event_type': 'alert' },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': 'event.flow_id',
        'finding_info.title': 'event.alert.signature',
        'finding_info.types[0]': 'event.alert.category',
        'finding_info.analytic.uid': 'event.alert.signature_id',
        'finding_info.analytic.name': 'event.alert.signature',
        'finding_info.analytic.type_id': { is: 1 },
        is_alert: { is: true },
        'evidences[0].src_endpoint.ip': 'event.src_ip',
        'evidences[0].src_endpoint.port': 'event.src_port',
        'evidences[0].dst_endpoint.ip': 'event.dest_ip',
        'evidences[0].dst_endpoint.port': 'event.dest_port',
        'evidences[0].connection_info.protocol_name': 'event.proto',
        'evidences[0].connection_info.direction_id': { is: 0 },
        'evidences[0].query.hostname': 'event.dns.query[0].rrname',
        action_id: { from: 'event.alert.action', table: { allowed: 1, blocked: 2 } },
        disposition_id: { from: 'event.alert.action', table: { allowed: 19, blocked: 2 } },
      },
    },
    { class_uid: 4001, activity: 6 },
  ],
  fields: {
    'src_endpoint.ip': 'event.src_ip',
    'src_endpoint.port': 'event.src_port',
    'dst_endpoint.ip': 'event.dest_ip',
    'dst_endpoint.port': 'event.dest_port',
    'connection_info.uid': 'event.flow_id',
    'connection_info.protocol_name': 'event.proto',
    'connection_info.direction_id': { is: 0 },
    'traffic.bytes': 'event.netflow.bytes',
    'traffic.packets': 'event.netflow.pkts',
    'tls.sni': 'event.tls.sni',
    'tls.version': 'event.tls.version',
    app_protocol_name: 'event.app_proto',
    'device.name': 'firewall_name',
    'device.type_id': { is: 9 },
    'cloud.provider': { is: 'AWS' },
    'cloud.zone': 'availability_zone',
  },
};

export const awsNetworkFirewall: Source = mappedSource(SPEC);
