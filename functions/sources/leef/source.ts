/** IBM Log Event Extended Format 1.0 and 2.0, with or without a syslog header. @see IBM QRadar, "LEEF event components" */

import type { MappingSpec } from '../../core/mapping/spec.ts';
import { leefRecord } from '../../core/text-leef.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'leef',
  title: { en: 'LEEF (Log Event Extended Format)', ja: 'LEEF (Log Event Extended Format)' },
  product: { name: 'LEEF', vendor_name: 'IBM' },
  logsources: [{ product: 'leef' }],
  match: [{ leefVersion: true, vendor: true }],
  time: ['devTime', 'syslog.timestamp'],
  code: 'eventId',
  severity: { from: 'sev', table: { '0': 1, '1': 1, '2': 2, '3': 2, '4': 3, '5': 3, '6': 3, '7': 4, '8': 4, '9': 5, '10': 5 } },
  kinds: [
    {
      when: { cat: ['*auth*', '*login*', '*logon*'] },
      class_uid: 3002,
      activity: 1,
      fields: { 'user.name': 'usrName', 'service.name': 'product' },
    },
    {
      when: { eventId: ['*login*', '*logon*', '*auth*'] },
      class_uid: 3002,
      activity: 1,
      fields: { 'user.name': 'usrName', 'service.name': 'product' },
    },
    {
      when: { sev: ['7', '8', '9', '10'] },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': 'eventId',
        'finding_info.title': 'eventId',
        'finding_info.types[0]': 'cat',
        is_alert: { is: true },
        'evidences[0].src_endpoint.ip': 'src',
        'evidences[0].dst_endpoint.ip': 'dst',
        'evidences[0].actor.user.name': 'usrName',
      },
    },
    { when: { src: true, dst: true }, class_uid: 4001, activity: 6 },
    { class_uid: 0, activity: 99 },
  ],
  fields: {
    'src_endpoint.ip': 'src',
    'src_endpoint.port': 'srcPort',
    'src_endpoint.mac': 'srcMAC',
    'dst_endpoint.ip': 'dst',
    'dst_endpoint.port': 'dstPort',
    'dst_endpoint.mac': 'dstMAC',
    'connection_info.protocol_name': 'proto',
    'connection_info.direction_id': { is: 0 },
    'traffic.bytes_out': 'srcBytes',
    'traffic.bytes_in': 'dstBytes',
    'actor.user.name': 'usrName',
    'http_request.url': { from: 'url', as: 'url' },
    'device.hostname': ['identHostName', 'syslog.hostname'],
    action_id: {
      from: ['action', 'cat'],
      table: { '*den*': 2, '*block*': 2, '*drop*': 2, '*allow*': 1, '*permit*': 1, '*accept*': 1 },
    },
    message: ['msg', 'description'],
    'metadata.product.vendor_name': 'vendor',
    'metadata.product.name': 'product',
    'metadata.product.version': 'version',
    'metadata.log_format': { is: 'LEEF' },
  },
};

export const leef: Source = mappedSource(SPEC, lineFormat(leefRecord));
