/** Elastic Load Balancing: access logs of application, network (TLS) and classic load balancers, connection logs. @see ELB guides, "Access log entries" */

import type { JsonObject } from '../../core/json.ts';
import type { Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { named, spacedFields } from '../../core/text-lines.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const APPLICATION =
  'type time elb client_port target_port request_processing_time target_processing_time response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time actions_executed redirect_url error_reason target_port_list target_status_code_list classification classification_reason conn_trace_id'.split(
    ' ',
  );
const NETWORK =
  'type version time elb listener client_port destination_port connection_time tls_handshake_time received_bytes sent_bytes incoming_tls_alert chosen_cert_arn chosen_cert_serial tls_cipher tls_protocol_version tls_named_group domain_name alpn_fe_protocol alpn_be_protocol alpn_client_preference_list tls_connection_creation_time'.split(
    ' ',
  );
const CLASSIC =
  'time elb client_port target_port request_processing_time target_processing_time response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol'.split(
    ' ',
  );
const CONNECTION =
  'time client_ip client_port_number listener_port tls_protocol tls_cipher tls_handshake_latency leaf_client_cert_subject leaf_client_cert_validity leaf_client_cert_serial_number tls_verify_status conn_trace_id'.split(
    ' ',
  );

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z?`;
const FORMATS: readonly [RegExp, readonly string[]][] = [
  [new RegExp(`^(?:https?|h2|grpcs|wss?) ${TIME} \\S+ \\S+ \\S+ -?[\\d.]+ `), APPLICATION],
  [/^tls [\d.]+ \d{4}-\d\d-\d\dT\S+ net\//, NETWORK],
  [new RegExp(`^${TIME} \\S+ \\S+:\\d+ \\S+ -?[\\d.]+ -?[\\d.]+ -?[\\d.]+ \\S+ \\S+ -?\\d+ -?\\d+ "`), CLASSIC],
  [new RegExp(`^${TIME} [0-9a-f.:]+ \\d+ \\d+ \\S+ \\S+ `), CONNECTION],
];

/** The line's columns, with method and URL of the request line beside it. */
function read(line: string): JsonObject | undefined {
  const fields = FORMATS.find(([pattern]) => pattern.test(line))?.[1];
  if (fields === undefined) return undefined;
  const record = named(fields, spacedFields(line));
  const [, method, url, protocol] = /^(\S+) (.+) (HTTP\/[\d.]+|-) ?$/.exec(String(record['request'] ?? '')) ?? [];
  if (method !== undefined && method !== '-')
    Object.assign(record, named(['request_method', 'request_url', 'request_protocol'], [method, url ?? '', protocol ?? '']));
  return record;
}

const SPEC: MappingSpec = {
  id: 'aws-elb',
  title: { en: 'Elastic Load Balancing logs', ja: 'Elastic Load Balancing ログ' },
  product: { name: 'Elastic Load Balancing', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'elb' }, { category: 'webserver' }],
  keys: /AWSLogs\/\d{12}\/elasticloadbalancing\//,
  match: [
    { elb: true, client_port: true, time: true },
    { elb: true, elb_status_code: true },
    { tls_verify_status: true, client_ip: true, listener_port: true },
  ],
  // A line has no id of its own: `conn_trace_id` is the connection's, which many requests share.
  uid: [],
  time: ['time', 'request_creation_time'],
  code: 'type',
  kinds: [
    ...[{ request_method: true }, { request: '*http*' }].map(
      (when): Kind => ({
        when,
        class_uid: 4002,
        activity: {
          from: 'request_method',
          table: { CONNECT: 1, DELETE: 2, GET: 3, HEAD: 4, OPTIONS: 5, POST: 6, PUT: 7, TRACE: 8, PATCH: 9 },
        },
      }),
    ),
    // A TCP or TLS listener has no request.
    { class_uid: 4001, activity: 6 },
  ],
  fields: {
    src_endpoint: { from: ['client_port', 'client_ip'], as: 'address' },
    'src_endpoint.port': 'client_port_number',
    dst_endpoint: { from: ['target_port', 'destination_port'], as: 'address' },
    'dst_endpoint.hostname': 'domain_name',
    'proxy_endpoint.name': 'elb',
    'http_request.http_method': 'request_method',
    'http_request.url': { from: 'request_url', as: 'url' },
    'http_request.user_agent': 'user_agent',
    'http_request.uid': 'trace_id',
    'http_response.code': 'elb_status_code',
    'traffic.bytes_out': { from: 'received_bytes', unless: ['-1'] },
    'traffic.bytes_in': { from: 'sent_bytes', unless: ['-1'] },
    'tls.cipher': ['ssl_cipher', 'tls_cipher'],
    'tls.version': ['ssl_protocol', 'tls_protocol', 'tls_protocol_version'],
    'tls.sni': 'domain_name',
    'tls.certificate.subject': 'leaf_client_cert_subject',
    'tls.certificate.serial_number': 'leaf_client_cert_serial_number',
    'connection_info.direction_id': { is: 1 },
    'connection_info.uid': 'conn_trace_id',
    status_id: {
      from: ['elb_status_code', 'tls_verify_status'],
      table: { '1*': 1, '2*': 1, '3*': 1, '4*': 2, '5*': 2, Success: 1, 'Failed*': 2 },
    },
    status_code: ['elb_status_code', 'tls_verify_status'],
    status_detail: ['error_reason', 'classification_reason'],
    'cloud.provider': { is: 'AWS' },
  },
};

export const awsElb: Source = mappedSource(SPEC, lineFormat(read));
